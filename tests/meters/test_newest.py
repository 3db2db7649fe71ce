from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from console.clock import FrozenClock
from console.errors import MeterDenied, MeterError
from console.meters.measurement import Measurement
from console.meters.newest import Newest

START = datetime(2026, 6, 21, 9, 0, tzinfo=UTC)


def said(wh: int) -> Measurement:
    return Measurement(import_wh=Decimal(wh), export_wh=Decimal(0), power_w=Decimal(7))


async def test_the_newest_is_told_with_the_instant_at_which_it_came() -> None:
    clock = FrozenClock(START)
    newest = Newest("meter:1", clock, 60)
    newest.hear(said(1))
    clock.move_to(START + timedelta(seconds=5))
    newest.hear(said(2))
    clock.move_to(START + timedelta(seconds=65))
    found = await newest.read(1)
    assert (found.whole_import_wh, found.taken) == (2, START + timedelta(seconds=5))
    clock.move_to(START + timedelta(seconds=66))
    with pytest.raises(MeterError, match="meter:1 said nothing for 61 s"):
        await newest.read(1)


async def test_the_first_is_awaited_and_not_for_ever() -> None:
    newest = Newest("meter:1", FrozenClock(START), 60)
    with pytest.raises(MeterError, match=r"meter:1 said nothing within 0\.01 s"):
        await newest.read(0.01)
    reading = asyncio.create_task(newest.read(30))
    await asyncio.sleep(0)
    newest.hear(said(3))
    assert (await reading).whole_import_wh == 3


async def test_a_message_that_was_kept_for_us_is_as_old_as_it_says() -> None:
    newest = Newest("meter:1", FrozenClock(START), 60)
    newest.hear(said(1), START - timedelta(seconds=30))
    assert (await newest.read(1)).taken == START - timedelta(seconds=30)
    newest.hear(said(1), START - timedelta(hours=1))
    with pytest.raises(MeterError, match="nothing for 3600 s"):
        await newest.read(1)


async def test_a_fault_is_told_where_nothing_newer_stands_and_a_refusal_at_once() -> None:
    clock = FrozenClock(START)
    newest = Newest("meter:1", clock, 60)
    newest.fail(MeterError("no connection"))
    with pytest.raises(MeterError, match="no connection"):
        await newest.read(1)
    newest.hear(said(1))
    newest.fail(MeterError("broken"))
    assert (await newest.read(1)).whole_import_wh == 1
    clock.move_to(START + timedelta(seconds=61))
    with pytest.raises(MeterError, match="broken"):
        await newest.read(1)
    newest.hear(said(2))
    assert (await newest.read(1)).whole_import_wh == 2
    newest.fail(MeterDenied("refuses us"))
    with pytest.raises(MeterDenied):
        await newest.read(1)
