"""Every key of the neighbourhood and of the house, pressed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from console.model.settlement import State
from console.model.snapshot import Access, Snapshot
from console.model.view import Preview, Settle
from console.tui.app import MosaicApp
from console.tui.screens.confirm import ConfirmScreen
from console.tui.screens.help import HelpScreen
from console.tui.screens.house import HouseScreen
from console.tui.screens.neighbourhood import NeighbourhoodScreen
from console.tui.screens.screen import ConsoleScreen
from console.tui.screens.unlocking import UnlockingScreen
from console.tui.widgets.neighbourhood.title import View
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof, plan, settlement
from tests.tui.piloting import palette, settled

Console = Pilot[str]


@asynccontextmanager
async def console(engine: FakeEngine, width: int = 120) -> AsyncIterator[Console]:
    app = MosaicApp(engine)
    async with app.run_test(size=(width, 36)) as pilot:
        await settled(pilot)
        yield pilot


def front(pilot: Console) -> ConsoleScreen:
    assert isinstance(pilot.app.screen, ConsoleScreen)
    return pilot.app.screen


def street(pilot: Console) -> NeighbourhoodScreen:
    assert isinstance(pilot.app.screen, NeighbourhoodScreen)
    return pilot.app.screen


async def press(pilot: Console, *keys: str) -> str:
    """Press keys one after the other; return the screen's text."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
    return front(pilot).plain_text()


def closed(snapshot: Snapshot) -> Snapshot:
    """The same with 13:00 closed and not yet settled."""
    day = [
        replace(one, state=State.CLOSED) if n == 52 else one for n, one in enumerate(snapshot.day)
    ]
    return replace(snapshot, day=tuple(day))


@pytest.mark.parametrize(
    ("keys", "house"),
    [
        (("right",), "test2"),
        (("l", "l"), "test3"),
        (("down",), "test5"),
        (("j", "k"), "test1"),
        (("right", "left"), "test1"),
        (("l", "h"), "test1"),
        (("end",), "test12"),
        (("G", "g"), "test1"),
        (("pagedown", "home"), "test1"),
        (("left",), "test1"),
        (("down", "down", "down"), "test12"),
    ],
)
async def test_moves(engine: FakeEngine, keys: tuple[str, ...], house: str) -> None:
    async with console(engine) as pilot:
        await press(pilot, *keys)
        assert street(pilot).street.chosen == house


async def test_views_turn_and_keep_the_chosen_house(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        await press(pilot, "right", "right")
        for view in (View.ROWS, View.DOTS, View.CARDS):
            text = await press(pilot, "v")
            assert f"[{view.value}]" in text
            assert street(pilot).street.chosen == "test3"


async def test_moves_in_dots_go_by_groups(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        await press(pilot, "v", "v", "right", "right", "right")
        assert street(pilot).street.chosen == "test11"
        await press(pilot, "right")
        assert street(pilot).street.chosen == "test2"


async def test_order_shows_its_direction(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        assert "order name ▾" in await press(pilot, "o")
        text = await press(pilot, "o")
        assert "order power ▾" in text
        assert text.splitlines()[5].split()[1] == "test9"
        for shown in ("power ▴", "age ▾", "age ▴", "traded ▾", "traded ▴", "name ▴"):
            assert f"order {shown}" in await press(pilot, "o")


async def test_filter_is_live_keeps_and_drops(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        text = await press(pilot, "slash", "g", "i", "v")
        assert "3 of 12 houses" in text
        text = await press(pilot, "enter")
        assert "filter giv" in text
        await press(pilot, "right")
        assert street(pilot).street.chosen == "test6"
        assert "filter none" in await press(pilot, "escape")


async def test_filter_drops_on_escape_while_typing(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        text = await press(pilot, "slash", "q", "z", "escape")
        assert "12 houses" in text
        assert "filter none" in text


async def test_a_filter_with_no_match_leaves_nothing_to_open(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        text = await press(pilot, "slash", "q", "q", "enter", "enter")
        assert "0 of 12 houses" in text
        assert "No house is chosen." in text


async def test_a_house_opens_and_leaves(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        await press(pilot, "right", "right", "enter")
        assert isinstance(pilot.app.screen, HouseScreen)
        assert "house test3 None" in engine.asked
        await press(pilot, "left")
        assert "house test3 2026-06-20" in engine.asked
        await press(pilot, "right")
        assert "Tomorrow is not known yet." in await press(pilot, "right")
        text = await press(pilot, "down", "down")
        assert "▸12:45" in text
        await press(pilot, "escape")
        assert street(pilot).street.chosen == "test3"


async def test_a_house_leads_to_its_interval(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        await press(pilot, "enter", "enter")
        assert front(pilot).NAME == "settlement"


async def test_nothing_to_settle_says_when(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        text = await press(pilot, "s")
        assert "Nothing to settle: 13:15 is open for 7:29 more and is settled at 13:35." in text


async def test_settle_asks_with_cancel_in_focus(engine: FakeEngine) -> None:
    engine.snapshot = closed(lindenhof())
    engine.previewed = Preview(
        settlement=settlement(52), plan=plan(), rows=24, transactions=1, size=1880, token="t"
    )
    async with console(engine) as pilot:
        await pilot.press("s")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ConfirmScreen)
        await pilot.press("enter")
        await pilot.pause()
        assert engine.settled == []
        assert "Nothing was settled." in front(pilot).plain_text()
        await pilot.press("s")
        await pilot.pause()
        await pilot.press("tab", "enter")
        await pilot.pause()
        assert engine.settled == [Settle(interval="2026-06-21T10:00Z", token="t")]
        assert "2026-06-21T10:00Z is signed." in front(pilot).plain_text()


async def test_a_refused_preview_is_a_notice(engine: FakeEngine) -> None:
    engine.snapshot = closed(lindenhof())
    async with console(engine) as pilot:
        assert "Refused: 2026-06-21T10:00Z has no plan" in await press(pilot, "s")


async def test_auto_switches(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        text = await press(pilot, "a")
        assert engine.asked == ["auto False"]
        assert "Automatic settlement is off" in text


async def test_watching_says_why(engine: FakeEngine) -> None:
    snapshot = lindenhof()
    engine.snapshot = replace(snapshot, place=replace(snapshot.place, access=Access.WATCH))
    async with console(engine) as pilot:
        for key in ("s", "a"):
            text = await press(pilot, key)
            assert "Watching only" in text
            assert "WATCH" in text
        assert engine.asked == []


async def test_locked_settles_nothing_and_says_how(engine: FakeEngine) -> None:
    snapshot = lindenhof()
    engine.snapshot = replace(snapshot, head=replace(snapshot.head, locked=True))
    async with console(engine) as pilot:
        assert "Locked: the engine has no key" in await press(pilot, "s")
        await pilot.press("u")
        await pilot.pause()
        assert isinstance(pilot.app.screen, UnlockingScreen)


async def test_utc_and_back(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        text = await press(pilot, "Z")
        assert "Sun 21 Jun 10:22:31Z" in text
        assert "10:15Z" in text
        assert "13:22:31" in await press(pilot, "Z")


async def test_pause_keeps_the_picture(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        assert "The picture stands still" in await press(pilot, "space")
        snapshot = lindenhof()
        engine.lines.put_nowait(replace(snapshot, houses=snapshot.houses[:3]))
        await pilot.pause()
        assert "12 houses" in front(pilot).plain_text()
        assert "3 houses" in await press(pilot, "space")


async def test_help_is_made_from_the_table_and_leaves(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HelpScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert front(pilot).NAME == "neighbourhood"


async def test_palette_opens_a_house(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        await palette(pilot, "house test7")
        assert isinstance(pilot.app.screen, HouseScreen)
        assert "house test7 None" in engine.asked


async def test_copy_and_save(
    engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with console(engine) as pilot:
        await press(pilot, "y")
        assert pilot.app.clipboard.startswith("test1  ▲ 4.21 kW  12 s   sold 10.206 kWh")
        await press(pilot, "ctrl+s")
        file = tmp_path / "mosaic-neighbourhood-20260621T102231Z.txt"
        while "Saved to" not in front(pilot).plain_text():
            await pilot.pause()
        assert "1 Neighbourhood" in file.read_text(encoding="utf-8")


async def test_digits_open_screens_and_come_back(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        for digit, name in (("2", "flows"), ("3", "settlement"), ("4", "ledger"), ("6", "events")):
            await press(pilot, digit)
            assert name == front(pilot).NAME
        await press(pilot, "1")
        assert front(pilot).NAME == "neighbourhood"


async def test_quit_leaves(engine: FakeEngine) -> None:
    async with console(engine) as pilot:
        await pilot.press("q")
        await pilot.pause()
        assert pilot.app.return_code == 0
