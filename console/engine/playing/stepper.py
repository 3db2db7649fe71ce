"""The stepper: moves a still clock from one due instant to the next, so nothing sleeps.

The prologue and the pace of a demo, headless runs and replays all go through it; what is done at
each instant is what a living engine does.
"""

from __future__ import annotations

from datetime import datetime

from console.clock import FrozenClock
from console.engine.engine import Engine

GATHERED = 1000
"""Readings gathered before they are stored in one transaction."""


class Stepper:
    """Steps one engine along its clock."""

    def __init__(self, engine: Engine, clock: FrozenClock) -> None:
        """Step an engine whose business clock is this one."""
        self._engine = engine
        self._clock = clock
        self._source_due: datetime | None = clock.now()

    async def to(self, instant: datetime, *, until_final: bool = False) -> None:
        """Do all that is due up to an instant, in order, and stand there.

        Args:
            instant: where to go, aware UTC.
            until_final: make blocks and follow after each settling until all is final; where
                False, the loops do both.
        """
        while (due := self._next_due()) <= instant:
            self._clock.move_to(due)
            if self._source_due is not None and self._source_due <= due:
                self._source_due = await self._engine.source.step(self._engine.intake.emit)
            if self._engine.settler.due <= due:
                await self._engine.settle_due()
                if until_final:
                    await self._engine.make_blocks(until_final=True)
                    await self._engine.follow()
            elif self._engine.intake.waiting >= GATHERED:
                await self._engine.intake.flush()
        self._clock.move_to(instant)

    @property
    def source_due(self) -> datetime | None:
        """When the source has something next; None after its end."""
        return self._source_due

    def look_again(self) -> None:
        """Ask the source again at once, after its plan was changed."""
        self._source_due = self._clock.now()

    def _next_due(self) -> datetime:
        due = self._engine.settler.due
        return due if self._source_due is None else min(due, self._source_due)
