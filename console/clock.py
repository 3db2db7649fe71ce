"""The business clock: handed in everywhere, real, fast or still.

Loop time (timeouts, back-off, heartbeats, frames) never comes from here.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
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
        # the computer's clock tells nobody when it is set, so it is looked at again and again
        while (left := (instant - self.now()).total_seconds()) > 0:  # noqa: ASYNC110
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
    """A clock that a demo's pace moves, `speed` times as fast as loop time."""

    def __init__(self, start: datetime, speed: float) -> None:
        """Begin at an aware instant.

        Args:
            start: the first instant, aware UTC.
            speed: business seconds in a real second.
        """
        super().__init__(start)
        self.speed = speed
