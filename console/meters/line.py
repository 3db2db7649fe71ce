"""The line: one meter that is polled, and what is known of it between its polls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from console.errors import MeterError
from console.meters.health import Health
from console.meters.measurement import Measurement
from console.meters.slots import Slots, to_instant, to_milliseconds
from console.meters.tally import Tally
from console.model.meter import Plate
from console.model.reading import MeterStatus, Reading


class PolledMeter(Protocol):
    """A meter that answers when asked."""

    @property
    def house(self) -> str:
        """The house's id."""

    @property
    def source(self) -> str:
        """What is noted with each reading as its source."""

    @property
    def plate(self) -> Plate:
        """What it is."""

    @property
    def listens(self) -> bool:
        """Whether it is not asked but speaks by itself, and `read` tells its newest message."""

    async def read(self) -> Measurement:
        """Ask once, or return the newest message; MeterError with one sentence where that fails."""

    async def close(self) -> None:
        """Let go of the connection."""


class Line:
    """One meter's slots, its health and its tally."""

    def __init__(self, meter: PolledMeter, slots: Slots, tally: Tally, period: timedelta) -> None:
        """Begin without any answer.

        Args:
            meter: whom to ask.
            slots: when.
            tally: what counts the polls.
            period: the time between two polls.
        """
        self.meter = meter
        """Whom to ask."""
        self.slots = slots
        """When."""
        self.tally = tally
        """What was counted."""
        self.period = period
        """The time between two polls."""
        self.health = Health(meter.house, period)
        """How it does."""
        self.in_flight = False
        """Whether an answer is awaited."""
        self.stopped = False
        """Whether it is asked no more."""
        self.last = -1
        """When it was asked last, milliseconds since 1970."""
        self.said: Measurement | None = None
        """What the newest good answer said, with when that was so; None before the first."""
        self.fault: MeterError | None = None
        """Why the newest poll brought nothing; None where it did."""
        self._taken: datetime | None = None

    def is_new(self, said: Measurement) -> bool:
        """Return whether a measurement is not the message that was read before, and remember it."""
        known, self._taken = self._taken, said.taken
        return said.taken is None or said.taken != known

    def answer(self, now: datetime, said: Measurement, seconds: float) -> MeterStatus | None:
        """Note a good answer; return the state where it changed.

        Args:
            now: the present instant.
            said: the answer.
            seconds: how long it took, loop time.
        """
        self.said = msgspec.structs.replace(said, taken=said.taken or now)
        self.tally.answer(now, said, None if self.meter.listens else seconds)
        return self.health.answer(now, self.tally.doubt(self.meter.plate, now))

    def reading(self, now: datetime, said: Measurement) -> Reading:
        """Return a good answer as a reading, of the instant at which it was taken.

        Args:
            now: the present instant, for who tells none.
            said: the answer.
        """
        return Reading(
            house=self.meter.house,
            time=now if said.taken is None else to_instant(to_milliseconds(said.taken)),
            import_wh=said.whole_import_wh,
            export_wh=said.whole_export_wh,
            power_w=said.whole_power_w,
            source=self.meter.source,
        )

    def fail(self, now: datetime, cause: str, rest_seconds: float = 0.0) -> MeterStatus | None:
        """Note a bad answer or none; as `Health.fail`.

        A meter that speaks by itself is not left alone: nothing is sent to it.
        """
        self.tally.fail(now, cause)
        if self.meter.listens:
            return self.health.miss(now, cause)
        return self.health.fail(now, cause, rest_seconds)

    def skip(self, now: datetime, cause: str | None = None) -> MeterStatus | None:
        """Note a poll that did not take place; as `Health.miss`."""
        self.tally.skip(now)
        return self.health.miss(now, cause)
