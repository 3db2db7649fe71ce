"""The tally: polls by day, errors, how long answers take, and registers that stand still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.meters.measurement import Measurement
from console.meters.tally import REMEMBERED, Tally
from console.model.meter import STILL_SECONDS, STILL_WH, Counted, Movement, Plate, Polls

START = datetime(2026, 6, 21, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PLATE = Plate(kind="fake", register="device", balancing="meter")


def tally() -> Tally:
    return Tally(START, MINUTE, ZoneInfo("Europe/Helsinki"))


def said(power_w: int, import_wh: int = 0, export_wh: int = 0) -> Measurement:
    return Measurement(
        import_wh=Decimal(import_wh), export_wh=Decimal(export_wh), power_w=Decimal(power_w),
        serial="5c2f",
    )  # fmt: skip


def counted(one: Tally, now: datetime = START) -> Counted:
    return one.counted(PLATE, now, now + MINUTE)


def test_what_was_never_asked_is_not_counted_as_good() -> None:
    found = counted(tally())
    assert (found.total, found.total.rate) == (Polls(), None)
    assert (found.last_ms, found.median_ms, found.failed, found.error) == (None, None, None, "")
    assert (found.imported, found.exported) == (Movement(), Movement())


def test_the_day_begins_anew_at_the_communitys_midnight() -> None:
    one = tally()
    one.answer(START, said(10), 0.01)
    one.fail(START + MINUTE, "no connection")
    one.skip(START + 2 * MINUTE)
    assert counted(one, START + 2 * MINUTE).today == Polls(1, 1, 1)
    midnight = datetime(2026, 6, 21, 21, 0, tzinfo=UTC)
    assert counted(one, midnight - MINUTE).today == Polls(1, 1, 1)
    one.answer(midnight, said(10), 0.01)
    found = counted(one, midnight)
    assert (found.today, found.total) == (Polls(1), Polls(2, 1, 1))
    assert found.total.rate == pytest.approx(2 / 3)
    assert (found.error, found.failed) == ("no connection", START + MINUTE)


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=80))
def test_the_median_is_that_of_the_last_answers(milliseconds: list[int]) -> None:
    one = tally()
    for number, took in enumerate(milliseconds):
        one.answer(START + number * MINUTE, said(10), took / 1000)
    found, last = counted(one), sorted(milliseconds[-REMEMBERED:])
    assert found.last_ms == milliseconds[-1]
    assert found.median_ms is not None
    assert last[(len(last) - 1) // 2] - 1 <= found.median_ms <= last[len(last) // 2] + 1


def test_a_register_that_counts_has_moved_and_never_stands_still() -> None:
    one = tally()
    for number in range(60):
        one.answer(START + number * MINUTE, said(6000, import_wh=100 * number), 0.01)
    found = counted(one)
    assert found.imported == Movement(START + 59 * MINUTE)
    assert found.exported == Movement()


@pytest.mark.parametrize("power_w", [3000, -3000])
def test_a_register_stands_still_once_power_flowed_past_it(power_w: int) -> None:
    one = tally()
    for number in range(4):
        one.answer(START + number * MINUTE, said(power_w, 70, 80), 0.01)
    pair = counted(one).imported, counted(one).exported
    still, other = pair if power_w > 0 else reversed(pair)
    assert (still.moved, still.flowed_wh, still.stands_still) == (None, 150, True)
    assert other == Movement()
    one.answer(START + 4 * MINUTE, said(power_w, 71, 81), 0.01)
    assert not counted(one).imported.stands_still
    assert counted(one).exported.moved == START + 4 * MINUTE


def test_what_flowed_while_nobody_looked_is_not_held_against_a_register() -> None:
    one = tally()
    one.answer(START, said(9000), 0.01)
    one.answer(START + timedelta(hours=2), said(9000), 0.01)
    one.answer(START + timedelta(hours=2, minutes=1), said(-9000), 0.01)
    found = counted(one)
    assert found.imported.flowed_wh == found.exported.flowed_wh == 0


@given(st.lists(st.integers(-9000, 9000), min_size=2, max_size=60))
def test_a_register_cut_to_whole_wh_is_never_accused(powers: list[int]) -> None:
    one, imported, exported = tally(), 0, 0
    for number, watts in enumerate(powers):
        one.answer(START + number * MINUTE, said(watts, imported // 60, exported // 60), 0.01)
        imported, exported = imported + max(0, watts), exported + max(0, -watts)
    found = counted(one)
    assert max(found.imported.flowed_wh, found.exported.flowed_wh) < STILL_WH


def test_a_register_that_is_not_there_does_not_stand_still() -> None:
    one = tally()
    for minute in range(20):
        one.answer(START + minute * MINUTE, said(-5000), 0.01)
    without = msgspec.structs.replace(PLATE, exports=False)
    assert one.counted(PLATE, START, None).exported.stands_still
    assert not one.counted(without, START, None).exported.stands_still


def test_a_register_that_stands_for_five_minutes_though_power_flows_is_doubted() -> None:
    one, zone = tally(), ZoneInfo("Europe/Helsinki")
    moved = START + 2 * MINUTE
    for number in range(20):
        now = START + number * MINUTE
        one.answer(now, said(6000, import_wh=100 * min(number, 2)), 0.01)
        stood = (now - moved).total_seconds()
        assert bool(one.doubt(PLATE, now)) is (stood >= STILL_SECONDS)
    since = f"{moved.astimezone(zone):%H:%M}"
    now = START + 20 * MINUTE
    assert one.doubt(PLATE, now) == (f"its import register stands since {since} though power flows")
    one.answer(now, said(6000, import_wh=300), 0.01)
    assert one.doubt(PLATE, now) == ""


def test_an_export_register_is_doubted_only_where_there_is_one() -> None:
    one = tally()
    for number in range(20):
        one.answer(START + number * MINUTE, said(-6000), 0.01)
    now = START + 20 * MINUTE
    assert one.doubt(PLATE, now).startswith("its export register stands since")
    assert one.doubt(msgspec.structs.replace(PLATE, exports=False), now) == ""


def test_a_little_power_for_long_or_a_lot_for_a_moment_is_no_doubt() -> None:
    slow, fast = tally(), tally()
    for number in range(60):
        slow.answer(START + number * MINUTE, said(90), 0.01)
    for number in range(5):
        fast.answer(START + number * MINUTE, said(9000), 0.01)
    assert slow.doubt(PLATE, START + 60 * MINUTE) == ""
    assert fast.doubt(PLATE, START + 4 * MINUTE) == ""


def test_a_meters_clock_is_held_against_the_instant_of_its_values() -> None:
    one = tally()
    assert counted(one).behind_seconds is None
    hour = timedelta(hours=1)
    answer = msgspec.structs.replace(said(0), time=START - hour)
    one.answer(START, answer, 0.1)
    assert counted(one).behind_seconds == 3600
    heard = msgspec.structs.replace(answer, time=START + MINUTE, taken=START)
    one.answer(START + 2 * MINUTE, heard, None)
    assert counted(one).behind_seconds == -60
    naive = msgspec.structs.replace(answer, time=START.replace(tzinfo=None))
    one.answer(START, naive, 0.1)
    assert counted(one).behind_seconds is None
