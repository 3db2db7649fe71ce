"""The rerun: the source that plays a recording for somebody who watches.

Settlement needs registers alone. Who watches wants to see power, and which meters fell silent: both
follow from the registers and from when they were read.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

import msgspec

from console.clock import Clock
from console.meters.health import LOST_POLLS, LOST_SECONDS, STALE_POLLS
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
        lost = max(LOST_POLLS * self.period, timedelta(seconds=LOST_SECONDS))
        self._stale_after = (STALE_POLLS + _SLACK) * self.period
        self._lost_after = lost + _SLACK * self.period
        # both in the order of the last word, since that is the order in which silences are told
        self._live: dict[str, datetime] = {}
        self._stale: dict[str, datetime] = {}
        self._past: dict[str, deque[Reading]] = {}

    def counted(self, house: str) -> Counted | None:
        """Return nothing: a recording is not asked."""
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
        if self._live.pop(house, None) is None:
            self._stale.pop(house, None)
            await emit(MeterStatus(house=house, state=MeterState.LIVE, since=reading.time))
        self._live[house] = reading.time
        await emit(msgspec.structs.replace(reading, power_w=self._power(reading)))

    async def _tell_silences(self, now: datetime, emit: Emit) -> None:
        for house in _silent(self._live, now - self._stale_after):
            self._stale[house] = self._live.pop(house)
            await emit(_status(house, MeterState.STALE, now))
        for house in _silent(self._stale, now - self._lost_after):
            del self._stale[house]
            await emit(_status(house, MeterState.LOST, now))

    def _dues(self) -> list[datetime]:
        dues = [self._next[0]] if self._next is not None else []
        dues += [time + self._stale_after for time in _first(self._live)]
        dues += [time + self._lost_after for time in _first(self._stale)]
        return dues

    def _power(self, reading: Reading) -> int | None:
        """Return the mean power since a minute ago or the reading before, W, import positive."""
        past = self._past.setdefault(reading.house, deque())
        broken = past and not _follows(past[-1], reading, self._lost_after)
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


def _first(times: dict[str, datetime]) -> list[datetime]:
    return [next(iter(times.values()))] if times else []


def _silent(times: dict[str, datetime], since: datetime) -> list[str]:
    """Return the houses that said nothing after an instant; the times are in order."""
    silent = []
    for house, time in times.items():
        if time > since:
            break
        silent.append(house)
    return silent


def _status(house: str, state: MeterState, now: datetime) -> MeterStatus:
    return MeterStatus(house=house, state=state, since=now, reason=_REASON)
