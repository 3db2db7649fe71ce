"""The meters: a thousand of them over real TCP, asked every second by the poller and by aiohttp."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from tests.benchmarks.meters_asking import BARE, CORE, OWN, POOL, Result, Task
from tests.benchmarks.meters_street import BODY, KINDS
from tests.benchmarks.report import Report, Row, compared, goal, shown
from tests.benchmarks.rounds import Costs, Measure, alternate, times_base

ROOT = Path(__file__).resolve().parents[2]
MANY, FEW, GOOD, BAD = 1000, 12, 50, 10
CONNECTING, MINUTE, HALF = 2.0, 60.0, 30.0
WHOLE_MS = 1000
TURN = 6.0
ROUNDS = 5
STEPS = 3000
LATE_MS, LARGEST_MB = 50, 150

TRIED = {
    BARE: "aiohttp",
    POOL: "httpx's AsyncHTTPTransport a meter",
    CORE: "httpcore's connection a meter, called directly",
    OWN: "our own protocol, read by httptools",
}
"""The transports that were tried, in order; the last is what `HttpMeter` has."""
HEADER = ("late by, ms", "readings", "median", "p99", "most", "CPU a poll, us", "memory, MB")
STEPPED = {FEW: f"{FEW} meters", MANY: f"{MANY:,} meters"}

ABOUT = f"""\
{MANY:,} meters of {len(BODY)} bytes, each at a loopback address of its own, in one process; the
poller in another asks each every second through `HttpMeter` and the profile homewizard-v1, down to
the emitted reading. It is late by what lies between a poll's instant and its reading, the answer's
own time included, and a poll without a reading by a whole second. The first {CONNECTING:g} s, in
which all connect, stand apart. aiohttp in a third process does the same: a task a meter that waits
for the instant, asks by one session and reads the answer with the same profile. The two take turns
of {TURN:g} s, {ROUNDS} rounds. Few and many take turns on a clock that steps from poll to poll, one
after another, {STEPS:,} a round; and so do the transports that were tried under the same poller,
with aiohttp asking one after another beside them. At last {GOOD} good meters are asked alone and
beside {BAD} of each kind of bad one ({", ".join(KINDS)}), for {HALF:g} s each;
only the good ones' readings count."""


class _Asking:
    """A process that asks."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def do(self, task: Task) -> Result:
        """Let it do a task."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(msgspec.json.encode(task) + b"\n")
        self._process.stdin.flush()
        return msgspec.json.decode(self._process.stdout.readline(), type=Result)

    def turn(self, name: str) -> Measure:
        """Return a candidate that asks for a while, in its own time."""

        def measure() -> Mapping[str, float]:
            result = self.do(Task(seconds=TURN))
            return {name: result.cpu_seconds / result.polls}

        return measure

    def steps(self, name: str, meters: int = MANY) -> Measure:
        """Return a candidate that asks the first meters one after another."""

        def measure() -> Mapping[str, float]:
            result = self.do(Task(first=meters, polls=STEPS))
            return {name: result.cpu_seconds / result.polls}

        return measure


def measure() -> Report:
    """Measure lateness and memory first, then the costs in turns, then the bad neighbours."""
    with ExitStack() as opened:
        port = opened.enter_context(_street(MANY, 0))
        poller = opened.enter_context(_asking(OWN, port, MANY))
        connecting = poller.do(Task(seconds=CONNECTING))
        minute = poller.do(Task(seconds=MINUTE))
        others = {kind: opened.enter_context(_asking(kind, port, MANY)) for kind in TRIED}
        turns = alternate(others[BARE].turn(BARE), poller.turn(OWN), rounds=ROUNDS)
        steps = alternate(
            *(poller.steps(name, meters) for meters, name in STEPPED.items()), rounds=ROUNDS
        )
        tried = alternate(
            *(others[kind].steps(name) for kind, name in TRIED.items()), rounds=ROUNDS
        )
    neighbours = _neighbours()
    return Report(
        "Meters",
        ABOUT,
        (
            [
                HEADER,
                _row(f"{MANY:,} meters, connecting", connecting, MANY * CONNECTING),
                _row(f"{MANY:,} meters, a minute", minute, MANY * MINUTE),
                *(_row(name, result, GOOD * HALF) for name, result in neighbours.items()),
            ],
            compared(turns, BARE, "us", "one poll, in time"),
            compared(steps, STEPPED[FEW], "us", "one poll, stepped"),
            compared(tried, TRIED[BARE], "us", f"one poll of {MANY:,} meters, stepped"),
        ),
        _goals(minute, [*neighbours.values()][-1], turns, steps),
    )


def _neighbours() -> Mapping[str, Result]:
    """Ask good meters alone, and beside bad ones."""
    results = {}
    for bad in (0, BAD):
        all_bad = bad * len(KINDS)
        with _street(GOOD, bad) as port, _asking(OWN, port, GOOD + all_bad) as asking:
            asking.do(Task(seconds=CONNECTING))
            result = asking.do(Task(seconds=HALF))
        results[f"{GOOD} good beside {all_bad} bad" if bad else f"{GOOD} good alone"] = result
    return results


def _goals(minute: Result, beside: Result, turns: Costs, steps: Costs) -> tuple[str, ...]:
    return (
        goal(
            f"{MANY:,} meters: a poll's lateness, 99th percentile",
            _at(_late(minute, MANY * MINUTE), 0.99),
            LATE_MS,
            " ms",
        ),
        goal(
            f"{GOOD} good beside bad ones: a poll's lateness, 99th percentile",
            _at(_late(beside, GOOD * HALF), 0.99),
            LATE_MS,
            " ms",
        ),
        goal("a poll in times of aiohttp's", times_base(turns[OWN], turns[BARE]), 3),
        goal(
            f"a poll of {MANY:,} meters in times of a poll of {FEW}",
            times_base(steps[STEPPED[MANY]], steps[STEPPED[FEW]]),
            1.3,
        ),
        goal(f"memory with {MANY:,} meters", minute.largest_mb, LARGEST_MB, " MB"),
    )


def _row(name: str, result: Result, due: float) -> Row:
    late = _late(result, due)
    return (
        name,
        f"{result.polls:,} of {due:,.0f}",
        *(shown(_at(late, part)) for part in (0.5, 0.99, 1.0)),
        shown(result.cpu_seconds / max(1, result.polls) * 1e6),
        shown(result.largest_mb),
    )


def _late(result: Result, due: float) -> Sequence[int]:
    """Return how late each poll was, ms, those without a reading last."""
    return [*result.late_ms, *[WHOLE_MS] * max(0, round(due) - result.polls)]


def _at(ordered: Sequence[float], part: float) -> float:
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


@contextmanager
def _street(good: int, bad: int) -> Iterator[int]:
    """Run the meters for a while; give the port on which they listen."""
    with _child("meters_street", str(good), str(bad)) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


@contextmanager
def _asking(kind: str, port: int, meters: int) -> Iterator[_Asking]:
    with _child("meters_asking", kind, str(port), str(meters)) as process:
        yield _Asking(process)


@contextmanager
def _child(module: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
