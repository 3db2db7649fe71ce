"""The jump on every screen: the picture follows what is typed, enter goes, esc comes back."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from console.tui.screens.house import HouseScreen
from console.tui.screens.neighbourhood import NeighbourhoodScreen
from console.tui.screens.screen import ConsoleScreen
from console.tui.widgets.jumpbox import JumpBox
from tests.tui.chain_engine import ChainEngine
from tests.tui.engine import FakeEngine
from tests.tui.piloting import opened, press, text


def name(pilot: Pilot[str]) -> str:
    front = pilot.app.screen
    return front.NAME if isinstance(front, ConsoleScreen) else ""


def chosen(pilot: Pilot[str]) -> str:
    assert isinstance(pilot.app.screen, NeighbourhoodScreen)
    return pilot.app.screen.street.chosen


async def test_the_picture_follows_and_comes_back(engine: FakeEngine) -> None:
    async with opened(engine, "1") as pilot:
        await press(pilot, "right", "t", "9")
        assert chosen(pilot) == "test9"
        assert "▸ test9" in text(pilot)
        await press(pilot, "escape")
        assert chosen(pilot) == "test2"
        assert not pilot.app.screen.query(JumpBox)
        await press(pilot, "t", *"test1", "down", "down", "enter")
        assert chosen(pilot) == "test11"


@pytest.mark.parametrize("digit", ["1", "2", "3", "4", "6"])
async def test_every_screen_goes_to_an_interval(digit: str) -> None:
    async with opened(ChainEngine(), digit) as pilot:
        shown = await press(pilot, "t", *"12:00")
        assert "12:00                     interval   final" in shown
        shown = await press(pilot, "enter")
        wanted = {"1": "settlement", "2": "flows", "3": "settlement", "4": "ledger"}
        assert name(pilot) == wanted.get(digit, "settlement")
        assert {"flows": "12:00–12:15", "ledger": " 12:00–12:15"}.get(
            name(pilot), "▸12:00"
        ) in shown


def is_of(house: str, shown: str) -> bool:
    return any(line.startswith(f" {house} ") for line in shown.splitlines()[2:5])


@pytest.mark.parametrize("digit", ["3", "6"])
async def test_a_house_opens_from_every_other_screen(digit: str) -> None:
    async with opened(ChainEngine(), digit) as pilot:
        shown = await press(pilot, "t", *"test7", "enter")
        assert isinstance(pilot.app.screen, HouseScreen)
        assert is_of("test7", shown)
        shown = await press(pilot, "t", *"test8", "enter")
        assert is_of("test8", shown)
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, HouseScreen)


async def test_in_the_ledger_a_house_is_a_filter() -> None:
    async with opened(ChainEngine(), "4") as pilot:
        assert "/ house:test7" in await press(pilot, "t", *"test7", "enter")


async def test_a_click_goes_to_a_place(engine: FakeEngine) -> None:
    async with opened(engine, "1") as pilot:
        await press(pilot, "t", *"tes")
        await pilot.click("#places", offset=(5, 4))
        await press(pilot)
        assert chosen(pilot) == "test4"
        assert not pilot.app.screen.query(JumpBox)


async def test_without_an_engine_it_says_why(engine: FakeEngine) -> None:
    engine.accepts = 0
    async with opened(engine, "1") as pilot:
        assert "Nothing is here yet" in await press(pilot, "t")


async def test_enter_without_a_word_leaves_it(engine: FakeEngine) -> None:
    async with opened(engine, "1") as pilot:
        await press(pilot, "t", "enter")
        assert not pilot.app.screen.query(JumpBox)
        await press(pilot, "2")
        assert name(pilot) == "flows"
