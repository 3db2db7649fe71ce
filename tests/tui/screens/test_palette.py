"""The palette and the help: made from the key table, with reasons."""

from __future__ import annotations

from typing import cast

import pytest
from msgspec.structs import replace
from textual.command import CommandList, DiscoveryHit, Hit

from console.model.snapshot import Access
from console.tui.app import MosaicApp
from console.tui.cells import text_of
from console.tui.commands import everything
from console.tui.keys import TABLE, keys_of
from console.tui.palette import Places
from console.tui.screens.confirm import ConfirmScreen
from console.tui.screens.help import Help, draw_help
from tests.tui.chain_engine import ChainEngine
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof
from tests.tui.piloting import opened, palette, press, settled, text

SCREENS = sorted({key.screen for key in TABLE} - {"every"})


async def offered(app: MosaicApp, query: str = "") -> dict[str, str]:
    """What the palette offers: the words and the whole line."""
    places = Places(app.screen)
    hits = places.search(query) if query else places.discover()
    lines: dict[str, str] = {}
    async for hit in hits:
        assert isinstance(hit, Hit | DiscoveryHit)
        lines[str(hit.text)] = str(hit.prompt)
    return lines


async def test_it_lists_screens_and_what_can_be_done(engine: FakeEngine) -> None:
    app = MosaicApp(engine)
    async with app.run_test() as pilot:
        await settled(pilot)
        lines = await offered(app)
        assert {"neighbourhood", "flows", "ledger", "settle", "auto", "view", "quit"} <= set(lines)
        assert "Preview settling" in lines["settle"]


async def test_it_gives_the_reason_where_nothing_can_be_done(engine: FakeEngine) -> None:
    snapshot = lindenhof()
    engine.snapshot = replace(snapshot, place=replace(snapshot.place, access=Access.WATCH))
    app = MosaicApp(engine)
    async with app.run_test() as pilot:
        await settled(pilot)
        assert "Watching only" in (await offered(app))["settle"]


@pytest.mark.parametrize(
    ("query", "found"),
    [("house test12", "house test12"), ("interval 10:15", "interval 10:15"), ("led", "ledger")],
)
async def test_it_finds(engine: FakeEngine, query: str, found: str) -> None:
    app = MosaicApp(engine)
    async with app.run_test() as pilot:
        await settled(pilot)
        assert found in await offered(app, query)


@pytest.mark.parametrize("digit", ["1", "2", "3", "4", "6"])
async def test_every_screen_names_all_commands(digit: str) -> None:
    async with opened(ChainEngine(), digit) as pilot:
        names = [
            command.words for command in everything(cast("MosaicApp", pilot.app), pilot.app.screen)
        ]
        wanted = (
            "settle auto unlock shelve acknowledge provisional wait write settings help ledger "
            "events pause save matrix filter order"
        )
        assert set(wanted.split()) <= set(names)
        named = (
            "order power|order energy|view dots|view matrix|view shelved|theme light|play the day"
        )
        for words in (*named.split("|"), "play the day", "house test12", "interval 10:15"):
            assert words in names


async def test_each_line_shows_its_key(engine: FakeEngine) -> None:
    async with opened(engine, "1") as pilot:
        app = cast("MosaicApp", pilot.app)
        shown = {command.words: command.key for command in reversed([*everything(app, app.screen)])}
        assert shown["settle"] == "s"
        assert shown["shelve"] == "6 V"
        assert shown["view dots"] == "v"
        assert shown["view matrix"] == "2 m"
        assert shown["theme light"] == "T"
        assert shown["ledger"] == "4"
        assert "view dots               v" in (await offered(app, "view dots"))["view dots"]


async def test_the_open_palette_begins_with_the_keys_of_the_screen_below() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        await press(pilot, "colon", *"provisional")
        lines = pilot.app.screen.query_one(CommandList)
        while lines.option_count != 1:
            await pilot.pause()
        assert str(lines.get_option_at_index(0).prompt).split()[:2] == ["provisional", "P"]


async def test_a_command_of_another_screen_goes_there_and_does_it() -> None:
    engine = ChainEngine()
    async with opened(engine, "1") as pilot:
        await palette(pilot, "view shelved")
        assert "shelved" in text(pilot)
        assert pilot.app.screen.query("#body")
        await palette(pilot, "order power")
        assert "order power" in text(pilot)
        assert "ledger" not in engine.asked
        await palette(pilot, "provisional")
        assert isinstance(pilot.app.screen, ConfirmScreen)


async def test_what_was_used_last_comes_first() -> None:
    async with opened(ChainEngine(), "1") as pilot:
        await palette(pilot, "theme light")
        await palette(pilot, "house test7")
        await press(pilot, "escape", "slash", *"giv", "enter")
        await palette(pilot, "theme light")
        app = cast("MosaicApp", pilot.app)
        assert app.used == ("theme light", "neighbourhood giv", "house test7")
        assert [*await offered(app)][:3] == list(app.used)
        await press(pilot, "escape")
        assert "12 houses" in text(pilot)
        await palette(pilot, "neighbourhood giv")
        assert "3 of 12 houses" in text(pilot)


async def test_watching_names_commands_of_other_screens_with_the_reason(engine: FakeEngine) -> None:
    snapshot = lindenhof()
    engine.snapshot = replace(snapshot, place=replace(snapshot.place, access=Access.WATCH))
    async with opened(engine, "2") as pilot:
        assert "Watching only" in (await offered(cast("MosaicApp", pilot.app), "settle"))["settle"]


async def test_scattered_letters_count_only_where_nothing_is_closer(engine: FakeEngine) -> None:
    async with opened(engine, "1") as pilot:
        app = cast("MosaicApp", pilot.app)
        assert "house test1" not in await offered(app, "set")
        assert "settle" in await offered(app, "stl")


async def test_a_name_is_never_markup(engine: FakeEngine) -> None:
    snapshot = lindenhof()
    hostile = replace(snapshot.houses[0], name="[@click=app.quit]x[/]\x1b]52;c;x\x07")
    engine.snapshot = replace(snapshot, houses=(hostile, *snapshot.houses[1:]))
    app = MosaicApp(engine)
    async with app.run_test() as pilot:
        await settled(pilot)
        line = (await offered(app, "house test1"))["house test1"]
        assert "[@click=app.quit]x[/]" in line
        assert "\x1b" not in line


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("cells", [60, 80, 120])
async def test_the_help_has_every_key_and_fits(engine: FakeEngine, screen: str, cells: int) -> None:
    app = MosaicApp(engine)
    drawn = [text_of(line) for line in draw_help(Help(screen, app.look), cells)]
    assert all(len(line) <= cells for line in drawn)
    for key in keys_of(screen):
        assert any(line.lstrip().startswith(key.shown) for line in drawn)
