"""The log: what happened, and which alarms stand, as events of the store."""

from __future__ import annotations

from contextlib import suppress

from console.clock import Clock
from console.errors import DiskFull
from console.model.event import Alarm, Event, EventKind
from console.safe_text import safe_text
from console.store.protocols import Events

MOST_WAITING = 1000
"""Events that may wait for a full disk; beyond it the oldest go."""


class Log:
    """Writes events and alarms at the business time; knows the newest for the screens.

    A full disk stops nobody who has something to tell: events wait for the next one, and an alarm
    stands without the store.
    """

    def __init__(self, events: Events, clock: Clock) -> None:
        """Write to a store's events by a clock."""
        self._events = events
        self._clock = clock
        self._waiting: list[Event] = []
        self.newest = 0
        """The newest event's id."""
        self.alarms: tuple[Alarm, ...] = ()
        """The standing alarms, oldest first."""

    async def load(self) -> None:
        """Read the standing alarms and the newest event's id from the store."""
        self.alarms = tuple(await self._events.alarms())
        newest = await self._events.page(limit=1)
        self.newest = newest[0].id if newest else 0

    async def say(
        self, kind: EventKind, text: str, subject: str = "", actor: str = "engine"
    ) -> None:
        """Add an event at the present business time."""
        event = Event(
            time=self._clock.now(),
            kind=kind,
            text=safe_text(text, 300),
            subject=subject,
            actor=safe_text(actor, 64),
        )
        batch, self._waiting = [*self._waiting, event], []
        try:
            await self._events.add(*batch)
        except DiskFull:
            self._waiting = (batch + self._waiting)[-MOST_WAITING:]
        else:
            self.newest += len(batch)

    async def raise_alarm(self, alarm: Alarm) -> None:
        """Let an alarm stand, once a key, with an event where it is new."""
        if any(standing.key == alarm.key for standing in self.alarms):
            return
        self.alarms = (*self.alarms, alarm)
        with suppress(DiskFull):
            await self._events.raise_alarm(alarm)
        await self.say(_kind_of(alarm), f"{alarm.title}: {alarm.text}", _subject_of(alarm.key))

    async def clear_alarm(self, key: str, text: str) -> None:
        """End an alarm, with an event where it stood."""
        standing = tuple(alarm for alarm in self.alarms if alarm.key != key)
        if len(standing) == len(self.alarms):
            return
        self.alarms = standing
        with suppress(DiskFull):
            await self._events.clear_alarm(key)
        await self.say(EventKind.ENGINE, text, _subject_of(key))


def _subject_of(key: str) -> str:
    """Return the house or the interval that an alarm's key ends with; its only word where none."""
    return key.partition(" ")[2] or key


def _kind_of(alarm: Alarm) -> EventKind:
    words = {
        "held": EventKind.SETTLE,
        "meter": EventKind.METER,
        "meters": EventKind.METER,
        "chain": EventKind.CHAIN,
    }
    return words.get(alarm.key.split(" ", 1)[0], EventKind.ENGINE)
