"""The thousand: a real engine that polls a thousand meters each second over an interval's edge."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from console.client import Client
from console.engine.process.starter import answers
from console.meters.slots import Slots, to_milliseconds
from console.model.interval import Interval
from console.model.record import Record
from console.model.settlement import State
from console.settings import Settings
from console.sockets import sockets_of
from console.store.store import Store
from tests.benchmarks.report import Report, Row, goal, shown
from tests.benchmarks.thousand_street import (
    GRACE,
    HOUSES,
    MINUTES,
    PERIOD,
    ROOT,
    begin,
    configured,
    street,
)

CONNECTING = timedelta(seconds=20)
"""What an engine has to begin, before anything is measured."""
CALM = timedelta(seconds=40)
"""The least time that is measured before the edge."""
AFTER = timedelta(seconds=40)
"""How long the edge is followed: its grace, its settlement and the first blocks."""
PAGE, QUESTION = "test0", timedelta(seconds=0.5)
"""The house whose page a console asks for, and the time between two questions."""
LATE_MS, LARGEST_MB, WAIT_MS = 50, 150, 500

ABOUT = f"""\
`mosaic engine` as a process of its own, with {HOUSES:,} houses whose meters are those of the
section Meters, each with registers that rise; a quarter of them give. Intervals of {MINUTES}
minutes, grace of {GRACE} s, automatic settlement, recording on, one console on the stream, which
also asks for a house's page twice a second. The
store holds what the running interval had before the engine began, so that its edge settles
{HOUSES:,} houses with a reading a second each. Two stretches: at least {CALM.seconds} s up to the
edge, and the {AFTER.seconds} s after it. A reading is late by what lies between its poll's instant
and its time in the store; a poll that was not kept has no reading there. One run: these are
absolute figures of this machine in its state at that time. A load average of more than its cores
says that others took what the engine lacked."""

HEADER = (
    "1,000 meters",
    "polls kept",
    "late, median, ms",
    "p99, ms",
    "most, ms",
    "CPU, % of a core",
    "page, median, ms",
    "most, ms",
)


class _Stretch(NamedTuple):
    """A time that was measured."""

    start: datetime
    end: datetime
    cpu_seconds: float
    waits_ms: list[float]
    """How long a console's questions waited for their answers, in order."""

    @property
    def cpu_percent(self) -> float:
        return 100 * self.cpu_seconds / (self.end - self.start).total_seconds()


def measure() -> Report:
    """Measure one engine over one edge."""
    with tempfile.TemporaryDirectory() as folder, street() as port:
        settings = configured(Path(folder), port)
        interval = Interval.containing(datetime.now(UTC) + CONNECTING + CALM, MINUTES)
        asyncio.run(begin(settings, interval))
        stretches, state, largest_mb = _run(settings, interval)
        kept = asyncio.run(_kept(settings, stretches))
    names = ("up to the edge", "the edge and after")
    due = [_due(one) for one in stretches]
    rows = [
        _row(name, *of)
        for name, of in zip(names, zip(kept, due, stretches, strict=True), strict=True)
    ]
    lost = sum(due) - sum(map(len, kept))
    late = sorted(one for some in kept for one in some)
    return Report(
        "Thousand",
        ABOUT,
        ([HEADER, *rows],),
        (
            goal("polls that were not kept", max(0, lost), 0),
            goal("a poll's lateness, 99th percentile", _at(late, 0.99), LATE_MS, " ms"),
            goal(
                "a console waits for a house's page, at most",
                max(one.waits_ms[-1] for one in stretches),
                WAIT_MS,
                " ms",
            ),
            goal("memory, resident, at most", largest_mb, LARGEST_MB, " MB"),
            f"The interval was {state} at the end of the run, whose processes ran {_scheduled()}.",
        ),
    )


def _due(stretch: _Stretch) -> int:
    """Return how many polls were due in a stretch."""
    start, end = to_milliseconds(stretch.start), to_milliseconds(stretch.end)
    period = PERIOD // timedelta(milliseconds=1)
    phases = _phases().values()
    return sum((end - 1 - phase) // period - (start - 1 - phase) // period for phase in phases)


def _phases() -> dict[str, int]:
    """Return each house's place in the period, ms."""
    houses = (f"test{number}" for number in range(HOUSES))
    return {house: Slots(house, PERIOD, MINUTES).phase for house in houses}


def _scheduled() -> str:
    """Return by which right this run had the processor; its children have the same."""
    real_time = os.sched_getscheduler(0) in (os.SCHED_FIFO, os.SCHED_RR)
    return "in the scheduler's real-time class, before all others" if real_time else "as all others"


def _row(name: str, late: Sequence[int], due: int, stretch: _Stretch) -> Row:
    return (
        name,
        f"{len(late):,} of {due:,}",
        *(shown(_at(late, part)) for part in (0.5, 0.99, 1.0)),
        shown(stretch.cpu_percent),
        *(shown(_at(stretch.waits_ms, part)) for part in (0.5, 1.0)),
    )


def _at(ordered: Sequence[float], part: float) -> float:
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else 0


def _run(settings: Settings, interval: Interval) -> tuple[list[_Stretch], State | None, float]:
    """Run an engine with a console over the interval's end; return what was measured."""
    sockets = sockets_of(settings)
    with subprocess.Popen(
        [sys.executable, "-m", "console", "engine", "-c", str(settings.source)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    ) as process:
        try:
            while not answers(sockets.operator):
                if process.poll() is not None:
                    raise RuntimeError("the engine ended")
                time.sleep(0.05)
            measured = asyncio.run(_follow(Client(sockets.operator), process.pid, interval))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
    return measured


async def _follow(
    client: Client, pid: int, interval: Interval
) -> tuple[list[_Stretch], State | None, float]:
    """Listen as a console does, and look at the process's CPU time at the stretches' ends."""
    await client.auto(on=True)
    await client.record(Record(on=True))
    waits: list[float] = []
    doing = [asyncio.create_task(_listen(client)), asyncio.create_task(_question(client, waits))]
    ends = [datetime.now(UTC) + CONNECTING, interval.end, interval.end + AFTER]
    spent, waited = [], []
    for end in ends:
        await asyncio.sleep((end - datetime.now(UTC)).total_seconds())
        spent.append(_cpu_seconds(pid))
        waited.append(sorted(waits))
        waits.clear()
    for task in doing:
        task.cancel()
    day = await client.settlements(interval.start.date())
    states = [one.state for one in day.settlements if one.interval == interval]
    stretches = [
        _Stretch(start, end, after - before, waits_ms)
        for start, end, before, after, waits_ms in zip(
            ends, ends[1:], spent, spent[1:], waited[1:], strict=False
        )
    ]
    await client.close()
    return stretches, states[0] if states else None, _largest_mb(pid)


async def _listen(client: Client) -> None:
    async for _ in client.stream():
        pass


async def _question(client: Client, waits_ms: list[float]) -> None:
    """Ask for a house's page again and again."""
    while True:
        began = time.perf_counter()
        await client.house(PAGE)
        waits_ms.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(QUESTION.total_seconds())


async def _kept(settings: Settings, stretches: Sequence[_Stretch]) -> list[list[int]]:
    """Return how late each kept poll of each stretch was, ms, in order."""
    store = await Store.open(settings.engine.data / "store.db", read_only=True)
    phases, found = _phases(), []
    try:
        for stretch in stretches:
            late: dict[tuple[str, int], int] = {}
            lines = await store.readings.between(stretch.start, stretch.end + PERIOD)
            for house, line in lines.items():
                for reading in line:
                    ms = to_milliseconds(reading.time) - phases[house]
                    slot, behind = divmod(ms, PERIOD // timedelta(milliseconds=1))
                    asked = slot * 1000 + phases[house]
                    if to_milliseconds(stretch.start) <= asked < to_milliseconds(stretch.end):
                        late.setdefault((house, slot), behind)
            found.append(sorted(late.values()))
    finally:
        await store.close()
    return found


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _largest_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
