"""The app: silence, signals, states of the engine, and what a live street costs."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from textual.geometry import Region
from textual.pilot import Pilot

from console.errors import EngineAbsent
from console.model.settlement import State
from console.model.snapshot import Beat, Delta, HouseNow, Snapshot
from console.tui.app import MosaicApp
from console.tui.screens.screen import ConsoleScreen
from console.tui.widgets.lines import Lines
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof
from tests.tui.piloting import settled


def text(pilot: Pilot[str]) -> str:
    assert isinstance(pilot.app.screen, ConsoleScreen)
    return pilot.app.screen.plain_text()


async def until(pilot: Pilot[str], holds: Callable[[str], bool]) -> str:
    """Wait for a text on the screen; the test's own time limit ends it."""
    while not holds(text(pilot)):
        await pilot.pause(0.02)
    return text(pilot)


def street_of(count: int) -> Snapshot:
    snapshot = lindenhof()
    houses = tuple(
        replace(snapshot.houses[number % 12], id=f"H{number:04}", name=f"H{number:04}")
        for number in range(count)
    )
    return replace(snapshot, houses=houses)


async def test_silence_fades_everything_and_ends_by_itself(engine: FakeEngine) -> None:
    engine.accepts = 1
    engine.lines.put_nowait(EngineAbsent("gone"))
    app = MosaicApp(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda shown: "ENGINE SILENT" in shown)
        card = app.screen.query(".column").first(Lines)
        dim = app.look.ink.dim.color
        inked = [cell for cell in card.render_line(0) if cell.text.strip()]
        assert all(cell.style is not None and cell.style.color == dim for cell in inked)
        await pilot.press("s")
        assert "No engine answers" in await until(pilot, lambda shown: "No engine" in shown)
        engine.accepts = 1
        await until(pilot, lambda shown: "ENGINE SILENT" not in shown)


async def test_before_the_first_snapshot_it_says_how_to_start_one(engine: FakeEngine) -> None:
    engine.accepts = 0
    async with MosaicApp(engine).run_test(size=(80, 24)) as pilot:
        shown = await until(pilot, lambda shown: "ENGINE SILENT" in shown)
        assert "Start one with: mosaic run" in shown
        await pilot.press("enter", "o", "v", "s", "right", "y", "Z")
        assert "q quit" in text(pilot)


async def test_a_calm_pace_shows_the_newest_when_it_is_time(engine: FakeEngine) -> None:
    app = MosaicApp(engine, calm=True, pace=3600.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda shown: "test3" in shown)
        for power in (431, 532):
            changed = replace(engine.snapshot.houses[3], power_w=power)
            engine.lines.put_nowait(Delta(head=engine.snapshot.head, houses=(changed,)))
            await pilot.pause()
        assert "0.42 kW" in text(pilot)
        app.pace = 0.0
        engine.lines.put_nowait(Beat(now=engine.snapshot.head.now))
        assert "0.43 kW" not in await until(pilot, lambda shown: "0.42 kW" not in shown)
        assert "0.53 kW" in text(pilot)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM])
async def test_a_signal_ends_it_cleanly(engine: FakeEngine, number: signal.Signals) -> None:
    app = MosaicApp(engine)
    async with app.run_test() as pilot:
        await settled(pilot)
        os.kill(os.getpid(), number)
        while app.is_running:
            await pilot.pause(0.02)
    assert app.return_code == 0


async def test_nothing_above_the_final_height_shows_final(engine: FakeEngine) -> None:
    snapshot = lindenhof()
    last = snapshot.head.last
    assert last is not None
    last = replace(last, state=State.FINAL, height=1283)
    engine.snapshot = replace(snapshot, head=replace(snapshot.head, last=last))
    async with MosaicApp(engine).run_test(size=(120, 36)) as pilot:
        await settled(pilot)
        assert "last 13:00 ◐ 24 rows" in text(pilot)


async def test_a_thousand_houses_scroll_and_keep_the_chosen_one() -> None:
    app = MosaicApp(FakeEngine(street_of(1000)))
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(pilot)
        assert "1–16" in text(pilot)
        await pilot.press("end")
        await pilot.pause()
        shown = text(pilot)
        assert "985–1000" in shown
        assert "H0999" in shown
        await pilot.press("v", "v")
        await pilot.pause()
        assert "▸ H0999" in text(pilot)


async def test_a_narrow_and_a_tiny_terminal_still_draw(engine: FakeEngine) -> None:
    for size in ((80, 24), (40, 12), (12, 4)):
        async with MosaicApp(engine).run_test(size=size) as pilot:
            await settled(pilot)
            assert "MOSAIC" in text(pilot)


async def test_ascii_draws_nothing_else(engine: FakeEngine) -> None:
    snapshot = lindenhof()
    houses = (replace(snapshot.houses[0], name="Häuslein"), *snapshot.houses[1:])
    engine.snapshot = replace(snapshot, houses=houses)
    async with MosaicApp(engine, ascii=True).run_test(size=(120, 36)) as pilot:
        await settled(pilot)
        for key in ("v", "v", "v", "enter", "escape"):
            await pilot.press(key)
            await pilot.pause()
            assert text(pilot).isascii()
        assert "H?uslein" in text(pilot)


class Refreshes:
    """Counts the cells that lines ask to have drawn again."""

    def __init__(self) -> None:
        self.cells = 0

    def watch(self, lines: Lines[Any], monkeypatch: pytest.MonkeyPatch) -> None:
        real = lines.refresh

        def refresh(*regions: Region, **options: Any) -> Lines[Any]:
            self.cells += sum(region.area for region in regions)
            return real(*regions, **options)

        monkeypatch.setattr(lines, "refresh", refresh)


async def test_a_changed_house_redraws_a_few_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(street_of(48))
    app = MosaicApp(engine, calm=True)
    async with app.run_test(size=(200, 50)) as pilot:
        await settled(pilot)
        seen = Refreshes()
        for lines in app.screen.query(".column").results(Lines):
            seen.watch(lines, monkeypatch)
        changed: HouseNow = replace(engine.snapshot.houses[3], power_w=431)
        engine.lines.put_nowait(Delta(head=engine.snapshot.head, houses=(changed,)))
        await until(pilot, lambda shown: "0.43 kW" in shown)
        assert 0 < seen.cells <= 12
