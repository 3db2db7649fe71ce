"""The powers: what all houses give and take together at the moment."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from console.model.reading import MeterState
from console.model.snapshot import HouseNow
from console.tui.widgets.bearing import power_of


class Flow(msgspec.Struct, frozen=True):
    """What the houses give and take together."""

    giving_w: int | None
    """Given by all, W; None where nothing is known."""
    taking_w: int | None
    """Taken by all, W."""
    giving_old: bool = False
    """Whether a part of it is stale or not known."""
    taking_old: bool = False
    """Likewise."""

    @property
    def shared_w(self) -> int | None:
        """The smaller of the two, W."""
        if self.giving_w is None or self.taking_w is None:
            return None
        return min(self.giving_w, self.taking_w)


def flow_of(houses: Sequence[HouseNow]) -> Flow:
    """Return what the houses give and take together."""
    giving = taking = known = 0
    giving_old = taking_old = False
    for house in houses:
        power = power_of(house)
        if power is None:
            continue
        known += 1
        old = house.state is not MeterState.LIVE
        if power < 0:
            giving -= power
            giving_old = giving_old or old
        elif power > 0:
            taking += power
            taking_old = taking_old or old
    if not known:
        return Flow(None, None)
    unknown = known < len(houses)
    return Flow(giving, taking, unknown or giving_old, unknown or taking_old)
