"""The history: a house's month, asked of a store that holds a month of a whole street."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import apsw

from console.clock import FrozenClock
from console.config import demo_settings
from console.engine.build import build, open_node
from console.engine.engine import Engine
from console.engine.readings.sources import simulated_source
from console.engine.serving.history import MOST_DAYS, house_history
from console.errors import invariant
from console.model.entry import Entry, EntryState
from console.model.interval import Interval
from console.store.store import Store
from tests.benchmarks.report import Report, goal, middle_and_range, shown
from tests.benchmarks.rounds import Measure, alternate, times_base

FEW, MANY = 12, 1000
NOW = datetime(2026, 7, 21, 12, 0, tzinfo=UTC)
FIRST = datetime(2026, 6, 20, 12, 0, tzinfo=UTC)
NEAR_MIDNIGHT = timedelta(minutes=10)
SUNNY = range(24, 72, 3)
GOAL_MS = 300

ABOUT = f"""\
A house's {MOST_DAYS} days, of a store with {MOST_DAYS} days of a whole street: every house polled
each minute around midnight, where a history looks, and each quarter hour else; that leaves out
readings that it never reads. {len(SUNNY)} settled quarter hours a day, a ledger row a consumer.
Streets of {FEW} and of {MANY:,} houses take turns; wall time, from question to answer, without
HTTP."""


class _Told:
    """An engine whose store holds a month."""

    def __init__(self, engine: Engine, houses: int) -> None:
        """Take an engine; use `open`."""
        self.engine = engine
        self._houses = houses
        self._asked = 0

    @classmethod
    async def open(cls, houses: int, data: Path) -> _Told:
        """Fill a store with a month and build an engine over it."""
        settings = demo_settings(houses, "summer", data, speed=1)
        clock = FrozenClock(NOW)
        await _fill(data / "store.db", [member.house.id for member in settings.members])
        source = simulated_source(settings, clock, 1, "summer")
        return cls(await build(settings, clock, source, open_node(settings, clock)), houses)

    async def ask(self) -> Mapping[str, float]:
        """Ask for another house's month; return what it took, s."""
        parts = self.engine.parts
        self._asked += 7
        house = list(parts.members.houses)[self._asked % self._houses]
        began = time.perf_counter()
        told = await house_history(parts, house, parts.today(), MOST_DAYS)
        passed = time.perf_counter() - began
        invariant(all(day.imported_wh for day in told.days[1:]), "a day's edges were not filled")
        return {f"{self._houses:,} houses": passed}


def measure() -> Report:
    """Measure both streets."""
    with ExitStack() as stack, asyncio.Runner() as runner:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2)]
        told = [
            runner.run(_Told.open(houses, folder))
            for houses, folder in zip((FEW, MANY), folders, strict=True)
        ]

        def candidate(one: _Told) -> Measure:
            return lambda: runner.run(one.ask())

        costs = alternate(*map(candidate, told))
        for one in told:
            runner.run(one.engine.close())
    small, large = (f"{houses:,} houses" for houses in (FEW, MANY))
    milliseconds = [[cost * 1000 for cost in costs[name]] for name in (small, large)]
    rows = [
        ("one month", small, "range", large, "range", "times"),
        (
            "wall, ms",
            *(figure for one in milliseconds for figure in middle_and_range(one)),
            shown(times_base(costs[large], costs[small])),
        ),
    ]
    worst = sorted(milliseconds[1])[len(milliseconds[1]) // 2]
    return Report(
        "History", ABOUT, (rows,), (goal(f"a month among {MANY:,} houses", worst, GOAL_MS, " ms"),)
    )


async def _fill(path: Path, houses: list[str]) -> None:
    store = await Store.open(path, stepped=True)
    for day in range(MOST_DAYS):
        entries = list(_entries(FIRST + timedelta(days=day, hours=-12), houses))
        await store.entries.replace_from(day + 1, entries, day + 1)
    await store.close()
    connection = apsw.Connection(str(path))
    try:
        with connection:
            numbers = range(1000, 1000 + len(houses))
            connection.executemany(
                "INSERT INTO label (id, text) VALUES (?, ?)", zip(numbers, houses, strict=True)
            )
            connection.execute("INSERT INTO label (id, text) VALUES (999, 'simulated')")
            insert = "INSERT INTO reading VALUES (?, ?, ?, ?, ?, 999, 0)"
            connection.executemany(insert, _readings(numbers))
            connection.executemany("INSERT OR IGNORE INTO presence VALUES (?, ?)", _hours(numbers))
    finally:
        connection.close()


def _instants() -> Iterator[datetime]:
    """Each minute around the local midnights, else each quarter hour."""
    instant = FIRST
    while instant < NOW:
        yield instant
        past = (instant - FIRST + timedelta(hours=15)) % timedelta(days=1)
        near = min(past, timedelta(days=1) - past)
        instant += timedelta(minutes=15 if near > NEAR_MIDNIGHT + timedelta(minutes=15) else 1)


def _readings(houses: range) -> Iterator[tuple[int, int, int, int, int]]:
    for instant in _instants():
        ms = int(instant.timestamp() * 1000)
        for house in houses:
            # a house has its own second of the minute, and takes 600 W
            yield ms + house * 59, house, (ms - 1_700_000_000_000) // 6000, 0, 600


def _hours(houses: range) -> Iterator[tuple[int, int]]:
    for instant in _instants():
        for house in houses:
            yield house, (int(instant.timestamp() * 1000) + house * 59) // 3_600_000


def _entries(midnight: datetime, houses: list[str]) -> Iterator[Entry]:
    """A day's rows: each consumer buys of one producer in each settled quarter hour."""
    roofs = max(1, len(houses) // 3)
    for quarter in SUNNY:
        interval = Interval(midnight + quarter * timedelta(minutes=15), 15)
        for place, consumer in enumerate(houses[roofs:]):
            yield Entry(
                producer=houses[place % roofs],
                consumer=consumer,
                price_micro_per_kwh=100_000,
                wh=100 + place % 50,
                currency="EUR",
                interval=interval,
                revision=0,
                part=1,
                height=(midnight - FIRST).days + 2,
                transaction=sha256(interval.name.encode()).digest(),
                state=EntryState.FINAL,
            )
