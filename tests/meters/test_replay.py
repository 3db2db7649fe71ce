from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from console.clock import FrozenClock
from console.meters.recording import Recording
from console.meters.replay import Replay
from console.model.reading import MeterState, MeterStatus, Reading

SEED = Path(__file__).parents[2] / "fixtures" / "seed.csv"
TEN = datetime(2018, 4, 20, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Kept(Protocol):
    readings: list[Reading]
    statuses: list[MeterStatus]

    async def emit(self, message: Reading | MeterStatus) -> None: ...


async def test_each_step_is_one_instant_and_tells_the_next(kept: Kept) -> None:
    replay = Replay(Recording(SEED), FrozenClock(TEN))
    assert replay.period == HOUR
    assert await replay.step(kept.emit) == TEN + HOUR
    assert len(kept.readings) == 5
    assert [status.state for status in kept.statuses] == [MeterState.LIVE] * 5
    assert await replay.step(kept.emit) is None
    assert len(kept.readings) == 10
    assert len(kept.statuses) == 5
    assert await replay.step(kept.emit) is None
    assert kept.readings == list(Recording(SEED).readings())


async def test_running_follows_the_clock_and_ends(kept: Kept) -> None:
    clock = FrozenClock(TEN)
    running = asyncio.create_task(Replay(Recording(SEED), clock).run(kept.emit))
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(kept.readings) == 5
    clock.move_to(TEN + HOUR)
    await running
    assert len(kept.readings) == 10
