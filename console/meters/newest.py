"""The newest message: what a meter that speaks by itself said last, and how long ago."""

from __future__ import annotations

import asyncio
from datetime import datetime

import msgspec

from console.clock import Clock
from console.errors import MeterDenied, MeterError
from console.meters.measurement import Measurement


class Newest:
    """Keeps one meter's newest message, or why there is none."""

    def __init__(self, place: str, clock: Clock, silence: float) -> None:
        """Begin without any message.

        Args:
            place: where the meter speaks, for sentences.
            clock: by which messages are stamped.
            silence: how old the newest may be before it is told no more, s.
        """
        self._place = place
        self._clock = clock
        self._silence = silence
        self._said: Measurement | None = None
        self._fault: MeterError | None = None
        self._heard = asyncio.Event()

    def hear(self, said: Measurement, taken: datetime | None = None) -> None:
        """Take a message.

        Args:
            said: what it says.
            taken: when that was so, aware, where it is known to be older than its arrival.
        """
        self._said = msgspec.structs.replace(said, taken=taken or self._clock.now())
        self._fault = None
        self._heard.set()

    def fail(self, fault: MeterError) -> None:
        """Take why nothing is heard: a broken connection, a message that must be refused.

        The newest message stands until it is too old.
        """
        self._fault = fault
        self._heard.set()

    async def read(self, patience: float) -> Measurement:
        """Return the newest message with the instant at which it was taken.

        Args:
            patience: how long the very first one is awaited, loop seconds.

        Raises:
            MeterDenied: the last fault was one.
            MeterError: there is none, or it is too old.
        """
        try:
            async with asyncio.timeout(patience):
                await self._heard.wait()
        except TimeoutError:
            raise MeterError(f"{self._place} said nothing within {patience:g} s") from None
        if isinstance(self._fault, MeterDenied):
            raise self._fault
        if self._said is None or self._said.taken is None:
            raise self._fault or MeterError(f"{self._place} said nothing yet")
        age = (self._clock.now() - self._said.taken).total_seconds()
        if age <= self._silence:
            return self._said
        raise self._fault or MeterError(f"{self._place} said nothing for {int(age)} s")
