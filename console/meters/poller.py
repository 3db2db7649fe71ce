"""The poller: the source of all meters that are asked one by one."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta, tzinfo

import msgspec

from console.clock import Clock
from console.errors import MeterBusy, MeterDenied, MeterError
from console.meters.line import Line, PolledMeter
from console.meters.overheard import Overheard
from console.meters.room import Room
from console.meters.slots import Slots, to_instant, to_milliseconds
from console.meters.source import Emit, Playground
from console.meters.tally import Tally
from console.model.meter import Counted
from console.model.reading import MeterStatus, Reading

LOOK_AGAIN_SECONDS = 1.0
"""How soon a clock that was set back is noticed, loop seconds."""

AGAIN = (
    "It is asked again once the configuration is read again (a hangup signal) or the engine "
    "starts anew."
)
"""How a meter that refuses us comes to be asked again."""

_AWAITED = "its answer is still awaited"

_Message = Reading | MeterStatus


class Poller:
    """Asks each meter at its own instants, one request in flight a meter."""

    def __init__(
        self,
        meters: Sequence[PolledMeter],
        clock: Clock,
        period: timedelta,
        *,
        minutes: int,
        playground: Playground | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        """Plan the first polls.

        Args:
            meters: the meters, one a house.
            clock: the business clock: when polls are due and readings are taken.
            period: the time between two polls of a meter, at least a millisecond; longer for one
                that may not be asked so often.
            minutes: the interval's length, which says where its edges are.
            playground: what visitors may do to the meters.
            zone: the zone whose days are counted apart.
        """
        self.period = period
        """The time between two polls of a meter."""
        self.playground = playground
        """What visitors may do to the meters."""
        self._clock = clock
        self._minutes = minutes
        self._zone = zone
        self._lines = [self._line(meter) for meter in meters]
        self._places = {meter.house: place for place, meter in enumerate(meters)}
        self._sparse = False
        self._room = Room()
        self._waiting: asyncio.Timeout | None = None
        self._due: list[tuple[int, int]] = []
        self._slowest = period
        self._plan()

    async def take(self, meters: Sequence[PolledMeter]) -> None:
        """Ask these meters from now on, in place of the former ones of their houses.

        Args:
            meters: new or changed ones; all others are asked as before.
        """
        former: list[Line] = []
        for meter in meters:
            line = self._line(meter)
            if (index := self._places.get(meter.house)) is None:
                self._places[meter.house] = len(self._lines)
                self._lines.append(line)
            else:
                former.append(self._lines[index])
                self._lines[index] = line
        self._plan_anew()
        await _let_go(former)

    async def drop(self, houses: Iterable[str]) -> None:
        """Ask the meters of these houses no more; those that have none here do not matter."""
        gone = set(houses) & self._places.keys()
        if not gone:
            return
        former = [line for line in self._lines if line.meter.house in gone]
        self._lines = [line for line in self._lines if line.meter.house not in gone]
        self._places = {line.meter.house: place for place, line in enumerate(self._lines)}
        self._plan_anew()
        await _let_go(former)

    def counted(self, house: str) -> Counted | None:
        """Return what is counted of a house's meter; None where it has none here."""
        if (line := self._line_of(house)) is None:
            return None
        now = self._now()
        counted = line.tally.counted(line.meter.plate, now, self._asked_next(line, now))
        return msgspec.structs.replace(counted, listens=line.meter.listens)

    def overheard(self, house: str) -> PolledMeter | None:
        """Return a house's meter as its polls here tell it; None where it has none here."""
        return Overheard(lambda: self._line_of(house)) if self._line_of(house) else None

    def _line_of(self, house: str) -> Line | None:
        place = self._places.get(house)
        return None if place is None else self._lines[place]

    @property
    def stopped(self) -> frozenset[str]:
        """The houses whose meters refused us, so that they are asked no more."""
        return frozenset(line.meter.house for line in self._lines if line.stopped)

    def _asked_next(self, line: Line, now: datetime) -> datetime | None:
        if line.stopped:
            return None
        slot = self._next(line, to_milliseconds(now))
        for _ in range(line.health.resting):
            slot = self._next(line, slot)
        return to_instant(slot)

    def _line(self, meter: PolledMeter) -> Line:
        period = max(self.period, timedelta(seconds=meter.plate.least_seconds))
        slots = Slots(meter.house, period, self._minutes)
        return Line(meter, slots, Tally(self._now(), period, self._zone), period)

    @property
    def sparse(self) -> bool:
        """Whether only the polls next to each interval's edges are due.

        Those are the last at or before an edge and the first at or after it. It is for stepped
        clocks: one that ticks past a slot may read the last before an edge only after it.
        """
        return self._sparse

    @sparse.setter
    def sparse(self, wanted: bool) -> None:
        if wanted is self._sparse:
            return
        self._sparse = wanted
        self._plan_anew()

    def _plan_anew(self) -> None:
        self._plan()
        if self._waiting is not None:
            self._waiting.reschedule(asyncio.get_running_loop().time())

    async def run(self, emit: Emit) -> None:
        """Ask until cancelled, then let go of all connections; a slow meter delays nobody."""
        try:
            async with asyncio.TaskGroup() as polls:
                while True:
                    await self._wait()
                    await self._poll_due(polls, emit)
        finally:
            await self.close()

    async def _poll_due(self, polls: asyncio.TaskGroup, emit: Emit) -> None:
        for line in self._take_due():
            if not line.in_flight:
                line.in_flight = True
                polls.create_task(self._poll_and_emit(line, emit))
            # whose first word is awaited was not asked, and owes no answer
            elif not line.meter.listens and (status := line.skip(self._now(), _AWAITED)):
                await emit(status)

    async def step(self, emit: Emit) -> datetime | None:
        """Ask all that are due now, at once, and await them; return the next due instant."""
        answers = await asyncio.gather(*(self._poll(line) for line in self._take_due()))
        for messages in answers:
            for message in messages:
                await emit(message)
        while self._due and self._lines[self._due[0][1]].stopped:
            heapq.heappop(self._due)
        return to_instant(self._due[0][0]) if self._due else None

    async def close(self) -> None:
        """Let go of all connections."""
        for line in self._lines:
            await line.meter.close()

    async def _wait(self) -> None:
        """Return when a poll is due, when the plan changed, or to look at the clock again."""
        try:
            async with asyncio.timeout(LOOK_AGAIN_SECONDS) as self._waiting:
                if self._due:
                    await self._clock.wait_until(to_instant(self._due[0][0]))
                else:
                    await asyncio.Event().wait()
        except TimeoutError:
            pass
        finally:
            self._waiting = None

    def _take_due(self) -> list[Line]:
        """Return the meters whose slot has come, and plan their next one."""
        now = to_milliseconds(self._clock.now())
        if self._due and self._due[0][0] - now > self._longest_wait():
            self._plan()
        taken = []
        while self._due and self._due[0][0] <= now:
            _, index = heapq.heappop(self._due)
            line = self._lines[index]
            if not line.stopped:
                line.last = now
                taken.append(line)
                heapq.heappush(self._due, (self._next(line, now), index))
        return taken

    def _plan(self) -> None:
        """Plan the next slot of every meter, none twice."""
        self._slowest = max((line.period for line in self._lines), default=self.period)
        before = to_milliseconds(self._clock.now()) - 1
        self._due = [
            (self._next(line, before + (line.last == before + 1)), index)
            for index, line in enumerate(self._lines)
            if not line.stopped
        ]
        heapq.heapify(self._due)

    def _next(self, line: Line, after: int) -> int:
        return line.slots.after(after, sparse=self._sparse)

    def _longest_wait(self) -> int:
        longest = self._slowest + timedelta(minutes=self._minutes if self._sparse else 0)
        return longest // timedelta(milliseconds=1)

    async def _poll_and_emit(self, line: Line, emit: Emit) -> None:
        try:
            for message in await self._poll(line):
                await emit(message)
        finally:
            line.in_flight = False
            if line.stopped and line not in self._lines:
                await line.meter.close()

    async def _poll(self, line: Line) -> list[_Message]:
        if line.health.rests():
            return _told(line.skip(self._now()))
        loop = asyncio.get_running_loop()
        try:
            # who speaks by itself has nothing in flight, and its silence must hold up nobody
            async with nullcontext() if line.meter.listens else self._room.place():
                asked = loop.time()
                measurement = await line.meter.read()
                seconds = loop.time() - asked
        except MeterDenied as error:
            line.stopped, line.fault = True, error
            reason = " ".join(part for part in (f"{error.message}.", error.advice, AGAIN) if part)
            line.tally.fail(self._now(), error.message)
            return _told(line.health.stop(self._now(), reason))
        except MeterError as error:
            line.fault = error
            rest = error.seconds if isinstance(error, MeterBusy) else 0.0
            return _told(line.fail(self._now(), error.message, rest))
        line.fault = None
        if not line.is_new(measurement):
            return []
        now = self._now()
        status = line.answer(now, measurement, seconds)
        return [*_told(status), line.reading(now, measurement)]

    def _now(self) -> datetime:
        return to_instant(to_milliseconds(self._clock.now()))


async def _let_go(lines: Iterable[Line]) -> None:
    """Stop asking; a request in flight closes its meter when it is answered."""
    for line in lines:
        line.stopped = True
        if not line.in_flight:
            await line.meter.close()


def _told(status: MeterStatus | None) -> list[_Message]:
    return [] if status is None else [status]
