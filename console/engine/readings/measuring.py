"""The measuring: what the store's readings say of an interval."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from sys import maxsize

from console.engine.parts import Parts
from console.model.balance import LOOK_AROUND, IntervalBalances
from console.model.interval import Interval
from console.model.reading import Reading
from console.settlement.balance import balance

FETCHED, JUDGED = 50, 10
"""Houses whose every reading is fetched at once, and judged before others have their turn."""


async def measure(
    parts: Parts, interval: Interval, houses: Sequence[str], few: int = FETCHED
) -> IntervalBalances:
    """Return what the readings say now of some houses in an interval.

    Of many houses those whose registers only rise, by no more than their fuses allow, are measured
    from the readings beside the edges, which say it all; each reading of the others is judged.

    Args:
        parts: the store, the swaps of meters, the falls of registers, and the fuses agreed on.
        interval: the interval.
        houses: whose.
        few: of so many every reading is fetched, as that asks the store only once.
    """
    reach = LOOK_AROUND * parts.close
    first, last = interval.start - reach, interval.end + reach
    limits = {
        house.id: limit
        for house in parts.agreements.at(interval.start).houses
        if (limit := house.limit_w) is not None
    }
    uneven, beside = frozenset(houses), dict[str, list[Reading]]()
    if len(houses) > few:
        uneven, beside = await _look(parts, interval, houses, limits)
    calm = [house for house in houses if house not in uneven]
    found = [balance(interval, calm, beside, parts.close_of, {})]
    for some in _pieces([house for house in houses if house in uneven], FETCHED):
        fetched = await parts.store.readings.between(first, last, some)
        whole = parts.swaps.continued(parts.falls.before(fetched, first))
        for piece in _pieces(some, JUDGED):
            found.append(balance(interval, piece, whole, parts.close_of, limits))
            await asyncio.sleep(0)
    return _joined(interval, found)


async def _look(
    parts: Parts, interval: Interval, houses: Sequence[str], limits: Mapping[str, int]
) -> tuple[frozenset[str], dict[str, list[Reading]]]:
    """Return which houses' every reading must be judged, and the others' beside the edges."""
    reach = LOOK_AROUND * parts.close
    first, last = interval.start - reach, interval.end + reach
    lines = await parts.store.readings.stretches(first, last)
    apart = {one.house for one in parts.swaps.known if first <= one.time <= last}
    apart |= parts.falls.before({}, first).keys()
    uneven = apart.union(
        house
        for house, line in lines.items()
        if line.falls or line.missing or line.most_w >= limits.get(house, maxsize)
    )
    calm = (lines.keys() & houses) - uneven
    return frozenset(uneven), parts.swaps.continued(await _beside(parts, interval, calm))


async def _beside(
    parts: Parts, interval: Interval, houses: AbstractSet[str]
) -> dict[str, list[Reading]]:
    """Return the readings beside both edges, of houses that have some around the interval."""
    reach = LOOK_AROUND * parts.close
    readings = parts.store.readings
    sides = [
        side
        for edge in (interval.start, interval.end)
        for side in await readings.beside(edge, edge - reach, edge + reach)
    ]
    if any(houses - side.keys() for side in sides):
        first, last = interval.start - reach, interval.end + reach
        sides += [
            side
            for edge in (interval.start, interval.end)
            for side in await readings.beside(edge, first, last)
        ]
    return {house: [side[house] for side in sides if house in side] for house in houses}


def _pieces(houses: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (houses[begin : begin + size] for begin in range(0, len(houses), size))


def _joined(interval: Interval, found: Sequence[IntervalBalances]) -> IntervalBalances:
    known = sorted(chain.from_iterable(one.balances for one in found), key=lambda one: one.house)
    missing = sorted(chain.from_iterable(one.missing for one in found), key=lambda one: one.house)
    return IntervalBalances(interval=interval, balances=tuple(known), missing=tuple(missing))
