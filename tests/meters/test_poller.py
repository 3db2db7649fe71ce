from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from console.clock import FrozenClock
from console.errors import MeterDenied, MeterError
from console.meters import room
from console.meters.catalogue import load_profile
from console.meters.http import HttpMeter
from console.meters.poller import AGAIN, Poller
from console.meters.room import MOST_AT_ONCE
from console.meters.slots import Slots, to_milliseconds
from console.model.meter import Polls
from console.model.reading import MeterState
from tests.meters.polling import MINUTE, START, FakeMeter, Kept, settle, step_to, street


async def test_stepping_reads_each_house_once_a_period_at_its_own_phase(kept: Kept) -> None:
    _, clock, poller = street(12)
    await step_to(poller, clock, START + 5 * MINUTE, kept)
    assert len(kept.readings) == 60
    for reading in kept.readings:
        phase = Slots(reading.house, MINUTE, 15).phase
        assert to_milliseconds(reading.time) % 60_000 == phase
    assert len({reading.time for reading in kept.readings}) == 60
    first = kept.readings[0]
    assert (first.import_wh, first.export_wh, first.power_w) == (1000, 5, -2)
    assert first.source == "fake"
    assert [status.state for status in kept.statuses] == [MeterState.LIVE] * 12


async def test_sparse_reads_only_around_edges_and_is_no_fault(kept: Kept) -> None:
    _, clock, poller = street(3)
    poller.sparse = True
    await step_to(poller, clock, START + timedelta(hours=3), kept)
    assert len(kept.readings) == 3 * (11 * 2 + 2)
    for reading in kept.readings:
        past = to_milliseconds(reading.time) % 900_000
        assert past < 60_000 or past > 840_000
    assert {status.state for status in kept.statuses} == {MeterState.LIVE}
    kept.readings.clear()
    poller.sparse = False
    await step_to(poller, clock, START + timedelta(hours=3, minutes=10), kept)
    assert len(kept.readings) == 30


async def test_switching_asks_nobody_twice_at_one_instant(kept: Kept) -> None:
    _, clock, poller = street(1)
    due = await poller.step(kept.emit)
    assert due is not None
    clock.move_to(due)
    for wanted in (True, False, True, False):
        await poller.step(kept.emit)
        poller.sparse = wanted
    assert len(kept.readings) == 1


async def test_a_silent_meter_goes_stale_then_lost_then_live(kept: Kept) -> None:
    meters, clock, poller = street(1)
    await step_to(poller, clock, START + MINUTE, kept)
    meters[0].error = MeterError("no connection")
    await step_to(poller, clock, START + 30 * MINUTE, kept)
    asked = meters[0].asked
    assert asked < 20
    meters[0].error = None
    await step_to(poller, clock, START + 40 * MINUTE, kept)
    states = [status.state for status in kept.statuses]
    assert states == [MeterState.LIVE, MeterState.STALE, MeterState.LOST, MeterState.LIVE]
    assert kept.statuses[1].since - kept.readings[0].time == 2 * MINUTE
    assert "no connection" in kept.statuses[2].reason


async def test_a_meter_that_refuses_us_is_asked_no_more(kept: Kept) -> None:
    meters, clock, poller = street(2)
    meters[0].error = MeterDenied("refuses access", advice="Allow it.")
    await step_to(poller, clock, START + 5 * MINUTE, kept)
    assert meters[0].asked == 1
    assert meters[1].asked == 5
    lost = [status for status in kept.statuses if status.house == "test1"]
    assert [(status.state, status.reason) for status in lost] == [
        (MeterState.LOST, f"refuses access. Allow it. {AGAIN}")
    ]


async def test_there_is_nothing_due_where_no_meter_is_left(kept: Kept) -> None:
    meters, clock, poller = street(1)
    meters[0].error = MeterDenied("refuses access")
    due = await poller.step(kept.emit)
    assert due is not None
    clock.move_to(due)
    assert await poller.step(kept.emit) is None
    assert await street(0)[2].step(kept.emit) is None


async def test_a_slow_meter_delays_nobody_and_is_asked_once_at_a_time(kept: Kept) -> None:
    meters, clock, poller = street(3)
    meters[0].gate.clear()
    running = asyncio.create_task(poller.run(kept.emit))
    for minute in range(1, 6):
        await settle()
        clock.move_to(START + minute * MINUTE)
    await settle()
    assert [meter.asked for meter in meters] == [1, 5, 5]
    assert [status.house for status in kept.statuses if status.state is MeterState.STALE] == [
        "test1"
    ]
    meters[0].gate.set()
    await settle()
    assert kept.statuses[-1].state is MeterState.LIVE
    assert meters[0].most_at_once == 1
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await poller.close()
    assert all(meter.closed for meter in meters)


async def test_at_most_64_are_asked_at_once(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "SLOW_SECONDS", 60.0)
    meters, clock, poller = street(200)
    for meter in meters:
        meter.gate.clear()
    running = asyncio.create_task(poller.run(kept.emit))
    await settle()
    clock.move_to(START + MINUTE)
    await settle()
    assert sum(meter.at_once for meter in meters) == MOST_AT_ONCE
    for meter in meters:
        meter.gate.set()
    while len(kept.readings) < 200:
        await settle()
    running.cancel()


async def test_running_notices_that_sparse_was_switched_off(kept: Kept) -> None:
    _, clock, poller = street(1)
    poller.sparse = True
    clock.move_to(START + 3 * MINUTE)
    running = asyncio.create_task(poller.run(kept.emit))
    await settle()
    kept.readings.clear()
    poller.sparse = False
    await settle()
    clock.move_to(START + 5 * MINUTE)
    await settle()
    assert len(kept.readings) == 1
    running.cancel()


async def test_a_clock_that_was_set_back_is_planned_anew(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    meters, _, poller = street(1)
    early = FrozenClock(START - timedelta(hours=2))
    monkeypatch.setattr(poller, "_clock", early)
    await poller.step(kept.emit)
    early.move_to(early.now() + MINUTE)
    await poller.step(kept.emit)
    assert meters[0].asked == 1


@pytest.mark.parametrize("fault", ["html", "nan", "deep", "gzip", "redirect", "hang up"])
async def test_a_fault_on_the_wire_makes_no_reading(
    kept: Kept, serve: Callable[[str], Awaitable[str]], fault: str
) -> None:
    meter = HttpMeter("test1", load_profile("homewizard-v1"), await serve(fault))
    clock = FrozenClock(START)
    poller = Poller([meter], clock, MINUTE, minutes=15)
    await step_to(poller, clock, START + 5 * MINUTE, kept)
    assert not kept.readings
    assert [status.state for status in kept.statuses] == [MeterState.STALE]
    await poller.close()


async def test_what_is_counted_of_a_meter_and_when_it_is_asked_next(kept: Kept) -> None:
    meters, clock, poller = street(2)
    await step_to(poller, clock, START + 5 * MINUTE, kept)
    meters[0].error = MeterError("no connection")
    await step_to(poller, clock, START + 9 * MINUTE, kept)
    found, sound = poller.counted("test1"), poller.counted("test2")
    assert found is not None
    assert sound is not None
    assert (found.total.good, found.error) == (5, "no connection")
    assert found.total.failed + found.total.skipped == 4
    assert found.total.skipped > 0
    assert (sound.total, sound.error, sound.plate) == (Polls(9), "", FakeMeter.plate)
    assert sound.next == clock.now() + MINUTE - (clock.now() - kept.readings[-1].time)
    assert found.next is not None
    asked = meters[0].asked
    await step_to(poller, clock, found.next, kept)
    assert meters[0].asked == asked
    await step_to(poller, clock, found.next + timedelta(seconds=1), kept)
    assert meters[0].asked == asked + 1
    assert poller.counted("nobody") is None


async def test_a_meter_that_refuses_us_has_no_next_poll(kept: Kept) -> None:
    meters, clock, poller = street(1)
    meters[0].error = MeterDenied("refuses access", advice="Allow it.")
    await step_to(poller, clock, START + 3 * MINUTE, kept)
    found = poller.counted("test1")
    assert found is not None
    assert (found.next, found.total, found.error) == (None, Polls(0, 1), "refuses access")


async def test_a_message_is_a_reading_once_and_of_its_own_instant(kept: Kept) -> None:
    meters, clock, poller = street(1)
    meters[0].listens = True
    meters[0].taken = START - timedelta(seconds=3, microseconds=1400)
    await step_to(poller, clock, START + 5 * MINUTE, kept)
    meters[0].taken = START + timedelta(minutes=4)
    await step_to(poller, clock, START + 10 * MINUTE, kept)
    assert [reading.time for reading in kept.readings] == [
        START - timedelta(seconds=3, milliseconds=2),
        START + timedelta(minutes=4),
    ]
    assert [status.state for status in kept.statuses] == [MeterState.LIVE]
    found = poller.counted("test1")
    assert found is not None
    assert (found.total, found.listens, found.median_ms) == (Polls(2), True, None)


async def test_a_silent_speaker_is_missed_at_every_poll_and_back_at_once(kept: Kept) -> None:
    meters, clock, poller = street(1)
    meters[0].listens = True
    meters[0].taken = START
    await step_to(poller, clock, START + MINUTE, kept)
    meters[0].error = MeterError("it said nothing for 61 s")
    await step_to(poller, clock, START + 30 * MINUTE, kept)
    assert meters[0].asked == 30
    meters[0].error = None
    meters[0].taken = clock.now()
    await step_to(poller, clock, START + 31 * MINUTE, kept)
    states = [status.state for status in kept.statuses]
    assert states == [MeterState.LIVE, MeterState.STALE, MeterState.LOST, MeterState.LIVE]
    assert len(kept.readings) == 2


async def test_speakers_whose_first_word_is_awaited_hold_up_nobody(kept: Kept) -> None:
    meters, clock, poller = street(200)
    for meter in meters[:150]:
        meter.listens = True
        meter.gate.clear()
    running = asyncio.create_task(poller.run(kept.emit))
    await settle()
    clock.move_to(START + MINUTE)
    while len(kept.readings) < 50:
        await settle()
    assert {reading.house for reading in kept.readings} == {meter.house for meter in meters[150:]}
    running.cancel()


async def test_a_first_word_that_is_awaited_is_not_missed(kept: Kept) -> None:
    meters, clock, poller = street(1)
    meters[0].listens = True
    meters[0].gate.clear()
    running = asyncio.create_task(poller.run(kept.emit))
    for minute in range(1, 6):
        await settle()
        clock.move_to(START + minute * MINUTE)
    await settle()
    assert meters[0].asked == 1
    meters[0].taken = clock.now()
    meters[0].gate.set()
    await settle()
    assert [status.state for status in kept.statuses] == [MeterState.LIVE]
    found = poller.counted("test1")
    assert found is not None
    assert found.total == Polls(1)
    running.cancel()
