"""The log: what happened, and which alarms stand, as events of the store."""

from __future__ import annotations

from console.clock import Clock
from console.model.event import Alarm, Event, EventKind
from console.safe_text import safe_text
from console.store.protocols import Events


class Log:
    """Writes events and alarms at the business time; counts them for the screens."""

    def __init__(self, events: Events, clock: Clock) -> None:
        """Write to a store's events by a clock."""
        self._events = events
        self._clock = clock
        self.version = 0
        """Counted up with every event and alarm."""
        self.alarms: tuple[Alarm, ...] = ()
        """The standing alarms, oldest first."""

    async def load(self) -> None:
        """Read the standing alarms from the store."""
        self.alarms = tuple(await self._events.alarms())

    async def say(
        self, kind: EventKind, text: str, subject: str = "", actor: str = "engine"
    ) -> None:
        """Add an event at the present business time."""
        await self._events.add(
            Event(
                time=self._clock.now(),
                kind=kind,
                text=safe_text(text, 300),
                subject=subject,
                actor=safe_text(actor, 64),
            )
        )
        self.version += 1

    async def raise_alarm(self, alarm: Alarm) -> None:
        """Let an alarm stand, once a key, with an event where it is new."""
        if await self._events.raise_alarm(alarm):
            self.alarms = tuple(await self._events.alarms())
            await self.say(_kind_of(alarm), f"{alarm.title}: {alarm.text}", alarm.key)

    async def clear_alarm(self, key: str, text: str) -> None:
        """End an alarm, with an event where it stood."""
        if any(alarm.key == key for alarm in self.alarms) and await self._events.clear_alarm(key):
            self.alarms = tuple(await self._events.alarms())
            await self.say(EventKind.ENGINE, text, key)


def _kind_of(alarm: Alarm) -> EventKind:
    words = {
        "held": EventKind.SETTLE,
        "meter": EventKind.METER,
        "meters": EventKind.METER,
        "chain": EventKind.CHAIN,
    }
    return words.get(alarm.key.split(" ", 1)[0], EventKind.ENGINE)
