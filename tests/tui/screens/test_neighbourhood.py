"""The neighbourhood: order, direction, groups, filter and view, and what is kept of them."""

from __future__ import annotations

import msgspec
import pytest

from console.model.reading import MeterState
from console.tui.screens.neighbourhood import NeighbourhoodScreen
from console.tui.widgets.order import Order, Sorting, arranged, counts, group_of
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof
from tests.tui.piloting import opened, press

SIZES = [(80, 24), (120, 36), (200, 50)]


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
        assert pilot.app.screen.query_one("#street").chosen  # type: ignore[attr-defined]


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
