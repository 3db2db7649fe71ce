"""Good meters beside bad ones: real sockets, and nobody is held up by another's fault."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from console.clock import FrozenClock
from console.meters import room
from console.meters.catalogue import load_profile
from console.meters.http import HttpMeter
from console.meters.poller import Poller
from console.model.reading import MeterState
from tests.meters.polling import MINUTE, START, Kept, settle

GOOD, BAD = 50, 10
FAULTS = ("drip", "ten megabytes", "no http", "silence")


def minute_of(time: datetime) -> int:
    return (time - START) // MINUTE


async def test_good_meters_are_read_at_every_poll_beside_forty_bad_ones(
    kept: Kept, serve: Callable[[str], Awaitable[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "SLOW_SECONDS", 0.0)
    profile = load_profile("homewizard-v1")
    good = await serve("good")
    meters = [HttpMeter(f"good{number}", profile, good) for number in range(GOOD)]
    for fault in FAULTS:
        url = await serve(fault)
        house = fault.replace(" ", "-")
        meters += [HttpMeter(f"{house}{number}", profile, url) for number in range(BAD)]
    clock = FrozenClock(START)
    poller = Poller(meters, clock, MINUTE, minutes=15)
    running = asyncio.create_task(poller.run(kept.emit))
    for minute in range(1, 6):
        await settle()
        clock.move_to(START + minute * MINUTE)
        while len(kept.readings) < GOOD * minute:
            await settle()
    for minute in range(1, 6):
        read = {one.house for one in kept.readings if minute_of(one.time) == minute}
        assert read == {f"good{number}" for number in range(GOOD)}
    live = {one.house for one in kept.statuses if one.state is MeterState.LIVE}
    assert live == {f"good{number}" for number in range(GOOD)}
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_each_bad_meter_is_told_for_what_it_is(
    kept: Kept, serve: Callable[[str], Awaitable[str]]
) -> None:
    profile = load_profile("homewizard-v1")
    meters = [
        HttpMeter(fault.replace(" ", "-"), profile, await serve(fault), timeout=0.3)
        for fault in FAULTS
    ]
    clock = FrozenClock(START)
    poller = Poller(meters, clock, MINUTE, minutes=15)
    while len({status.house for status in kept.statuses}) < len(FAULTS):
        due = await poller.step(kept.emit)
        assert due is not None
        clock.move_to(due)
    await poller.close()
    reasons = {status.house: status.reason for status in kept.statuses}
    assert "no whole answer within 0.3 s" in reasons["drip"]
    assert "more than 65536 bytes" in reasons["ten-megabytes"]
    assert "does not speak HTTP properly" in reasons["no-http"]
    assert "no whole answer within 0.3 s" in reasons["silence"]
    assert not kept.readings
