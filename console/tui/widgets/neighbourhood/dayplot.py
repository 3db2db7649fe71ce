"""The day plot: what was shared, given to and taken from the grid, in one scale."""

from __future__ import annotations

import msgspec

from console.model.settlement import SETTLED, State
from console.model.snapshot import DayInterval, Snapshot
from console.tui import format
from console.tui.cells import Line, Row
from console.tui.look import Look
from console.tui.widgets.hours import hours_in
from console.tui.widgets.spark import add_spark
from console.tui.widgets.timeline import local_day

HEIGHT = 5
"""The lines of the plot."""
_LABEL = 12


class Day(msgspec.Struct, frozen=True):
    """The local day so far."""

    snapshot: Snapshot
    """Where it stands."""
    look: Look
    """How to draw it."""


def draw_day(day: Day, cells: int) -> list[Line]:
    """Draw the day's sums, its three plots and the hours.

    Args:
        day: the local day.
        cells: the width.
    """
    snapshot, look = day.snapshot, day.look
    closed = [interval for interval in snapshot.day if interval.state is not State.OPEN]
    # within its grace an interval is not unknown, only not decided yet
    decided = [interval for interval in closed if interval.state is not State.CLOSED]
    now = snapshot.head.now
    today = local_day(now, look.zone)
    hours = hours_in(today, now, snapshot.place.minutes, cells - _LABEL, look)
    top = max((_size(interval) for interval in closed), default=0)
    lines = [_sums(snapshot, closed, look, cells)]
    for label, ink, values in (
        ("shared", look.ink.text, {one.start: one.shared_wh for one in decided}),
        ("to grid", look.ink.give, {one.start: one.to_grid_wh for one in decided}),
        ("from grid", look.ink.take, {one.start: one.from_grid_wh for one in decided}),
    ):
        row = Row().add(f" {label}").to(_LABEL)
        lines.append(add_spark(row, hours.cells(values), top, look, (ink, ink)).segments)
    return [*lines, hours.axis(_LABEL, look)]


def _size(interval: DayInterval) -> int:
    """The larger of what was exported and what was imported together, Wh."""
    return (interval.shared_wh or 0) + max(interval.to_grid_wh or 0, interval.from_grid_wh or 0)


def _sums(snapshot: Snapshot, closed: list[DayInterval], look: Look, cells: int) -> Line:
    exported = sum(house.exported_wh for house in snapshot.houses)
    imported = sum(house.imported_wh for house in snapshot.houses)
    shared = sum(house.sold_wh for house in snapshot.houses)
    settled = sum(interval.state in SETTLED for interval in closed)
    row = Row().add(" Today", look.ink.strong).to(_LABEL)
    words = (
        f"exported {format.kwh(exported)}",
        f"imported {format.kwh(imported)}",
        f"shared {format.kwh(shared)}",
        f"to grid {format.kwh(exported - shared)}",
        f"from grid {format.kwh(imported - shared)} kWh",
    )
    gap = "   " if cells >= 120 else "  "
    text = gap.join(words) + f"  {settled} of {len(closed)} settled"
    return row.add(text if row.length + len(text) <= cells else "  ".join(words[2:])).segments
