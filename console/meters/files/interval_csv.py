"""The interval table: a CSV file of energy by interval whose columns an operator names."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from console.errors import RecordingError
from console.meters.files.gathering import UNTOLD, Gathering, Value
from console.meters.files.houses import Houses
from console.meters.files.instants import Instants, NoInstant
from console.meters.files.layout import NOTHING, Columns, Layout, Meaning
from console.meters.files.lines import lines_of
from console.meters.files.quantity import Quantities, Unreadable
from console.meters.files.table import Table
from console.model.reading import Quality
from console.safe_text import safe_text

MOST_PREAMBLE = 50
"""So many lines may stand before the header."""

_SEPARATORS = (";", "\t", ",", "|")
_MS_PER_MINUTE = 60_000


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
        self._gathering = Gathering(str(path))
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
                    self._refuse_doubt(line, columns, fields)
                    self._separator = separator
                    return columns
                if best is None or (len(columns.missing), -columns.width) < (
                    len(best[1].missing), -best[1].width,
                ):  # fmt: skip
                    best = (line, columns, fields)
            if line > MOST_PREAMBLE:
                break
        raise self._headless(best)

    def _refuse_doubt(self, line: int, columns: Columns, fields: Sequence[str]) -> None:
        for name in columns.doubtful:
            same = [at for at, field in enumerate(fields, 1) if field.strip() == name.strip()]
            self._refuse(
                line,
                f"has {len(same)} columns '{safe_text(name, 40)}'",
                f"Say which is meant: {' or '.join(f'#{at}' for at in same[:10])}.",
            )

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
        if start == end == UNTOLD:
            self._refuse(line, "has no time")
        taken, given = self._energies(columns, line, fields, way)
        value = Value(
            line=line,
            start=start,
            end=end,
            taken=taken,
            given=given,
            quality=self._quality(line, columns.get(fields, "--quality")),
        )
        self._gathering.put(house, way, value)

    def _energies(
        self, columns: Columns, line: int, fields: Sequence[str], way: str
    ) -> tuple[int | None, int | None]:
        """Return what was taken and given; None where the row does not tell."""
        layout = self._layout
        if layout.energy:
            return self._directed(line, way, columns.get(fields, "--energy"))
        return (
            self._value(line, columns.get(fields, "--import"), layout.imports),
            self._value(line, columns.get(fields, "--export"), layout.exports),
        )

    def _time(self, line: int, text: str, series: str) -> int:
        if not text:
            return UNTOLD
        try:
            return self._instants.read(text, series)
        except NoInstant as wrong:
            self._refuse(line, f"'{safe_text(text, 40)}' {wrong}", wrong.advice)

    def _value(self, line: int, text: str, column: str = "") -> int | None:
        if column == NOTHING:
            return 0
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

    def _directed(self, line: int, word: str, text: str) -> tuple[int | None, int | None]:
        """Return one register's energy, and 0 for a direction that there is not."""
        meaning = self._meanings.get(word)
        value = self._value(line, text)
        taken = 0 if self._layout.imports == NOTHING else None
        given = 0 if self._layout.exports == NOTHING else None
        if meaning is Meaning.IMPORT:
            return value, given
        if meaning is Meaning.EXPORT:
            return taken, value
        if meaning is not Meaning.NONE:
            self._refuse(
                line,
                f"'{safe_text(word, 40)}' is no direction that was named",
                f"Say what it means, such as: --word '{safe_text(word, 40)}=import'",
            )
        return None, None

    def _table(self) -> Table:
        gathering, minutes = self._gathering, self._layout.minutes
        length = gathering.last(None if minutes is None else minutes * _MS_PER_MINUTE)
        if length is None and len(gathering):
            raise RecordingError(
                f"{self._path}: no house has two rows, so how long they last is not known.",
                advice="Say so with --minutes.",
            )
        if self._quantities.is_power:
            gathering.spend()
        return gathering.table(self._quantities.resolution_wh(length or 0))

    def _refuse(self, line: int, what: str, advice: str = "") -> NoReturn:
        raise RecordingError(f"{self._path}:{line}: {what}.", advice=advice)


def _bare(name: str) -> str:
    """Return a name without what spreadsheets put around long numbers: `="5414"`."""
    return name[2:-1] if name.startswith('="') and name.endswith('"') else name
