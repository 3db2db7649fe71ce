"""The log: what happened, and which alarms stand, as events of the store."""

from __future__ import annotations

from console.clock import Clock
from console.engine.alarms.standing import Standing
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
        self.standing = Standing(events, clock, self.say)
        """The alarms."""

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """The alarms that stand, shelved ones too, oldest first."""
        return self.standing.alarms

    async def load(self) -> None:
        """Read the standing alarms and the newest event's id from the store."""
        await self.standing.load()
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
        """Let an alarm stand; see `Standing.raise_alarm`."""
        await self.standing.raise_alarm(alarm)

    async def clear_alarm(self, key: str, text: str, actor: str = "engine") -> None:
        """Note that an alarm's cause is over; see `Standing.clear_alarm`."""
        await self.standing.clear_alarm(key, text, actor)
