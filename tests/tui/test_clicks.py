"""Clicks: each does what a key does, and passing over the screen costs nothing."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from textual.events import MouseScrollDown
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen

from console.model.settlement import State
from console.model.snapshot import Access
from console.model.view import Preview
from console.tui.cells import text_of
from console.tui.screens.confirm import ConfirmScreen
from console.tui.screens.help import HelpScreen
from console.tui.screens.screen import ConsoleScreen
from console.tui.widgets.lines import Lines
from tests.tui.chain_engine import ChainEngine
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof, plan, settlement
from tests.tui.piloting import opened, press, settled, text


async def hit(pilot: Pilot[str], widget: str, words: str, at: int = 0) -> str:
    """Click on the first of some words that a widget has drawn."""
    lines = pilot.app.screen.query_one(widget, Lines).text.splitlines()
    row = next(number for number, line in enumerate(lines) if words in line)
    await pilot.click(widget, offset=(lines[row].index(words) + at, row))
    await settled(pilot)
    return text(pilot)


def name(pilot: Pilot[str]) -> str:
    front: Screen[object] = pilot.app.screen
    return front.NAME if isinstance(front, ConsoleScreen) else ""


LEADS = {
    "! 1": "events",
    "13:15": "settlement",
    "7:29": "settlement",
    "last 13:00": "ledger",
    "chain 1284": "ledger",
    "11 live": "neighbourhood",
    "12.41": "flows",
}


async def test_the_top_bar_leads_on(engine: FakeEngine) -> None:
    key = "6"
    async with opened(engine, key) as pilot:
        for words, screen in LEADS.items():
            await hit(pilot, "#bar", words)
            assert name(pilot) == screen, words
            await press(pilot, key)


async def test_the_narrow_bar_too(engine: FakeEngine) -> None:
    async with opened(engine, "1", (80, 24)) as pilot:
        for words, screen in {"12.41": "flows", "13:15": "settlement", "1284": "ledger"}.items():
            await hit(pilot, "#bar", words)
            assert name(pilot) == screen, words


async def test_a_key_of_the_key_line_is_that_key(engine: FakeEngine) -> None:
    async with opened(engine, "1") as pilot:
        assert "order name ▾" in await hit(pilot, "#keys", "o order", 3)
        await hit(pilot, "#keys", "1–6 screens", 2)
        assert name(pilot) == "events"
        await hit(pilot, "#keys", "1–6 screens")
        assert name(pilot) == "neighbourhood"
        await hit(pilot, "#keys", "↑↓←→", 2)
        assert "▌▼ test2" in text(pilot)
        await hit(pilot, "#keys", "? help")
        assert isinstance(pilot.app.screen, HelpScreen)


async def test_a_disabled_key_says_why_when_it_is_clicked(engine: FakeEngine) -> None:
    snapshot = lindenhof()
    engine.snapshot = replace(snapshot, place=replace(snapshot.place, access=Access.WATCH))
    async with opened(engine, "1") as pilot:
        assert "Watching only" in await hit(pilot, "#keys", "s settle")
        assert engine.asked == []


async def test_the_title_turns_views_and_order(engine: FakeEngine) -> None:
    async with opened(engine, "1") as pilot:
        assert "[rows]" in await hit(pilot, "#title", "rows")
        assert "[dots]" in await hit(pilot, "#title", "dots")
        assert "[cards]" in await hit(pilot, "#title", "cards")
        assert "order name ▾" in await hit(pilot, "#title", "order name")


async def test_the_ledgers_title_turns_its_order() -> None:
    async with opened(ChainEngine(), "4") as pilot:
        await hit(pilot, "#body", "newest first")
        assert "oldest first" in text(pilot)


async def test_a_dialog_wants_the_focus_moved_first(engine: FakeEngine) -> None:
    snapshot = lindenhof()
    day = [replace(one, state=State.CLOSED) if n == 52 else one
           for n, one in enumerate(snapshot.day)]  # fmt: skip
    engine.snapshot = replace(snapshot, day=tuple(day))
    engine.previewed = Preview(
        settlement=settlement(52), plan=plan(), rows=24, transactions=1, size=1880, token="t"
    )
    async with opened(engine, "1") as pilot:
        await press(pilot, "s")
        await hit(pilot, "#dialog", "Cancel")
        assert "Nothing was settled." in text(pilot)
        await press(pilot, "s")
        await hit(pilot, "#dialog", "  Settle │", 2)
        assert isinstance(pilot.app.screen, ConfirmScreen)
        assert engine.settled == []
        await hit(pilot, "#dialog", "[ Settle ]", 2)
        assert len(engine.settled) == 1


async def test_the_wheel_moves_the_choice(engine: FakeEngine) -> None:
    async with opened(engine, "1") as pilot:
        street = pilot.app.screen.query_one("#street")
        turned = MouseScrollDown(street, 9, 9, 0, 1, 0, False, False, False)
        street.post_message(turned)
        await settled(pilot)
        assert "▌▼ test5" in text(pilot)


async def test_passing_over_the_screen_draws_nothing(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(engine, "1") as pilot:
        drawn: list[Region] = []
        for lines in pilot.app.screen.query(Lines):
            real = lines.refresh

            def refresh(*regions: Region, _real: Any = real, **options: Any) -> Any:
                drawn.extend(regions or [Region()])
                return _real(*regions, **options)

            monkeypatch.setattr(lines, "refresh", refresh)
        for column in range(0, 120, 29):
            for widget in ("#bar", "#title", "#keys"):
                await pilot.hover(widget, offset=(column, 0))
        assert drawn == []


def test_what_is_drawn_holds_no_action_of_text_from_outside(engine: FakeEngine) -> None:
    from console.tui.cells import Row, action_at

    row = Row().add("[@click=app.quit]x[/]\x1b]8;;x\x07")
    assert text_of(row.segments).startswith("[@click")
    assert all(action_at(one.style) == "" for one in row.segments if one.style)
