"""The history: what a house did on each day of a week or a month, told from the store."""

from __future__ import annotations

from datetime import date, timedelta

from console.engine.parts import Parts
from console.errors import Refused
from console.model.history import DaySum, HouseHistory
from console.model.reading import Reading
from console.model.view import LedgerQuery

MOST_DAYS = 31
"""The longest history that is told at once."""
_NEAR = timedelta(minutes=15)
"""How far from a day's edge a reading may be to stand for it."""


async def house_history(parts: Parts, house: str, last: date, days: int) -> HouseHistory:
    """Return what a house did on each of some local days.

    Registers are looked up at the days' edges and trades in the ledger's directory, so a history
    costs its days and not its readings.

    Args:
        parts: the store and the clock.
        house: the house's id.
        last: the last day.
        days: how many days.

    Raises:
        Refused: there is no such house.
    """
    if house not in parts.members.houses:
        raise Refused(f"there is no house {house!r}.")
    first = last - timedelta(days=days - 1)
    newest = (await parts.store.readings.latest()).get(house)
    sums = []
    edge = await _registers(parts, house, first, newest)
    for number in range(days):
        day = first + timedelta(days=number)
        after = await _registers(parts, house, day + timedelta(days=1), newest)
        sums.append(await _day_sum(parts, house, day, edge, after))
        edge = after
    return HouseHistory(house=house, days=tuple(sums))


async def _registers(parts: Parts, house: str, day: date, newest: Reading | None) -> Reading | None:
    """Return the reading nearest to a day's first instant within the gap that is bridged."""
    edge = parts.day_span(day)[0]
    if newest is not None and newest.time < edge:
        return newest if day > parts.today() else None
    before, after = await parts.store.readings.around(house, edge)
    near = [one for one in (before, after) if one and abs(one.time - edge) <= _NEAR]
    return min(near, key=lambda one: abs(one.time - edge)) if near else None


async def _day_sum(
    parts: Parts, house: str, day: date, before: Reading | None, after: Reading | None
) -> DaySum:
    start, end = parts.day_span(day)
    totals = parts.store.entries.totals
    sold = await totals(LedgerQuery(producer=house, start=start, end=end))
    bought = await totals(LedgerQuery(consumer=house, start=start, end=end))
    return DaySum(
        day=day,
        imported_wh=after.import_wh - before.import_wh if before and after else None,
        exported_wh=after.export_wh - before.export_wh if before and after else None,
        bought_wh=bought.wh,
        sold_wh=sold.wh,
        owes_nano=bought.amount_nano,
        earned_nano=sold.amount_nano,
    )
