"""The reach: which intervals later readings come close to, and which are closed to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum

import msgspec

from console.engine.files.surveying import instant_of
from console.engine.parts import Parts
from console.model.interval import Interval
from console.model.reading import Quality
from console.model.settlement import DONE, Settlement, State
from console.settlement.registers import Point

_DAY = timedelta(days=1)
_WAITING = (State.CLOSED, State.HELD)


class _Stand(Enum):
    """How an interval takes later readings."""

    FREE = "free"
    WAITING = "waiting"
    SETTLED = "settled"
    SHUT = "shut"


class Reach:
    """Counts the intervals that points come close to; keeps points from those that are shut.

    An interval is shut once `deadline_days` have passed since it became final: no revision of it
    is made any more, so that readings which change it would only let a verification differ.
    """

    def __init__(self, parts: Parts) -> None:
        """Look at the intervals in the parts' store."""
        self._parts = parts
        self._close = parts.close
        self._settled: set[Interval] = set()
        self._waiting: set[Interval] = set()
        self._day: datetime | None = None
        self._stands: dict[Interval, _Stand] = {}

    @property
    def settled(self) -> int:
        """How many settled intervals are looked at again for the points kept so far."""
        return len(self._settled)

    @property
    def waiting(self) -> int:
        """How many closed or held intervals the points kept so far come close to."""
        return len(self._waiting)

    async def keep(self, points: Sequence[Point]) -> list[Point]:
        """Return the points that change no interval which is shut, in order of time."""
        kept: list[Point] = []
        unknown = False
        for point in points:
            stands = [(one, await self._stand(one)) for one in self._near(point)]
            if any(stand is _Stand.SHUT for _, stand in stands):
                unknown = unknown or point.quality is Quality.MISSING
                continue
            if unknown:
                # what was said of the energy before a point left out holds before the next one
                point = msgspec.structs.replace(point, quality=Quality.MISSING)
                unknown = False
            kept.append(point)
            self._settled.update(one for one, stand in stands if stand is _Stand.SETTLED)
            self._waiting.update(one for one, stand in stands if stand is _Stand.WAITING)
        return kept

    def _near(self, point: Point) -> Iterator[Interval]:
        """Yield the ended intervals with an edge that a point may move."""
        instant, now = instant_of(point.ms), self._parts.clock.now()
        interval = self._parts.interval_at(instant - self._close)
        while interval.start <= instant + self._close and interval.end <= now:
            yield interval
            interval = interval.next

    async def _stand(self, interval: Interval) -> _Stand:
        day = interval.start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        if day != self._day:
            known = await self._parts.store.settlements.between(day, day + _DAY)
            self._stands = {one.interval: self._judged(one) for one in known}
            self._day = day
        return self._stands.get(interval, _Stand.FREE)

    def _judged(self, settlement: Settlement) -> _Stand:
        if settlement.state in _WAITING:
            return _Stand.WAITING
        if settlement.state is State.OPEN or not settlement.plan_known:
            return _Stand.FREE
        days = timedelta(days=self._parts.settings.settlement.deadline_days)
        since = max(settlement.interval.end, settlement.changed)
        over = since + days <= self._parts.clock.now()
        if settlement.state in DONE and over and not settlement.late:
            return _Stand.SHUT
        return _Stand.SETTLED
