"""The recording's rows: CSV lines read one by one, strictly, into packed columns."""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import BinaryIO, NoReturn

from console.errors import RecordingError
from console.files import opened
from console.meters.slots import to_milliseconds
from console.model.house import ID
from console.safe_text import safe_text

MOST_ROWS = 1_000_000
"""The most rows of a recording: a year of 28 houses in quarter hours, read in 200 MB."""
MOST_HOUSES = 1000
"""The most houses of a recording."""
LONGEST_LINE = 500
"""The longest line, bytes."""

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})\Z",
    re.ASCII,
)
_NO_OFFSET = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]*)?\Z", re.ASCII)
_LATEST = to_milliseconds(datetime(2200, 1, 1, tzinfo=UTC))
_WHOLE = re.compile(r"[0-9]{1,12}\Z", re.ASCII)


class Shape(Enum):
    """The two formats, by their headers."""

    REGISTERS = "time,house,import_wh,export_wh"
    """Cumulative registers at instants."""
    ENERGY = "start,house,imported_wh,exported_wh"
    """What went through in an interval, by its start."""


class Rows:
    """All rows of a recording, in order of time and house, at 36 bytes a row."""

    def __init__(self, path: Path) -> None:
        """Read a file.

        Raises:
            RecordingError: it cannot be read, or a line is wrong; the message names the line.
        """
        self.path = path
        """The file, as it was named."""
        self.shape = Shape.REGISTERS
        """Which of the two formats it has."""
        self.houses: list[str] = []
        """All houses, in order of first appearance."""
        self.times = array("q")
        """Milliseconds since 1970."""
        self.owners = array("i")
        """Indexes into `houses`."""
        self.imports = array("q")
        """Whole Wh."""
        self.exports = array("q")
        """Whole Wh."""
        self.lines = array("i")
        """Line numbers."""
        self._indexes: dict[str, int] = {}
        self._last_time = ("", 0)
        try:
            with opened(path) as file:
                self._read(file)
        except OSError as error:
            raise RecordingError(f"{path}: cannot be read: {error.strerror}") from None
        self._sort()

    def __len__(self) -> int:
        """Return how many different rows there are."""
        return len(self.times)

    def refuse(self, line: int, what: str, advice: str = "") -> NoReturn:
        """Raise what is wrong with a line.

        Raises:
            RecordingError: always.
        """
        raise RecordingError(f"{self.path}:{line}: {what}", advice=advice)

    def _read(self, file: BinaryIO) -> None:
        lines = self._lines(file)
        first = next(lines, None)
        if first is None:
            self.refuse(1, "it is empty and has no header", "A recording has a header and rows.")
        self._read_header(first)
        for line, text in lines:
            if text:
                self._read_row(line, text)
        if not self.times:
            self.refuse(1, "no row follows the header", "A recording needs at least one row.")

    def _lines(self, file: BinaryIO) -> Iterator[tuple[int, str]]:
        line = 0
        while raw := file.readline(LONGEST_LINE + 1):
            line += 1
            if len(raw) > LONGEST_LINE:
                self.refuse(line, f"longer than {LONGEST_LINE} bytes", "Is this file a recording?")
            if line > MOST_ROWS + 1:
                self.refuse(line, f"more than {MOST_ROWS} rows", "Split the recording.")
            try:
                yield line, raw.decode("utf-8").rstrip("\r\n")
            except UnicodeDecodeError:
                self.refuse(line, "not UTF-8", "Save the file as UTF-8.")

    def _read_header(self, first: tuple[int, str]) -> None:
        line, text = first
        header = text.removeprefix("\ufeff").replace('"', "")
        try:
            self.shape = Shape(header)
        except ValueError:
            known = " or ".join(f"`{shape.value}`" for shape in Shape)
            self.refuse(
                line,
                f"the header is {safe_text(header, 60)!r}",
                f"The first line must be {known}.",
            )

    def _read_row(self, line: int, text: str) -> None:
        try:
            fields = next(csv.reader([text], strict=True)) if '"' in text else text.split(",")
        except (csv.Error, StopIteration):
            fields = []
        if len(fields) != 4:
            self.refuse(line, "not four fields", f"A row is: {self.shape.value}.")
        time, house, imported, exported = fields
        self.times.append(self._time(line, time))
        self.owners.append(self._house(line, house))
        self.imports.append(self._whole(line, imported))
        self.exports.append(self._whole(line, exported))
        self.lines.append(line)

    def _time(self, line: int, text: str) -> int:
        if text == self._last_time[0]:
            return self._last_time[1]
        if not _TIME.match(text):
            what = "has no offset" if _NO_OFFSET.match(text) else "is not a time"
            self.refuse(
                line,
                f"{safe_text(text, 40)!r} {what}",
                "A time is ISO 8601 with its offset, as in 2026-06-21T10:15:00Z or +03:00.",
            )
        try:
            milliseconds = to_milliseconds(datetime.fromisoformat(text))
        except (ValueError, OverflowError):
            self.refuse(line, f"{safe_text(text, 40)!r} is no time of any calendar")
        if not 0 <= milliseconds < _LATEST:
            self.refuse(line, f"{safe_text(text, 40)!r} is no time of a meter")
        self._last_time = (text, milliseconds)
        return milliseconds

    def _house(self, line: int, house: str) -> int:
        known = self._indexes.get(house)
        if known is not None:
            return known
        if not ID.match(house):
            self.refuse(
                line,
                f"{safe_text(house, 40)!r} is no house's id",
                "An id has letters, digits, _ and -, at most 32, and begins with no sign.",
            )
        for other in self.houses:
            if other.lower() == house.lower():
                self.refuse(line, f"{house} and {other} differ only in capitals")
        if len(self.houses) == MOST_HOUSES:
            self.refuse(line, f"more than {MOST_HOUSES} houses")
        self.houses.append(house)
        return self._indexes.setdefault(house, len(self.houses) - 1)

    def _whole(self, line: int, text: str) -> int:
        if not _WHOLE.match(text):
            self.refuse(
                line,
                f"{safe_text(text, 40)!r} is not a whole number of Wh",
                "Energy is whole watt-hours from 0 to 10^12: no point, no sign, no unit.",
            )
        return int(text)

    def _sort(self) -> None:
        """Put the rows in order of time and house, and drop those that say the same twice."""
        kept: list[int] = []
        for index in in_order(self.times, self.owners, len(self.houses)):
            if kept and self._is_same(kept[-1], index):
                self._refuse_contradiction(kept[-1], index)
            else:
                kept.append(index)
        self.times = array("q", map(self.times.__getitem__, kept))
        self.owners = array("i", map(self.owners.__getitem__, kept))
        self.imports = array("q", map(self.imports.__getitem__, kept))
        self.exports = array("q", map(self.exports.__getitem__, kept))
        self.lines = array("i", map(self.lines.__getitem__, kept))

    def _is_same(self, first: int, second: int) -> bool:
        same_time = self.times[first] == self.times[second]
        return same_time and self.owners[first] == self.owners[second]

    def _refuse_contradiction(self, first: int, second: int) -> None:
        same_import = self.imports[first] == self.imports[second]
        if same_import and self.exports[first] == self.exports[second]:
            return
        self.refuse(
            self.lines[second],
            f"{self.houses[self.owners[second]]} has other values at the same time"
            f" in line {self.lines[first]}",
            "Keep one of the two lines.",
        )


def in_order(times: array[int], owners: array[int], width: int) -> list[int]:
    """Return the indexes in order of time, then owner, of which there are `width`."""
    keys = [time * width + owner for time, owner in zip(times, owners, strict=True)]
    return sorted(range(len(keys)), key=keys.__getitem__)
