"""The order: which houses are shown, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

import msgspec
from rich.style import Style

from console.model.natural import natural
from console.model.reading import MeterState
from console.model.snapshot import HouseNow
from console.tui.look import Look
from console.tui.widgets.bearing import BALANCED_W, from_files, power_of, waits, words
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


class Sorting(msgspec.Struct, frozen=True):
    """In which order houses stand, and whether those that do alike stand together."""

    order: Order = Order.NAME
    """What they are ordered by."""
    turned: bool = False
    """Whether the order is turned round."""
    grouped: bool = False
    """Whether each group by state stands together, in the order of `GROUPS`."""

    @property
    def next(self) -> Sorting:
        """What `o` brings next: the order turned round, then the next order."""
        order = self.order.next if self.turned else self.order
        return Sorting(order, not self.turned, self.grouped)

    @property
    def rises(self) -> bool:
        """Whether the smallest stands first."""
        return self.order.rises is not self.turned


GROUPS = ("giving", "taking", "balanced", "stale", "lost", "waiting", "files")
"""The groups by state, in their order."""


def group_of(house: HouseNow) -> str:
    """Return the group of a house; one whose power nobody knows is lost."""
    if house.state is MeterState.STALE:
        return "stale"
    if waits(house):
        return "waiting"
    if from_files(house):
        return "files"
    power = power_of(house)
    if power is None:
        return "lost"
    if abs(power) < BALANCED_W:
        return "balanced"
    return "giving" if power < 0 else "taking"


def sign_of_group(group: str, look: Look) -> tuple[str, Style]:
    """Return the sign of a group's houses, and its ink."""
    glyphs, ink = look.glyphs, look.ink
    return {
        "giving": (glyphs.giving, ink.give),
        "taking": (glyphs.taking, ink.take),
        "balanced": (glyphs.balanced, ink.text),
        "stale": (glyphs.stale, ink.dim),
        "lost": (glyphs.lost, ink.alarm),
        "waiting": (glyphs.dot, ink.dim),
        "files": (glyphs.dash, ink.dim),
    }[group]


def counts(houses: Iterable[HouseNow]) -> str:
    """Return how many houses each group has: `4 giving  7 taking  1 stale`."""
    found = Counter(map(group_of, houses))
    return "  ".join(f"{found[group]} {group}" for group in GROUPS if found[group])


def arranged(
    houses: Iterable[HouseNow], filter_: str, order: Order | Sorting
) -> tuple[HouseNow, ...]:
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
    sorting = order if isinstance(order, Sorting) else Sorting(order)
    by_name = sorting.order is Order.NAME
    kept.sort(key=_KEYS[Order.NAME], reverse=by_name and sorting.turned)
    if not by_name:
        kept.sort(key=_KEYS[sorting.order], reverse=sorting.turned)
    if sorting.grouped:
        kept.sort(key=lambda house: GROUPS.index(group_of(house)))
    return tuple(kept)
