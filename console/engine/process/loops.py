"""The loops: what a living engine does at once, each on its own beat of loop time."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from console.engine.engine import Engine
from console.engine.readings.intake import GATHER_SECONDS
from console.engine.serving.server import Served
from console.errors import ChainError, DiskFull

BLOCK_SECONDS = 2.0
FOLLOW_SECONDS = 0.5
PICTURE_SECONDS = 0.25
SETTLE_SECONDS = 0.25
RETRY_SECONDS = 5.0
CONNECTED_SECONDS = 10.0
"""When the meters have their connections, for which much is made that stays."""


async def run(engine: Engine, served: Served, *more: Coroutine[Any, Any, None]) -> None:
    """Run an engine until it is asked to stop.

    Args:
        engine: the engine, started.
        served: its applications on their sockets.
        more: what brings readings, its source's `run` or a demo's pace; and further duties.
    """
    duties = [
        _every(GATHER_SECONDS, "gather", engine.intake.flush, engine),
        _every(SETTLE_SECONDS, "settle", _when_due(engine), engine),
        _every(BLOCK_SECONDS, "block", engine.make_blocks, engine),
        _every(FOLLOW_SECONDS, "follow", engine.follow, engine),
        _every(PICTURE_SECONDS, "picture", engine.refresh, engine),
        engine.recorder.run(),
        _spare_what_stays(),
        *more,
    ]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(duty) for duty in duties]
        serving = group.create_task(served.run())
        await engine.stopping.wait()
        engine.audience.stop()
        served.stop()
        await serving
        for task in tasks:
            task.cancel()


async def _spare_what_stays() -> None:
    """Let rubbish be looked for only among what comes after a start and the first connections.

    A thousand meters stay: to look through them holds up the polls.
    """
    for seconds in (0.0, CONNECTED_SECONDS):
        await asyncio.sleep(seconds)
        gc.collect()
        gc.freeze()


def _when_due(engine: Engine) -> Callable[[], Awaitable[None]]:
    """Return a duty that settles once the business clock has reached the next due instant."""

    async def settle() -> None:
        if engine.parts.clock.now() >= engine.settler.due:
            await engine.settle_due()

    return settle


async def _every(
    seconds: float, name: str, duty: Callable[[], Awaitable[None]], engine: Engine
) -> None:
    """Do a duty again and again; what passes by itself is shown and tried later."""
    failing = False
    while True:
        try:
            await duty()
        except (ChainError, DiskFull) as error:
            failing = True
            await engine.report(name, error)
            await asyncio.sleep(RETRY_SECONDS)
            continue
        if failing:
            failing = False
            await engine.report(name, None)
        await asyncio.sleep(seconds)
