"""The commit: 1000 readings made durable, against one page appended to a file on the same disk."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from console.model.reading import Reading
from console.store.store import Store
from tests.benchmarks.report import Report, compared, goal
from tests.benchmarks.rounds import alternate, times_base, wall

ROOT = Path(__file__).resolve().parents[2]
HOUSES = 1000
START = datetime(2026, 6, 21, tzinfo=UTC)
POLL = timedelta(seconds=10)
SEED = 20261123

SWEEPS_BEFORE = 1000
"""Sweeps of all houses that the store holds before anything is measured."""
SWEEPS_AT_ONCE = 20
"""Sweeps of one transaction while the store is filled."""
SWEEPS_OF_WAL = 20
"""Sweeps over which the log's growth is measured; too few for SQLite to begin it anew."""
COMMITS = 40
"""Commits, and appends, of a round."""
PAGE = bytes(4096)

COMMIT = "commit of 1000 readings"
OF_WHICH = "of which CPU time"
APPEND = "4 KiB append + fdatasync"

ABOUT = f"""\
A sweep of {HOUSES:,} houses is one transaction of `Store.readings.add`, synchronous FULL, through
the store's own thread, on a store that holds {HOUSES * SWEEPS_BEFORE / 1e6:g} million readings.
Wall time, since both wait for the disk; the checkpoints that fall due are part of the commits."""

Sweep = list[Reading]


def measure() -> Report:
    """Measure commits and appends in turn, and how much the write-ahead log grows."""
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build) as folder, asyncio.Runner() as runner:
        path, sweeps = Path(folder) / "store.db", _sweeps()
        runner.run(_fill(path, sweeps))
        store = runner.run(Store.open(path))
        log_bytes = _log_growth(runner, store, path.with_name("store.db-wal"), sweeps)
        descriptor = os.open(Path(folder) / "page", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

        def commits() -> Mapping[str, float]:
            prepared = list(islice(sweeps, COMMITS))
            began = time.process_time()
            seconds = runner.run(_add(store, prepared))
            worked = time.process_time() - began
            return {COMMIT: seconds / COMMITS, OF_WHICH: worked / COMMITS}

        try:
            costs = alternate(wall(APPEND, lambda: _append(descriptor), COMMITS), commits)
        finally:
            os.close(descriptor)
            runner.run(store.close())
    in_appends = times_base(costs[COMMIT], costs[APPEND])
    goals = (
        goal("a commit of 1000 readings in times of the append", in_appends, 6),
        goal("write-ahead log a reading", log_bytes / HOUSES, 60, " B"),
    )
    return Report("Durable commit", ABOUT, (compared(costs, APPEND, "ms", "write"),), goals)


def _sweeps() -> Iterator[Sweep]:
    """Yield one reading of every house, sweep after sweep."""
    source = Random(SEED)
    registers = [source.randrange(10**7) for _ in range(HOUSES)]
    instant = START
    while True:
        instant += POLL
        registers = [value + source.randrange(10) for value in registers]
        yield [
            Reading(
                house=f"test{number}",
                time=instant + POLL * number / HOUSES,
                import_wh=value,
                export_wh=value // 3,
                power_w=source.randrange(-5000, 5000),
                source="homewizard-v1",
            )
            for number, value in enumerate(registers)
        ]


async def _fill(path: Path, sweeps: Iterator[Sweep]) -> None:
    store = await Store.open(path)
    for _ in range(SWEEPS_BEFORE // SWEEPS_AT_ONCE):
        together = [one for sweep in islice(sweeps, SWEEPS_AT_ONCE) for one in sweep]
        await store.readings.add(together)
    await store.close()


def _log_growth(runner: asyncio.Runner, store: Store, log: Path, sweeps: Iterator[Sweep]) -> float:
    """Return the bytes of log a sweep; the first one since the opening marks the hour besides."""
    runner.run(_add(store, [next(sweeps)]))
    before = log.stat().st_size
    runner.run(_add(store, list(islice(sweeps, SWEEPS_OF_WAL))))
    return (log.stat().st_size - before) / SWEEPS_OF_WAL


async def _add(store: Store, sweeps: Sequence[Sweep]) -> float:
    began = time.perf_counter()
    for sweep in sweeps:
        await store.readings.add(sweep)
    return time.perf_counter() - began


def _append(descriptor: int) -> None:
    os.write(descriptor, PAGE)
    # macOS has no fdatasync.
    getattr(os, "fdatasync", os.fsync)(descriptor)
