"""A watch reads a meter at its pace, says what it knows, and ends when it knows enough."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from console.clock import FrozenClock
from console.errors import MeterBusy, MeterDenied, MeterError
from console.meters.measurement import Measurement
from console.meters.probing.watch import LONGEST_TIME, MOST_FAILURES, USUAL_TIME, Watch, time_for
from console.model.meter import Plate
from console.model.probe import Outcome, Verdict
from tests.meters.probing.house import START, Meter, Phases

KETTLE = Phases([(0, 500, 0, 0), (60, 2500, 0, 0), (240, 500, 0, 0)])
LATEST = START + timedelta(minutes=10)


class Fitted:
    """A house's meter, which answers at once, or as it is told."""

    house = "test1"
    source = "fitted"
    listens = False
    plate = Plate(kind="fitted", register="device", balancing="meter")

    def __init__(self, clock: FrozenClock) -> None:
        self.error: MeterError | None = None
        self.age: Decimal | None = None
        self.asked = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._clock = clock

    async def read(self) -> Measurement:
        self.asked += 1
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        second = Decimal((self._clock.now() - START) // timedelta(milliseconds=1)) / 1000
        said = Meter().tell(KETTLE, second - (self.age or 0))
        return msgspec.structs.replace(said, age_seconds=self.age)

    async def close(self) -> None:
        raise AssertionError("who made the meter closes it")


async def run(
    watch: Watch,
    clock: FrozenClock,
    also: Callable[[int], None] = lambda look: None,
    until: datetime = LATEST,
) -> tuple[Verdict, int]:
    """Run a watch on a clock that moves with every look."""
    looks = 0
    ended = asyncio.Event()

    def shown(seen: Watch) -> None:
        nonlocal looks
        looks += 1
        also(looks)
        clock.move_to(clock.now() + seen.pace)

    return await watch.run(until, shown, ended), looks


async def test_a_sound_meter_is_watched_until_that_is_sure() -> None:
    clock = FrozenClock(START)
    watch = Watch(Fitted(clock), clock)
    assert watch.said is None
    verdict, looks = await run(watch, clock)
    assert verdict.outcome is Outcome.AGREES
    assert verdict.sure
    assert 60 <= verdict.seconds < 600
    assert verdict.readings == looks
    assert watch.said is not None


async def test_a_reading_counts_from_when_the_meter_took_it() -> None:
    clock = FrozenClock(START)
    meter = Fitted(clock)
    meter.age = Decimal(0)
    watch = Watch(meter, clock)

    def grows_old(look: int) -> None:
        # after half a minute the meter repeats what it took then
        meter.age = Decimal(max(0, 2 * look - 30))

    verdict, _ = await run(watch, clock, grows_old)
    assert verdict.seconds == 30
    assert verdict.outcome is Outcome.UNDECIDED


async def test_a_meter_that_is_silent_is_given_up_and_one_that_comes_back_is_not() -> None:
    clock = FrozenClock(START)
    meter = Fitted(clock)
    watch = Watch(meter, clock)

    def fails_for_a_while(look: int) -> None:
        meter.error = MeterError("no answer") if 5 <= look < 5 + MOST_FAILURES - 1 else None

    verdict, _ = await run(watch, clock, fails_for_a_while)
    assert verdict.outcome is Outcome.AGREES
    assert watch.trouble == ""
    meter.error = MeterError("no answer")
    before = meter.asked
    again = Watch(meter, clock)
    verdict, _ = await run(again, clock)
    assert verdict.outcome is Outcome.UNDECIDED
    assert (meter.asked - before, again.trouble) == (MOST_FAILURES, "no answer")


class Seldom(Fitted):
    """The same, but it speaks by itself, every five minutes."""

    listens = True
    plate = msgspec.structs.replace(Fitted.plate, every_seconds=300)

    async def read(self) -> Measurement:
        self.asked += 1
        spoke = (self._clock.now() - START) // timedelta(minutes=5) * timedelta(minutes=5)
        said = Meter().tell(KETTLE, Decimal(spoke // timedelta(seconds=1)))
        return msgspec.structs.replace(said, taken=START + spoke)


@pytest.mark.parametrize(("most", "outcome"), [(10, Outcome.UNDECIDED), (0, Outcome.AGREES)])
async def test_a_meter_that_speaks_seldom_is_watched_until_it_has_said_enough(
    most: int, outcome: Outcome
) -> None:
    clock = FrozenClock(START + timedelta(minutes=4))
    meter = Seldom(clock)
    until = clock.now() + (timedelta(minutes=most) or time_for(meter.plate))
    verdict, _ = await run(Watch(meter, clock), clock, until=until)
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("least", "every", "period", "minutes"),
    [(1, 0, 0, 10), (1, 10, 60, 10), (1, 300, 0, 25), (300, 0, 0, 25), (1, 0, 300, 25)],
)
def test_how_long_is_enough_says_what_speaks_least(
    least: int, every: int, period: int, minutes: int
) -> None:
    plate = msgspec.structs.replace(Fitted.plate, least_seconds=least, every_seconds=every)
    assert time_for(plate, timedelta(seconds=period)) == timedelta(minutes=minutes)
    assert USUAL_TIME <= timedelta(minutes=minutes) <= LONGEST_TIME
    forever = msgspec.structs.replace(plate, every_seconds=3600)
    assert time_for(forever) == LONGEST_TIME


async def test_a_busy_meter_is_left_alone_as_long_as_it_asks() -> None:
    clock = FrozenClock(START)
    meter = Fitted(clock)
    meter.error = MeterBusy("busy", seconds=3600)
    watch = Watch(meter, clock)
    await run(watch, clock)
    assert meter.asked == 1


async def test_a_meter_that_refuses_ends_the_watch() -> None:
    clock = FrozenClock(START)
    meter = Fitted(clock)
    meter.error = MeterDenied("no")
    with pytest.raises(MeterDenied):
        await run(Watch(meter, clock), clock)


async def test_whoever_ends_it_has_the_verdict_so_far() -> None:
    clock = FrozenClock(START)
    watch = Watch(Fitted(clock), clock)
    ended = asyncio.Event()

    def shown(seen: Watch) -> None:
        if seen.verdict.readings == 3:
            ended.set()
        else:
            clock.move_to(clock.now() + seen.pace)

    verdict = await watch.run(LATEST, shown, ended)
    assert (verdict.readings, verdict.outcome) == (3, Outcome.UNDECIDED)


async def test_it_ends_while_it_waits() -> None:
    clock = FrozenClock(START)
    watch = Watch(Fitted(clock), clock)
    ended = asyncio.Event()

    def shown(_: Watch) -> None:
        asyncio.get_running_loop().call_soon(ended.set)

    verdict = await watch.run(LATEST, shown, ended)
    assert verdict.readings == 1


async def test_it_ends_while_an_answer_is_awaited() -> None:
    clock = FrozenClock(START)
    meter = Fitted(clock)
    watch = Watch(meter, clock)
    ended = asyncio.Event()

    def shown(_: Watch) -> None:
        if meter.gate.is_set():
            meter.gate.clear()
            clock.move_to(clock.now() + watch.pace)
            asyncio.get_running_loop().call_later(0, ended.set)

    verdict = await watch.run(LATEST, shown, ended)
    assert verdict.readings == 1
