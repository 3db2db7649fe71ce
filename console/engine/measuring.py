"""The measuring: what the store's readings say of an interval."""

from __future__ import annotations

from collections.abc import Sequence

from console.engine.parts import Parts
from console.model.balance import IntervalBalances
from console.model.interval import Interval
from console.settlement.balance import balance

LOOK_AROUND = 3
"""How far beyond the edges readings are looked at, in times of the closeness: enough to tell a dip
from a fall."""


async def measure(parts: Parts, interval: Interval, houses: Sequence[str]) -> IntervalBalances:
    """Return what the readings say now of some houses in an interval.

    Args:
        parts: the store, the swaps of meters, the falls of registers, and the fuses agreed on.
        interval: the interval.
        houses: whose.
    """
    reach = LOOK_AROUND * parts.close
    measured = await parts.store.readings.between(interval.start - reach, interval.end + reach)
    limits = {
        house.id: limit
        for house in parts.agreements.at(interval.start).houses
        if (limit := house.limit_w) is not None
    }
    whole = parts.swaps.continued(parts.falls.before(measured, interval.start - reach))
    return balance(interval, houses, whole, parts.close_of, limits)
