"""The pictures of the README and docs/, taken from the real program: `make screenshots`.

The engine is a demo's own, stepped to one instant and left there, with a fixed key and a fixed
chain, served on its socket to the real console: the same pictures come out again, byte for byte.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from starlette.applications import Starlette

from console.chain import private_file
from console.chain.node.node import EmbeddedNode
from console.client import Client
from console.clock import FrozenClock
from console.config import demo_settings
from console.engine.build import FINALITY_BLOCKS
from console.engine.engine import Engine
from console.engine.playing.demo import STARTS, Demo, DemoOptions
from console.engine.playing.playback import Playback
from console.engine.playing.recorded import ReplayOptions, read_recording, settings_for
from console.engine.process.runner import make_folder
from console.engine.readings.sources import simulated_source
from console.engine.serving.api import operate_app, stand_app
from console.engine.serving.server import OPERATOR_MODE, Served
from console.meters.recording import HEADER, lines_of
from console.model.play import Play
from console.model.reading import MeterStatus, Reading
from console.settings import Settings
from console.sockets import Sockets, sockets_in, sockets_of
from console.tui.start import prepare

if TYPE_CHECKING:
    pass

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
WIDE, SMALL = (120, 36), (80, 24)
START = STARTS["summer"]
LOOKS = {"": ("dark", WIDE), "small": ("dark", SMALL), "light": ("light", SMALL),
         "contrast": ("contrast", SMALL)}  # fmt: skip
"""The four pictures of each screen: what follows the name, the theme and the size."""
INSTANT = datetime(2026, 6, 21, 9, 51, 37, tzinfo=UTC)
"""What the pictures show: an interval sealed a minute ago, and one that runs."""
MOST_QUIET = 3


class Shot(msgspec.Struct, frozen=True):
    """One picture of the console in front of an operator."""

    name: str
    """Its file's name."""
    keys: tuple[str, ...]
    """The keys that lead there."""
    looks: tuple[str, ...] = tuple(LOOKS)
    """Which of `LOOKS` are taken."""
    scene: str = "demo"
    """Which engine is shown: `demo`, `stand` or `replay`."""


SHOTS = (
    Shot("neighbourhood", ("1", "right", "right")),
    Shot("house", ("1", "enter")),
    Shot("flows", ("2",)),
    Shot("settlement", ("3",)),
    Shot("ledger", ("4", "down", "down")),
    Shot("bills", ("5",)),
    Shot("events", ("6",)),
    Shot("help", ("1", "question_mark"), ("",)),
    Shot("jump", ("1", "t", "1"), ("small",)),
    Shot("palette", ("1", "colon", *"view"), ("small",)),
)
"""The pictures of an operator's console."""

STAND = Shot("stand", (), scene="stand")
"""The pictures of the stand."""

REPLAY = Shot("replay", ("1",), ("",), scene="replay")
"""The picture of a recording that is played."""


def files() -> dict[str, tuple[Shot, str]]:
    """Return every picture's file name, with what it shows and how."""
    return {
        f"{'-'.join(filter(None, (shot.name, look)))}.svg": (shot, look)
        for shot in (*SHOTS, STAND, REPLAY)
        for look in shot.looks
    }


async def take(folder: Path, wanted: set[str]) -> None:
    """Take pictures.

    Args:
        folder: where they go.
        wanted: their files' names without the suffix; all where empty.
    """
    for scene in ("demo", "stand", "replay"):
        chosen = {
            name: pair
            for name, pair in files().items()
            if pair[0].scene == scene and (not wanted or name.removesuffix(".svg") in wanted)
        }
        if chosen:
            kiosk = scene == "stand"
            still = replay_paused() if scene == "replay" else standing_still(kiosk=kiosk)
            async with still as socket:
                for name, (shot, look) in chosen.items():
                    await shoot(socket, folder / name, shot, look, kiosk=kiosk)


@asynccontextmanager
async def standing_still(*, kiosk: bool) -> AsyncIterator[Path]:
    """Serve a demo that was lived up to `INSTANT` and stands there; give its socket."""
    options = DemoOptions(kiosk=kiosk)
    with tempfile.TemporaryDirectory(prefix="mosaic-") as name:
        data = Path(name)
        settings = demo_settings(options.houses, options.season, data, speed=options.speed)
        _fix(settings, START)
        demo = await Demo.open(options, data, day_behind=True)
        engine = demo.engine
        try:
            await demo.stepper.to(INSTANT - timedelta(minutes=10), until_final=True)
            await demo.stepper.to(INSTANT)
            await engine.make_blocks()
            await engine.follow()
            await engine.refresh()
            application = (
                stand_app(engine, demo, engine.audience)
                if kiosk
                else operate_app(engine, engine.audience)
            )
            async with _served(engine, application, sockets_of(engine.parts.settings)) as socket:
                yield socket
        finally:
            await engine.close()


@asynccontextmanager
async def replay_paused() -> AsyncIterator[Path]:
    """Serve a recording of the demo's street that is played up to `INSTANT` and paused there."""
    with tempfile.TemporaryDirectory(prefix="mosaic-") as name:
        data = Path(name) / "1"
        await asyncio.to_thread(data.mkdir)
        file = await _recorded(Path(name) / "incident.csv")
        options = ReplayOptions(file=file, timezone="Europe/Helsinki")
        recording = read_recording(options)
        _fix(settings_for(options, recording, data), recording.start)
        playback = await Playback.open(options, recording, data, 60.0)
        try:
            playback.play(Play(paused=True, to=INSTANT))
            pace = asyncio.create_task(playback.pace())
            while playback.playing.target is not None:  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.05)
            pace.cancel()
            engine = playback.engine
            await engine.refresh()
            application = operate_app(engine, engine.audience, player=playback)
            async with _served(engine, application, sockets_in(Path(name))) as socket:
                yield socket
        finally:
            await playback.engine.close()


async def _recorded(file: Path) -> Path:
    """Record three hours of the demo's street, of which one meter is silent in the middle."""
    settings = demo_settings(12, "summer", file.parent)
    begin = START - timedelta(minutes=89)
    clock = FrozenClock(begin)
    source = simulated_source(settings, clock, 1, "summer")
    readings: list[Reading] = []

    async def keep(news: Reading | MeterStatus) -> None:
        silent = START + timedelta(minutes=12) < clock.now() < START + timedelta(minutes=40)
        if isinstance(news, Reading) and not (silent and news.house == "test5"):
            readings.append(news)

    due: datetime | None = begin
    while due is not None and due < begin + timedelta(hours=3):
        clock.move_to(due)
        due = await source.step(keep)
    text = HEADER + "".join(lines_of(readings))
    await asyncio.to_thread(file.write_text, text, encoding="utf-8")
    return file


@asynccontextmanager
async def _served(engine: Engine, application: Starlette, sockets: Sockets) -> AsyncIterator[Path]:
    """Serve an application at its operator's socket; give the socket."""
    make_folder(sockets)
    served = Served()
    served.add(application, sockets.operator, OPERATOR_MODE)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(served.run())
        await served.answering()
        yield sockets.operator
        engine.audience.stop()
        served.stop()


def _fix(settings: Settings, start: datetime) -> None:
    """Give an engine the operator's key and the chain that all pictures have."""
    data = settings.engine.data
    private_file.create(settings.key_file, sha256(b"mosaic pictures").hexdigest().encode() + b"\n")
    EmbeddedNode.open(
        data / "chain.db",
        FrozenClock(start),
        epoch=start - timedelta(days=1),
        finality_blocks=FINALITY_BLOCKS,
        generation_hash=sha256(b"mosaic pictures, chain").digest(),
    ).close()


async def shoot(socket: Path, file: Path, shot: Shot, look: str, *, kiosk: bool) -> None:
    """Open the console, press keys, wait until every question is answered and save the picture."""
    from console.tui.app import MosaicApp

    theme, size = LOOKS[look]
    app = MosaicApp(Client(socket), calm=True, kiosk=kiosk, theme=theme)
    async with app.run_test(size=size) as pilot:
        while app.snapshot is None:
            await pilot.pause(0.05)
        for key in shot.keys:
            await pilot.press(key)
        quiet = 0
        while quiet < MOST_QUIET:
            await pilot.pause(0.2)
            asking = any(worker.group != "feed" for worker in app.workers)
            quiet = 0 if asking else quiet + 1
        save(app.export_screenshot(title="mosaic"), file)


def save(svg: str, file: Path) -> None:
    """Write a picture."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(without_web_fonts(svg), encoding="utf-8")


def without_web_fonts(svg: str) -> str:
    """Return a picture that asks nobody else for its fonts."""
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code, monospace", "monospace")


def main() -> None:
    """Take all pictures, or those named."""
    prepare(os.environ, calm=True)
    asyncio.run(take(PICTURES, set(sys.argv[1:])))


if __name__ == "__main__":
    main()
