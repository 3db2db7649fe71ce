"""The source: anything that delivers readings until it is cancelled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from console.meters.line import PolledMeter
from console.model.meter import Counted
from console.model.reading import MeterStatus, Reading

Emit = Callable[[Reading | MeterStatus], Awaitable[None]]
"""Where a source delivers; awaited, so that a full engine slows the source."""


class Playground(Protocol):
    """What visitors of a stand may do to a source that allows it."""

    def cloud(self, now: datetime) -> None:
        """Let a cloud pass over all roofs for some minutes, from this instant."""

    def plug_in(self, now: datetime) -> str | None:
        """Let a car charge for an hour, from this instant; return its house, None if all do."""

    def charging(self, house: str, now: datetime) -> bool:
        """Return whether a visitor's car charges at a house."""

    def dark_until(self, now: datetime) -> datetime | None:
        """Return when the sun rises again where it is night at an instant, else None."""


class Source(Protocol):
    """A stream of readings and meter states."""

    period: timedelta
    """The usual time between two readings of a house."""
    sparse: bool
    """Whether only the readings next to each interval's edges are wanted; set at any time."""
    playground: Playground | None
    """What visitors may do to it; None where nothing."""

    def counted(self, house: str) -> Counted | None:
        """Return what is counted of a house's meter; None where it is not polled."""

    def overheard(self, house: str) -> PolledMeter | None:
        """Return a house's meter as it is heard here, without another client; None as above."""

    async def run(self, emit: Emit) -> None:
        """Deliver until cancelled, or until there is nothing more."""

    async def step(self, emit: Emit) -> datetime | None:
        """Deliver all that is due now; return the next due instant, None at the end.

        Stepped runs call this instead of `run` and move the clock in between.
        """
