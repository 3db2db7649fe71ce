"""The standing: the alarms that stand, through their life, kept in the store."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Protocol

import msgspec

from console.clock import Clock
from console.errors import DiskFull, Refused
from console.model import alarm as life
from console.model.event import Alarm, AlarmState, EventKind
from console.store.protocols import Events


class Say(Protocol):
    """What adds an event to the log."""

    def __call__(
        self, kind: EventKind, text: str, subject: str = "", actor: str = "engine"
    ) -> Awaitable[None]:
        """Add an event at the present business time."""


class Standing:
    """Holds one alarm a key; an alarm stands also where a full disk cannot keep it."""

    def __init__(self, events: Events, clock: Clock, say: Say) -> None:
        """Keep alarms in a store's events, by a clock; tell of them in the log."""
        self._events = events
        self._clock = clock
        self._say = say
        self._alarms: dict[str, Alarm] = {}
        self._highest = 0
        self._due: datetime | None = None

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """The alarms that stand, shelved ones too, oldest first."""
        return tuple(a for a in self._alarms.values() if a.state is not AlarmState.RESTING)

    def lasts(self, key: str) -> bool:
        """Return whether the cause of a key's alarm is still there."""
        alarm = self._alarms.get(key)
        return alarm is not None and alarm.ended is None

    async def load(self) -> None:
        """Take the alarms from the store."""
        self._alarms = {alarm.key: alarm for alarm in await self._events.alarms()}
        self._highest = await self._events.highest_alarm()
        self._plan()

    async def raise_alarm(self, alarm: Alarm) -> None:
        """Let an alarm stand, one a key; it is told where it is new or has come again."""
        before = self._alarms.get(alarm.key)
        if before is None:
            self._highest += 1
            await self._put(msgspec.structs.replace(alarm, number=self._highest))
            await self._say(_kind_of(alarm), f"{alarm.title}: {alarm.text}", subject_of(alarm.key))
            return
        now_so = life.come(before, alarm)
        if now_so == before:
            return
        await self._put(now_so)
        if before.ended is None or now_so.count > life.CHATTER + 1:
            return
        often = f"{alarm.title}: again, {now_so.count} times now"
        if now_so.count > life.CHATTER:
            often += "; it comes and goes, and is counted on without a word"
        await self._say(_kind_of(alarm), often, subject_of(alarm.key))

    async def clear_alarm(self, key: str, text: str, actor: str = "engine") -> None:
        """Note that an alarm's cause is over.

        Args:
            key: the alarm's key; nothing happens where none lasts.
            text: what the log tells of it.
            actor: who ended it; whoever did has seen it.
        """
        alarm = self._alarms.get(key)
        if alarm is None or alarm.ended is not None:
            return
        gone = life.go(alarm, self._clock.now())
        if actor != "engine":
            gone = life.acknowledge(gone, actor, self._clock.now())
        await self._put(gone)
        if alarm.count <= life.CHATTER:
            await self._say(EventKind.ENGINE, text, subject_of(key), actor)

    async def merge_alarm(self, key: str, text: str) -> None:
        """Let an alarm go into a wider one, which stands in its place; a shelved one stays."""
        alarm = self._alarms.get(key)
        if alarm is not None and alarm.state is not AlarmState.SHELVED:
            await self._drop(key)
            await self._say(EventKind.ENGINE, text, subject_of(key))

    async def pass_time(self) -> None:
        """Bring shelved alarms back at their end; forget what is over and seen."""
        now = self._clock.now()
        if self._due is None or now < self._due:
            return
        for alarm in tuple(self._alarms.values()):
            later = life.after(alarm, now)
            if later is None:
                await self._drop(alarm.key)
            elif later is not alarm:
                await self._put(later)
            if alarm.shelved_until is not None and later is not alarm:
                over = "back from the shelf" if later is not None else "over while it was shelved"
                await self._say(EventKind.ENGINE, f"{alarm.title}: {over}", subject_of(alarm.key))

    async def acknowledge(self, numbers: Iterable[int], who: str) -> tuple[Alarm, ...]:
        """Note that alarms were seen, and by whom; return those of them that waited for it.

        Raises:
            Refused: one of them does not stand, or is shelved.
        """
        chosen = [self._numbered(number) for number in dict.fromkeys(numbers)]
        for alarm in chosen:
            if alarm.state is AlarmState.SHELVED:
                raise Refused(
                    f"alarm {alarm.number} is shelved.", advice="Take it off the shelf first."
                )
        seen = [alarm for alarm in chosen if alarm.waits]
        now = self._clock.now()
        told = tuple(life.acknowledge(alarm, who, now) for alarm in seen)
        await self._put(*told)
        return told

    async def shelve(
        self, numbers: Iterable[int], who: str, reason: str, until: datetime
    ) -> tuple[Alarm, ...]:
        """Put alarms aside until an instant; return them.

        Raises:
            Refused: one of them does not stand.
        """
        chosen = [self._numbered(number) for number in dict.fromkeys(numbers)]
        shelved = tuple(life.shelve(alarm, who, reason, until) for alarm in chosen)
        await self._put(*shelved)
        return shelved

    async def unshelve(self, numbers: Iterable[int]) -> tuple[Alarm, ...]:
        """Take alarms off the shelf; return them as they were on it.

        Raises:
            Refused: one of them does not stand, or is not shelved.
        """
        chosen = [self._numbered(number) for number in dict.fromkeys(numbers)]
        for alarm in chosen:
            if alarm.state is not AlarmState.SHELVED:
                raise Refused(f"alarm {alarm.number} is not shelved.")
        backs = [back for alarm in chosen if (back := life.unshelve(alarm)) is not None]
        await self._put(*backs)
        for alarm in chosen:
            if alarm.ended is not None:
                await self._drop(alarm.key)
        return tuple(chosen)

    def _numbered(self, number: int) -> Alarm:
        for alarm in self.alarms:
            if alarm.number == number:
                return alarm
        raise Refused(f"no alarm {number} stands.", advice="List them with: mosaic alarms")

    async def _put(self, *alarms: Alarm) -> None:
        """Change all of them at once, before anything else may run, then keep them."""
        self._alarms |= {alarm.key: alarm for alarm in alarms}
        self._plan()
        if alarms:
            with suppress(DiskFull):
                await self._events.put_alarms(*alarms)

    async def _drop(self, key: str) -> None:
        self._alarms.pop(key, None)
        self._plan()
        with suppress(DiskFull):
            await self._events.clear_alarm(key)

    def _plan(self) -> None:
        """Know when time alone changes something next."""
        dues = [due for a in self._alarms.values() if (due := life.changes_at(a)) is not None]
        self._due = min(dues, default=None)


def subject_of(key: str) -> str:
    """Return the house or the interval that an alarm's key ends with; its only word where none."""
    return key.partition(" ")[2] or key


def _kind_of(alarm: Alarm) -> EventKind:
    words = {
        "held": EventKind.SETTLE,
        "meter": EventKind.METER,
        "meters": EventKind.METER,
        "network": EventKind.METER,
        "together": EventKind.METER,
        "chain": EventKind.CHAIN,
        "blocks": EventKind.CHAIN,
        "finality": EventKind.CHAIN,
    }
    return words.get(alarm.key.split(" ", 1)[0], EventKind.ENGINE)
