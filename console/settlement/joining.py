"""The joining: a file's registers held against the readings around each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from console.model.figures import kwh
from console.settlement.filed import Around, Doubt, Fitted, Stretch
from console.settlement.registers import Point

_NAMES = ("import", "export")


def join(rows: Iterable[Stretch], around: Mapping[int, Around]) -> Fitted:
    """Return the registers that a file adds to a house's readings.

    Args:
        rows: the house's registers in order of time, each a stretch of no length whose energy is
            both registers in the continued count.
        around: what the readings say of each of their instants; `at` is there only where a
            reading is.
    """
    fitted = Fitted([], [], 0, [])
    agreeing = 0
    for row in rows:
        text = _misfit(row, around[row.start])
        if text is None:
            agreeing += 1
        elif text:
            fitted.doubts.append(Doubt(row.line, row.start, 1, text))
        else:
            fitted.points.append(Point(row.start, *row.energy, row.quality))
            fitted.taken.append(row)
    return Fitted(fitted.points, fitted.taken, agreeing, fitted.doubts)


def _misfit(row: Stretch, around: Around) -> str | None:
    """Say why a row cannot stand among the readings; empty where it can, None where it does."""
    for way, name in enumerate(_NAMES):
        value = row.energy[way]
        if around.at is not None:
            if value != around.at[way]:
                shown = kwh(around.at[way])
                return f"its {name} register is {kwh(value)} kWh, that of the reading {shown}"
            continue
        if around.before is not None and value < around.before[way]:
            return (
                f"its {name} register is {kwh(value)} kWh, below the {kwh(around.before[way])} "
                "of the reading before"
            )
        after = around.after
        if after is not None and value > (high := (after.import_wh, after.export_wh)[way]):
            return (
                f"its {name} register is {kwh(value)} kWh, above the {kwh(high)} of the reading "
                "after it"
            )
    return None if around.at is not None else ""
