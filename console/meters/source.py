"""The source: anything that delivers readings until it is cancelled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from console.model.reading import MeterStatus, Reading

Emit = Callable[[Reading | MeterStatus], Awaitable[None]]
"""Where a source delivers; awaited, so that a full engine slows the source."""


class Source(Protocol):
    """A stream of readings and meter states."""

    period: timedelta
    """The usual time between two readings of a house."""

    async def run(self, emit: Emit) -> None:
        """Deliver until cancelled."""

    async def step(self, emit: Emit) -> datetime | None:
        """Deliver all that is due now; return the next due instant, None at the end.

        Stepped runs call this instead of `run` and move the clock in between.
        """
