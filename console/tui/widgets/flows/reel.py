"""The reel: which interval is in sight, the newest closed one until another is chosen."""

from __future__ import annotations

from console.model.interval import Interval
from console.model.snapshot import Snapshot


def newest(snapshot: Snapshot | None) -> Interval | None:
    """Return the newest interval that is closed; None before the first."""
    last = snapshot.head.last if snapshot is not None else None
    return last.interval if last is not None else None


class Reel:
    """Follows the newest interval, or stands at another one."""

    def __init__(self) -> None:
        """Begin with the newest."""
        self.chosen: Interval | None = None
        """The chosen interval; None while the newest is followed."""

    def shown(self, snapshot: Snapshot) -> Interval | None:
        """Return the interval in sight; None where none is closed yet."""
        return self.chosen or newest(snapshot)

    def take(self, interval: Interval, snapshot: Snapshot | None) -> None:
        """Stand at an interval; the newest and later ones are followed."""
        last = newest(snapshot)
        self.chosen = None if last is not None and interval.start >= last.start else interval

    def step(self, by: int, snapshot: Snapshot | None) -> bool:
        """Go to the interval before or after; return False where there is none after.

        Args:
            by: -1 or 1.
            snapshot: the newest snapshot.
        """
        last = newest(snapshot)
        if last is None:
            return False
        at = self.chosen or last
        wanted = at.previous if by < 0 else at.next
        if wanted.start > last.start:
            return False
        self.take(wanted, snapshot)
        return True
