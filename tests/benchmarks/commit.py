"""The commit: 1000 readings made durable, against one page appended to a file on the same disk."""

from __future__ import annotations

import asyncio
import os
import tempfile
from datetime import UTC, datetime, timedelta
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
SWEEPS_OF_WAL = 20
"""Sweeps over which the log's growth is measured; fewer pages than make SQLite start it anew."""
COMMITS = 40
"""Commits, and appends, of a round."""
PAGE = bytes(4096)

COMMIT = "1000 readings, Store.readings.add"
APPEND = "4 KiB append, fdatasync"

ABOUT = f"""\
A sweep of {HOUSES:,} houses is one transaction of the store, synchronous FULL, through the store's
own thread, on a store that holds {HOUSES * SWEEPS_BEFORE / 1e6:g} million readings. Wall time,
since both wait for the disk."""


class _Sweeps:
    """Adds one reading of every house after another to a store."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._source = Random(SEED)
        self._registers = [self._source.randrange(10**7) for _ in range(HOUSES)]
        self._time = START

    def add(self, store: Store, sweeps: int = 1) -> None:
        self._runner.run(store.readings.add([one for _ in range(sweeps) for one in self._next()]))

    def _next(self) -> list[Reading]:
        self._time += POLL
        self._registers = [value + self._source.randrange(10) for value in self._registers]
        return [
            Reading(
                house=f"test{number}",
                time=self._time + timedelta(milliseconds=number * 10),
                import_wh=value,
                export_wh=value // 3,
                power_w=self._source.randrange(-5000, 5000),
                source="homewizard-v1",
            )
            for number, value in enumerate(self._registers)
        ]
