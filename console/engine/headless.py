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

import msgspec

from console.clock import FrozenClock
from console.config import recording_settings
from console.config.keys import check_keys, read_keys
from console.engine.build import build, open_node
from console.engine.demo import STARTS, Demo, DemoOptions
from console.engine.engine import Engine
from console.engine.stepper import Stepper
from console.engine.summary import Summary, summarise
from console.errors import RecordingError, UsageError
from console.meters.recording import Recording
from console.meters.replay import Replay
from console.model.interval import LENGTHS, Interval, intervals_between
from console.model.row import json_line
from console.model.view import LedgerQuery

Progress = Callable[[int, int], None]
"""Told how many intervals of how many are settled."""

ROWS_A_PAGE = 1000


class ReplayOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What `mosaic replay` may be told."""

    file: Path
    """The recording."""
    minutes: int | None = None
    """The interval's length; the recording's own step where left out and possible."""
    rule: str = "pro-rata"
    """The allocation rule."""
    price: str = "0.1"
    """A decimal per kWh, `mid-market` or `supply-demand`."""
    retail: str | None = None
    """What the grid charges, a decimal per kWh."""
    feed_in: str | None = None
    """What the grid pays, a decimal per kWh."""
    matching: str = "pairs"
    """`pairs` or `compact`."""
    keys: Path | None = None
    """The file of the houses' shares, for the static rules."""
    ledger: Path | None = None
    """Where the rows go as JSON lines; `-` is standard output."""


def run_replay(options: ReplayOptions, progress: Progress) -> Summary:
    """Settle a recording on a private embedded chain, to finality.

    Raises:
        RecordingError: a line of the file cannot be read; the message begins with FILE:LINE.
        UsageError: an option's value cannot be.
    """
    otherwise = timedelta(minutes=options.minutes) if options.minutes else None
    recording = Recording(options.file, otherwise=otherwise)
    return _in_private(lambda data: _replay(options, recording, data, progress))


def run_demo(options: DemoOptions, intervals: int, progress: Progress) -> Summary:
    """Settle the whole intervals after the demo's start, without a screen.

    Raises:
        UsageError: an option's value cannot be.
    """
    if intervals < 1:
        raise UsageError("--intervals must be at least 1.")
    return _in_private(lambda data: _demo(options, intervals, data, progress))


def _in_private(run: Callable[[Path], Coroutine[Any, Any, Summary]]) -> Summary:
    with tempfile.TemporaryDirectory(prefix="mosaic-") as folder:
        return asyncio.run(run(Path(folder)))


async def _replay(
    options: ReplayOptions, recording: Recording, data: Path, progress: Progress
) -> Summary:
    began = time.perf_counter()
    keys = read_keys(options.keys, recording.houses) if options.keys else {}
    check_keys(options.rule, keys, options.keys)
    settings = recording_settings(
        recording.houses,
        data,
        minutes=options.minutes or _own_minutes(recording.step),
        rule=options.rule,
        price=options.price,
        retail=options.retail,
        feed_in=options.feed_in,
        matching=options.matching,
        keys=keys,
        poll_seconds=recording.step.total_seconds(),
    )
    minutes = settings.settlement.minutes
    wanted = list(intervals_between(recording.start, recording.end, minutes))
    if not wanted:
        raise RecordingError(
            f"{options.file}:1: from {recording.start:%Y-%m-%dT%H:%MZ} to "
            f"{recording.end:%Y-%m-%dT%H:%MZ} there is no whole interval of {minutes} minutes.",
            advice="Give a shorter --minutes, or a longer recording.",
        )
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
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            async for line in _lines(engine):
                file.write(line)
        unfinished.replace(place)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise UsageError(f"--ledger {place} cannot be written: {error.strerror}.") from error


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


def _own_minutes(step: timedelta) -> int | None:
    minutes = int(step.total_seconds() // 60)
    return minutes if minutes in LENGTHS else None
