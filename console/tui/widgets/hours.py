"""The hours: which part of a local day a plot shows, four cells an hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import msgspec

from console.tui import format
from console.tui.cells import Line, Row
from console.tui.look import Look
from console.tui.widgets.timeline import hours_between
from console.tui.widgets.words import midnight

_CELLS = 4
_LABEL_CELLS = 3
_CELL_MINUTES = 60 // _CELLS


class Hours(msgspec.Struct, frozen=True):
    """The hours in sight."""

    first: datetime
    """The first instant in sight, aware UTC."""
    count: int
    """How many hours are in sight."""
    minutes: int
    """The intervals' length."""

    def cells(self, values: Mapping[datetime, int | None]) -> list[int | None]:
        """Return a value a cell: 0 where there is no interval, None where it is not known.

        Args:
            values: by the intervals' starts, aware UTC.
        """
        cell = timedelta(minutes=_CELL_MINUTES)
        return [self._cell(self.first + number * cell, values) for number in range(self.count * 4)]

    def _cell(self, start: datetime, values: Mapping[datetime, int | None]) -> int | None:
        if self.minutes >= _CELL_MINUTES:
            since = timedelta(minutes=start.minute % self.minutes)
            return values.get(start - since, 0)
        step = timedelta(minutes=self.minutes)
        parts = [values.get(start + n * step, 0) for n in range(_CELL_MINUTES // self.minutes)]
        known = [part for part in parts if part is not None]
        return -(-sum(known) // len(parts)) if len(known) == len(parts) else None

    def axis(self, column: int, look: Look) -> Line:
        """Return the line with the hours' names.

        Args:
            column: where the first cell stands.
            look: the zone and the styles.
        """
        row = Row()
        for number in range(self.count):
            instant = self.first + timedelta(hours=number)
            label = f"{format.local(instant, look.zone, utc=look.utc):%H}"
            row.to(column + number * _CELLS).add(label, look.ink.dim)
        return row.segments


def hours_in(day: date, now: datetime, minutes: int, room: int, look: Look) -> Hours:
    """Return the hours of a local day that fit, the present one among them.

    Args:
        day: the local day.
        now: the business time; on another day the middle of the day is shown.
        minutes: the intervals' length.
        room: the cells there are.
        look: the zone.
    """
    start = midnight(day, look.zone)
    end = midnight(day + timedelta(days=1), look.zone)
    total = hours_between(start, end)
    count = max(1, min(total, (room - _LABEL_CELLS) // _CELLS))
    if start <= now < end:
        skipped = max(0, int((now - start) / timedelta(hours=1)) + 1 - count)
    else:
        skipped = (total - count + 1) // 2
    return Hours(start + timedelta(hours=skipped), count, minutes)
