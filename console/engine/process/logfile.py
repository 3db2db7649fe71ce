"""The log file: what a detached engine says, kept short by turning the file over."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import io
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from console.safe_text import safe_text

LOG_NAME = "engine.log"
LOG_MODE = 0o600

MOST_BYTES = 1 << 20
"""The size at which a log file is turned over."""

KEPT = 3
"""How many former files are kept: engine.log.1, the newest, to engine.log.3."""

LOOK_SECONDS = 2.0
"""The time between two looks at what libraries and the interpreter write by themselves, s."""

LONGEST_LINE = 2000
"""The most of one line, characters."""

_OUTPUTS = (1, 2)


class LogFile:
    """The file behind this process's own outputs, where it is the data folder's log.

    An output that goes elsewhere (a terminal, systemd's journal, a pipe) is left alone.
    """

    def __init__(self, path: Path, descriptors: Iterable[int]) -> None:
        """Take the log's place and the outputs that go there."""
        self.path = path
        self.descriptors = tuple(descriptors)

    @classmethod
    def take(cls, data: Path) -> LogFile:
        """Take over the log of a data folder: private, short, and safe to show.

        Args:
            data: the data folder; no other engine writes to it.
        """
        path = data / LOG_NAME
        log = cls(path, [one for one in _OUTPUTS if _leads_to(one, path)])
        if not log.descriptors:
            return log
        for descriptor in log.descriptors:
            os.fchmod(descriptor, LOG_MODE)
        log.keep_short()
        if 1 in log.descriptors:
            sys.stdout = _SafeStream(1, log.keep_short)
        if 2 in log.descriptors:
            sys.stderr = _SafeStream(2, log.keep_short)
            # by number: what the interpreter says in a crash follows the file, too
            faulthandler.enable(2)
        return log

    def keep_short(self) -> None:
        """Begin a new file where this one is long, or is no longer in its place."""
        if not self.descriptors:
            return
        in_place = _leads_to(self.descriptors[0], self.path)
        if in_place and os.fstat(self.descriptors[0]).st_size < MOST_BYTES:
            return
        if in_place:
            shift(self.path)
        fresh = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, LOG_MODE)
        try:
            os.fchmod(fresh, LOG_MODE)
            for descriptor in self.descriptors:
                os.dup2(fresh, descriptor)
        finally:
            os.close(fresh)

    async def run(self) -> None:
        """Keep it short for as long as the engine lives; a full disk is no reason to stop."""
        while True:
            with contextlib.suppress(OSError):
                self.keep_short()
            await asyncio.sleep(LOOK_SECONDS)


def shift(path: Path) -> None:
    """Move a log and its former files on by one number; the oldest goes.

    Args:
        path: the log, which is there.
    """
    for number in range(KEPT, 0, -1):
        former = path if number == 1 else _numbered(path, number - 1)
        with contextlib.suppress(FileNotFoundError):
            former.replace(_numbered(path, number))


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")


def _leads_to(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False


class _SafeStream(io.TextIOWrapper):
    """A text output from which a terminal that shows the file obeys nothing.

    It looks at the file's size before each line: a burst between two looks stays bounded too.
    """

    def __init__(self, descriptor: int, keep_short: Callable[[], None]) -> None:
        super().__init__(
            open(descriptor, "wb", closefd=False),  # noqa: SIM115  # an open descriptor
            encoding="utf-8",
            errors="backslashreplace",
            line_buffering=True,
            write_through=True,
        )
        self._keep_short = keep_short
        self._begins_line = True

    def write(self, text: str) -> int:
        if self._begins_line:
            with contextlib.suppress(OSError):
                self._keep_short()
        self._begins_line = text.endswith("\n")
        super().write("\n".join(safe_text(line, LONGEST_LINE) for line in text.split("\n")))
        return len(text)
