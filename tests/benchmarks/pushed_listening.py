"""The process that listens at a broker, by the console's own meters or by aiomqtt alone.

Run as `python -m tests.benchmarks.pushed_listening KIND PORT HOUSES`. Each line of standard input
is a number of messages to hear; a line of standard output says what hearing them cost.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiomqtt
import msgspec

from console.clock import SystemClock
from console.meters.catalogue import load_profile
from console.meters.mqtt.broker import Broker
from console.meters.mqtt.meter import MqttMeter
from console.meters.mqtt.topics import Place

PROFILE = "homewizard-v1"
OWN, BARE = "meters", "aiomqtt"
"""The kinds: the console's meters, and none of ours."""

Count = Callable[[], None]


class Cost(msgspec.Struct):
    """What hearing some messages came to."""

    cpu_seconds: float
    """CPU time of this process."""
    largest_mb: float
    """The most memory that it had so far, resident."""


def topic_of(kind: str, houses: int, number: int) -> str:
    """Return the topic of a house, which one process alone listens to."""
    return f"{kind}{houses}/{number}"


class _Counting(MqttMeter):
    """A meter that counts what it hears."""

    count: Count

    def hear(self, topic: str, payload: bytes, *, kept: bool) -> None:
        """Take a message, and count it."""
        super().hear(topic, payload, kept=kept)
        self.count()


@asynccontextmanager
async def _own(port: int, houses: int, count: Count) -> AsyncIterator[None]:
    broker = Broker(Place("127.0.0.1", port, False))
    profile, clock = load_profile(PROFILE), SystemClock()
    meters = [
        _Counting(f"test{number}", profile, broker, topic_of(OWN, houses, number), clock)
        for number in range(houses)
    ]
    for meter in meters:
        meter.count = count
        await broker.listen(meter)
    yield
    for meter in meters:
        await broker.leave(meter)


@asynccontextmanager
async def _bare(port: int, houses: int, count: Count) -> AsyncIterator[None]:
    profile = load_profile(PROFILE)

    async def hear(client: aiomqtt.Client) -> None:
        async for message in client.messages:
            profile.read(message.payload)
            count()

    async with aiomqtt.Client("127.0.0.1", port) as client:
        for number in range(houses):
            await client.subscribe(topic_of(BARE, houses, number))
        hearing = asyncio.create_task(hear(client))
        yield
        hearing.cancel()


async def main(kind: str, port: int, houses: int) -> None:
    """Answer each line of standard input with one of standard output."""
    loop = asyncio.get_running_loop()
    heard, wanted, enough = 0, 0, asyncio.Event()

    def count() -> None:
        nonlocal heard
        heard += 1
        if heard >= wanted:
            enough.set()

    async with (_own if kind == OWN else _bare)(port, houses, count):
        while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
            heard, wanted = 0, int(line)
            enough.clear()
            gc.collect()
            sys.stdout.buffer.write(b"ready\n")
            sys.stdout.buffer.flush()
            began = time.process_time()
            await enough.wait()
            cpu = time.process_time() - began
            largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            sys.stdout.buffer.write(msgspec.json.encode(Cost(cpu, largest)) + b"\n")
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
