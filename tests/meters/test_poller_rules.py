"""What the poller does with meters that bear little, answer late, refuse it or stand still."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from console.clock import FrozenClock
from console.errors import MeterDenied, MeterError
from console.meters import room
from console.meters.poller import Poller
from console.meters.room import MOST_AT_ONCE
from console.model.reading import MeterState
from tests.meters.polling import MINUTE, START, FakeMeter, Kept, settle, step_to, street


async def test_a_meter_that_bears_fewer_polls_is_asked_less_often(kept: Kept) -> None:
    meters = [FakeMeter("test1"), FakeMeter("test2")]
    meters[1].plate = FakeMeter.seldom
    clock = FrozenClock(START)
    poller = Poller(meters, clock, MINUTE, minutes=15)
    await step_to(poller, clock, START + 60 * MINUTE, kept)
    assert [meter.asked for meter in meters] == [60, 24]
    times = [reading.time for reading in kept.readings if reading.house == "test2"]
    assert {later - sooner for sooner, later in pairwise(times)} == {timedelta(seconds=150)}
    found = poller.counted("test2")
    assert found is not None
    assert found.next == times[-1] + timedelta(seconds=150)


async def test_a_meter_that_bears_fewer_polls_is_lost_after_as_many(kept: Kept) -> None:
    meter = FakeMeter("test1")
    meter.plate = FakeMeter.seldom
    meter.error = MeterError("no connection")
    clock = FrozenClock(START)
    poller = Poller([meter], clock, MINUTE, minutes=15)
    await step_to(poller, clock, START + 60 * MINUTE, kept)
    first, second = kept.statuses
    assert (first.state, second.state) == (MeterState.STALE, MeterState.LOST)
    assert second.since - first.since == 8 * timedelta(seconds=150)


async def test_many_dark_meters_keep_nobody_waiting(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "SLOW_SECONDS", 0.0)
    meters, clock, poller = street(4 * MOST_AT_ONCE)
    for meter in meters[:-5]:
        meter.gate.clear()
    running = asyncio.create_task(poller.run(kept.emit))
    for minute in range(1, 4):
        await settle()
        clock.move_to(START + minute * MINUTE)
        while len(kept.readings) < 5 * minute:
            await settle()
    assert {reading.house for reading in kept.readings} == {meter.house for meter in meters[-5:]}
    running.cancel()


async def test_a_meter_that_refused_us_is_asked_again_where_it_is_told_so(kept: Kept) -> None:
    meters, clock, poller = street(2)
    meters[0].error = MeterDenied("refuses access")
    await step_to(poller, clock, START + 3 * MINUTE, kept)
    assert poller.stopped == {"test1"}
    again = FakeMeter("test1")
    await poller.take([again])
    assert poller.stopped == frozenset()
    await step_to(poller, clock, START + 6 * MINUTE, kept)
    assert (meters[0].asked, again.asked) == (1, 3)
    assert kept.statuses[-1].state is MeterState.LIVE


async def test_a_register_that_stands_though_power_flows_makes_the_meter_stale(
    kept: Kept,
) -> None:
    meter = FakeMeter("test1")
    meter.power_w = 3000
    clock = FrozenClock(START)
    poller = Poller([meter], clock, MINUTE, minutes=15)
    await step_to(poller, clock, START + 10 * MINUTE, kept)
    assert len(kept.readings) == 10
    live, stale = kept.statuses
    assert (live.state, stale.state) == (MeterState.LIVE, MeterState.STALE)
    assert "import register stands" in stale.reason
    meter.import_wh = 1100
    await step_to(poller, clock, START + 12 * MINUTE, kept)
    assert kept.statuses[-1].state is MeterState.LIVE


async def test_a_meter_that_is_dropped_is_asked_no_more_and_let_go(kept: Kept) -> None:
    meters, clock, poller = street(3)
    await step_to(poller, clock, START + 3 * MINUTE, kept)
    asked = meters[1].asked
    await poller.drop(["test2", "nobody"])
    kept.readings.clear()
    await step_to(poller, clock, START + 9 * MINUTE, kept)
    assert {reading.house for reading in kept.readings} == {"test1", "test3"}
    assert meters[1].asked == asked
    assert [meter.closed for meter in meters] == [False, True, False]
    assert poller.counted("test2") is None
    assert poller.counted("test3") is not None
    again = FakeMeter("test2")
    await poller.take([again])
    await step_to(poller, clock, START + 12 * MINUTE, kept)
    assert "test2" in {reading.house for reading in kept.readings}
