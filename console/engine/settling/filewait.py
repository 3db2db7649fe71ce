"""The wait for files: whose files held intervals wait for, and the alarm before that ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.engine.parts import Parts
from console.model.awaited import Awaited
from console.model.balance import Missing
from console.model.event import Alarm, Priority
from console.model.house import House
from console.model.interval import Interval
from console.model.settlement import Settlement, State

ALARM = "file "
"""What the key of the alarm for a file that does not come begins with."""


class FileWait:
    """Knows what the houses that nobody polls have not delivered yet; raises and ends alarms."""

    def __init__(self, parts: Parts) -> None:
        """Look at the parts' store, and tell their log."""
        self._parts = parts

    def alone(self, waiting: Sequence[Missing]) -> bool:
        """Return whether all houses that are missing are such, so that nobody can look at them."""
        filed = {house.id for house in self._filed()}
        return bool(waiting) and all(one.house in filed for one in waiting)

    async def lacks(self, interval: Interval) -> bool:
        """Return whether a file for an interval is still to come, so that it cannot be whole."""
        latest = await self._latest()
        return any(self._waits(house, latest, interval) for house in self._filed())

    async def awaited(self) -> tuple[Awaited, ...]:
        """Return whose files held intervals wait for, in the order of the houses."""
        filed = [*self._filed()]
        if not filed:
            return ()
        latest, held = await self._latest(), await self._held()
        return tuple(one for house in filed if (one := self._of(house, latest, held)) is not None)

    async def look(self) -> None:
        """Raise an alarm for each house in whose wait half of the time has passed; end others."""
        now, log = self._parts.clock.now(), self._parts.log
        late = [one for one in await self.awaited() if one.until - self._patience / 2 <= now]
        for one in late:
            await log.raise_alarm(_alarm(one, self._parts.zone, now))
        keys = {f"{ALARM}{one.house}" for one in late}
        for alarm in log.alarms:
            if alarm.key.startswith(ALARM) and alarm.key not in keys:
                await log.clear_alarm(alarm.key, f"{alarm.title}: no more")

    @property
    def _patience(self) -> timedelta:
        return timedelta(days=self._parts.settings.settlement.deadline_days)

    def _filed(self) -> Iterable[House]:
        return (one.house for one in self._parts.settings.members if one.meter.from_files)

    async def _latest(self) -> dict[str, datetime]:
        readings = await self._parts.store.readings.latest()
        return {house: reading.time for house, reading in readings.items()}

    async def _held(self) -> list[Interval]:
        held: list[Settlement] = await self._parts.store.settlements.in_state(State.HELD)
        return [one.interval for one in held]

    def _waits(self, house: House, latest: dict[str, datetime], interval: Interval) -> bool:
        day = interval.start.astimezone(self._parts.zone).date()
        known = latest.get(house.id)
        return house.belongs_on(day) and (known is None or known < interval.end)

    def _of(
        self, house: House, latest: dict[str, datetime], held: Sequence[Interval]
    ) -> Awaited | None:
        waits = [interval for interval in held if self._waits(house, latest, interval)]
        if not waits:
            return None
        until = waits[0].end + self._patience
        return Awaited(house=house.id, since=waits[0].start, until=until, intervals=len(waits))


def _alarm(one: Awaited, zone: ZoneInfo, since: datetime) -> Alarm:
    first, until = (f"{time.astimezone(zone):%Y-%m-%d %H:%M}" for time in (one.since, one.until))
    return Alarm(
        key=f"{ALARM}{one.house}",
        priority=Priority.LOW,
        since=since,
        title=f"the file of {one.house} is waited for",
        text=f"intervals from {first} on are held for it, and settled without it from {until} on",
        advice="mosaic import FILE; sooner without it: mosaic settle --due --provisional",
    )
