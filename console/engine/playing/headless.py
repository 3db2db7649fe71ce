"""Headless runs: a demo or a recording settled from start to end, as fast as it goes."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

from console.clock import FrozenClock
from console.engine.build import build, open_node
from console.engine.engine import Engine
from console.engine.playing.demo import STARTS, Demo, DemoOptions
from console.engine.playing.recorded import (
    ReplayOptions,
    read_recording,
    settings_for,
    whole_intervals,
)
from console.engine.playing.stepper import Stepper
from console.engine.playing.summary import Summary, summarise
from console.errors import UsageError
from console.meters.recording import Recording
from console.meters.replay import Replay
from console.model.interval import Interval
from console.model.row import json_line
from console.model.view import LedgerQuery

Progress = Callable[[int, int], None]
"""Told how many intervals of how many are settled."""

ROWS_A_PAGE = 1000


def run_replay(options: ReplayOptions, progress: Progress) -> Summary:
    """Settle a recording on a private embedded chain, to finality.

    Raises:
        RecordingError: a line of the file cannot be read; the message begins with FILE:LINE.
        UsageError: an option's value cannot be.
    """
    _spare_sources(options)
    recording = read_recording(options)
    return _in_private(lambda data: _replay(options, recording, data, progress))


def run_demo(options: DemoOptions, intervals: int, progress: Progress) -> Summary:
    """Settle the whole intervals after the demo's start, without a screen.

    Raises:
        UsageError: an option's value cannot be.
    """
    if intervals < 1:
        raise UsageError("--intervals must be at least 1.")
    return _in_private(lambda data: _demo(options, intervals, data, progress))


def _spare_sources(options: ReplayOptions) -> None:
    """Refuse a ledger in the place of a file that the replay reads."""
    place = options.ledger
    for source in (options.file, options.keys, options.config):
        if place and source and place.exists() and source.exists() and place.samefile(source):
            raise UsageError(
                f"--ledger {place} is a file that the replay reads.", advice="Name another one."
            )


def _in_private(run: Callable[[Path], Coroutine[Any, Any, Summary]]) -> Summary:
    with tempfile.TemporaryDirectory(prefix="mosaic-") as folder:
        return asyncio.run(run(Path(folder)))


async def _replay(
    options: ReplayOptions, recording: Recording, data: Path, progress: Progress
) -> Summary:
    began = time.perf_counter()
    settings = settings_for(options, recording, data)
    wanted = whole_intervals(options, recording, settings)
    clock = FrozenClock(recording.start)
    node = open_node(settings, clock, recording.start - timedelta(days=1))
    source = Replay(recording, clock)
    engine = await build(settings, clock, source, node, stepped=True)
    try:
        engine.settler.auto = True
        await _step_through(engine, Stepper(engine, clock), wanted, progress)
        if options.ledger is not None:
            await _write_ledger(engine, options.ledger)
        seconds = time.perf_counter() - began
        return await summarise(engine, wanted, seconds, (recording.start, recording.end))
    finally:
        await engine.close()


async def _demo(options: DemoOptions, intervals: int, data: Path, progress: Progress) -> Summary:
    began = time.perf_counter()
    demo = await Demo.open(options, data, day_behind=False)
    try:
        first = demo.engine.parts.interval_at(STARTS[options.season]).next
        wanted = [first]
        while len(wanted) < intervals:
            wanted.append(wanted[-1].next)
        await _step_through(demo.engine, demo.stepper, wanted, progress)
        return await summarise(demo.engine, wanted, time.perf_counter() - began)
    finally:
        await demo.engine.close()


async def _step_through(
    engine: Engine, stepper: Stepper, wanted: list[Interval], progress: Progress
) -> None:
    """Step to the end of the last interval's grace, so that all are settled and final."""
    grace = engine.parts.grace
    for done, interval in enumerate(wanted, 1):
        await stepper.to(interval.end + grace, until_final=True)
        progress(done, len(wanted))


async def _write_ledger(engine: Engine, place: Path) -> None:
    """Write all rows as JSON lines, whole or not at all."""
    if str(place) == "-":
        async for line in _lines(engine):
            sys.stdout.write(line)
        sys.stdout.flush()
        return
    unfinished = place.with_name(f".{place.name}.unfinished")
    if _is_poured_into(place):
        unfinished = place
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            async for line in _lines(engine):
                file.write(line)
        if unfinished != place:
            unfinished.replace(place)
    except OSError as error:
        if unfinished != place:
            unfinished.unlink(missing_ok=True)
        raise UsageError(f"--ledger {place} cannot be written: {error.strerror}.") from error


def _is_poured_into(place: Path) -> bool:
    """Return whether it is a device or a pipe, whose place no file may take."""
    return place.exists() and not (place.is_file() or place.is_dir())


async def _lines(engine: Engine) -> AsyncIterator[str]:
    after = ""
    while True:
        query = LedgerQuery(rises=True, after=after, limit=ROWS_A_PAGE)
        page = await engine.answers.ledger(query)
        for entry in page.entries:
            yield json_line(entry) + "\n"
        if not page.next:
            return
        after = page.next
