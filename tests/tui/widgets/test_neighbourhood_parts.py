"""Order and filter, fresh values, the hours of a day, daylight, and the quiet top bar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.model.reading import MeterState
from console.tui.cells import text_of
from console.tui.daylight import next_surplus, sun_height
from console.tui.look import Look
from console.tui.widgets.bearing import counts_today, sign
from console.tui.widgets.fresh import Fresh
from console.tui.widgets.hours import hours_in
from console.tui.widgets.neighbourhood.order import Order, arranged, group_of
from console.tui.widgets.powers import flow_of
from console.tui.widgets.sentences import unheard
from console.tui.widgets.spark import level
from console.tui.widgets.topbar import Bar, draw_bar
from tests.tui.lindenhof import MIDNIGHT, NOW, lindenhof

HELSINKI = ZoneInfo("Europe/Helsinki")
LOOK = Look(zone=HELSINKI)


def names(filter_: str, order: Order = Order.NAME) -> list[str]:
    return [house.id for house in arranged(lindenhof().houses, filter_, order)]


def test_names_are_ordered_as_people_count() -> None:
    assert names("")[-3:] == ["test10", "test11", "test12"]


@pytest.mark.parametrize(
    ("filter_", "kept"),
    [
        ("giving", ["test1", "test6", "test9"]),
        ("stale", ["test4"]),
        ("!taking !giving", ["test11"]),
        ("TEST12", ["test12"]),
        ("simulated balanced", ["test11"]),
    ],
)
def test_filter(filter_: str, kept: list[str]) -> None:
    assert names(filter_) == kept


def test_orders() -> None:
    assert names("", Order.POWER)[:2] == ["test9", "test1"]
    assert names("", Order.AGE)[0] == "test4"
    assert names("", Order.TRADED)[0] == "test9"
    assert {order.next for order in Order} == set(Order)


@given(st.permutations(range(12)), st.sampled_from(Order))
def test_the_order_does_not_hang_on_the_engines(shuffled: list[int], order: Order) -> None:
    houses = lindenhof().houses
    mixed = tuple(houses[number] for number in shuffled)
    assert arranged(mixed, "", order) == arranged(houses, "", order)


def test_a_value_that_stood_still_is_news_for_a_second() -> None:
    fresh, (house, *_) = Fresh(), lindenhof().houses
    assert fresh.seen([house], 0.0) == frozenset()
    assert fresh.seen([replace(house, power_w=1)], 10.0) == {house.id}
    assert fresh.seen([replace(house, power_w=1)], 10.9) == {house.id}
    assert fresh.seen([replace(house, power_w=1)], 11.1) == frozenset()


def test_a_value_that_moves_all_the_time_is_no_news() -> None:
    fresh, (house, *_) = Fresh(), lindenhof().houses
    seen = [fresh.seen([replace(house, power_w=watts)], float(watts)) for watts in range(9)]
    assert seen[3:] == [frozenset()] * 6


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_bar_grows_from_zero_and_shows_anything(value: int, top: int) -> None:
    assert 1 <= level(value, top) <= 8
    assert level(0, top) == 0
    assert level(top, top) == 8


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 6, 21), 24), (date(2026, 10, 25), 25)],
)
def test_a_day_has_its_own_hours(day: date, hours: int) -> None:
    shown = hours_in(day, NOW, 15, 120, LOOK)
    assert shown.count == hours
    assert len(shown.cells({})) == hours * 4


def test_a_narrow_day_shows_the_present_hour() -> None:
    late = MIDNIGHT + timedelta(hours=22, minutes=40)
    shown = hours_in(date(2026, 6, 21), late, 15, 69, LOOK)
    assert shown.count == 16
    assert text_of(shown.axis(0, LOOK)).split()[-1] == "22"


@pytest.mark.parametrize(("minutes", "cells"), [(5, 1), (15, 1), (30, 2), (60, 4)])
def test_an_interval_fills_its_cells(minutes: int, cells: int) -> None:
    steps = max(1, 15 // minutes)
    values: dict[datetime, int | None] = {
        MIDNIGHT + timedelta(minutes=minutes * number): 40 for number in range(steps)
    }
    shown = hours_in(date(2026, 6, 21), NOW, minutes, 120, LOOK)
    assert shown.cells(values)[: cells + 1] == [40] * cells + [0]


def test_unknown_is_not_nothing() -> None:
    shown = hours_in(date(2026, 6, 21), NOW, 5, 120, LOOK)
    values: dict[datetime, int | None] = {
        MIDNIGHT: 1, MIDNIGHT + timedelta(minutes=5): None, MIDNIGHT + timedelta(minutes=10): 1,
    }  # fmt: skip
    assert shown.cells(values)[0] is None


def test_the_sun_stands_where_almanacs_put_it() -> None:
    noon = datetime(2026, 6, 21, 10, 23, tzinfo=UTC)
    assert sun_height(noon, 60.2, 24.65) == pytest.approx(53.2, abs=0.5)
    assert sun_height(noon + timedelta(hours=12), 60.2, 24.65) == pytest.approx(-6.4, abs=0.5)


def test_a_polar_night_has_no_next_surplus() -> None:
    assert next_surplus(datetime(2026, 12, 21, tzinfo=UTC), 78.2, 15.6) is None


def test_a_lost_part_makes_the_sum_uncertain_and_no_part_makes_it_unknown() -> None:
    houses = lindenhof().houses
    flow = flow_of(houses)
    assert (flow.giving_w, flow.taking_w, flow.shared_w) == (12410, 9080, 9080)
    assert (flow.giving_old, flow.taking_old) == (False, True)
    lost = tuple(replace(house, state=MeterState.LOST) for house in houses)
    assert flow_of((*houses[:-1], lost[-1])).giving_old
    assert flow_of(lost).giving_w is None


@pytest.mark.parametrize("cells", [20, 60, 79, 80, 100, 119, 120, 130, 200])
def test_the_bar_keeps_its_badges_and_fits(cells: int) -> None:
    snapshot = lindenhof()
    for auto in (True, False):
        shown = replace(snapshot, head=replace(snapshot.head, auto=auto))
        first, second = draw_bar(Bar(snapshot=shown, look=LOOK, alarm=LOOK.ink.alarm), cells)
        if cells >= 79:
            assert len(text_of(first)) <= cells
            assert len(text_of(second)) <= cells
            assert ("AUTO" if auto else "MANUAL") in text_of(first)
            assert text_of(first).endswith("13:22:31")
        assert "DEMO ×60  OPERATE" in text_of(first)


def test_a_house_whose_readings_come_from_files_is_a_group_of_its_own() -> None:
    snapshot = lindenhof()
    filed = replace(snapshot.houses[0], meter="file", state=MeterState.FILES, power_w=None)
    snapshot = replace(snapshot, houses=(filed, *snapshot.houses[1:]))
    assert group_of(filed) == "files"
    assert sign(filed, LOOK)[0] == LOOK.glyphs.dash
    assert [house.id for house in arranged(snapshot.houses, "files", Order.NAME)] == [filed.id]
    assert unheard(snapshot) == ""
    bar = Bar(snapshot=snapshot, look=LOOK, alarm=LOOK.ink.alarm)
    text = text_of(draw_bar(bar, 200)[1])
    assert "0 lost  1 from files" in text


def test_a_day_whose_file_has_not_come_is_not_known_and_not_0() -> None:
    house = lindenhof().houses[0]
    filed = replace(house, meter="file", state=MeterState.FILES, power_w=None)
    yesterday = replace(filed, time=MIDNIGHT - timedelta(minutes=15))
    known = [counts_today(one, NOW, LOOK) for one in (house, filed, yesterday)]
    assert known == [True, True, False]
    assert not counts_today(replace(house, time=None), NOW, LOOK)
