"""The bands: groups under their headings, moves over them, and what is in sight."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.model.reading import MeterState
from console.model.snapshot import HouseNow
from console.tui.cells import text_of
from console.tui.look import Look
from console.tui.widgets.neighbourhood.bands import Band, bands_of, draw_heading, step, window
from console.tui.widgets.neighbourhood.dots import Dots, draw_dots, house_at, lines_of, plan
from console.tui.widgets.neighbourhood.order import Sorting, arranged
from tests.tui.lindenhof import NOW, lindenhof

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"))
WAYS = ("up", "down", "left", "right", "page_up", "page_down", "home", "end")


def street(count: int, *, grouped: bool = True) -> tuple[HouseNow, ...]:
    small = lindenhof().houses
    many = (replace(small[n % 12], id=f"h{n}", name=f"h{n}") for n in range(count))
    return arranged(many, "", Sorting(grouped=grouped))


def headings(bands: tuple[Band, ...]) -> list[str]:
    return [text_of(draw_heading(band.heading, LOOK)) for band in bands if band.heading]


def test_a_heading_tells_sign_state_houses_and_power() -> None:
    houses = lindenhof().houses
    lost = replace(houses[0], id="gone", state=MeterState.LOST)
    new = replace(houses[0], id="new", state=MeterState.WAITING, time=None, power_w=None)
    bands = bands_of(arranged((*houses, lost, new), "", Sorting(grouped=True)), 3, grouped=True)
    assert headings(bands) == [
        "  ▲ giving        3 houses    12.41 kW",
        "  ▼ taking        7 houses     8.66 kW",
        "  ● balanced      1 house      0.00 kW",
        "  ~ stale         1 house      0.42 kW taken",
        "  ✕ lost          1 house        -- kW",
        "  · waiting       1 house        -- kW",
    ]


@given(st.integers(0, 60), st.integers(1, 7), st.booleans())
def test_every_house_stands_in_one_band(count: int, per_row: int, grouped: bool) -> None:
    houses = street(count, grouped=grouped)
    bands = bands_of(houses, per_row, grouped=grouped)
    assert [house for band in bands for house in band.houses] == list(houses)
    assert all(len(band.houses) <= per_row for band in bands)
    assert all(bool(band.houses) is (band.heading is None) for band in bands)


@given(
    st.integers(1, 60), st.integers(1, 7), st.booleans(), st.integers(1, 12),
    st.sampled_from([1, 5]), st.lists(st.sampled_from(WAYS), max_size=20),
)  # fmt: skip
def test_moves_lead_to_houses_and_these_stay_in_sight(
    count: int, per_row: int, grouped: bool, rows: int, height: int, ways: list[str]
) -> None:
    houses = street(count, grouped=grouped)
    bands = bands_of(houses, per_row, grouped=grouped)
    chosen, top, room = houses[0].id, 0, rows * height
    for way in ways:
        chosen = step(bands, chosen, way, rows, sideways=True)
        seen = window(bands, chosen, top, room, height=height)
        top = seen.top
        shown = [house.id for band in seen.bands for house in band.houses]
        assert chosen in shown
        assert [house.id for house in houses][seen.first : seen.first + seen.houses] == shown
        lines = sum(1 if band.heading else height for band in seen.bands)
        assert lines <= room or len(seen.bands) == 1


def test_up_from_a_groups_first_row_shows_its_heading_and_then_the_group_before() -> None:
    houses = street(12)
    bands = bands_of(houses, 3, grouped=True)
    first_taker = bands[3].houses[0].id
    seen = window(bands, first_taker, 9, 6, height=5)
    assert seen.bands[0].heading is not None
    assert step(bands, first_taker, "up", 2, sideways=True) == houses[0].id


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize(("count", "cells", "rows"), [(12, 120, 20), (300, 80, 14), (1000, 80, 19)])
def test_a_click_finds_each_dot_that_is_drawn(
    grouped: bool, count: int, cells: int, rows: int
) -> None:
    houses = street(count, grouped=grouped)
    dots = Dots(
        houses=houses, grouped=grouped, chosen=houses[0].id, top=0, rows=rows, now=NOW, look=LOOK
    )
    drawn = draw_dots(dots, cells)
    made = plan(houses, cells, rows, grouped=grouped)
    found = {
        house.id: (line, column)
        for line in range(len(drawn) - 3 if not made.joined else 1)
        for column in range(cells)
        if (house := house_at(dots, cells, line, column))
    }
    whole = lines_of(houses, cells, rows, grouped=grouped) <= rows
    assert (set(found) == {house.id for house in houses}) is whole
    line, column = found[houses[0].id]
    assert "▸" in text_of(drawn[line])[column - 1 : column + 1]


def test_a_thousand_dots_fit_the_smallest_terminal() -> None:
    assert lines_of(street(1000, grouped=False), 80, 19, grouped=False) <= 19
