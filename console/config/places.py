"""The places: on which line of a TOML text each table and key stands.

tomli gives values without their lines, so the text is scanned once more, line by line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Path = tuple[str | int, ...]
"""Keys from the root; a number is the index in an array of tables."""

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_DOTTED})[ \t]*\]")
_KEY = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=")
_PARTS = re.compile(_PART)
_LONG_QUOTES = ('"""', "'''")


class Places:
    """The lines of a text's tables and keys."""

    def __init__(self, text: str) -> None:
        """Scan a TOML text."""
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        self._scan(text)

    def line(self, path: Sequence[str | int]) -> int:
        """Return the line (from 1) of a path, or of the nearest table around it."""
        wanted = tuple(path)
        while wanted:
            if wanted in self._lines:
                return self._lines[wanted]
            wanted = wanted[:-1]
        return 1

    def _scan(self, text: str) -> None:
        table: Path = ()
        quotes = ""
        for number, line in enumerate(text.split("\n"), 1):
            if quotes:
                quotes = "" if quotes in line else quotes
                continue
            if header := _HEADER.match(line):
                table = self._enter(_parts(header[2]), array=header[1] == "[[")
                self._lines.setdefault(table, number)
                self._lines.setdefault(_parts(header[2]), number)
            elif key := _KEY.match(line):
                self._lines.setdefault(table + _parts(key[1]), number)
                rest = line[key.end() :]
                quotes = next((mark for mark in _LONG_QUOTES if rest.count(mark) % 2), "")

    def _enter(self, parts: Path, *, array: bool) -> Path:
        table: Path = ()
        for part in parts[:-1]:
            table = self._inside((*table, part))
        table += parts[-1:]
        if not array:
            return table
        index = self._counts.get(table, 0)
        self._counts[table] = index + 1
        return (*table, index)

    def _inside(self, table: Path) -> Path:
        count = self._counts.get(table, 0)
        return (*table, count - 1) if count else table


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in _PARTS.findall(dotted))
