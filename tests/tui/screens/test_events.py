from __future__ import annotations

import msgspec
from textual.pilot import Pilot

from console.model.event import Event, EventKind
from console.model.snapshot import Access, Delta
from tests.tui.chain_engine import ChainEngine
from tests.tui.lindenhof import NOW
from tests.tui.piloting import opened, press, settled, text


def chosen(pilot: Pilot[str]) -> str:
    return next(line for line in text(pilot).splitlines() if line.startswith("▸"))


async def another(engine: ChainEngine, pilot: Pilot[str], number: int) -> None:
    engine.log.insert(
        0, Event(id=number, time=NOW, kind=EventKind.CHAIN, text=f"block number {number}")
    )
    head = msgspec.structs.replace(engine.snapshot.head, latest_event=number)
    engine.snapshot = msgspec.structs.replace(engine.snapshot, head=head)
    engine.lines.put_nowait(Delta(head=head))
    await settled(pilot)


async def test_it_follows_the_newest() -> None:
    engine = ChainEngine()
    async with opened(engine, "6", (80, 24)) as pilot:
        assert "follows the newest" in text(pilot)
        await another(engine, pilot, 301)
        assert "block number 301" in text(pilot)


async def test_it_stands_still_while_it_is_read() -> None:
    engine = ChainEngine()
    async with opened(engine, "6", (80, 24)) as pilot:
        await press(pilot, "down", "down", "down")
        before = text(pilot).splitlines()[8:-2]
        await another(engine, pilot, 301)
        await another(engine, pilot, 302)
        assert text(pilot).splitlines()[8:-2] == before
        assert "stands still, 2 newer: home" in text(pilot)
        assert "block number 302" in await press(pilot, "home")


async def test_older_pages_come_while_scrolling() -> None:
    engine = ChainEngine()
    async with opened(engine, "6", (80, 24)) as pilot:
        assert [asked for asked in engine.asked if asked.startswith("events")] == ["events None"]
        for _ in range(3):
            await press(pilot, "end")
        assert "block 1" in chosen(pilot)
        assert engine.asked.count("events None") == 1


async def test_enter_opens_the_house_or_the_interval() -> None:
    async with opened(ChainEngine(), "6", (80, 24)) as pilot:
        await press(pilot, "down", "down", "down")
        assert "test4 stale" in chosen(pilot)
        await press(pilot, "enter")
        assert pilot.app.screen.__class__.__name__ == "HouseScreen"
    async with opened(ChainEngine(), "6", (80, 24)) as pilot:
        await press(pilot, "enter")
        assert "3 Settlement" in text(pilot)
    async with opened(ChainEngine(), "6", (80, 24)) as pilot:
        await press(pilot, "down", "down")
        assert "about no house" in await press(pilot, "enter")


async def test_a_filter_finds_and_lifts() -> None:
    async with opened(ChainEngine(), "6", (80, 24)) as pilot:
        await press(pilot, "slash", *"meter", "enter")
        lines = [line for line in text(pilot).splitlines() if "  meter  " in line]
        assert len(lines) == 2
        assert "/ meter" in text(pilot)
        assert "/ meter" not in await press(pilot, "escape")


async def test_an_alarm_is_acknowledged_and_shelved() -> None:
    async with opened(ChainEngine(), "6", (80, 24)) as pilot:
        assert "not acknowledged" in text(pilot)
        await press(pilot, "K")
        assert "not acknowledged" not in text(pilot)
        await press(pilot, "up", "down")
        await press(pilot, "V")
        assert "0 alarms   1 shelved" in text(pilot)


async def test_watching_acknowledges_nothing() -> None:
    engine = ChainEngine()
    place = msgspec.structs.replace(engine.snapshot.place, access=Access.WATCH)
    engine.snapshot = msgspec.structs.replace(engine.snapshot, place=place)
    async with opened(engine, "6", (80, 24)) as pilot:
        assert "Watching only" in await press(pilot, "K")


async def test_a_line_is_copied() -> None:
    async with opened(ChainEngine(), "6", (80, 24)) as pilot:
        await press(pilot, "down", "down", "y")
        assert "chain block 1284, final 1282" in pilot.app.clipboard


async def test_escape_goes_to_the_newest_then_leaves() -> None:
    async with opened(ChainEngine(), "6", (80, 24)) as pilot:
        await press(pilot, "down")
        assert "follows the newest" in await press(pilot, "escape")
        assert "1 Neighbourhood" in await press(pilot, "escape")
