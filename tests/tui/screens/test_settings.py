"""The settings' form: what is changed is shown, asked about, and only then written."""

from __future__ import annotations

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from console.errors import Refused
from console.model.change import Configuration, ConfigValue, HouseWords
from console.model.comparison import Case, HouseOutcome, Outcome
from console.model.snapshot import Access
from console.tui.screens.confirm import ConfirmScreen
from console.tui.screens.settings import SettingsScreen
from console.tui.widgets.lines import Lines
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof
from tests.tui.piloting import opened, press

FILE = Configuration(
    source="config.toml",
    was="0" * 64,
    values=(
        ConfigValue(key="price.fixed", value="0.10", default="0.10", help="per kWh"),
        ConfigValue(key="price.retail", value="", default="", help="what the grid charges"),
    ),
    houses=("test1", "test2"),
    words=(HouseWords(id="test1"), HouseWords(id="test2", name="Mill")),
)


@pytest.fixture
def writing(engine: FakeEngine) -> FakeEngine:
    engine.written = FILE
    return engine


def _drawn(pilot: Pilot[str]) -> str:
    return pilot.app.screen.query_one("#page", Lines).text


async def test_the_form_shows_what_the_file_says(writing: FakeEngine) -> None:
    async with opened(writing, "C", size=(80, 24)) as pilot:
        assert "▸ price.fixed" in _drawn(pilot)
        assert "0.10" in _drawn(pilot)
        assert "Nothing is changed yet." in _drawn(pilot)


async def test_a_value_is_typed_previewed_asked_and_written(writing: FakeEngine) -> None:
    async with opened(writing, "C") as pilot:
        await press(pilot, "enter", *"0.20", "enter")
        assert "0.20" in _drawn(pilot)
        await press(pilot, "w")
        assert isinstance(pilot.app.screen, ConfirmScreen)
        await press(pilot, "tab", "enter")
        assert not isinstance(pilot.app.screen, SettingsScreen)
    assert [change.preview for change in writing.changes] == [True, False]
    assert writing.changes[-1].values == {"price.fixed": "0.20"}
    assert writing.changes[-1].was == FILE.was


async def test_a_rule_is_compared_on_past_days_before_it_is_asked_about(
    writing: FakeEngine,
) -> None:
    a = HouseOutcome(house="test1", paid_nano=10**9, grid_nano=0, alone_nano=-3 * 10**9)
    b = msgspec.structs.replace(a, house="test2", paid_nano=0, earned_nano=10**9, alone_nano=0)
    more = msgspec.structs.replace(a, paid_nano=5 * 10**8)
    less = msgspec.structs.replace(b, earned_nano=5 * 10**8)
    writing.compared = msgspec.structs.replace(
        writing.compared,
        intervals=672,
        outcomes=(
            Outcome(case=Case(rule="pro-rata", price="0.10"), houses=(a, b), shared_wh=10_000),
            Outcome(case=Case(rule="pro-rata", price="0.05"), houses=(more, less), shared_wh=9_000),
        ),
    )
    async with opened(writing, "C", size=(80, 24)) as pilot:
        await press(pilot, "enter", *"0.05", "enter", "w")
        asked = pilot.app.screen.query_one("#dialog", Lines).text
        assert "On the last 7 days, 672 intervals          now          then" in asked
        assert "shared, kWh                             10.000         9.000" in asked
        assert "savings apart, EUR                        1.00          2.00" in asked
        assert "1 house gains: test1 +0.50" in asked
        assert "1 house loses: test2 -0.50" in asked
        assert "[ Cancel ]" in asked
        await press(pilot, "tab", "enter")
    assert writing.asked[-4:] == ["preview", "compare", "change", "close"]


async def test_what_a_change_cannot_do_on_past_days_is_told(writing: FakeEngine) -> None:
    refused = "sun sold energy and asks no price."
    writing.compared = msgspec.structs.replace(
        writing.compared,
        intervals=1,
        outcomes=(
            Outcome(case=Case(rule="pro-rata", price="0.10")),
            Outcome(case=Case(rule="pro-rata", price="ask"), refused=refused),
        ),
    )
    async with opened(writing, "C") as pilot:
        await press(pilot, "enter", *"0.05", "enter", "w")
        asked = pilot.app.screen.query_one("#dialog", Lines).text
        assert "The change could not be played: sun sold energy and asks no" in asked


async def test_cancel_has_the_focus(writing: FakeEngine) -> None:
    async with opened(writing, "C") as pilot:
        await press(pilot, "enter", "5", "enter", "w", "enter")
        assert isinstance(pilot.app.screen, SettingsScreen)
    assert [change.preview for change in writing.changes] == [True]


async def test_nothing_is_asked_where_nothing_is_changed(writing: FakeEngine) -> None:
    async with opened(writing, "C") as pilot:
        await press(pilot, "enter", "enter", "w")
    assert writing.changes == []


async def test_a_house_is_given_another_name_and_reference(writing: FakeEngine) -> None:
    async with opened(writing, "C") as pilot:
        await press(
            pilot, "up", "enter", *"test2", "enter", *"Mill II", "enter", *"file:k", "enter"
        )
        assert "test2 Mill II file:k" in _drawn(pilot)
        await press(pilot, "w", "tab", "enter")
    assert writing.changes[-1].words == (HouseWords(id="test2", name="Mill II", secret="file:k"),)
    assert writing.changes[-1].houses == ()


async def test_the_same_words_are_no_change_and_no_house_is_told(writing: FakeEngine) -> None:
    async with opened(writing, "C") as pilot:
        await press(pilot, "up", "enter", *"test2", "enter", "enter", "enter")
        assert "Nothing is changed yet." in _drawn(pilot)
        await press(pilot, "enter", *"nobody", "enter")
        assert "There is no house nobody." in _drawn(pilot)


@pytest.mark.parametrize("row", ["new", "words"])
async def test_a_secret_itself_is_dropped_at_once(writing: FakeEngine, row: str) -> None:
    before = ("up", "enter", *"test2", "enter", "enter")
    if row == "new":
        before = ("up", "up", "enter", *"h7", "enter", "enter", "enter", *"x", "enter")
    async with opened(writing, "C") as pilot:
        await press(pilot, *before, *"canary", "enter")
        assert "never the secret itself" in _drawn(pilot)
        assert "canary" not in _drawn(pilot) + pilot.app.screen.query_one(Input).value
        await press(pilot, "escape", "w")
    assert writing.changes == []


async def test_esc_leaves_the_typing_then_the_form(writing: FakeEngine) -> None:
    async with opened(writing, "C") as pilot:
        await press(pilot, "enter", "9", "escape")
        assert isinstance(pilot.app.screen, SettingsScreen)
        assert "Nothing is changed yet." in _drawn(pilot)
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, SettingsScreen)


async def test_a_refusal_is_told_and_nothing_is_lost(writing: FakeEngine) -> None:
    async with opened(writing, "C") as pilot:
        await press(pilot, "enter", "7", "enter")
        writing.refusal = Refused("the file has changed meanwhile.")
        await press(pilot, "w")
        assert "the file has changed meanwhile" in _drawn(pilot)
        assert " 7 " in _drawn(pilot)


async def test_without_a_file_the_screen_says_so(engine: FakeEngine) -> None:
    async with opened(engine, "C") as pilot:
        assert not isinstance(pilot.app.screen, SettingsScreen)


async def test_a_watcher_has_no_form() -> None:
    seen = lindenhof()
    place = msgspec.structs.replace(seen.place, access=Access.WATCH)
    engine = FakeEngine(msgspec.structs.replace(seen, place=place))
    engine.written = FILE
    async with opened(engine, "C") as pilot:
        assert not isinstance(pilot.app.screen, SettingsScreen)


async def test_a_click_chooses_a_row_and_another_begins_to_type(writing: FakeEngine) -> None:
    async with opened(writing, "C", size=(80, 24)) as pilot:
        await pilot.click("#page", offset=(6, 3))
        assert "▸ price.retail" in _drawn(pilot)
        await pilot.click("#page", offset=(6, 3))
        assert "Enter takes it, esc leaves it" in _drawn(pilot)
        await press(pilot, "escape")
        await pilot.click("#page", offset=(6, 1))
        assert "▸ price.retail" in _drawn(pilot)
