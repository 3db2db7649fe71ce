"""The rerun: the source that plays a recording for somebody who watches.

Settlement needs registers alone. Who watches wants to see power, and which meters fell silent: both
follow from the registers and from when they were read.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from heapq import heappop, heappush, heapreplace

import msgspec

from console.clock import Clock
from console.meters.health import LOST_POLLS, LOST_SECONDS, STALE_POLLS
from console.meters.line import PolledMeter
from console.meters.recording import Recording
from console.meters.replay import instants
from console.meters.source import Emit, Playground
from console.model.meter import Counted
from console.model.reading import MeterState, MeterStatus, Quality, Reading

POWER_SPAN = timedelta(minutes=1)
"""The least time over which power is taken: a register of whole Wh says 60 W in it at best."""

_SLACK = 0.5
"""How much later than its step a row may be before it counts as missed, steps."""
_REASON = "the recording has nothing of it"


class Rerun:
    """Delivers a recording's readings, each at its own instant, with power and silences."""

    def __init__(self, recording: Recording, clock: Clock) -> None:
        """Stand before the first reading.

        Args:
            recording: what is played.
            clock: the business clock.
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
        self._steps = recording.steps
        self._states: dict[str, MeterState] = {}
        self._last: dict[str, datetime] = {}
        self._watch: list[tuple[datetime, str]] = []
        """When each house that is not lost is looked at again, at the earliest."""
        self._past: dict[str, deque[Reading]] = {}

    def counted(self, house: str) -> Counted | None:
        """Return nothing: a recording is not asked."""
        return None

    def overheard(self, house: str) -> PolledMeter | None:
        """Return nothing, as above."""
        return None

    async def run(self, emit: Emit) -> None:
        """Deliver all when the clock reaches it; return after the last."""
        due: datetime | None = self._clock.now()
        while due is not None:
            await self._clock.wait_until(due)
            due = await self.step(emit)

    async def step(self, emit: Emit) -> datetime | None:
        """Deliver what is due now; return when something is due next, None at the end."""
        now = self._clock.now()
        while self._next is not None and self._next[0] <= now:
            for reading in self._next[1]:
                await self._deliver(reading, emit)
            self._next = next(self._instants, None)
        await self._tell_silences(now, emit)
        return min(self._dues(), default=None)

    async def _deliver(self, reading: Reading, emit: Emit) -> None:
        house = reading.house
        former = self._states.get(house)
        if former is not MeterState.LIVE:
            self._states[house] = MeterState.LIVE
            await emit(MeterStatus(house=house, state=MeterState.LIVE, since=reading.time))
        power = self._power(reading)
        self._last[house] = reading.time
        if former in (None, MeterState.LOST):
            heappush(self._watch, (self._changes(house), house))
        await emit(msgspec.structs.replace(reading, power_w=power))

    async def _tell_silences(self, now: datetime, emit: Emit) -> None:
        while self._watch and self._watch[0][0] <= now:
            _, house = self._watch[0]
            if self._changes(house) <= now:
                stale = self._states[house] is MeterState.LIVE
                state = MeterState.STALE if stale else MeterState.LOST
                self._states[house] = state
                await emit(MeterStatus(house=house, state=state, since=now, reason=_REASON))
            if self._states[house] is MeterState.LOST:
                heappop(self._watch)
            else:
                heapreplace(self._watch, (self._changes(house), house))

    def _dues(self) -> list[datetime]:
        # a house that has spoken since is looked at later
        while self._watch and self._watch[0][0] < (later := self._changes(self._watch[0][1])):
            heapreplace(self._watch, (later, self._watch[0][1]))
        dues = [self._next[0]] if self._next is not None else []
        return dues + [due for due, _ in self._watch[:1]]

    def _changes(self, house: str) -> datetime:
        """Return when a house's silence makes its state another one."""
        stale = self._states[house] is MeterState.STALE
        return self._last[house] + (self._lost_after(house) if stale else self._stale_after(house))

    def _stale_after(self, house: str) -> timedelta:
        return (STALE_POLLS + _SLACK) * self._steps[house]

    def _lost_after(self, house: str) -> timedelta:
        step = self._steps[house]
        return max(LOST_POLLS * step, timedelta(seconds=LOST_SECONDS)) + _SLACK * step

    def _power(self, reading: Reading) -> int | None:
        """Return the mean power since a minute ago or the reading before, W, import positive."""
        past = self._past.setdefault(reading.house, deque())
        broken = past and not _follows(past[-1], reading, self._lost_after(reading.house))
        if broken or reading.quality is Quality.MISSING:
            past.clear()
        past.append(reading)
        while len(past) > 1 and reading.time - past[1].time >= POWER_SPAN:
            past.popleft()
        first = past[0]
        span = (reading.time - first.time) // timedelta(milliseconds=1)
        if span < POWER_SPAN // timedelta(milliseconds=1):
            return None
        taken = reading.import_wh - first.import_wh
        given = reading.export_wh - first.export_wh
        return round((taken - given) * 3_600_000 / span)


def _follows(before: Reading, reading: Reading, longest: timedelta) -> bool:
    """Return whether the energy between two readings says how much flowed at the second."""
    falls = reading.import_wh < before.import_wh or reading.export_wh < before.export_wh
    return not falls and reading.time - before.time < longest
