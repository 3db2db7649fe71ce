"""The business clock: handed in everywhere, real, fast or still.

Loop time (timeouts, back-off, heartbeats, frames) never comes from here.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where the business time comes from."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""

    async def wait_until(self, instant: datetime) -> None:
        """Return once the clock has reached an instant."""


class SystemClock:
    """The computer's own time."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""
        return datetime.now(UTC)

    async def wait_until(self, instant: datetime) -> None:
        """Return once the computer's time has reached an instant, also when it jumps."""
        while (left := (instant - self.now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, 1.0))


class FrozenClock:
    """A clock that moves only when told: for tests and for stepped runs."""

    def __init__(self, start: datetime) -> None:
        """Stand still at an aware instant."""
        self._now = start
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """Return the instant at which it stands."""
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Stand at a later instant; an earlier one changes nothing."""
        if instant > self._now:
            self._now = instant
            moved, self._moved = self._moved, asyncio.Event()
            moved.set()

    async def wait_until(self, instant: datetime) -> None:
        """Return once it was moved to an instant or past it."""
        while self._now < instant:
            await self._moved.wait()


class DemoClock(FrozenClock):
    """A clock that runs `speed` times as fast as loop time, in ticks of bounded length.

    Each tick advances by at most one poll period, so a suspended laptop makes no gap.
    """

    TICK_SECONDS = 0.05

    def __init__(self, start: datetime, speed: float, most_a_tick: timedelta) -> None:
        """Begin at an aware instant.

        Args:
            start: the first instant, aware UTC.
            speed: business seconds in a real second.
            most_a_tick: the longest advance at once, one poll period.
        """
        super().__init__(start)
        self.speed = speed
        self.most_a_tick = most_a_tick
        self._rush_until = start

    def rush_to(self, instant: datetime) -> None:
        """Run to an instant as fast as the polls allow: one tick after another at full length."""
        self._rush_until = max(self._rush_until, instant)

    async def run(self) -> None:
        """Tick until cancelled."""
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(self.TICK_SECONDS)
            elapsed, last = loop.time() - last, loop.time()
            self.move_to(self._now + self._advance(elapsed))

    def _advance(self, elapsed: float) -> timedelta:
        if self._now < self._rush_until:
            return min(self.most_a_tick, self._rush_until - self._now)
        return min(self.most_a_tick, timedelta(seconds=elapsed * self.speed))
