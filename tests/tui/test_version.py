"""An engine of another api version, newer or older, over a real socket: its status and no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp
from textual.pilot import Pilot

from console.client import Client
from console.errors import OtherVersion
from console.model.snapshot import API
from console.tui.app import MosaicApp
from console.tui.save import text_in_sight
from console.tui.screens.version import VersionScreen
from console.tui.widgets.lines import Lines
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof

Serve = Callable[[ASGIApp, Path], None]

NEWER = {
    "community": {"id": "lindenhof"},
    "name": "Lindenhof",
    "mode": "TESTNET",
    "version": "9.9.0",
    "locked": True,
    "auto": "sometimes",
    "height": 1284,
    "meters": {"live": 11},
    "alarms": [{"title": "11:15 held", "number": 4}, "disk full", 7],
    "weather": ["sun", "wind"],
}
OLDER = {
    "community": "lindenhof",
    "version": "0.0.9",
    "auto": True,
    "height": 1284,
    "final_height": 1282,
    "live": 11,
    "stale": 1,
    "lost": 0,
    "giving_w": 12410,
    "taking_w": 9080,
    "alarms": [],
}


class Other:
    """An engine whose greeting, and whose status, are of some version."""

    def __init__(self, api: int, status: object) -> None:
        self.greeting: dict[str, Any] = {"type": "hello", "place": {"api": api, "version": "x.y"}}
        self.status = status
        self.asked: list[str] = []

    def application(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self._answer)])

    async def _answer(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        if request.url.path == "/status":
            return JSONResponse(self.status)
        return StreamingResponse(self._stream())

    async def _stream(self) -> AsyncIterator[bytes]:
        yield msgspec.json.encode(self.greeting) + b"\n"
        if self.greeting["type"] != "snapshot":
            yield b'{"type":"snapshot","houses":"all of them"}\n'
        await asyncio.Event().wait()


async def until(pilot: Pilot[str], words: str) -> str:
    """Wait for words on the screen; the test's own time limit ends it."""
    while words not in (shown := _shown(pilot)):
        await pilot.pause(0.02)
    return shown


def _shown(pilot: Pilot[str]) -> str:
    front = pilot.app.screen
    return text_in_sight(front.query(Lines), front.size.height)


@pytest.mark.parametrize(
    ("api", "status", "advice", "told"),
    [
        (
            API + 1,
            NEWER,
            "leave this console and start it anew.",
            (
                "community   Lindenhof   TESTNET",
                "engine      version 9.9.0",
                "settling    --, LOCKED: no key, nothing new is settled",
                "chain       block 1284, final --",
                "meters      -- live, -- stale, -- lost",
                "alarms      11:15 held; disk full",
            ),
        ),
        (
            API - 1,
            OLDER,
            "Restart the engine: mosaic stop, then mosaic run.",
            (
                "community   lindenhof",
                "settling    automatic",
                "chain       block 1284, final 1282",
                "meters      11 live, 1 stale, 0 lost",
                "power       giving 12.41, taking 9.08 kW",
                "alarms      none",
            ),
        ),
    ],
)
async def test_its_status_is_shown_and_what_to_do(
    api: int,
    status: object,
    advice: str,
    told: tuple[str, ...],
    short_folder: Path,
    serve: Serve,
) -> None:
    other = Other(api, status)
    serve(other.application(), short_folder / "operator.sock")
    app = MosaicApp(Client(short_folder / "operator.sock"))
    async with app.run_test(size=(80, 24)) as pilot:
        shown = await until(pilot, "community ")
        assert "OTHER VERSION." in shown
        assert advice in shown
        assert f"speaks api {api}; this console speaks api {API}." in shown
        for line in told:
            assert line in shown
        assert shown.splitlines()[-1] == " q quit"
        assert not set(other.asked) - {"/stream", "/status"}
        await pilot.press("s", "1", "enter", "colon", "t")
        assert isinstance(app.screen, VersionScreen)
        await pilot.press("q")
    assert app.return_code == 0


@pytest.mark.parametrize("status", [[], "no", {"name": "\x1b]52;c;x\x07[@click=app.quit]x[/]"}])
async def test_a_status_that_cannot_be_read_is_told(
    status: object, short_folder: Path, serve: Serve
) -> None:
    serve(Other(API + 1, status).application(), short_folder / "operator.sock")
    app = MosaicApp(Client(short_folder / "operator.sock"))
    async with app.run_test(size=(80, 24)) as pilot:
        words = "its status cannot be read" if not isinstance(status, dict) else "[@click="
        assert "\x1b" not in await until(pilot, words)


async def test_it_goes_on_with_an_engine_that_it_understands(
    short_folder: Path, serve: Serve
) -> None:
    other = Other(API - 1, OLDER)
    path = short_folder / "operator.sock"
    serve(other.application(), path)
    app = MosaicApp(Client(path))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, "OTHER VERSION.")
        other.greeting = msgspec.to_builtins(lindenhof())
        assert "12 houses" in await until(pilot, "1 Neighbourhood")


async def test_the_stand_only_says_that_it_waits(engine: FakeEngine) -> None:
    engine.lines.put_nowait(OtherVersion("The engine speaks api 9."))
    app = MosaicApp(engine, kiosk=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, "The engine is silent for a moment")
        assert not isinstance(app.screen, VersionScreen)
