"""The process that asks the meters of `meters_street`, one task a line, until the end.

Run as `python -m tests.benchmarks.meters_asking KIND PORT METERS`. Between two tasks its clock
stands and its connections stay, so that several such processes can take turns.
"""

from __future__ import annotations

import asyncio
import gc
import ssl
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec

from console.clock import Clock, FrozenClock
from console.meters.catalogue import load_profile
from console.meters.configured import configured_meter
from console.meters.connection import KEEP_SECONDS
from console.meters.http import HttpMeter
from console.meters.line import PolledMeter
from console.meters.poller import Poller
from console.meters.slots import Slots, to_milliseconds
from console.model.reading import MeterStatus, Reading
from console.settings import MeterSettings
from tests.benchmarks.meters_bare import MINUTES, PERIOD, PROFILE, Bare, Halting
from tests.benchmarks.meters_httpcore import OneConnection
from tests.benchmarks.meters_street import address

_START = datetime(2026, 6, 21, 9, 0, tzinfo=UTC)

OWN, CORE, POOL, BARE = "poller", "httpcore", "httpx", "aiohttp"
"""The kinds: the poller as it is, over other transports, and none of ours."""


def _pool() -> httpx.AsyncBaseTransport:
    return httpx.AsyncHTTPTransport(
        trust_env=False,
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        limits=httpx.Limits(
            max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEEP_SECONDS
        ),
    )


_TRANSPORTS: dict[str, Callable[[], httpx.AsyncBaseTransport]] = {
    CORE: OneConnection,
    POOL: _pool,
}


class Task(msgspec.Struct):
    """Meters to ask, for so many seconds at their own instants, or so often one after another."""

    first: int = 0
    """The first meters that are asked; 0 is all."""
    seconds: float = 0.0
    """For how long, by a clock that goes as the computer's."""
    polls: int = 0
    """How often, by a clock that steps from poll to poll."""


class Result(msgspec.Struct):
    """What came of it."""

    polls: int
    """Good answers."""
    cpu_seconds: float
    """CPU time of this process."""
    late_ms: list[int] = []
    """Of each answer, how long after its instant it was read; in order."""
    largest_mb: float = 0.0
    """The most memory that this process had so far, resident."""


class Asker:
    """Asks by the console's own poller."""

    def __init__(
        self, port: int, meters: int, transport: Callable[[], httpx.AsyncBaseTransport] | None
    ) -> None:
        """Take where the meters are, how many, and what carries the requests if not their own."""
        self._port = port
        self._transport = transport
        self._meters = meters
        self._clock = Halting()
        self._late: list[int] = []
        self._phases = {
            f"test{number}": Slots(f"test{number}", PERIOD, MINUTES).phase
            for number in range(meters)
        }
        self._running: asyncio.Task[None] | None = None
        self._stepped: dict[int, tuple[FrozenClock, Poller]] = {}

    async def go(self, seconds: float) -> list[int]:
        """Ask in time; return how late each answer was, ms."""
        self._running = self._running or asyncio.create_task(
            self._poller(self._meters, self._clock).run(self._emit)
        )
        await self._clock.go(seconds)
        return sorted(self._late)

    async def step(self, first: int, polls: int) -> int:
        """Ask one after another; return how many answers were good."""
        self._late = []
        if first not in self._stepped:
            clock = FrozenClock(_START)
            self._stepped[first] = clock, self._poller(first or self._meters, clock)
        clock, poller = self._stepped[first]
        while len(self._late) < polls:
            due = await poller.step(self._emit)
            assert due is not None
            clock.move_to(due)
        return len(self._late)

    def reset(self) -> None:
        """Forget what was measured."""
        self._late = []

    def _poller(self, meters: int, clock: Clock) -> Poller:
        return Poller(
            [self._meter(number) for number in range(meters)], clock, PERIOD, minutes=MINUTES
        )

    def _meter(self, number: int) -> PolledMeter:
        house, url = f"test{number}", f"http://{address(number)}:{self._port}"
        if self._transport is not None:
            return HttpMeter(house, load_profile(PROFILE), url, transport=self._transport())
        return configured_meter(house, MeterSettings(profile=PROFILE, url=url), None, self._clock)

    async def _emit(self, news: Reading | MeterStatus) -> None:
        if isinstance(news, Reading):
            late = to_milliseconds(news.time) - self._phases[news.house]
            self._late.append(late % (PERIOD // timedelta(milliseconds=1)))


async def answer(asker: Asker | Bare, task: Task) -> Result:
    """Do a task and return what came of it."""
    gc.collect()
    asker.reset()
    began = time.process_time()
    if task.polls:
        polls, late = await asker.step(task.first, task.polls), []
    else:
        late = await asker.go(task.seconds)
        polls = len(late)
    cpu = time.process_time() - began
    return Result(polls, cpu, late, _largest_mb())


def _largest_mb() -> float:
    """Return the most memory that this process had; getrusage would tell its parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


async def main(kind: str, port: int, meters: int) -> None:
    """Answer each line of standard input with one of standard output."""
    asker: Asker | Bare = (
        Bare(port, meters) if kind == BARE else Asker(port, meters, _TRANSPORTS.get(kind))
    )
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
        result = await answer(asker, msgspec.json.decode(line, type=Task))
        sys.stdout.buffer.write(msgspec.json.encode(result) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
