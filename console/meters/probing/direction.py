"""The direction: what the power in one direction adds up to, and how wrong that may be."""

from __future__ import annotations

from decimal import Decimal

LAG_SECONDS = Decimal(2)
"""By how much registers and power of the same answer may lie apart, s."""

_HOUR = Decimal(3600)


class Direction:
    """The power in one direction, summed by trapezoids.

    Between two readings it is taken to lie between both. Positive and negative power are summed
    apart, so that a house whose power changes its sign in between is summed without bias.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.seconds = Decimal(0)
        """For how long there was any, s."""
        self._watt_seconds = Decimal(0)
        self._uneven = Decimal(0)
        self._variation = Decimal(0)
        self._ends = Decimal(0)
        self._last = Decimal(0)

    @property
    def wh(self) -> Decimal:
        """Its sum, Wh."""
        return self._watt_seconds / _HOUR

    def begin(self, watts: Decimal) -> None:
        """Take it up, at first or after a hole, both ends of which are uncertain."""
        self._ends += self._last + watts
        self._last = watts

    def take(self, watts: Decimal, seconds: Decimal) -> None:
        """Add what flowed since the reading before.

        Args:
            watts: the power now, W, at least 0.
            seconds: how long ago the reading before was taken, s.
        """
        change = abs(watts - self._last)
        self._watt_seconds += (watts + self._last) / 2 * seconds
        self._uneven += change * seconds
        self._variation += change
        if watts or self._last:
            self.seconds += seconds
        self._last = watts

    def slack_wh(self, update: Decimal, quantum: Decimal) -> Decimal:
        """Return by how much the sum may be wrong, Wh.

        Args:
            update: how often the meter renews its values, s.
            quantum: the step in which power is told, W.
        """
        between = max(self._uneven, self._variation * update) / 2
        at_ends = (self._ends + self._last) * (update + LAG_SECONDS)
        return (between + at_ends + quantum / 2 * self.seconds) / _HOUR
