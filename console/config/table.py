"""The table: reads one table of config.toml key by key and notes every mistake with its line."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TypeVar

from console.config.places import Path, Places
from console.config.values import Wrong, shown
from console.safe_text import safe_text

Value = TypeVar("Value")


class Mistakes:
    """All that is wrong with a file, each with its line."""

    def __init__(self, file: str, places: Places) -> None:
        """Begin without any.

        Args:
            file: what messages call the file.
            places: the lines of its tables and keys.
        """
        self._file = safe_text(file)
        self._places = places
        self._found: list[tuple[int, str]] = []

    def note(self, path: Path, text: str) -> None:
        """Keep a mistake at a path."""
        self._found.append((self._places.line(path), text))

    def line(self, path: Path) -> int:
        """Return the line of a path."""
        return self._places.line(path)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._found)

    def listed(self, most: int = 100) -> list[str]:
        """Return them as `FILE:LINE: text` in the file's order, the first `most`."""
        ordered = sorted(self._found, key=lambda found: found[0])
        lines = [f"{self._file}:{line}: {text}" for line, text in ordered[:most]]
        if len(ordered) > most:
            lines.append(f"and {len(ordered) - most} more")
        return lines


class Table:
    """One table of the file."""

    def __init__(
        self,
        mistakes: Mistakes,
        path: Path,
        title: str,
        content: dict[str, object],
        *,
        written: bool = True,
    ) -> None:
        """Take a table.

        Args:
            mistakes: where mistakes are noted.
            path: where it stands.
            title: how messages name it, such as `[price]`; empty for the root.
            content: its keys and values.
            written: whether it stands in the file at all.
        """
        self._mistakes = mistakes
        self.path = path
        self.title = title
        self.written = written
        self._content = content
        self._known: list[str] = []

    def get(self, key: str, take: Callable[[object], Value], default: Value) -> Value:
        """Return a key's value, the default where it is left out or wrong."""
        self._known.append(key)
        if key not in self._content:
            return default
        try:
            return take(self._content[key])
        except Wrong as wrong:
            self.refuse(key, str(wrong))
            return default

    def require(self, key: str, take: Callable[[object], Value], stand_in: Value) -> Value:
        """Return a key's value; a missing one is a mistake, and `stand_in` the value meanwhile."""
        if key not in self._content:
            self.refuse(key, "is missing")
        return self.get(key, take, stand_in)

    def refuse(self, key: str, text: str) -> None:
        """Note a mistake of a key."""
        self._mistakes.note((*self.path, key), f"{self._named(key)}: {text}")

    def line(self, key: str) -> int:
        """Return the line of a key."""
        return self._mistakes.line((*self.path, key))

    def has(self, key: str) -> bool:
        """Whether a key is written in the file."""
        return key in self._content

    def table(self, key: str, *, required: bool = False) -> Table:
        """Return a table in this one, an empty one where it is left out or no table."""
        self._known.append(key)
        content = self._content.get(key)
        path = (*self.path, key)
        title = self._named(key) if self.title else f"[{key}]"
        if content is None and required:
            self._mistakes.note(path, f"{title} is missing")
        elif content is not None and not isinstance(content, dict):
            many = "; write it once, in single brackets" if isinstance(content, list) else ""
            self._mistakes.note(path, f"{title} must be a table, not {shown(content)}{many}")
        if isinstance(content, dict):
            return Table(self._mistakes, path, title, content)
        return Table(self._mistakes, path, title, {}, written=False)

    def tables(self, key: str) -> Iterator[Table]:
        """Yield the tables of an array of tables."""
        self._known.append(key)
        content = self._content.get(key, [])
        title = f"[[{key}]]"
        if not isinstance(content, list):
            self._mistakes.note((*self.path, key), f"{title} must be written in double brackets")
            return
        for index, item in enumerate(content):
            path = (*self.path, key, index)
            if isinstance(item, dict):
                yield Table(self._mistakes, path, title, item)
            else:
                self._mistakes.note(path, f"{title} must be a table, not {shown(item)}")

    def others(self) -> dict[str, object]:
        """Return the keys that were not asked for, with their values; they count as asked for."""
        others = {key: value for key, value in self._content.items() if key not in self._known}
        self._known.extend(others)
        return others

    def finish(self) -> None:
        """Note every key that was never asked for."""
        for key, value in self._content.items():
            if key not in self._known:
                table = not self.title and isinstance(value, dict | list)
                named = f"[{self._named(key)}]" if table else f"{self._named(key)}:"
                kind = "table" if table else "key"
                text = f"{named} is no {kind} of the configuration{self._nearest(key)}"
                self._mistakes.note((*self.path, key), text)

    def _named(self, key: str) -> str:
        name = safe_text(key, 60)
        return f"{self.title} {name}" if self.title else name

    def _nearest(self, key: str) -> str:
        near = difflib.get_close_matches(key[:60], self._known, n=1)
        return f"; did you mean {near[0]}?" if near else ""


def parse_number(text: str) -> Decimal:
    """Return a TOML float exactly; one that no Decimal can hold becomes NaN, which no key takes."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return Decimal("NaN")
