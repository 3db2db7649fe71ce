import asyncio
from datetime import UTC, datetime, timedelta

from console.clock import DemoClock, FrozenClock, SystemClock

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)


async def test_a_frozen_clock_wakes_whoever_waits_when_it_is_moved() -> None:
    clock = FrozenClock(NOON)
    waiting = asyncio.create_task(clock.wait_until(NOON + timedelta(minutes=5)))
    await asyncio.sleep(0)
    clock.move_to(NOON + timedelta(minutes=4))
    await asyncio.sleep(0)
    assert not waiting.done()
    clock.move_to(NOON + timedelta(minutes=5))
    await asyncio.wait_for(waiting, 1)
    assert clock.now() == NOON + timedelta(minutes=5)


def test_it_never_goes_back() -> None:
    clock = DemoClock(NOON, 60.0)
    clock.move_to(NOON - timedelta(days=1))
    assert (clock.now(), clock.speed) == (NOON, 60.0)


async def test_the_system_clock_is_aware_and_does_not_wait_for_the_past() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    await asyncio.wait_for(clock.wait_until(clock.now() - timedelta(days=1)), 1)
