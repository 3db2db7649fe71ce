"""The client over a real Unix socket: answers, refusals, and a stream that breaks."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from console import client as client_module
from console.client import Client
from console.errors import EngineAbsent, EngineError, Refused
from console.model.interval import Interval
from console.model.settlement import Settlement, State
from console.model.snapshot import API, Beat, Line, Snapshot
from console.model.view import DaySettlements, EventPage, LedgerPage, LedgerQuery, Settle

Serve = Callable[[ASGIApp, Path], None]
NOW = datetime(2026, 6, 21, 10, 22, 31, tzinfo=UTC)
BEAT = msgspec.json.encode(Beat(now=NOW)) + b"\n"


def json_of(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


def streaming(*chunks: bytes, hang: bool = False) -> Starlette:
    """An engine whose stream says these chunks, and then ends or says nothing more."""

    async def body() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk
            await asyncio.sleep(0.02)
        if hang:
            await asyncio.Event().wait()

    async def stream(_request: Request) -> Response:
        return StreamingResponse(body())

    return Starlette(routes=[Route("/stream", stream)])


async def heard(socket: Path) -> list[Line]:
    client = Client(socket)
    lines: list[Line] = []
    with contextlib.suppress(EngineAbsent):
        async for line in client.stream():
            lines.append(line)  # noqa: PERF401  # what came before the end is wanted
        pytest.fail("a stream never ends by itself")
    await client.close()
    return lines


async def test_no_engine_is_told_as_such(short_folder: Path) -> None:
    client = Client(short_folder / "operator.sock")
    with pytest.raises(EngineAbsent, match="none answers at") as absent:
        await client.status()
    assert "mosaic run" in absent.value.paragraph
    await client.close()


async def test_questions_reach_their_routes(short_folder: Path, serve: Serve) -> None:
    asked: list[str] = []

    async def answer(request: Request) -> Response:
        body = (await request.body()).decode()
        asked.append(f"{request.method} {request.url.path}?{request.url.query} {body}")
        return ANSWERS[request.url.path]

    day = date(2026, 6, 21)
    page = LedgerPage(entries=(), next="", rows=0, wh=0, amount_nano=0, all_rows=0)
    closed = Settlement(
        interval=Interval(NOW.replace(minute=15, second=0), 15), state=State.CLOSED, changed=NOW
    )
    ANSWERS = {
        "/settlements": json_of(DaySettlements(day=day, settlements=())),
        "/due": json_of([closed]),
        "/events": json_of(EventPage(events=(), next=None)),
        "/ledger": json_of(page),
        "/stand/cloud": json_of({"text": "A cloud passes."}),
        "/stop": json_of({"text": "stopping"}),
    }
    everything = Route("/{path:path}", answer, methods=["GET", "POST"])
    socket = short_folder / "s"
    serve(Starlette(routes=[everything]), socket)
    client = Client(socket)
    assert (await client.settlements(day)).day == day
    assert await client.due() == [closed]
    assert (await client.events(7)).next is None
    assert await client.ledger(LedgerQuery(producer="a")) == page
    assert await client.stand("cloud") == "A cloud passes."
    await client.stop()
    await client.close()
    assert [line.split(" ")[:2] for line in asked if "/ledger" not in line] == [
        ["GET", "/settlements?day=2026-06-21"],
        ["GET", "/due?"],
        ["GET", "/events?before=7"],
        ["POST", "/stand/cloud?"],
        ["POST", "/stop?"],
    ]
    assert "GET /ledger?query=" in asked[3]
    assert "producer%22%3A%22a%22" in asked[3]


@pytest.mark.parametrize(
    ("response", "error", "message"),
    [
        (
            JSONResponse(
                {"title": "Held", "message": "two houses", "advice": "wait", "exit_status": 1}, 409
            ),
            Refused,
            "Held: two houses. wait",
        ),
        (
            JSONResponse({"title": "T", "message": "\x1b]52;c;x\x07", "exit_status": 900}, 500),
            Refused,
            "]52;c;x",
        ),
        (JSONResponse({"detail": "x"}, 404), Refused, "only watches"),
        (Response("Internal Server Error", 500), EngineError, "failed at /settle"),
        (Response('{"settlement": 7}'), EngineError, "cannot be read"),
        (Response("[" * 100_000), EngineError, "cannot be read"),
        (Response(b"x" * (8 << 20) + b"x"), EngineError, "longer than"),
    ],
)
async def test_refusals_keep_their_words(
    short_folder: Path, serve: Serve, response: Response, error: type[EngineError], message: str
) -> None:
    async def settle(_request: Request) -> Response:
        return response

    serve(Starlette(routes=[Route("/settle", settle, methods=["POST"])]), short_folder / "s")
    client = Client(short_folder / "s")
    with pytest.raises(error) as refused:
        await client.settle(Settle(interval="2026-06-21T10:15Z"))
    await client.close()
    assert message in refused.value.paragraph
    assert "\x1b" not in refused.value.paragraph
    assert refused.value.exit_status == 1


async def test_a_stream_is_followed_until_the_engine_ends(
    short_folder: Path, serve: Serve, snapshot: Snapshot
) -> None:
    first = msgspec.json.encode(snapshot) + b"\n"
    serve(streaming(first[:50], first[50:], BEAT[:9], BEAT[9:]), short_folder / "s")
    assert await heard(short_folder / "s") == [snapshot, Beat(now=NOW)]


async def test_a_silent_stream_is_called_dead(
    short_folder: Path, serve: Serve, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "HEARTBEATS_MISSED", 0.2)
    serve(streaming(msgspec.json.encode(snapshot) + b"\n", hang=True), short_folder / "s")
    assert await heard(short_folder / "s") == [snapshot]


async def test_lines_end_at_newlines_alone(
    short_folder: Path, serve: Serve, snapshot: Snapshot
) -> None:
    place = msgspec.structs.replace(snapshot.place, name="a\u2028b\u0085c")
    odd = msgspec.structs.replace(snapshot, place=place)
    serve(streaming(msgspec.json.encode(odd) + b"\n"), short_folder / "s")
    assert await heard(short_folder / "s") == [odd]


async def test_what_one_read_brings_is_one_line(
    short_folder: Path, serve: Serve, snapshot: Snapshot
) -> None:
    serve(streaming(msgspec.json.encode(snapshot) + b"\n" + BEAT + BEAT), short_folder / "s")
    (line,) = await heard(short_folder / "s")
    assert isinstance(line, Snapshot)
    assert line.head.now == NOW


@pytest.mark.parametrize(
    ("line", "message", "advice"),
    [
        (
            b'{"type":"snapshot","place":{"api":%d,"version":"9.9"}}\n' % (API + 1),
            "version 9.9",
            "start it anew",
        ),
        (
            b'{"type":"snapshot","place":{"api":%d,"version":"0.1"}}\n' % (API - 1),
            "version 0.1",
            "mosaic stop",
        ),
        (b"<html>\n", "cannot be read", "mosaic stop"),
        (b'{"type":"snapshot","place":{"api":%d}}\n' % API, "cannot be read", "mosaic stop"),
    ],
)
async def test_an_engine_of_another_version_asks_for_a_restart(
    short_folder: Path, serve: Serve, line: bytes, message: str, advice: str
) -> None:
    serve(streaming(line), short_folder / "s")
    client = Client(short_folder / "s")
    with pytest.raises(EngineError, match=message) as refused:
        await anext(client.stream())
    await client.close()
    assert advice in refused.value.advice
