from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette

from console import __version__
from console.engine.serving.api import operate_app, watch_app
from console.engine.serving.audience import HEARTBEAT_SECONDS, SECONDS_BETWEEN
from console.errors import Refused
from console.model.house_now import HouseNow, Moved
from console.model.reading import Reading
from console.model.snapshot import API, Access, Beat, Delta, Line, Snapshot
from tests.engine.street import START, Opened, Serving, over

HOUSES = ("c1", "c2", "p1", "p2")


def _watch(street: Opened) -> Starlette:
    return watch_app(street.engine, street.engine.audience)


async def _lines(path: Path) -> AsyncGenerator[Line, None]:
    """Yield the lines of a stream as they come."""
    async with over(path) as console, console.stream("GET", "/stream") as stream:
        assert stream.headers["content-type"] == "application/x-ndjson"
        async for line in stream.aiter_lines():
            yield msgspec.json.decode(line, type=Line)


async def _change(street: Opened, minute: int, *houses: str) -> None:
    """Let houses have a new reading."""
    time = START + timedelta(minutes=minute)
    for house in houses:
        await street.engine.intake.emit(
            Reading(house=house, time=time, import_wh=minute, export_wh=0, power_w=minute)
        )
    street.engine.audience.tell(set(houses))


def _told(delta: Delta) -> list[str]:
    return sorted([*(one.id for one in delta.houses), *(one.id for one in delta.moved)])


async def _delta(lines: AsyncIterator[Line]) -> Delta:
    """Return the next delta; heartbeats may come before it."""
    async for line in lines:
        if isinstance(line, Delta):
            return line
    raise AssertionError("the stream ended")


@pytest.mark.parametrize("access", [Access.OPERATE, Access.WATCH])
async def test_the_first_line_is_the_whole_picture(
    street: Opened, serving: Serving, access: Access
) -> None:
    engine = street.engine
    application = _watch(street) if access is Access.WATCH else operate_app(engine, engine.audience)
    lines = _lines(await serving(application))
    first = await anext(lines)
    await lines.aclose()
    assert isinstance(first, Snapshot)
    assert (first.place.api, first.place.version) == (API, __version__)
    assert first.place.access is access
    assert [house.id for house in first.houses] == ["p1", "p2", "c1", "c2"]


async def test_then_come_the_changed_houses_alone(street: Opened, serving: Serving) -> None:
    lines = _lines(await serving(_watch(street)))
    await anext(lines)
    await _change(street, 1, "c1")
    assert _told(await _delta(lines)) == ["c1"]
    await _change(street, 2, "p2", "p1")
    second = await _delta(lines)
    assert [(house.id, house.power_w) for house in second.houses] == [("p1", 2), ("p2", 2)]
    assert second.day is None


async def test_a_house_drawn_alike_is_no_news(street: Opened) -> None:
    audience = street.engine.audience
    await _change(street, 1, *HOUSES)
    lines = audience.listen(Access.WATCH)
    await anext(lines)
    audience.tell(set(HOUSES))
    await _change(street, 2, "c2")
    line = msgspec.json.decode(await anext(lines), type=Line)
    assert isinstance(line, Delta)
    assert _told(line) == ["c2"]


async def test_at_most_four_lines_a_second(street: Opened) -> None:
    loop = asyncio.get_running_loop()
    lines = street.engine.audience.listen(Access.WATCH)
    await anext(lines)
    await _change(street, 1, "c1")
    await anext(lines)
    told: list[set[str]] = []
    began = loop.time()
    for minute in range(1, 4):
        await _change(street, 2 * minute, "c1", "p1")
        await _change(street, 2 * minute + 1, "c1", "c2")
        line = msgspec.json.decode(await anext(lines), type=Delta)
        news: list[HouseNow | Moved] = [*line.houses, *line.moved]
        assert {one.power_w for one in news if one.id == "c1"} == {2 * minute + 1}
        told.append(set(_told(line)))
    assert loop.time() - began >= 3 * SECONDS_BETWEEN - 0.02
    assert SECONDS_BETWEEN >= 0.25
    assert told == [{"c1", "c2", "p1"}] * 3


async def test_a_quiet_line_has_a_heartbeat(street: Opened, serving: Serving) -> None:
    loop = asyncio.get_running_loop()
    lines = _lines(await serving(_watch(street)))
    await anext(lines)
    began = loop.time()
    street.clock.move_to(START + timedelta(seconds=1))
    async with asyncio.timeout(5):
        beat = await anext(lines)
    assert isinstance(beat, Beat)
    assert beat.now == street.clock.now()
    assert loop.time() - began >= HEARTBEAT_SECONDS - 0.1


async def test_a_stalled_reader_slows_nobody_and_costs_nothing(
    street: Opened, serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.engine.serving.audience.SECONDS_BETWEEN", 0)
    application, sent = _counting(_watch(street))
    path = await serving(application)
    _reader, stalled = await asyncio.open_unix_connection(str(path), limit=1)
    stalled.write(b"GET /stream HTTP/1.1\r\nHost: engine\r\n\r\n")
    lines = _lines(path)
    await anext(lines)

    minute, still = 0, 0
    async with asyncio.timeout(60):
        while still < 300:
            minute += 1
            before = sent[0]
            await _change(street, minute, *HOUSES)
            assert len(_told(await _delta(lines))) == len(HOUSES)
            still = still + 1 if sent[0] == before else 0
    assert sent[0] < sent[1]
    assert sent[1] > minute
    stalled.close()


def _counting(application: Starlette) -> tuple[Any, list[int]]:
    """Return an application that counts each stream's lines, and the counts."""
    sent: list[int] = []

    async def counted(scope: Any, receive: Any, send: Any) -> None:
        sent.append(0)
        place = len(sent) - 1

        async def count(message: Any) -> None:
            await send(message)
            sent[place] += 1

        await application(scope, receive, count)

    return counted, sent


async def test_a_full_house_lets_nobody_in_until_one_leaves(
    street: Opened, serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.engine.serving.audience.MOST_CONSOLES", 2)
    path = await serving(_watch(street))
    first, second = _lines(path), _lines(path)
    await anext(first)
    await anext(second)
    async with over(path) as console:
        refused = await console.get("/stream")
        assert (refused.status_code, refused.json()["title"]) == (409, Refused.title)
        assert (await console.get("/status")).status_code == 200
    await first.aclose()
    minute = 0
    async with asyncio.timeout(5):
        while street.engine.audience.full:
            minute += 1
            await _change(street, minute, *HOUSES)
            await _delta(second)
    assert isinstance(await anext(_lines(path)), Snapshot)


async def test_stop_ends_every_stream(street: Opened, serving: Serving) -> None:
    path = await serving(_watch(street))
    streams = [_lines(path) for _ in range(3)]
    for stream in streams:
        await anext(stream)
    street.engine.audience.stop()
    async with asyncio.timeout(2):
        for stream in streams:
            assert [line async for line in stream] == []
    assert not street.engine.audience.full


async def test_the_day_is_told_where_it_changed(street: Opened) -> None:
    await street.to(1)
    await street.engine.refresh()
    lines = street.engine.audience.listen(Access.WATCH)
    first = msgspec.json.decode(await anext(lines), type=Snapshot)
    await street.to(3)
    await street.engine.refresh()
    delta = msgspec.json.decode(await anext(lines), type=Delta)
    assert delta.day is not None
    assert len(delta.day) > len(first.day)
    assert delta.head.height > first.head.height
