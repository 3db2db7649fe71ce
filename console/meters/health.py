"""The health: how a polled meter is doing, counted in missed polls.

Live: at most one poll in a row was missed. Stale: two or more, or a register that stands though
power flows. Lost: ten or more, and at least five minutes' worth of polls. Only due polls count, so
that a poll nobody wanted is no fault.
After each failure the meter rests twice as long, up to 1 to 5 minutes, so that many failing meters
do not come back at once.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from hashlib import blake2b

from console.model.reading import MeterState, MeterStatus

STALE_POLLS = 2
"""Missed polls in a row that make a meter stale."""
LOST_POLLS = 10
"""Missed polls in a row that make a meter lost, where they span `LOST_SECONDS`."""
LOST_SECONDS = 300.0
"""The shortest silence of a lost meter, s."""

_SHORTEST_CEILING = 60.0
_LONGEST_CEILING = 300.0
_MOST_DOUBLINGS = 12


class Health:
    """One meter's failures and its state."""

    def __init__(self, house: str, period: timedelta) -> None:
        """Take the house's id and the poll period."""
        self._house = house
        self._seconds = period.total_seconds()
        self._lost = max(LOST_POLLS, math.ceil(LOST_SECONDS / self._seconds))
        self._state: MeterState | None = None
        self._missed = 0
        self._failures = 0
        self._rest = 0
        self._cause = ""

    @property
    def resting(self) -> int:
        """How many polls to come leave the meter alone."""
        return self._rest

    def rests(self) -> bool:
        """Return whether the meter is to be left alone at this poll, and count the rest down."""
        if self._rest == 0:
            return False
        self._rest -= 1
        return True

    def answer(self, now: datetime, doubt: str = "") -> MeterStatus | None:
        """Note a good answer; return the state where it changed.

        Args:
            now: the present instant.
            doubt: why its values may be old all the same; empty where they are not.
        """
        if doubt and self._missed:
            # it was stale for another reason, which is none any more
            self._state = None
        self._missed = self._failures = self._rest = 0
        return self._become(MeterState.STALE if doubt else MeterState.LIVE, now, doubt)

    def fail(self, now: datetime, cause: str, rest_seconds: float = 0.0) -> MeterStatus | None:
        """Note a bad answer or none; return the state where it changed.

        Args:
            now: the present instant.
            cause: why, one clause.
            rest_seconds: how long the meter itself wants to be left alone, s.
        """
        self._failures += 1
        self._cause = cause
        seconds = max(rest_seconds, self._back_off())
        self._rest = max(0, math.ceil(seconds / self._seconds) - 1)
        return self.miss(now)

    def miss(self, now: datetime, cause: str | None = None) -> MeterStatus | None:
        """Note a poll that did not take place; return the state where it changed."""
        self._cause = cause or self._cause
        self._missed += 1
        if self._missed >= self._lost:
            state = MeterState.LOST
        elif self._missed >= STALE_POLLS:
            state = MeterState.STALE
        else:
            return None
        return self._become(state, now, f"{self._missed} polls without a reading: {self._cause}")

    def stop(self, now: datetime, cause: str) -> MeterStatus | None:
        """Note that the meter is asked no more; return the state where it changed."""
        return self._become(MeterState.LOST, now, cause)

    def _become(self, state: MeterState, now: datetime, reason: str) -> MeterStatus | None:
        if state is self._state:
            return None
        self._state = state
        return MeterStatus(house=self._house, state=state, since=now, reason=reason)

    def _back_off(self) -> float:
        """Return x2 for each failure in a row, below a ceiling drawn by house and failure."""
        draw = blake2b(f"{self._house}|{self._failures}".encode(), digest_size=4).digest()
        spread = int.from_bytes(draw) / 2**32
        ceiling = _SHORTEST_CEILING + spread * (_LONGEST_CEILING - _SHORTEST_CEILING)
        doubled = self._seconds * 2.0 ** min(self._failures - 1, _MOST_DOUBLINGS)
        return min(doubled, ceiling)
