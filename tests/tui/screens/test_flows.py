from __future__ import annotations

from contextlib import AbstractAsyncContextManager

import msgspec
import pytest
from textual.pilot import Pilot

from console.model.snapshot import Delta
from console.tui.screens import flows
from console.tui.screens.flows import FlowsScreen
from console.tui.widgets.flows import matrix
from tests.tui.chain_engine import ChainEngine
from tests.tui.lindenhof import quarter
from tests.tui.piloting import opened, press, settled, text


def on_flows(
    engine: ChainEngine, size: tuple[int, int] = (120, 36), *, calm: bool = True
) -> AbstractAsyncContextManager[Pilot[str]]:
    return opened(engine, "2", size, calm=calm)


def screen(pilot: Pilot[str]) -> FlowsScreen:
    front = pilot.app.screen
    assert isinstance(front, FlowsScreen)
    return front


async def test_it_shows_the_newest_interval() -> None:
    engine = ChainEngine()
    async with on_flows(engine) as pilot:
        assert "13:00–13:15  ◐ sealed, block 1283" in text(pilot)
        assert engine.asked.count(f"preview {quarter(52).name} False") == 1


async def test_left_and_right_go_through_the_intervals() -> None:
    async with on_flows(ChainEngine()) as pilot:
        await pilot.press("left")
        await settled(pilot)
        assert "12:45–13:00  ✓ final, block 1280" in text(pilot)
        await pilot.press("right", "right")
        await settled(pilot)
        assert "13:00–13:15" in text(pilot)


async def test_a_chosen_house_opens() -> None:
    async with on_flows(ChainEngine()) as pilot:
        await pilot.press("enter")
        assert "No house is chosen" in text(pilot)
        await pilot.press("down", "down", "enter")
        await settled(pilot)
        assert pilot.app.screen.__class__.__name__ == "HouseScreen"


async def test_m_swaps_on_a_narrow_screen_and_says_why_not_on_a_wide_one() -> None:
    async with on_flows(ChainEngine(), (80, 24)) as pilot:
        assert "┃" in text(pilot)
        await pilot.press("m")
        await settled(pilot)
        assert "┃" not in text(pilot)
    async with on_flows(ChainEngine()) as pilot:
        await pilot.press("m")
        await settled(pilot)
        assert "both in sight" in text(pilot)


async def test_the_matrix_is_moved_and_its_house_opens() -> None:
    async with on_flows(ChainEngine(), (80, 24)) as pilot:
        assert "m ribbons" in await press(pilot, "m")
        assert "▸█ test1" in await press(pilot, "down")
        assert "▸▓ test6" in await press(pilot, "down", "end")
        await press(pilot, "enter")
        assert pilot.app.screen.__class__.__name__ == "HouseScreen"


async def test_the_day_is_played_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "PLAY_SECONDS", 0.01)
    engine = ChainEngine()
    async with on_flows(engine) as pilot:
        await pilot.press("p")
        for _ in range(200):
            await settled(pilot)
            if "p play the day" in text(pilot):
                break
        assert "13:00–13:15" in text(pilot)
        shown = [asked for asked in engine.asked if asked.startswith("preview")]
        assert len(shown) > 20


async def test_escape_follows_the_newest_again_then_leaves() -> None:
    async with on_flows(ChainEngine()) as pilot:
        await pilot.press("left", "left")
        await settled(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert "13:00–13:15" in text(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert not isinstance(pilot.app.screen, FlowsScreen)


async def test_a_changed_ledger_is_asked_for_again() -> None:
    engine = ChainEngine()
    async with on_flows(engine) as pilot:
        head = msgspec.structs.replace(engine.snapshot.head, ledger_version=2, final_height=1283)
        engine.lines.put_nowait(Delta(head=head))
        await settled(pilot)
        assert engine.asked.count(f"preview {quarter(52).name} False") == 2


async def test_before_the_first_edge() -> None:
    engine = ChainEngine()
    head = msgspec.structs.replace(engine.snapshot.head, last=None)
    engine.snapshot = msgspec.structs.replace(engine.snapshot, head=head)
    async with on_flows(engine) as pilot:
        said = "No interval is closed yet: 13:15 is the first if readings began before it."
        assert said in text(pilot)
        await pilot.press("p")
        await settled(pilot)
        assert "nothing to play" in text(pilot)


async def test_calm_moves_nothing() -> None:
    async with on_flows(ChainEngine()) as pilot:
        assert screen(pilot).moving is False
    async with on_flows(ChainEngine(), calm=False) as pilot:
        assert screen(pilot).moving is True


async def test_the_matrix_is_copied_as_a_table() -> None:
    async with on_flows(ChainEngine()) as pilot:
        await pilot.press("y")
        head, *rows = pilot.app.clipboard.splitlines()
        assert head.split("\t")[:3] == ["kWh", "test2", "test3"]
        assert [row.split("\t")[0] for row in rows] == ["test1", "test6", "test9", "bought"]


async def test_a_matrix_too_large_for_a_clipboard_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "MOST_COPIED", 3)
    async with on_flows(ChainEngine()) as pilot:
        assert "24 cells is too large for a clipboard" in await press(pilot, "y")
        assert "exported ┃ bought" in pilot.app.clipboard


async def test_p_pauses_and_goes_on_and_says_where_in_the_day_it_is() -> None:
    async with on_flows(ChainEngine()) as pilot:
        assert "one interval in 0.8 s" in await press(pilot, "p")
        paused = await press(pilot, "p")
        assert "p play on" in paused
        assert "one interval in" not in paused
        span = paused.split("2 Flows")[1].split()[0]
        again = await press(pilot, "p")
        assert again.split("2 Flows")[1].split()[0] == span
        assert "13:00" in await press(pilot, "escape", "escape")


async def test_space_pauses_the_playing_and_plus_makes_it_faster() -> None:
    async with on_flows(ChainEngine()) as pilot:
        assert "p plays the day" in await press(pilot, "plus")
        assert "one interval in 0.8 s" in await press(pilot, "p")
        assert "one interval in 0.4 s" in await press(pilot, "plus")
        assert "one interval in 0.1 s" in await press(pilot, *["plus"] * 5)
        assert "one interval in 0.8 s" in await press(pilot, *["minus"] * 5)
        paused = await press(pilot, "space")
        assert "p play on" in paused
        assert "The picture stands still" not in paused


async def test_at_the_end_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "PLAY_SECONDS", 0.01)
    async with on_flows(ChainEngine()) as pilot:
        await press(pilot, "left", "left", "p")
        for _ in range(200):
            await settled(pilot)
            if "Played to the newest interval" in text(pilot):
                break
        assert "Played to the newest interval" in text(pilot)
        assert "13:00–13:15" in text(pilot)
