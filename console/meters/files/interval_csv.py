"""The interval table: a CSV file of energy by interval whose columns an operator names."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from statistics import median_low
from typing import NoReturn

import msgspec

from console.errors import RecordingError
from console.meters.files.houses import Houses
from console.meters.files.instants import Instants, NoInstant
from console.meters.files.layout import NOTHING, Columns, Layout, Meaning
from console.meters.files.lines import lines_of
from console.meters.files.quantity import Quantities, Unreadable
from console.meters.files.table import Table
from console.model.importing import Row
from console.model.reading import Quality
from console.safe_text import safe_text

MOST_PREAMBLE = 50
"""So many lines may stand before the header."""

_SEPARATORS = (";", "\t", ",")
_CODES = {quality: code for code, quality in enumerate(Quality)}
_MS_PER_MINUTE = 60_000


class _Told(msgspec.Struct):
    """What a file tells of a house and a time, from one row or one row a register."""

    line: int
    end: int
    imported: Decimal | None = None
    exported: Decimal | None = None
    quality: Quality = Quality.MEASURED
    registers: tuple[str, ...] = ()


def read_intervals(path: Path, houses: Houses, layout: Layout) -> Table:
    """Return the rows of a table of intervals.

    A row of which a value is empty is left out: it is not known, and not 0.

    Args:
        path: the file.
        houses: whom its names mean.
        layout: its columns and how they are read.

    Raises:
        UsageError: the layout does not fit together.
        RecordingError: a line cannot be read; the message names it.
    """
    return _Reader(path, houses, layout).read()


class _Reader:
    """One file, read line by line."""

    def __init__(self, path: Path, houses: Houses, layout: Layout) -> None:
        self._meanings = layout.check()
        self._path = path
        self._houses = houses
        self._layout = layout
        self._instants = Instants(layout.dates, layout.zone, layout.repeated)
        self._quantities = Quantities(layout.unit, layout.decimal)
        self._told: dict[tuple[str, int], _Told] = {}
        self._separator = ","

    def read(self) -> Table:
        lines = lines_of(self._path)
        columns = self._header(lines)
        for line, text in lines:
            if text.strip(self._separator + " \t"):
                self._row(columns, line, self._fields(line, text))
        try:
            self._instants.check()
        except NoInstant as wrong:
            raise RecordingError(f"{self._path}: {wrong}.", advice=wrong.advice) from None
        return self._table()

    def _header(self, lines: Iterator[tuple[int, str]]) -> Columns:
        """Return the columns of the first line that has all that are named."""
        best: tuple[int, Columns, list[str]] | None = None
        for line, text in lines:
            for separator in _SEPARATORS:
                fields = next(csv.reader([text], delimiter=separator), [])
                columns = Columns(self._layout, fields)
                if not columns.missing:
                    self._separator = separator
                    return columns
                if best is None or (len(columns.missing), -columns.width) < (
                    len(best[1].missing), -best[1].width,
                ):  # fmt: skip
                    best = (line, columns, fields)
            if line > MOST_PREAMBLE:
                break
        raise self._headless(best)

    def _headless(self, best: tuple[int, Columns, list[str]] | None) -> RecordingError:
        """Return that no line has all columns, with those of the line that has most."""
        if best is None:
            return RecordingError(f"{self._path}:1: the file is empty.")
        line, columns, fields = best
        gone = ", ".join(safe_text(name, 40) for name in columns.missing)
        known = ", ".join(f"'{safe_text(field.strip(), 40)}'" for field in fields[:20])
        return RecordingError(
            f"{self._path}:{line}: there is no column {gone}.",
            advice=f"The columns of this line: {known}.",
        )

    def _fields(self, line: int, text: str) -> list[str]:
        try:
            return next(csv.reader([text], delimiter=self._separator, strict=True))
        except (csv.Error, StopIteration):
            self._refuse(line, "its quotes do not close", "A row is one line.")

    def _row(self, columns: Columns, line: int, fields: Sequence[str]) -> None:
        if len(fields) < columns.width:
            self._refuse(line, f"has {len(fields)} fields, the header {columns.width}")
        house = self._houses.find(_bare(columns.get(fields, "--house-column")), line)
        if house is None:
            return
        way = columns.get(fields, "--direction")
        start, end = (
            self._time(line, columns.get(fields, option), f"{option} {house} {way}")
            for option in ("--start", "--end")
        )
        if not (start or end):
            self._refuse(line, "has no time")
        told = _Told(line, end, quality=self._quality(line, columns.get(fields, "--quality")))
        if self._layout.energy:
            self._directed(told, line, way, columns.get(fields, "--energy"))
        else:
            told.imported = self._value(line, columns.get(fields, "--import"), self._layout.imports)
            told.exported = self._value(line, columns.get(fields, "--export"), self._layout.exports)
        self._tell(line, house, start or end, told)

    def _time(self, line: int, text: str, series: str) -> int:
        if not text:
            return 0
        try:
            return self._instants.read(text, series)
        except NoInstant as wrong:
            self._refuse(line, f"'{safe_text(text, 40)}' {wrong}", wrong.advice)

    def _value(self, line: int, text: str, column: str = "") -> Decimal | None:
        if column == NOTHING:
            return Decimal(0)
        if not text or self._meanings.get(text) is Meaning.NONE:
            return None
        try:
            return self._quantities.read(text)
        except Unreadable as wrong:
            self._refuse(line, f"'{safe_text(text, 40)}' {wrong}")

    def _quality(self, line: int, word: str) -> Quality:
        if not self._layout.quality:
            return Quality.MEASURED
        meaning = self._meanings.get(word)
        if meaning is None or meaning.quality is None:
            self._refuse(
                line,
                f"'{safe_text(word, 40)}' is no quality that was named",
                f"Say what it means, such as: --word '{safe_text(word, 40)}=estimated'",
            )
        return meaning.quality

    def _directed(self, told: _Told, line: int, word: str, text: str) -> None:
        """Take one register's energy, and remember which of them it was."""
        meaning = self._meanings.get(word)
        value = self._value(line, text)
        told.registers = (word,)
        told.imported = Decimal(0) if self._layout.imports == NOTHING else None
        told.exported = Decimal(0) if self._layout.exports == NOTHING else None
        if meaning is Meaning.IMPORT:
            told.imported = value
        elif meaning is Meaning.EXPORT:
            told.exported = value
        elif meaning is not Meaning.NONE:
            self._refuse(
                line,
                f"'{safe_text(word, 40)}' is no direction that was named",
                f"Say what it means, such as: --word '{safe_text(word, 40)}=import'",
            )

    def _tell(self, line: int, house: str, time: int, told: _Told) -> None:
        """Put a row to what was told before of that house and time."""
        before = self._told.setdefault((house, time), told)
        if before is told:
            return
        if (
            not self._layout.energy
            or before.end != told.end
            or {*told.registers} & {*before.registers}
        ):
            if (before.imported, before.exported, before.end) == (
                told.imported, told.exported, told.end,
            ):  # fmt: skip
                return
            self._refuse(
                line,
                f"{house} has other values at the same time in line {before.line}",
                "Keep one of the two lines.",
            )
        before.registers += told.registers
        before.imported = _together(before.imported, told.imported)
        before.exported = _together(before.exported, told.exported)
        before.quality = max(before.quality, told.quality, key=_CODES.__getitem__)

    def _table(self) -> Table:
        length = self._length()
        minutes = Decimal(length) / _MS_PER_MINUTE
        table = Table(str(self._path), registers=False)
        for (house, time), told in self._told.items():
            if told.imported is None or told.exported is None:
                table.blank += 1
                continue
            start = time if self._layout.start else time - length
            end = told.end or start + length
            lasts = Decimal(end - start) / _MS_PER_MINUTE
            if not 0 < end - start <= _MS_PER_MINUTE * 60 * 24:
                self._refuse(told.line, "ends before it begins, or lasts longer than a day")
            imported = self._quantities.whole(told.imported, lasts, house, given=False)
            exported = self._quantities.whole(told.exported, lasts, house, given=True)
            row = Row(told.line, start, end, imported, exported, _CODES[told.quality])
            table.add(house, row)
        if table.blank and not len(table):
            raise RecordingError(
                f"{self._path}: no row tells both what was taken and what was given.",
                advice="Where a house gives nothing, say --export none; takes it nothing, "
                "--import none.",
            )
        table.resolution_wh = self._quantities.resolution_wh(minutes)
        table.finish()
        return table

    def _length(self) -> int:
        """Return how long a row lasts, ms, where it does not say so itself."""
        layout = self._layout
        if layout.start and layout.end:
            return median_low(told.end - time for (_, time), told in self._told.items()) \
                if self._told else _MS_PER_MINUTE  # fmt: skip
        if layout.minutes is not None:
            return layout.minutes * _MS_PER_MINUTE
        last: dict[str, int] = {}
        steps = []
        for house, time in sorted(self._told):
            if house in last:
                steps.append(time - last[house])
            last[house] = time
        if not steps:
            raise RecordingError(
                f"{self._path}: no house has two rows, so how long they last is not known.",
                advice="Say so with --minutes.",
            )
        return median_low(steps)

    def _refuse(self, line: int, what: str, advice: str = "") -> NoReturn:
        raise RecordingError(f"{self._path}:{line}: {what}.", advice=advice)


def _together(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return other if one is None else one if other is None else one + other


def _bare(name: str) -> str:
    """Return a name without what spreadsheets put around long numbers: `="5414"`."""
    return name[2:-1] if name.startswith('="') and name.endswith('"') else name
