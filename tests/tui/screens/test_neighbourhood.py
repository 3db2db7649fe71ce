"""The neighbourhood: order, direction, groups, filter and view, and what is kept of them."""

from __future__ import annotations

import msgspec
import pytest
from textual.pilot import Pilot

from console.model.reading import MeterState
from console.tui.screens.house import HouseScreen
from console.tui.screens.neighbourhood import NeighbourhoodScreen
from console.tui.widgets.neighbourhood.order import Order, Sorting, arranged, counts, group_of
from console.tui.widgets.neighbourhood.street import Street
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof
from tests.tui.piloting import opened, press

SIZES = [(80, 24), (120, 36), (200, 50)]


def chosen(pilot: Pilot[str]) -> str:
    return pilot.app.screen.query_one(Street).chosen


def place(drawn: list[str], words: str, below: int = 0) -> tuple[int, int]:
    """The row and column of some words, or of what stands below them."""
    row = next(number for number, line in enumerate(drawn) if words in line)
    return row + below, drawn[row].index(words)


@pytest.mark.parametrize("size", SIZES)
async def test_o_turns_the_order_round_before_it_takes_the_next(size: tuple[int, int]) -> None:
    async with opened(FakeEngine(), "1", size) as pilot:
        assert "order name ▴" in await press(pilot)
        assert "order name ▾" in await press(pilot, "o")
        assert "order power ▾" in await press(pilot, "o")
        assert "order power ▴" in await press(pilot, "o")


async def test_houses_that_do_alike_stand_together_with_their_counts() -> None:
    async with opened(FakeEngine(), "1") as pilot:
        drawn = await press(pilot, "b")
        assert "3 giving  7 taking  1 balanced  1 stale" in drawn
        assert drawn.index("test9") < drawn.index("test2 ")
        assert "giving  7" not in await press(pilot, "b")


@pytest.mark.parametrize("size", SIZES)
async def test_groups_have_headings_in_every_view_and_moves_skip_them(
    size: tuple[int, int],
) -> None:
    async with opened(FakeEngine(), "1", size) as pilot:
        for _ in range(3):
            drawn = await press(pilot, "b", "home")
            assert "▲ giving        3 houses    12.41 kW" in drawn
            assert "▼ taking        7 houses     8.66 kW" in drawn
            await press(pilot, *["down" if "[rows]" in drawn else "right"] * 11)
            assert chosen(pilot) == "test4"
            await press(pilot, "b", "v")


async def test_a_click_chooses_and_a_second_one_opens_in_every_view() -> None:
    async with opened(FakeEngine(), "1") as pilot:
        await press(pilot, "b")
        for view in ("cards", "rows", "dots"):
            drawn = (await press(pilot, "home")).splitlines()
            assert f"[{view}]" in drawn[3]
            row, column = place(drawn, "▼ taking", below=1)
            await pilot.click(offset=(column + (9 if view == "dots" else 4), row))
            assert chosen(pilot) == ("test3" if view == "dots" else "test2")
            await pilot.click(offset=(column + (9 if view == "dots" else 4), row))
            await press(pilot)
            assert isinstance(pilot.app.screen, HouseScreen)
            await press(pilot, "escape", "v")


async def test_a_click_on_a_heading_chooses_nothing() -> None:
    async with opened(FakeEngine(), "1") as pilot:
        drawn = (await press(pilot, "b", "home")).splitlines()
        row, column = place(drawn, "▼ taking")
        before = chosen(pilot)
        await pilot.click(offset=(column, row))
        assert chosen(pilot) == before


@pytest.mark.parametrize("size", SIZES)
async def test_a_filter_that_nobody_passes_says_so_and_how_to_leave(size: tuple[int, int]) -> None:
    async with opened(FakeEngine(), "1", size) as pilot:
        drawn = await press(pilot, "slash", *"lost", "enter")
        assert "None of 12 houses passes the filter: lost" in drawn
        assert "0 of 12 houses" in drawn
        assert "esc shows all again" in drawn
        assert "None of" not in await press(pilot, "escape")


async def test_state_and_name_are_asked_for_together() -> None:
    async with opened(FakeEngine(), "1") as pilot:
        drawn = await press(pilot, "slash", *"taking !test1 live", "enter")
        assert "5 of 12 houses" in drawn


async def test_meters_that_were_not_asked_yet_are_no_alarm() -> None:
    engine = FakeEngine()
    new = tuple(
        msgspec.structs.replace(house, state=MeterState.WAITING, time=None, power_w=None)
        for house in engine.snapshot.houses
    )
    engine.snapshot = msgspec.structs.replace(engine.snapshot, houses=new)
    async with opened(engine, "1", (80, 24)) as pilot:
        drawn = await press(pilot)
        assert "Waiting for the first reading of 12 meters." in drawn
        assert "✕" not in drawn


async def test_the_filter_counts_what_passes_and_turns_round() -> None:
    async with opened(FakeEngine(), "1") as pilot:
        drawn = await press(pilot, "slash", *"!giving", "enter")
        assert "9 of 12 houses" in drawn
        assert "filter !giving" in drawn


async def test_a_screen_is_found_as_it_was_left() -> None:
    async with opened(FakeEngine(), "1") as pilot:
        await press(pilot, "o", "b", "v")
        screen = pilot.app.screen
        assert isinstance(screen, NeighbourhoodScreen)
        kept = screen.remembered()
        assert kept == {
            "view": "rows", "order": "name", "turned": "yes", "grouped": "yes", "filter": "",
        }  # fmt: skip
        screen.recall({"view": "spheres", "order": "\x1b", "turned": "yes"})
        assert screen.remembered() == kept | {"turned": "", "grouped": ""}
        screen.recall(kept)
        assert screen.remembered() == kept


async def test_a_thousand_dots_are_all_in_sight() -> None:
    engine = FakeEngine()
    small = engine.snapshot.houses
    many = tuple(
        msgspec.structs.replace(small[number % 12], id=f"h{number}", name=f"h{number}")
        for number in range(1000)
    )
    engine.snapshot = msgspec.structs.replace(engine.snapshot, houses=many)
    async with opened(engine, "1", (120, 36)) as pilot:
        drawn = await press(pilot, "v", "v")
        dots = sum(drawn.count(sign) for sign in "·░▒▓█~")
        assert dots >= 1000
        await press(pilot, "end")
        assert chosen(pilot) == "h999"


def test_every_house_is_in_one_group() -> None:
    houses = lindenhof().houses
    groups = [group_of(house) for house in arranged(houses, "", Sorting(grouped=True))]
    assert groups == ["giving"] * 3 + ["taking"] * 7 + ["balanced", "stale"]
    lost = msgspec.structs.replace(houses[0], state=MeterState.LOST)
    assert counts([lost]) == "1 lost"


@pytest.mark.parametrize("order", list(Order))
def test_an_order_turned_round_keeps_every_house(order: Order) -> None:
    houses = lindenhof().houses
    one, other = (arranged(houses, "", Sorting(order, turned)) for turned in (False, True))
    assert set(one) == set(other)
    assert one != other
