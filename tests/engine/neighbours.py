"""A neighbourhood whose meters obey the test: an engine on a still clock, a node that may fail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from console.chain.codec import AccountMetadata, sign
from console.chain.keyfile import OperatorKey
from console.chain.node.node import EmbeddedNode
from console.chain.posting import aggregate
from console.clock import FrozenClock
from console.config import recording_settings
from console.engine.build import build, open_node
from console.engine.engine import Engine
from console.engine.keys.custody import Custody
from console.engine.playing.stepper import Stepper
from console.engine.posting.records import read_records
from console.errors import MosaicError
from console.meters.line import PolledMeter
from console.meters.source import Emit, Playground
from console.model.interval import Interval
from console.model.meter import Counted
from console.model.observed import Sealed
from console.model.reading import Reading
from console.model.row import json_line
from console.model.settlement import Settlement
from console.model.transaction import Outgoing
from console.settings import Settings
from tests.engine.faults import FaultyChain

START = datetime(2026, 6, 21, 10, 0, tzinfo=UTC)
POLL = timedelta(minutes=5)
QUARTER = timedelta(minutes=15)
LIFE = timedelta(days=9)
"""Longer than any test's neighbourhood lives."""

RATES = {"p1": (0, 300), "p2": (6, 90), "c1": (150, 0), "c2": (60, 0), "c3": (120, 3)}
"""What each house takes and gives in five minutes, Wh."""


class Meters:
    """A source that reads every house every five minutes, but for those that are silent."""

    def __init__(self, clock: FrozenClock) -> None:
        self.period = POLL
        self.sparse = False
        self.playground: Playground | None = None
        self.silent: set[str] = set()
        self.dark = False
        """Whether nobody gives anything."""
        self._clock = clock
        self._last = START
        self._registers = dict.fromkeys(RATES, (0, 0))
        self._unsaid: list[Reading] = []

    def overheard(self, house: str) -> PolledMeter | None:
        return None

    def counted(self, house: str) -> Counted | None:
        return None

    async def run(self, emit: Emit) -> None:
        while (due := await self.step(emit)) is not None:
            await self._clock.wait_until(due)

    async def step(self, emit: Emit) -> datetime | None:
        now = self._clock.now()
        polls, self._last = (now - self._last) // POLL, now
        for house, (imports, exports) in RATES.items():
            imported, exported = self._registers[house]
            imported += polls * imports
            exported += polls * exports * (not self.dark)
            self._registers[house] = (imported, exported)
            reading = Reading(house=house, time=now, import_wh=imported, export_wh=exported)
            if house in self.silent:
                self._unsaid.append(reading)
            else:
                await emit(reading)
        return now + POLL

    async def speak_up(self, emit: Emit) -> None:
        """Deliver late what was not said in time, and be silent no more."""
        self.silent.clear()
        for reading in self._unsaid:
            await emit(reading)
        self._unsaid.clear()


@dataclass
class Neighbourhood:
    """An engine with what steps it."""

    engine: Engine
    clock: FrozenClock
    meters: Meters
    chain: FaultyChain
    stepper: Stepper
    closed: bool = field(default=False)

    @property
    def node(self) -> EmbeddedNode:
        """The embedded chain."""
        assert self.engine.node is not None
        return self.engine.node

    async def live(self, minutes: float, *, until_final: bool = False) -> None:
        """Live on; blocks are made and followed only where all is to be final."""
        to = self.clock.now() + timedelta(minutes=minutes)
        await self.stepper.to(to, until_final=until_final)

    async def beat(self, *, until_final: bool = False) -> None:
        """Do what the loops of a living engine do, once: settle what is due, block, follow."""
        if self.engine.settler.due <= self.clock.now():
            await self.engine.settle_due()
        await self.engine.make_blocks(until_final=until_final)
        await self.engine.follow()

    async def get(self, quarter: int) -> Settlement:
        """Return a quarter hour's settlement, counted from 0."""
        settlement = await self.engine.parts.store.settlements.get(quarter_hour(quarter))
        assert settlement is not None
        return settlement

    async def states(self) -> list[str]:
        """Return the states of all recorded intervals, in order."""
        known = await self.engine.parts.store.settlements.between(START, START + LIFE)
        return [settlement.state.value for settlement in known]

    async def legs(self, quarter: int) -> list[Outgoing]:
        """Return a quarter hour's transactions, dead ones too."""
        return await self.engine.parts.store.settlements.legs(quarter_hour(quarter), 0)

    async def rows(self) -> list[str]:
        """Return the ledger as JSON lines."""
        entries = await self.engine.parts.store.entries.between(START, START + LIFE)
        return [json_line(entry) for entry in entries]

    async def seals(self) -> list[int]:
        """Return the keys of all seals on the chain, in its order."""
        records = await read_records(self.engine.parts, 1)
        return [record.key for record in records if isinstance(record, Sealed)]

    async def hashes(self) -> list[bytes]:
        """Return the hash of every transaction on the chain, in its order."""
        query = "SELECT hash FROM transactions WHERE hash IS NOT NULL ORDER BY id"
        return [bytes(row[0]) for row in self.node.database.connection.execute(query)]

    async def texts(self) -> list[str]:
        """Return what the log says, oldest first."""
        events = await self.engine.parts.store.events.page(limit=1000)
        return [event.text for event in reversed(events)]

    async def close(self) -> None:
        if not self.closed:
            self.closed = True
            await self.engine.close()


def lose(data: Path, name: str) -> None:
    """Delete a database with all that belongs to it."""
    for path in data.glob(f"{name}*"):
        path.unlink()


def quarter_hour(number: int) -> Interval:
    """Return a quarter hour of the neighbourhood's life, counted from 0."""
    return Interval(START + number * QUARTER, 15)


def settings_of(data: Path, **settlement: Any) -> Settings:
    """Return the settings of a neighbourhood, some of `[settlement]` as given."""
    settings = recording_settings(tuple(RATES), data, minutes=15, poll_seconds=300)
    asked = {"grace_seconds": 300, **settlement}
    return msgspec.structs.replace(
        settings, settlement=msgspec.structs.replace(settings.settlement, **asked)
    )


async def move_in(
    settings: Settings,
    *,
    auto: bool = True,
    at: datetime = START,
    most_inner: int = 100,
    custody: Custody | None = None,
) -> Neighbourhood:
    """Build an engine on a data folder; the caller closes it."""
    settings.engine.data.mkdir(exist_ok=True)
    clock = FrozenClock(at)
    meters = Meters(clock)
    node = open_node(settings, clock, START - timedelta(days=1))
    try:
        engine = await build(settings, clock, meters, node, custody=custody, stepped=True)
    except MosaicError:
        node.close()
        raise
    engine.parts.network = msgspec.structs.replace(engine.parts.network, most_inner=most_inner)
    engine.settler.auto = auto
    engine.parts.chain = chain = FaultyChain(engine.parts.chain)
    return Neighbourhood(engine, clock, meters, chain, Stepper(engine, clock))


async def enter(here: Neighbourhood, key: OperatorKey, *entries: AccountMetadata) -> None:
    """Let an account make entries on itself on the neighbourhood's chain."""
    network = here.engine.parts.network
    frame = here.engine.parts.frame(key.public_key, here.node.now_ms() + 3_600_000)
    transaction = aggregate(entries, frame)
    await here.chain.announce(sign(transaction, network.generation_hash, key.sign).payload)
    here.node.settle_all()


@asynccontextmanager
async def neighbourhood(data: Path, **options: Any) -> AsyncIterator[Neighbourhood]:
    """Build an engine on a data folder and close it at the end."""
    names = ("auto", "at", "most_inner", "custody")
    moved = {name: options.pop(name) for name in names if name in options}
    here = await move_in(settings_of(data, **options), **moved)
    try:
        yield here
    finally:
        await here.close()
