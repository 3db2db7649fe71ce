"""The late: settled intervals whose readings may have changed, kept until each is looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from console.engine.facts import fact_of, keep_fact, unwritten
from console.engine.parts import Parts
from console.model.interval import Interval
from console.model.reading import Reading
from console.model.settlement import UNDECIDED, State
from console.model.swap import Swap
from console.store.protocols import Audit, Settlements

FACT = "late"
"""The store's fact that keeps them."""


class Late:
    """Remembers, over restarts, which intervals are to be looked at, before a reading is stored."""

    def __init__(self, parts: Parts) -> None:
        """Remember nothing yet; `load` takes what the store keeps."""
        self._parts = parts
        self._marked: set[Interval] = set()
        self._seen: set[Interval] = set()
        self._until: dict[str, datetime] = {}
        self.turn: asyncio.Lock | None = None
        """Held while intervals are decided; one that is closed may be on its way then."""

    async def load(self, latest: Iterable[Reading]) -> None:
        """Take what the store keeps; all of it is to be looked at again.

        Args:
            latest: each house's newest stored reading.
        """
        self._marked = set(await marked(self._parts.store.audit))
        self._until = {reading.house: reading.time for reading in latest}

    @property
    def fresh(self) -> list[Interval]:
        """The intervals that nobody has looked at since they were marked, in order."""
        return sorted(self._marked - self._seen)

    @property
    def known(self) -> list[Interval]:
        """The intervals that were looked at and are not done with, in order."""
        return sorted(self._marked & self._seen)

    def seen(self, interval: Interval) -> None:
        """Note that an interval was looked at."""
        self._seen.add(interval)

    def again(self, interval: Interval) -> None:
        """Let a marked interval be looked at again."""
        self._seen.discard(interval)

    async def take(self, batch: Sequence[Reading]) -> bool:
        """Mark the settled intervals whose edges some readings may move; return whether any is.

        Args:
            batch: the readings, about to be stored.
        """
        touched: set[Interval] = set()
        now, close = self._parts.clock.now(), self._parts.close
        running = self._parts.interval_at(now).start
        for reading in sorted(batch, key=lambda one: one.time):
            before = self._until.get(reading.house)
            if before is None or not running <= before < reading.time:
                touched.update(self._around(reading.time, before, now, close))
            if before is None or before < reading.time:
                self._until[reading.house] = reading.time
        return await self._mark([one for one in touched if await self._is_decided(one)])

    async def take_swap(self, swap: Swap) -> bool:
        """Mark the settled intervals from the last edge before a swap on; return whether any is."""
        start = self._parts.interval_at(swap.time - self._parts.close).start
        known = await self._parts.store.settlements.between(start, self._parts.clock.now())
        return await self._mark([one.interval for one in known if one.state not in UNDECIDED])

    async def forget(self, interval: Interval) -> None:
        """Be done with an interval."""
        self._seen.discard(interval)
        if interval in self._marked:
            self._marked.discard(interval)
            await self._keep()

    def _around(
        self, time: datetime, before: datetime | None, now: datetime, close: timedelta
    ) -> Iterator[Interval]:
        """Yield the ended intervals with an edge that a reading may move.

        One in order moves the edges since the house's reading before; any other those close by.
        """
        in_order = before is not None and before < time
        first = before if in_order and before is not None else time - close
        last = time if in_order else time + close
        interval = self._parts.interval_at(first)
        while interval.start <= last and interval.end <= now:
            yield interval
            interval = interval.next

    async def _is_decided(self, interval: Interval) -> bool:
        known = await self._parts.store.settlements.get(interval)
        if known is None:
            return False
        deciding = self.turn is not None and self.turn.locked()
        return known.state not in UNDECIDED or (deciding and known.state is not State.OPEN)

    async def _mark(self, intervals: Sequence[Interval]) -> bool:
        self._seen -= set(intervals)
        if not self._marked.issuperset(intervals):
            self._marked.update(intervals)
            await self._keep()
        return bool(intervals)

    async def _keep(self) -> None:
        kept = [(one.name, one.minutes) for one in sorted(self._marked)]
        await keep_fact(self._parts.store.audit, FACT, kept)


async def waiting(settlements: Settlements, audit: Audit) -> tuple[int, int]:
    """Return how many revisions are due, and how many Wh could not be taken back."""
    known = [await settlements.get(interval) for interval in await marked(audit)]
    due = sum(1 for one in known if one is not None and one.late)
    left = sum(item.wh for one in known if one is not None for item in one.open_items)
    return due, left


async def marked(audit: Audit) -> list[Interval]:
    """Return the intervals that a store keeps as late, in order."""
    names = await fact_of(audit, FACT, list[tuple[str, int]]) or []
    try:
        return sorted(Interval.parse(name, minutes) for name, minutes in names)
    except (ValueError, ArithmeticError) as error:
        raise unwritten(FACT, error) from error
