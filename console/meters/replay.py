"""The replay: the source that plays a recording."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from console.clock import Clock
from console.meters.line import PolledMeter
from console.meters.recording import Recording
from console.meters.source import Emit, Playground
from console.model.meter import Counted
from console.model.reading import MeterState, MeterStatus, Reading


class Replay:
    """Delivers a recording's readings, each at its own instant, and then ends."""

    def __init__(self, recording: Recording, clock: Clock) -> None:
        """Stand before the first reading.

        Args:
            recording: what is played.
            clock: the business clock that paces `run`.
        """
        self.period = recording.step
        """The recording's own step."""
        self.sparse = False
        """Without effect: a recording is played whole."""
        self.playground: Playground | None = None
        """Nothing: what happened has happened."""
        self._clock = clock
        self._instants = instants(recording)
        self._next = next(self._instants, None)
        self._live: set[str] = set()

    def counted(self, house: str) -> Counted | None:
        """Return nothing: a recording is not asked."""
        return None

    def overheard(self, house: str) -> PolledMeter | None:
        """Return nothing, as above."""
        return None

    async def run(self, emit: Emit) -> None:
        """Deliver each instant's readings when the clock reaches it; return after the last."""
        while self._next is not None:
            await self._clock.wait_until(self._next[0])
            await self.step(emit)

    async def step(self, emit: Emit) -> datetime | None:
        """Deliver the readings of the next instant; return the one after it, None at the end."""
        if self._next is None:
            return None
        for reading in self._next[1]:
            if reading.house not in self._live:
                self._live.add(reading.house)
                await emit(_live(reading))
            await emit(reading)
        self._next = next(self._instants, None)
        return self._next[0] if self._next is not None else None


def instants(recording: Recording) -> Iterator[tuple[datetime, list[Reading]]]:
    """Yield each instant of a recording with its readings, in order."""
    for instant, readings in groupby(recording.readings(), key=lambda reading: reading.time):
        yield instant, list(readings)


def _live(reading: Reading) -> MeterStatus:
    return MeterStatus(house=reading.house, state=MeterState.LIVE, since=reading.time)
