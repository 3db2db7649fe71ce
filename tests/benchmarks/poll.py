"""The poll: meter, profile and poller in one process, against httpx's own types over nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import httpx

from console.clock import FrozenClock
from console.meters.catalogue import load_profile
from console.meters.http import HttpMeter
from console.meters.poller import Poller
from console.meters.simulated import answer_of, demo_street, simulated_meters
from console.meters.simulated.street import MeterNow
from console.model.reading import MeterStatus, Reading
from tests.benchmarks.report import Report, compared, goal
from tests.benchmarks.rounds import Measure, alternate, cpu, times_base

START = datetime(2026, 6, 21, 9, 0, tzinfo=UTC)
PERIOD = timedelta(seconds=10)
POLLS = 2000
"""Polls of a round, of each candidate."""
SEED = 1

ANSWER = answer_of("test1", MeterNow(import_wh=4_812_301, export_wh=6_120_457, power_w=-4210))

FLOOR = "httpx floor"
TYPES = "httpx transport alone"
READ = "profile alone"
FEW = "poller, 12 meters"
MANY = "poller, 1000 meters"
STREET = "poller, 1000 simulated meters"

ABOUT = f"""\
A poll without a network. The floor is `AsyncClient.send` with a prebuilt `httpx.Request` and a
transport that answers {len(ANSWER)} canned bytes; in the second row that transport is asked
directly, as `HttpMeter` does. The poller asks `HttpMeter`s with the profile homewizard-v1 over it,
each at its own instant of a stepped clock, down to the emitted reading. In the last row the demo's
transport computes each answer as well."""


class _Canned(httpx.AsyncBaseTransport):
    """Answers every request alike."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = {"content-type": "application/json"}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(ANSWER))


class _Polls:
    """A poller on a clock of its own, asked one due instant after another."""

    def __init__(self, meters: Callable[[FrozenClock], Sequence[HttpMeter]]) -> None:
        self._clock = FrozenClock(START)
        self._poller = Poller(meters(self._clock), self._clock, PERIOD, minutes=15)
        self._readings = 0

    async def take(self) -> None:
        """Poll until so many readings were emitted."""
        self._readings = 0
        while self._readings < POLLS:
            due = await self._poller.step(self._emit)
            assert due is not None
            self._clock.move_to(due)

    async def _emit(self, news: Reading | MeterStatus) -> None:
        self._readings += isinstance(news, Reading)


def measure() -> Report:
    """Measure all candidates on one event loop."""
    transport, profile = _Canned(), load_profile("homewizard-v1")
    request = httpx.Request("GET", "http://test1/api/v1/data")

    def canned(count: int) -> Callable[[FrozenClock], Sequence[HttpMeter]]:
        return lambda _: [
            HttpMeter(f"test{number}", profile, f"http://test{number}", transport=transport)
            for number in range(1, count + 1)
        ]

    def simulated(clock: FrozenClock) -> Sequence[HttpMeter]:
        houses = [f"test{number}" for number in range(1, 1001)]
        return simulated_meters(demo_street(houses, SEED, 60.2, 24.7, season="summer"), clock)

    async def floor() -> None:
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            for _ in range(POLLS):
                await client.send(request)

    async def types() -> None:
        for _ in range(POLLS):
            await _whole(await transport.handle_async_request(request))

    with asyncio.Runner() as runner:
        costs = alternate(
            _on(runner, FLOOR, floor),
            _on(runner, TYPES, types),
            cpu(READ, lambda: profile.read(ANSWER), POLLS),
            _on(runner, FEW, _Polls(canned(12)).take),
            _on(runner, MANY, _Polls(canned(1000)).take),
            _on(runner, STREET, _Polls(simulated).take),
        )
    growth = times_base(costs[MANY], costs[FEW])
    goals = (goal("a poll of 1000 meters in times of a poll of 12", growth, 1.3),)
    return Report("Poll", ABOUT, (compared(costs, FLOOR, "us", "one poll"),), goals)


async def _whole(response: httpx.Response) -> bytes:
    assert isinstance(response.stream, httpx.AsyncByteStream)
    body = b"".join([chunk async for chunk in response.stream])
    await response.aclose()
    return body


def _on(runner: asyncio.Runner, name: str, polls: Callable[[], Awaitable[None]]) -> Measure:
    async def timed() -> float:
        began = time.process_time()
        await polls()
        return (time.process_time() - began) / POLLS

    def measure() -> Mapping[str, float]:
        return {name: runner.run(timed())}

    return measure
