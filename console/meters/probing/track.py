"""The track: what one register did while it was watched."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class Fall(NamedTuple):
    """A register that became lower."""

    before_wh: Decimal
    """What it was, Wh."""
    after_wh: Decimal
    """What it became, Wh."""
    came_back: bool
    """Whether it reached again what it was."""


class Track:
    """One register: what it counted, in which steps, and whether it ever fell."""

    def __init__(self, wh: Decimal) -> None:
        """Begin at a value, Wh."""
        self.wh = wh
        """Its newest value, Wh."""
        self.counted_wh = Decimal(0)
        """What it counted, without falls and holes, Wh."""
        self.moves = 0
        """How often it moved up."""
        self.largest_wh = Decimal(0)
        """Its largest step up, Wh."""
        self.granule_wh = granule_of(wh)
        """The finest step in which it is told, Wh; None while it stands at 0."""
        self.fall: Fall | None = None
        """Its last fall."""

    def breaks(self, wh: Decimal) -> bool:
        """Return whether a value is a fall, or the return from one: neither is energy."""
        return wh < self.wh or (self._is_below and wh > self.wh)

    def take(self, wh: Decimal, *, counts: bool) -> Decimal:
        """Take its next value; return what it counted since the one before, Wh.

        Args:
            wh: the value, Wh.
            counts: whether the step is energy: not where it `breaks`, nor after a hole.
        """
        if wh < self.wh:
            self.fall = Fall(self.wh, wh, came_back=False)
        elif self.fall is not None and wh >= self.fall.before_wh:
            self.fall = self.fall._replace(came_back=True)
        step = wh - self.wh if counts else Decimal(0)
        self.wh = wh
        if step:
            self.moves += 1
            self.counted_wh += step
            self.largest_wh = max(self.largest_wh, step)
        finest = [one for one in (granule_of(wh), self.granule_wh) if one is not None]
        self.granule_wh = min(finest, default=None)
        return step

    @property
    def _is_below(self) -> bool:
        return self.fall is not None and not self.fall.came_back


def granule_of(value: Decimal) -> Decimal | None:
    """Return the place of a number's last digit that is not 0; None of 0 itself."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(10) ** exponent if value and isinstance(exponent, int) else None
