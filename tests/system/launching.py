"""The launcher of settling processes, and what a settled folder must look like afterwards."""

from __future__ import annotations

import json
import os
import random
import selectors
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

import msgspec

from console.chain.keyfile import load
from console.chain.node.node import EmbeddedNode
from console.chain.seal import seal_key
from console.chain.symbol import SymbolChain
from console.clock import SystemClock
from console.engine.serving.offline import open_reader
from console.meters.recording import Recording
from console.model.observed import Delivered, Observed, Sealed, Supplied
from console.model.row import json_line
from console.model.settlement import Settlement, State
from console.model.verification import Verification
from console.model.view import LedgerQuery
from tests.system.settling_child import Job, settings_of

ROOT = Path(__file__).parents[2]
START = datetime(2026, 6, 21, 10, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
MOST_SECONDS = 60.0
"""The longest time that a line or an end is waited for, s."""


class Launcher:
    """One program that forks an engine process for each job; a process costs no imports."""

    def __init__(self) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.system.settling_child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._jobs, self._lines = self._program.stdin, self._program.stdout
        self._waiting = b""
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._lines, selectors.EVENT_READ)

    def __enter__(self) -> Launcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._selector.close()
        self._jobs.close()
        try:
            self._program.wait(MOST_SECONDS)
        finally:
            self._program.kill()
            self._program.wait()
            self._lines.close()

    def run(self, job: Job) -> tuple[int, str]:
        """Let a job run; return its exit status and the failpoint at which it ended."""
        self._begin(job)
        place = ""
        while not (line := self._line()).startswith("ended "):
            place = line.removeprefix("at ") if line.startswith("at ") else place
        return int(line.removeprefix("ended ")), place

    def kill(self, job: Job, seconds: float) -> bool:
        """Kill a job some time after it has begun; return whether it was not done before."""
        pid = self._begin(job)
        assert self._line() == "begun"
        line = self._line(seconds)
        if not line:
            os.kill(pid, signal.SIGKILL)
            line = self._line()
        assert line in {"ended 0", f"ended {-signal.SIGKILL}"}
        return line != "ended 0"

    def _begin(self, job: Job) -> int:
        self._jobs.write(msgspec.json.encode(job) + b"\n")
        self._jobs.flush()
        return int(self._line().removeprefix("pid "))

    def _line(self, most_seconds: float | None = None) -> str:
        """Return the next line; none where it does not come within a time that was asked for."""
        deadline = time.monotonic() + (MOST_SECONDS if most_seconds is None else most_seconds)
        while b"\n" not in self._waiting:
            left = deadline - time.monotonic()
            if left <= 0 or not self._selector.select(left):
                assert most_seconds is not None, "an engine process said nothing more"
                return ""
            came = os.read(self._lines.fileno(), 4096)
            assert came, "the launcher's program has ended"
            self._waiting += came
        line, self._waiting = self._waiting.split(b"\n", 1)
        return line.decode()


def write_street(path: Path, quarters: int, seed: int) -> Path:
    """Record two producers and three consumers; in the second quarter hour nobody gives."""
    chance = random.Random(seed)
    registers = {house: [0, 0] for house in ("p1", "p2", "c1", "c2", "c3")}
    lines = ["time,house,import_wh,export_wh"]
    for quarter in range(quarters + 1):
        time_ = (START + quarter * QUARTER).isoformat()
        for house, register in registers.items():
            if quarter and house.startswith("p"):
                register[0] += chance.randint(0, 20)
                register[1] += 0 if quarter == 2 else chance.randint(1, 900)
            elif quarter:
                register[0] += chance.randint(100, 700)
            lines.append(f"{time_},{house},{register[0]},{register[1]}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """All that a finished folder says, read by nobody's leave but the files' own."""

    lines: tuple[str, ...]
    """The ledger as JSON lines, without the places on the chain, which kills may move."""
    settlements: tuple[Settlement, ...]
    """All intervals."""
    verification: Verification
    """What verify finds."""
    seals: Counter[int]
    """How often each seal's key stands on the chain."""
    wanted_seals: frozenset[int]
    """The keys that must be there."""
    supplied: Counter[int]
    """Minted Wh by mosaic."""
    delivered: Counter[int]
    """Delivered Wh by mosaic."""
    supply: Counter[int]
    """Wh in being by mosaic."""

    def check(self, expected: Outcome) -> None:
        """Hold it against the outcome of a run that nobody disturbed."""
        assert self.lines == expected.lines
        assert self.verification.differences == 0, self.verification.findings
        assert self.verification.intervals == expected.verification.intervals
        assert _states(self) == _states(expected)
        assert set(self.seals) == self.wanted_seals
        assert set(self.seals.values()) == {1}
        assert self.supplied == self.delivered == self.supply


def _states(outcome: Outcome) -> list[tuple[str, State, int]]:
    return [(one.interval.name, one.state, one.parts) for one in outcome.settlements]


async def look(data: Path, recording: Path) -> Outcome:
    """Read a folder in which no engine runs."""
    reader = await open_reader(settings_of(Recording(recording), data))
    try:
        verification = await reader.verify()
        days = await reader.answers.settlements(START.date())
        page = await reader.answers.ledger(LedgerQuery(rises=True, limit=1000))
        assert not page.next
    finally:
        await reader.close()
    decided = tuple(one for one in days.settlements if one.state not in (State.OPEN, State.CLOSED))
    records = await _records(data)
    delivered: Counter[int] = Counter()
    for record in records:
        if isinstance(record, Delivered):
            delivered.update(dict(record.mosaics))
    supplied: Counter[int] = Counter()
    for record in records:
        if isinstance(record, Supplied):
            supplied[record.mosaic] += record.delta
    return Outcome(
        lines=tuple(_without_place(json_line(entry)) for entry in page.entries),
        settlements=decided,
        verification=verification,
        seals=Counter(record.key for record in records if isinstance(record, Sealed)),
        wanted_seals=frozenset(
            seal_key("recording", one.interval, 0, part)
            for one in decided
            for part in range(1, one.parts + 1)
        ),
        supplied=supplied,
        delivered=delivered,
        supply=await _supply(data, set(supplied)),
    )


async def _records(data: Path) -> list[Observed]:
    node, chain = _open_chain(data)
    records: list[Observed] = []
    offset = ""
    while True:
        page = await chain.records(load(data / "operator.key").public_key, offset)
        records += page.records
        if not (offset := page.offset):
            break
    await chain.close()
    node.close()
    return records


async def _supply(data: Path, mosaics: set[int]) -> Counter[int]:
    node, chain = _open_chain(data)
    supply: Counter[int] = Counter()
    for mosaic in mosaics:
        info = await chain.mosaic(mosaic)
        assert info is not None
        supply[mosaic] = info.supply
    await chain.close()
    node.close()
    return supply


def _open_chain(data: Path) -> tuple[EmbeddedNode, SymbolChain]:
    node = EmbeddedNode.open(data / "chain.db", SystemClock(), read_only=True)
    return node, SymbolChain.inside(node.app)


def _without_place(line: str) -> str:
    row = json.loads(line)
    return json.dumps({name: row[name] for name in row if name not in {"height", "tx"}})
