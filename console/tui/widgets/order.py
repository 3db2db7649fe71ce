"""The order: which houses are shown, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from console.model.snapshot import HouseNow
from console.tui.widgets.bearing import power_of, words
from console.tui.widgets.flow import natural
from console.tui.widgets.words import matcher


class Order(StrEnum):
    """What houses are ordered by; name rises, all others fall."""

    NAME = "name"
    POWER = "power"
    AGE = "age"
    TRADED = "traded"

    @property
    def next(self) -> Order:
        """The order that `o` brings next."""
        every = list(Order)
        return every[(every.index(self) + 1) % len(every)]

    @property
    def rises(self) -> bool:
        """Whether the smallest stands first."""
        return self is Order.NAME


_KEYS: dict[Order, Callable[[HouseNow], Any]] = {
    Order.NAME: lambda house: natural(house.name or house.id),
    Order.POWER: lambda house: -abs(power_of(house) or 0),
    Order.AGE: lambda house: house.time.timestamp() if house.time else float("-inf"),
    Order.TRADED: lambda house: -(house.sold_wh + house.bought_wh),
}


def arranged(houses: Iterable[HouseNow], filter_: str, order: Order) -> tuple[HouseNow, ...]:
    """Return the houses that pass a filter, in order; names decide between equals.

    Args:
        houses: all houses.
        filter_: words that name, id, meter or state must have; `!word` turns it round.
        order: what they are ordered by.
    """
    passes = matcher(filter_)
    kept = [
        house
        for house in houses
        if not filter_ or passes(f"{house.id} {house.name} {house.meter} {words(house)}")
    ]
    kept.sort(key=_KEYS[Order.NAME])
    if order is not Order.NAME:
        kept.sort(key=_KEYS[order])
    return tuple(kept)
