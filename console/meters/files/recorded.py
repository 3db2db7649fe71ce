"""The recorded: a recording's rows as the table of an import."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from console.meters.files.houses import Houses
from console.meters.files.table import Table
from console.meters.recording import step_of
from console.meters.recording_rows import Rows, Shape
from console.model.importing import Row

_MS_PER_MINUTE = 60_000


def read_recording(path: Path, houses: Houses, minutes: int | None = None) -> Table:
    """Return the rows of a recording (design section 8).

    Args:
        path: the file.
        houses: whom its names mean.
        minutes: how long each interval of energy is; the recording's own step where left out.

    Raises:
        RecordingError: a line cannot be read or says what cannot be; the message names it.
    """
    rows = Rows(path)
    registers = rows.shape is Shape.REGISTERS
    length = 0 if registers else _length(rows, minutes)
    table = Table(str(path), registers=registers)
    ids: dict[int, str | None] = {}
    for index, (owner, start, line) in enumerate(
        zip(rows.owners, rows.times, rows.lines, strict=True)
    ):
        if owner not in ids:
            ids[owner] = houses.find(rows.houses[owner], line)
        house = ids[owner]
        if house is not None:
            row = Row(line, start, start + length, rows.imports[index], rows.exports[index])
            table.add(house, row)
    table.finish()
    return table


def _length(rows: Rows, minutes: int | None) -> int:
    if minutes is not None:
        return minutes * _MS_PER_MINUTE
    step = step_of(rows)
    if step is None:
        rows.refuse(
            rows.lines[0],
            "no house has two rows, so how long they last is not known",
            "Say so with --minutes.",
        )
    return step // timedelta(milliseconds=1)
