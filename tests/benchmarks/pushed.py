"""Pushed meters: messages of few and of many houses through one broker, beside aiomqtt alone."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import aiomqtt
import msgspec

from tests.benchmarks.meters_street import BODY
from tests.benchmarks.pushed_listening import BARE, OWN, Cost, topic_of
from tests.benchmarks.report import Report, compared, goal
from tests.benchmarks.rounds import Measure, alternate, times_base
from tests.meters.mqtt.mosquitto import MISSING, find, mosquitto

ROOT = Path(__file__).resolve().parents[2]
MANY, FEW, ROUNDS, MESSAGES = 1000, 12, 5, 3000
LARGEST_MB = 150
_TOGETHER = 50

ABOUT = f"""\
{MESSAGES:,} messages of {len(BODY)} bytes a round go through a Mosquitto on the loopback, house
after house, to one process that listens for all houses on one connection. Counted is that process's
CPU time, down to the measurement that the next poll takes; what the poll itself costs stands under
Poll. aiomqtt alone does the same in a process of its own: it hears the message and reads it with
the same profile. {ROUNDS} rounds."""


class _Listening:
    """A process that listens."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, kind: str, houses: int) -> None:
        self._process = process
        self._port = port
        self._topics = [topic_of(kind, houses, number) for number in range(houses)]
        self.largest_mb = 0.0

    def turn(self, name: str) -> Measure:
        """Return a candidate that hears a round's messages."""

        def measure() -> Mapping[str, float]:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(b"%d\n" % MESSAGES)
            self._process.stdin.flush()
            assert self._process.stdout.readline() == b"ready\n"
            asyncio.run(self._speak())
            cost = msgspec.json.decode(self._process.stdout.readline(), type=Cost)
            self.largest_mb = cost.largest_mb
            return {name: cost.cpu_seconds / MESSAGES}

        return measure

    async def _speak(self) -> None:
        async with aiomqtt.Client("127.0.0.1", self._port) as client:
            for number in range(MESSAGES):
                topic = self._topics[number % len(self._topics)]
                # every now and then the broker's answer is awaited, so that nothing is thrown away
                await client.publish(topic, BODY, qos=int(number % _TOGETHER == 0))


def measure() -> Report:
    """Hear the messages of few and of many houses in turns, and by aiomqtt alone."""
    if find() is None:
        return Report("Pushed meters", ABOUT, (), (f"Not measured: {MISSING}.",))
    few, many, bare = f"meters, {FEW} houses", f"meters, {MANY:,} houses", f"aiomqtt, {MANY:,}"
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        port = opened.enter_context(mosquitto(folder)).place.port
        candidates = {
            bare: opened.enter_context(_listening(port, BARE, MANY)),
            few: opened.enter_context(_listening(port, OWN, FEW)),
            many: opened.enter_context(_listening(port, OWN, MANY)),
        }
        costs = alternate(*(one.turn(name) for name, one in candidates.items()), rounds=ROUNDS)
        largest = candidates[many].largest_mb
    return Report(
        "Pushed meters",
        ABOUT,
        (compared(costs, bare, "us", "one message"),),
        (
            goal("a message in times of aiomqtt's", times_base(costs[many], costs[bare]), 3),
            goal(
                f"a message of {MANY:,} houses in times of one of {FEW}",
                times_base(costs[many], costs[few]),
                1.3,
            ),
            goal(f"memory with {MANY:,} houses", largest, LARGEST_MB, " MB"),
        ),
    )


@contextmanager
def _listening(port: int, kind: str, houses: int) -> Iterator[_Listening]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.pushed_listening", kind, str(port), str(houses)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            yield _Listening(process, port, kind, houses)
        finally:
            process.terminate()
