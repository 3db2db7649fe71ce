"""The calendar: which intervals have ended, and when the next one ends or ripens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from console.engine.facts import fact_of, keep_fact
from console.engine.parts import Parts
from console.model.interval import Interval

FACT = "begins"
"""The store's fact that keeps where the first interval of all may begin at the earliest."""


async def begin_here(parts: Parts) -> None:
    """Let the past before the first reading of now stay unsettled, whatever is added to it.

    Without readings it is the past before this instant. Once an interval is recorded, or where this
    was said before, nothing happens.
    """
    audit = parts.store.audit
    if await parts.store.settlements.newest() is None and await audit.fact(FACT) is None:
        span = await parts.store.readings.span()
        begins = span[0] if span is not None else parts.clock.now()
        await keep_fact(audit, FACT, begins)


async def ended(parts: Parts) -> Iterator[Interval]:
    """Return the intervals that have ended since the newest recorded one.

    The first of all begins at or after the first reading, so that its start edge is known.
    """
    newest = await parts.store.settlements.newest()
    if newest is not None:
        known_until = newest.interval.end
    elif (span := await parts.store.readings.span()) is not None:
        begins = await fact_of(parts.store.audit, FACT, datetime)
        known_until = span[0] if begins is None else max(span[0], begins)
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
