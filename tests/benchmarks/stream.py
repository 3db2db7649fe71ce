"""The stream: one delta in which every house changed, from the engine to an attached console."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import msgspec

from console.clock import DemoClock
from console.config import demo_settings
from console.engine.build import build, open_node
from console.engine.engine import Engine
from console.engine.playing.demo import STARTS
from console.engine.playing.stepper import Stepper
from console.engine.readings.sources import simulated_source
from console.engine.serving.picture import SPARK
from console.errors import invariant
from console.model.interval import Interval
from console.model.snapshot import Access, Delta, Line, apply
from tests.benchmarks.report import Report, middle_and_range, shown
from tests.benchmarks.rounds import Costs, Measure, alternate, times_base

FEW, MANY = 48, 1000
DELTAS = 2
"""Deltas of a round; a console is told at most four a second, so each takes a quarter second."""
SEED = 1
SEASON = "summer"

TELL = "engine, once for all: draw, compare"
LINE = "engine, for each console: draw, encode"
SHOW = "console: decode, apply"

ABOUT = f"""\
A demo's engine has settled {SPARK} quarter hours. Then every meter is polled again, and one console
gets the delta with all houses in it, decodes it and applies it to its snapshot; without the socket
and HTTP. Streets of {FEW} and of {MANY:,} houses take turns."""

_decode = msgspec.json.Decoder(Line).decode


class _Watched:
    """An engine whose stream one console listens to."""

    def __init__(self, engine: Engine, clock: DemoClock) -> None:
        """Take an engine with its clock; use `open`."""
        self.engine = engine
        self.bytes = 0
        """The bytes of the newest line."""
        self._clock = clock
        self._houses = set(engine.parts.members.houses)
        self._lines = engine.audience.listen(Access.OPERATE)
        self._snapshot = engine.picture.snapshot(Access.OPERATE)

    @classmethod
    async def open(cls, houses: int, data: Path) -> _Watched:
        """Build an engine and step it through as many intervals as a card's spark shows."""
        settings = demo_settings(houses, SEASON, data, speed=1)
        first = Interval.containing(STARTS[SEASON], settings.settlement.minutes)
        clock = DemoClock(first.start, 1)
        source = simulated_source(settings, clock, SEED, SEASON)
        source.sparse = True
        node = open_node(settings, clock)
        engine = await build(settings, clock, source, node, stepped=True)
        engine.settler.auto = True
        last = first
        for _ in range(SPARK):
            last = last.next
        await Stepper(engine, clock).to(last.end + engine.parts.grace, until_final=True)
        source.sparse = False
        await engine.refresh()
        watched = cls(engine, clock)
        await anext(watched._lines)
        return watched

    async def delta(self) -> Mapping[str, float]:
        """Poll all meters and bring it to the console; return what each part cost, CPU s."""
        engine = self.engine
        self._clock.move_to(self._clock.now() + engine.source.period)
        await engine.source.step(engine.intake.emit)
        await engine.intake.flush()
        began = time.process_time()
        engine.audience.tell(self._houses)
        told = time.process_time()
        raw = await anext(self._lines)
        drawn = time.process_time()
        line = _decode(raw)
        self._snapshot = apply(self._snapshot, line)
        applied = time.process_time()
        invariant(
            isinstance(line, Delta) and len(line.houses) + len(line.moved) == len(self._houses),
            "a delta holds every house that was polled",
        )
        self.bytes = len(raw)
        return {TELL: told - began, LINE: drawn - told, SHOW: applied - drawn}

    async def close(self) -> None:
        """End the stream and the engine."""
        self.engine.audience.stop()
        async for _ in self._lines:
            pass
        await self.engine.close()


def measure() -> Report:
    """Measure both streets in turn."""
    with ExitStack() as opened:
        runner = opened.enter_context(asyncio.Runner())
        streets = {}
        for houses in (FEW, MANY):
            data = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="mosaic-")))
            streets[houses] = runner.run(_Watched.open(houses, data))
        costs = alternate(*(_deltas(runner, street, houses) for houses, street in streets.items()))
        sizes = {houses: street.bytes for houses, street in streets.items()}
        for street in streets.values():
            runner.run(street.close())
    rows = [
        ("one delta", f"{FEW} houses", "range", f"{MANY:,} houses", "range", "times"),
        ("bytes", f"{sizes[FEW]:,}", "", f"{sizes[MANY]:,}", "", shown(sizes[MANY] / sizes[FEW])),
        *(_row(part, costs) for part in (TELL, LINE, SHOW)),
    ]
    note = f"{MANY:,} houses are {shown(MANY / FEW)} times {FEW}."
    return Report("Stream", ABOUT, (rows,), (note,))


def _deltas(runner: asyncio.Runner, street: _Watched, houses: int) -> Measure:
    def measure() -> Mapping[str, float]:
        deltas = [runner.run(street.delta()) for _ in range(DELTAS)]
        return {
            f"{part} {houses}": sum(delta[part] for delta in deltas) / DELTAS for part in deltas[0]
        }

    return measure


def _row(part: str, costs: Costs) -> tuple[str, ...]:
    few, many = costs[f"{part} {FEW}"], costs[f"{part} {MANY}"]
    figures = [
        *middle_and_range([cost * 1e3 for cost in few]),
        *middle_and_range([cost * 1e3 for cost in many]),
    ]
    return (f"{part}, ms", *figures, shown(times_base(many, few)))
