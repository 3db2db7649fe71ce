"""The imported: what a file comes to, as lines for the operator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from zoneinfo import ZoneInfo

from console.cli.printing import counted, local
from console.meters.files.table import Table
from console.model.figures import kwh
from console.model.importing import Difference, HouseImport, Imported
from console.safe_text import safe_text

_MOST_TOLD = 20
_WIDTH = 79
_HEAD = ("house", "rows", "known", "differ", "add", "intervals", "taken", "given")


def imported_lines(found: Imported, zone: ZoneInfo, table: Table) -> list[str]:
    """Return what a file would add, or added, and where it differs.

    Args:
        found: what it comes to.
        zone: the community's zone, for times.
        table: what the files hold.
    """
    lines = [
        _span(found.houses, zone, table.file),
        *_table(found.houses, registers=not found.longest),
    ]
    lines += [*_differences(found.differences, zone, table)]
    if more := found.differing - sum(one.rows for one in found.differences[:_MOST_TOLD]):
        lines.append(f"  and {counted(more, 'row')} more that differ")
    if table.blank:
        lines.append(f"{counted(table.blank, 'row')} without a value: left out, not taken for 0.")
    return [*lines, *(line for note in _notes(found) for line in wrap(note, _WIDTH))]


def _span(houses: Sequence[HouseImport], zone: ZoneInfo, file: str) -> str:
    first, last = min(one.first for one in houses), max(one.last for one in houses)
    return f"{safe_text(file, 200)}: {local(first, zone)} to {local(last, zone)}, in kWh"


def _table(houses: Sequence[HouseImport], *, registers: bool) -> Iterator[str]:
    rows = [_HEAD, *(_row(one, registers=registers) for one in houses)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
    for row in rows:
        cells = [
            f"{cell:<{width}}" if at == 0 else f"{cell:>{width}}"
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _row(one: HouseImport, *, registers: bool) -> tuple[str, ...]:
    counts = (one.rows, one.known, one.differing, one.readings)
    return (
        safe_text(one.house, 32),
        *map(str, counts),
        "-" if registers else str(one.intervals),
        kwh(one.imported_wh),
        kwh(one.exported_wh),
    )


def _differences(differences: Sequence[Difference], zone: ZoneInfo, table: Table) -> Iterator[str]:
    for one in differences[:_MOST_TOLD]:
        rows = f", {counted(one.rows, 'row')}" if one.rows > 1 else ""
        where = f"{safe_text(table.place(one.line), 200)}: {safe_text(one.house, 32)}"
        yield f"{where} {local(one.time, zone)}{rows}: {safe_text(one.text, 300)}"


def _notes(found: Imported) -> Iterator[str]:
    if found.differing:
        yield "What differs is not taken: the readings stay as they are."
    if holes := sum(one.holes for one in found.houses):
        yield f"{counted(holes, 'gap')} in the file: that energy is not known."
    if flagged := sum(one.flagged for one in found.houses):
        yield (
            f"{counted(flagged, 'row')} not measured but estimated or substituted: what is given "
            "in them is never minted."
        )
    if late := sum(one.too_late for one in found.houses):
        yield (
            f"Left out: {counted(late, 'reading')} that would change intervals which are not "
            "revised any more ([settlement] deadline_days)."
        )
    if found.longest > found.minutes:
        yield (
            f"The file's intervals last up to {found.longest} minutes, the community's "
            f"{found.minutes}: how that energy spreads is not known, so it is shared with nobody. "
            "With --spread it is spread evenly, as an estimate."
        )
    if found.settled:
        yield f"{counted(found.settled, 'settled interval')} will be looked at again."
    if found.waiting:
        yield f"{counted(found.waiting, 'waiting interval')} will know more."
    if not found.readings:
        yield "There is nothing to add."
    elif not found.written:
        yield f"{counted(found.readings, 'reading')} would be added."
