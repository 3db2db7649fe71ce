"""The calendar: which intervals have ended, and when the next one ends or ripens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from console.engine.parts import Parts
from console.model.interval import Interval


async def ended(parts: Parts) -> Iterator[Interval]:
    """Return the intervals that have ended since the newest recorded one.

    The first of all begins at or after the first reading, so that its start edge is known.
    """
    newest = await parts.store.settlements.newest()
    if newest is not None:
        known_until = newest.interval.end
    elif (span := await parts.store.readings.span()) is not None:
        known_until = span[0]
    else:
        return iter(())
    return _from(parts.interval_at(known_until), known_until, parts.clock.now())


def next_due(parts: Parts) -> datetime:
    """Return the next instant at which an interval closes or its grace ends."""
    now = parts.clock.now()
    closes = parts.interval_at(now).end
    ripens = parts.interval_at(now - parts.grace).end + parts.grace
    return min(closes, ripens)


def _from(interval: Interval, known_until: datetime, now: datetime) -> Iterator[Interval]:
    if interval.start < known_until:
        interval = interval.next
    while interval.end <= now:
        yield interval
        interval = interval.next
