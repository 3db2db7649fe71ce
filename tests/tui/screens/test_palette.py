"""The palette and the help: made from the key table, with reasons."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from textual.command import DiscoveryHit, Hit

from console.model.snapshot import Access
from console.tui.app import MosaicApp
from console.tui.cells import text_of
from console.tui.keys import TABLE, keys_of
from console.tui.palette import Places
from console.tui.screens.help import Help, draw_help
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof

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
        await pilot.pause()
        lines = await offered(app)
        assert {"neighbourhood", "flows", "ledger", "settle", "auto", "view", "quit"} <= set(lines)
        assert "Preview settling" in lines["settle"]


async def test_it_gives_the_reason_where_nothing_can_be_done(engine: FakeEngine) -> None:
    snapshot = lindenhof()
    engine.snapshot = replace(snapshot, place=replace(snapshot.place, access=Access.WATCH))
    app = MosaicApp(engine)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "Watching only" in (await offered(app))["settle"]


@pytest.mark.parametrize(
    ("query", "found"),
    [("house test12", "house test12"), ("interval 10:15", "interval 10:15"), ("led", "ledger")],
)
async def test_it_finds(engine: FakeEngine, query: str, found: str) -> None:
    app = MosaicApp(engine)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert found in await offered(app, query)


async def test_a_name_is_never_markup(engine: FakeEngine) -> None:
    snapshot = lindenhof()
    hostile = replace(snapshot.houses[0], name="[@click=app.quit]x[/]\x1b]52;c;x\x07")
    engine.snapshot = replace(snapshot, houses=(hostile, *snapshot.houses[1:]))
    app = MosaicApp(engine)
    async with app.run_test() as pilot:
        await pilot.pause()
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
