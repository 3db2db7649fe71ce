"""Every screen in every state at every size: the rules that hold on all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from textual.color import Color
from textual.pilot import Pilot

from console.errors import EngineAbsent, Refused
from console.model.reading import MeterState
from console.model.snapshot import Line, Snapshot
from console.model.view import DaySettlements, EventPage, LedgerPage, LedgerQuery, Preview
from console.tui.app import MosaicApp
from console.tui.save import text_in_sight
from console.tui.widgets.lines import Lines
from tests.tui.chain_engine import ChainEngine
from tests.tui.piloting import settled

SIZES = ((80, 24), (120, 36), (200, 50))
SCREENS: dict[str, tuple[str, ...]] = {
    "1 Neighbourhood": ("1",),
    "2 Flows": ("2",),
    "3 Settlement": ("3",),
    "4 Ledger": ("4",),
    "5 Bills": ("5",),
    "6 Events": ("6",),
    "test1": ("1", "enter"),
    "Keys": ("1", "question_mark"),
}
LAST = {"Keys": "esc back"}


class Empty(ChainEngine):
    """An engine that has settled nothing and knows no house."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        super().__init__(snapshot)
        seen = self.snapshot
        head = replace(seen.head, last=None, alarms=(), latest_event=0)
        self.snapshot = replace(seen, head=head, houses=(), day=seen.day[-1:])

    async def settlements(self, day: date | None = None) -> DaySettlements:
        return DaySettlements(day=day or date(2026, 6, 21), settlements=())

    async def preview(self, interval: str, *, provisional: bool = False) -> Preview:
        raise Refused(f"{interval} has no plan")

    async def ledger(self, query: LedgerQuery) -> LedgerPage:
        return LedgerPage(entries=(), next="", rows=0, wh=0, amount_nano=0, all_rows=0)

    async def events(self, before: int | None = None) -> EventPage:
        return EventPage(events=(), next=None)


class Waiting(ChainEngine):
    """An engine that has not said anything yet."""

    async def stream(self) -> AsyncIterator[Line]:
        await asyncio.Event().wait()
        yield self.snapshot


def stale() -> ChainEngine:
    engine = ChainEngine()
    seen = engine.snapshot
    houses = tuple(replace(one, state=MeterState.STALE) for one in seen.houses)
    engine.snapshot = replace(seen, houses=houses)
    return engine


def disconnected() -> ChainEngine:
    engine = ChainEngine()
    engine.accepts = 1
    engine.lines.put_nowait(EngineAbsent("no engine answers"))
    return engine


def with_head(**changes: object) -> Callable[[], ChainEngine]:
    def make() -> ChainEngine:
        engine = ChainEngine()
        engine.snapshot = replace(engine.snapshot, head=replace(engine.snapshot.head, **changes))
        return engine

    return make


HALTED = "at 13:00: two parts with different roots"
STATES: dict[str, Callable[[], ChainEngine]] = {
    "empty": Empty,
    "waiting": Waiting,
    "stale": stale,
    "disconnected": disconnected,
    "locked": with_head(locked=True),
    "halted": with_head(halted=HALTED),
}
BADGES = {
    "waiting": ("MOSAIC",),
    "locked": ("DEMO", "LOCKED", "AUTO"),
    "": ("DEMO", "OPERATE", "AUTO"),
}
SENTENCES = {
    ("empty", "1 Neighbourhood"): (
        "No houses yet: each needs an id, a meter and a wallet address.",
    ),
    ("empty", "2 Flows"): ("No houses yet: nothing is settled",),
    ("empty", "3 Settlement"): ("No houses yet: nothing is settled",),
    ("empty", "4 Ledger"): ("Empty until the first interval is settled, at 13:35.",),
    ("empty", "5 Bills"): ("5 Bills",),
    ("empty", "6 Events"): ("Nothing yet.",),
    ("empty", "test1"): ("No house is chosen.",),
    ("waiting", ""): ("Asking the engine.", "Nothing is here yet: no engine has answered."),
    ("waiting", "test1"): ("Nothing is here yet: no engine has answered.",),
    ("stale", ""): ("~",),
    ("disconnected", ""): ("ENGINE SILENT for",),
    ("locked", ""): ("u unlock",),
    ("halted", ""): (f"HALTED {HALTED}. Nothing more is signed.",),
}


def picture(pilot: Pilot[str]) -> list[str]:
    front = pilot.app.screen
    return text_in_sight(front.query(Lines), front.size.height).splitlines()


@pytest.mark.parametrize("state", STATES)
async def test_the_rules_hold_on_every_screen_at_every_size(state: str) -> None:
    app = MosaicApp(STATES[state](), calm=True, theme="dark")
    async with app.run_test(size=SIZES[0]) as pilot:
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await settled(pilot)
            for screen, keys in SCREENS.items():
                await pilot.press(*keys)
                await settled(pilot)
                where = f"{state} {screen} {size}"
                lines = picture(pilot)
                _fits(lines, size, where)
                _tells(lines, state, screen, where)
                if state == "disconnected" and screen not in LAST:
                    _is_dim(pilot, where)
            await pilot.press("escape")


def _fits(lines: list[str], size: tuple[int, int], where: str) -> None:
    columns, rows = size
    assert len(lines) <= rows, where
    assert all(cell_len(line) <= columns for line in lines), where


def _tells(lines: list[str], state: str, screen: str, where: str) -> None:
    assert lines[-1].endswith(LAST.get(screen, "? help  q quit")), f"{where}: {lines[-1]}"
    if screen in LAST:
        return
    for badge in BADGES.get(state, BADGES[""]):
        assert badge in lines[0], where
    opened = screen in "\n".join(lines[2:6]) or state == "waiting" or screen == "test1"
    assert opened, where
    sentences = SENTENCES.get((state, screen)) or SENTENCES[state, ""]
    drawn = "\n".join(lines)
    assert any(sentence in drawn for sentence in sentences), f"{where}: {sentences}\n{drawn}"


def _is_dim(pilot: Pilot[str], where: str) -> None:
    """All that has a colour is dim, but for the line that says that the engine is silent."""
    app = pilot.app
    assert isinstance(app, MosaicApp)
    dim = app.appearance.look(app.snapshot, utc=False, silent=True).ink.dim.color
    assert dim is not None
    wanted = Color.from_rich_color(dim)
    for widget in app.screen.query(Lines):
        for row in range(widget.size.height if widget.display else 0):
            if widget.id == "bar" and row == 1:
                continue
            for cell in widget.render_line(row):
                _check_dim(cell, wanted, f"{where} {widget.id} {row}: {cell.text}")


def _check_dim(cell: Any, wanted: Color, where: str) -> None:
    if not cell.text.strip() or cell.style is None or cell.style.color is None:
        return
    assert Color.from_rich_color(cell.style.color) == wanted, where
