from __future__ import annotations

import msgspec
import pytest
from textual.pilot import Pilot

from console.model.alarm import acknowledge, shelve
from console.model.event import Alarm, Event, EventKind, Priority
from console.model.snapshot import Access, Delta
from console.tui.screens.events import EventsScreen
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


async def became(engine: ChainEngine, pilot: Pilot[str], *alarms: Alarm) -> str:
    head = msgspec.structs.replace(engine.snapshot.head, alarms=alarms)
    engine.snapshot = msgspec.structs.replace(engine.snapshot, head=head)
    engine.lines.put_nowait(Delta(head=head))
    await settled(pilot)
    return text(pilot)


async def test_an_alarm_is_acknowledged_in_the_engine() -> None:
    engine = ChainEngine()
    [alarm] = engine.snapshot.head.alarms
    async with opened(engine, "6", (80, 24)) as pilot:
        assert "not acknowledged" in text(pilot)
        assert "seen by anna" in await press(pilot, "K")
        assert "acknowledge (0,)" in engine.asked
        shown = await became(engine, pilot, acknowledge(alarm, "anna (uid 1000)", NOW))
        assert "seen by anna 13:22" in shown
        assert "1 alarm, all seen" in shown
        await press(pilot, "down")
        assert "It was seen already." in await press(pilot, "K")


async def test_an_alarm_is_shelved_with_a_reason_and_an_end() -> None:
    engine = ChainEngine()
    async with opened(engine, "6", (80, 24)) as pilot:
        await press(pilot, "V", *"new", "space", "m", "x", "backspace", "tab", "right", "enter")
        assert not any(asked.startswith("shelve") for asked in engine.asked)
        await press(pilot, "enter")
        assert "shelve (0,) 14400 new m" in engine.asked


@pytest.mark.parametrize(
    "keys", [("enter",), ("escape",), ("tab", "enter", "enter"), ("a", "tab", "tab", "enter")]
)
async def test_nothing_is_shelved_by_accident(keys: tuple[str, ...]) -> None:
    engine = ChainEngine()
    async with opened(engine, "6", (80, 24)) as pilot:
        await press(pilot, "V", *keys)
        assert not any(asked.startswith("shelve") for asked in engine.asked)


async def test_the_shelf_is_listed_and_emptied() -> None:
    engine = ChainEngine()
    [alarm] = engine.snapshot.head.alarms
    async with opened(engine, "6", (80, 24)) as pilot:
        assert "Nothing is shelved" in await press(pilot, "v")
        shown = await became(engine, pilot, shelve(alarm, "anna (uid 1000)", "why", NOW))
        assert "0 alarms   1 shelved" in shown
        assert "shelved by anna until 13:22" in shown
        assert "! 0 alarms" in shown or "! 0" in shown
        assert "takes it off" in await press(pilot, "K")
        await press(pilot, "V")
        assert "unshelve (0,)" in engine.asked
        assert "shelved by anna" not in await press(pilot, "v")


async def test_a_flood_is_opened_and_seen_as_one() -> None:
    engine = ChainEngine()
    [alarm] = engine.snapshot.head.alarms
    crowd = [
        msgspec.structs.replace(alarm, number=number, key=f"meter h{number}", title=f"h{number}")
        for number in range(1, 13)
    ]
    async with opened(engine, "6", (80, 24)) as pilot:
        assert "12 alarms at once" in await became(engine, pilot, *crowd)
        await press(pilot, "K")
        assert f"acknowledge {tuple(range(1, 13))}" in engine.asked
        shown = await press(pilot, "enter")
        assert "enter closes the list" in shown
        await press(pilot, "down")
        assert chosen(pilot).startswith("▸! high  h1 ")
        await press(pilot, "up", "down", "K")
        assert "acknowledge (1,)" in engine.asked


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


async def test_the_filter_is_remembered() -> None:
    async with opened(ChainEngine(), "6", (80, 24)) as pilot:
        await press(pilot, "slash", *"meter", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, EventsScreen)
        assert screen.remembered() == {"filter": "meter"}
        screen.recall({"filter": "stale", "unknown": "x"})
        await settled(pilot)
        assert "/ stale" in text(pilot)


async def test_an_alarm_for_many_leads_to_the_lost_houses() -> None:
    engine = ChainEngine()
    many = Alarm(
        number=9, key="network 192.168.1.0/24", priority=Priority.HIGH, since=NOW,
        title="3 of 4 meters in 192.168.1.0/24 lost", text="test1, test2, test3", advice="look",
    )  # fmt: skip
    head = msgspec.structs.replace(engine.snapshot.head, alarms=(many,))
    engine.snapshot = msgspec.structs.replace(engine.snapshot, head=head)
    async with opened(engine, "6", (80, 24)) as pilot:
        assert "meters in 192.168.1.0/24 lost" in text(pilot)
        drawn = await press(pilot, "enter")
        assert "1 Neighbourhood" in drawn
        assert "/ lost" in drawn or "filter lost" in drawn
