"""The tapes: a folder of recordings, a file a local day, bounded in age and in room.

A file is a recording of registers (design section 8) that is whole after every call: a row that a
full disk cut off is taken back, and one that a crash cut off is when the file is opened again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path

from console.files import flush
from console.meters.recording import HEADER, lines_of
from console.meters.recording_rows import LONGEST_LINE, MOST_ROWS
from console.meters.slots import to_milliseconds
from console.model.reading import Reading
from console.model.record import Keep, Tape

FOLDER = "recordings"
"""The folder's name in the data folder."""

_NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.([1-9][0-9]{0,4}))?\.csv", re.ASCII)
_FILE_MODE, _FOLDER_MODE = 0o600, 0o700
_MEGABYTE = 10**6
_PARTS = 4
"""A file is at most such a part of all the room, so that there is an older one to remove."""
_HEAD = HEADER.encode()
_CHUNK = 1 << 20


class Tapes:
    """Writes readings to the end of the day's file; one hand at a time."""

    def __init__(self, folder: Path, zone: tzinfo) -> None:
        """Write into a folder, which is made with the first file.

        Args:
            folder: where the files lie.
            zone: the zone whose days they are.
        """
        self._folder = folder
        self._zone = zone
        self._open: _Tape | None = None

    def write(self, readings: Iterable[Reading], keep: Keep) -> int:
        """Write readings in order of time, and remove what is beyond the bounds.

        Args:
            readings: those of a house that are not later than its last written one are left out.
            keep: the bounds.

        Returns:
            How many were written.

        Raises:
            OSError: the disk took none of the rest; the files are whole all the same.
        """
        written = 0
        for day, batch in _by_day(sorted(readings, key=lambda one: one.time), self._zone):
            while batch:
                tape = self._tape(day, keep)
                now, batch = batch[: tape.room], batch[tape.room :]
                written += tape.write(now)
        return written

    def listed(self) -> list[Tape]:
        """Return the files, oldest first.

        Raises:
            OSError: the folder cannot be read.
        """
        return [Tape(name=path.name, bytes=size) for _, path, size in self._found()]

    def close(self) -> None:
        """Let go of the file that is open.

        Raises:
            OSError: what was written did not reach the disk.
        """
        tape, self._open = self._open, None
        if tape is not None:
            tape.close()

    def _tape(self, day: date, keep: Keep) -> _Tape:
        """Return the file for rows of a day; one of a later day goes on for an earlier one."""
        most = keep.megabytes * _MEGABYTE // _PARTS
        if self._open is not None and self._open.day >= day and self._open.has_room(most):
            return self._open
        day = max(day, self._open.day) if self._open is not None else day
        self.close()
        self._folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        self._remove(day, keep)
        number = max((place[1] for place, _, _ in self._found() if place[0] == day), default=1)
        while not (tape := _Tape.open(self._folder, day, number)).has_room(most):
            tape.close()
            number += 1
        self._open = tape
        flush(self._folder)
        return tape

    def _remove(self, today: date, keep: Keep) -> None:
        found = self._found()
        # what is written next has its own part of the room
        room = keep.megabytes * _MEGABYTE * (_PARTS - 1) // _PARTS
        oldest = today - timedelta(days=keep.days - 1)
        held = sum(size for _, _, size in found)
        for (day, _), path, size in found:
            if day >= oldest and held <= room:
                break
            path.unlink()
            held -= size

    def _found(self) -> list[tuple[tuple[date, int], Path, int]]:
        """Return day, number, path and size of each file, oldest first; others are left alone."""
        found = []
        for entry in _entries(self._folder):
            place = _place(entry.name)
            if place is not None and entry.is_file(follow_symlinks=False):
                found.append((place, Path(entry.path), entry.stat(follow_symlinks=False).st_size))
        return sorted(found)


class _Tape:
    """One open file."""

    def __init__(self, day: date, descriptor: int) -> None:
        self.day = day
        self._descriptor = descriptor
        self._size = os.fstat(descriptor).st_size
        self._rows = 0
        self._floor = -1
        self._last: dict[str, int] = {}

    @classmethod
    def open(cls, folder: Path, day: date, number: int) -> _Tape:
        """Open a file to go on with, or a new one."""
        name = f"{day}.csv" if number == 1 else f"{day}.{number}.csv"
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(folder / name, flags, _FILE_MODE)
        tape = cls(day, descriptor)
        try:
            tape._take_up()
        except BaseException:
            os.close(descriptor)
            raise
        return tape

    @property
    def room(self) -> int:
        """How many more rows it may have; 0 where it is none of ours."""
        return MOST_ROWS - self._rows

    def has_room(self, most_bytes: int) -> bool:
        """Return whether another row may be written."""
        return self._rows < MOST_ROWS and self._size < most_bytes

    def write(self, readings: Sequence[Reading]) -> int:
        """Write rows; return how many: one that is not later than the last of its house is not.

        Raises:
            OSError: none was written.
        """
        taken = []
        last = dict(self._last)
        for reading in readings:
            time = to_milliseconds(reading.time)
            if time > max(self._floor, last.get(reading.house, -1)):
                last[reading.house] = time
                taken.append(reading)
        self._append("".join(lines_of(taken)).encode())
        self._last = last
        self._rows += len(taken)
        return len(taken)

    def close(self) -> None:
        """Have it on the disk and let go of it."""
        try:
            os.fsync(self._descriptor)
        finally:
            os.close(self._descriptor)

    def _append(self, content: bytes) -> None:
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            os.ftruncate(self._descriptor, self._size)
            raise
        self._size += len(content)

    def _take_up(self) -> None:
        """Find where the file ends, and take a row back that a crash has cut off."""
        begin = os.pread(self._descriptor, len(_HEAD), 0)
        if begin != _HEAD[: len(begin)]:
            # somebody else's file: it has no room, and the next number is taken
            self._rows = MOST_ROWS
            return
        if len(begin) < len(_HEAD):
            self._append(_HEAD[len(begin) :])
            return
        tail_from = max(0, self._size - LONGEST_LINE - 1)
        tail = os.pread(self._descriptor, LONGEST_LINE + 1, tail_from)
        cut = len(tail) - tail.rfind(b"\n") - 1
        if cut:
            self._size -= cut
            os.ftruncate(self._descriptor, self._size)
        self._rows = self._counted() - 1
        self._floor = _time_of(tail[: len(tail) - cut])

    def _counted(self) -> int:
        lines = at = 0
        while chunk := os.pread(self._descriptor, _CHUNK, at):
            lines += chunk.count(b"\n")
            at += len(chunk)
        return lines


def _time_of(tail: bytes) -> int:
    """Return the instant of the last whole row in a file's end, ms; -1 where there is none."""
    text = tail.rstrip(b"\n").rpartition(b"\n")[2].partition(b",")[0]
    try:
        return to_milliseconds(datetime.fromisoformat(text.decode("ascii")))
    except (ValueError, TypeError):
        return -1


def _by_day(readings: Iterable[Reading], zone: tzinfo) -> Iterable[tuple[date, list[Reading]]]:
    days: dict[date, list[Reading]] = {}
    for reading in readings:
        days.setdefault(reading.time.astimezone(zone).date(), []).append(reading)
    return days.items()


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def _place(name: str) -> tuple[date, int] | None:
    """Return the day and the number that a file's name says; None of another's file."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1]), int(match[2] or 1)
    except ValueError:
        return None
