"""What the poller's tests share: meters that do as they are told, and a stepped street of them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Protocol

import msgspec

from console.clock import FrozenClock
from console.errors import MeterError
from console.meters.measurement import Measurement
from console.meters.poller import Poller
from console.model.meter import Plate
from console.model.reading import MeterStatus, Reading

START = datetime(2026, 6, 21, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Kept(Protocol):
    readings: list[Reading]
    statuses: list[MeterStatus]

    async def emit(self, message: Reading | MeterStatus) -> None: ...


class FakeMeter:
    """Answers at once, fails with what it is told, or waits until it is let go."""

    source = "fake"
    plate = Plate(kind="fake", register="device", balancing="meter")
    seldom = msgspec.structs.replace(plate, least_seconds=150)

    def __init__(self, house: str) -> None:
        self.house = house
        self.listens = False
        self.error: MeterError | None = None
        self.taken: datetime | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = 0
        self.at_once = 0
        self.most_at_once = 0
        self.closed = False
        self.import_wh: float | str = "1000.9"
        self.power_w: float | str = "-1.5"

    async def read(self) -> Measurement:
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.gate.wait()
        finally:
            self.at_once -= 1
        if self.error is not None:
            raise self.error
        return Measurement(
            import_wh=Decimal(self.import_wh),
            export_wh=Decimal(5),
            power_w=Decimal(self.power_w),
            taken=self.taken,
        )

    async def close(self) -> None:
        self.closed = True


def street(count: int, period: timedelta = MINUTE) -> tuple[list[FakeMeter], FrozenClock, Poller]:
    meters = [FakeMeter(f"test{number}") for number in range(1, count + 1)]
    clock = FrozenClock(START)
    return meters, clock, Poller(meters, clock, period, minutes=15)


async def step_to(poller: Poller, clock: FrozenClock, end: datetime, kept: Kept) -> None:
    due = await poller.step(kept.emit)
    while due is not None and due < end:
        clock.move_to(due)
        due = await poller.step(kept.emit)
    clock.move_to(end)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)
