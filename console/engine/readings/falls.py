"""The falls: which houses' registers are lower than they were, since which good reading.

An interval is decided from the readings around it. Where a register has been lower for longer than
that, nothing there tells it, so its last good reading is kept and stands before them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from console.engine.facts import fact_of, keep_fact
from console.model.reading import Reading
from console.store.protocols import Audit

FACT = "falls"
"""The store's fact that keeps them."""


class Fall(msgspec.Struct, frozen=True):
    """A stretch of time in which a house's register was lower than its last good reading."""

    good: Reading
    """That reading."""
    until: datetime | None = None
    """When a register that is not lower came, aware UTC; None while none has."""


class Falls:
    """All falls of a community that were longer than what an interval looks around."""

    def __init__(self, known: tuple[Fall, ...] = ()) -> None:
        """Take those that are known."""
        self.known = known
        self._unsaved = False

    @classmethod
    async def load(cls, audit: Audit) -> Falls:
        """Return those that the store keeps."""
        return cls(await fact_of(audit, FACT, tuple[Fall, ...]) or ())

    def standing(self, house: str) -> Reading | None:
        """Return the last good reading of a house whose register is still lower; else None."""
        found = (one.good for one in self.known if one.until is None and one.good.house == house)
        return next(found, None)

    def before(
        self, readings: Mapping[str, Sequence[Reading]], start: datetime
    ) -> dict[str, list[Reading]]:
        """Return a window's readings, each house's fall at its start led by the last good one.

        Args:
            readings: the readings of a window by house, in order of time.
            start: when the window begins, aware.
        """
        found = {house: list(line) for house, line in readings.items()}
        for one in self.known:
            if one.good.time < start and (one.until is None or one.until > start):
                found.setdefault(one.good.house, []).insert(0, one.good)
        return found

    def begin(self, good: Reading) -> None:
        """Note that a register is lower than a good reading."""
        self.known = (*self.known, Fall(good))
        self._unsaved = True

    def end(self, house: str, until: datetime, reach: timedelta) -> None:
        """Note that a house's register is lower no more; a short fall is forgotten.

        Args:
            house: the house's id.
            until: when the register was back, aware.
            reach: how far an interval looks around, and sees a fall by itself.
        """
        ended = (
            msgspec.structs.replace(one, until=until)
            if one.until is None and one.good.house == house
            else one
            for one in self.known
        )
        self.known = tuple(
            one for one in ended if one.until is None or one.until - one.good.time > reach
        )
        self._unsaved = True

    async def save(self, audit: Audit) -> None:
        """Keep what was noted; raises as the store does, and is then still to be kept."""
        if self._unsaved:
            await keep_fact(audit, FACT, self.known)
            self._unsaved = False
