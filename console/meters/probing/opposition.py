"""The opposition: what a register counts while power surely flows the other way.

A meter that balances its phases moves one register at a time. One that counts each phase by itself
moves both, where its phases flow against each other.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

STEADY_W = 100
"""Power of at least so much, in one direction, leaves no doubt of the direction, W."""
SETTLING = timedelta(seconds=20)
"""How long it must have had its direction: registers may be told late."""

_HOUR = Decimal(3600)


class Opposition:
    """What was counted against the direction of a steady power."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.counted_wh = Decimal(0)
        """What the register of the other direction counted, Wh."""
        self.moves = 0
        """In how many steps."""
        self.flowed_wh = Decimal(0)
        """What flowed meanwhile, Wh."""
        self._way = 0
        self._since: datetime | None = None
        self._first_is_due = True

    def begin(self, at: datetime, watts: Decimal) -> None:
        """Begin to look, at first or after a hole."""
        self._way, self._since, self._first_is_due = _way_of(watts), at, True

    def take(
        self, at: datetime, watts: Decimal, seconds: Decimal, import_wh: Decimal, export_wh: Decimal
    ) -> None:
        """Take what a reading adds.

        Args:
            at: when it was taken, aware UTC.
            watts: its power, W, import positive.
            seconds: how long ago the reading before was taken, s.
            import_wh: what the import register counted since then, Wh.
            export_wh: what the export register counted since then, Wh.
        """
        way = _way_of(watts)
        if way == 0 or way != self._way or self._since is None:
            self.begin(at, watts)
            return
        if at - self._since < SETTLING:
            return
        self.flowed_wh += abs(watts) * seconds / _HOUR
        against = export_wh if way > 0 else import_wh
        if not against:
            return
        # the first step may be of energy from before
        if not self._first_is_due:
            self.counted_wh += against
            self.moves += 1
        self._first_is_due = False


def _way_of(watts: Decimal) -> int:
    return 0 if abs(watts) < STEADY_W else 1 if watts > 0 else -1
