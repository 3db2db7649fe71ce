"""The slots: the instants at which a house's meter is asked, pinned to absolute time.

A house's phase comes from its id alone, so that meters spread over the period and a restart keeps
the rhythm (as prometheus/prometheus:scrape/target.go does).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import blake2b

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Slots:
    """The poll instants of one house, in whole milliseconds since 1970."""

    def __init__(self, house: str, period: timedelta, minutes: int) -> None:
        """Take a house's id, the poll period and an interval's length in minutes."""
        self._period = period // _MILLISECOND
        self._interval = minutes * 60_000
        digest = blake2b(house.encode(), digest_size=8).digest()
        self.phase = int.from_bytes(digest) % self._period
        """The house's place in the period, ms."""

    def after(self, instant: int, *, sparse: bool) -> int:
        """Return the first slot after an instant.

        Args:
            instant: milliseconds since 1970.
            sparse: whether only the last slot at or before each interval's edge and the first
                at or after it count.
        """
        slot = instant - (instant - self.phase) % self._period + self._period
        if not sparse:
            return slot
        past_edge = slot % self._interval
        to_edge = self._interval - past_edge
        if past_edge < self._period or to_edge < self._period:
            return slot
        return slot + to_edge // self._period * self._period


def to_milliseconds(instant: datetime) -> int:
    """Return an aware instant as whole milliseconds since 1970, cut."""
    return (instant - _EPOCH) // _MILLISECOND


def to_instant(milliseconds: int) -> datetime:
    """Return the aware instant that lies so many milliseconds after 1970."""
    return _EPOCH + timedelta(milliseconds=milliseconds)
