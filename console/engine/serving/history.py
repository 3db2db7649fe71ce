"""The history: what a house did on each day of a week or a month, told from the store."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from console.engine.parts import Parts
from console.engine.readings.edges import Registers, registers_at
from console.errors import Refused
from console.model.history import DaySum, HouseHistory
from console.model.view import LedgerQuery

MOST_DAYS = 31
"""The longest history that is told at once."""


async def house_history(parts: Parts, house: str, last: date, days: int) -> HouseHistory:
    """Return what a house did on each of some local days.

    Registers are those of the days' edges, as settlement finds them, and trades come from the
    ledger's directory: a history costs its days and not its readings, and what a day's intervals
    and gaps add up to is what the day shows.

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
    wanted = [first + timedelta(days=number) for number in range(days)]
    edges = [parts.day_span(day)[0] for day in wanted] + [parts.day_span(last)[1]]
    registers = await registers_at(parts, house, edges)
    if last == parts.today():
        registers[-1] = await _newest(parts, house, since=edges[-2])
    sums = [
        await _day_sum(parts, house, day, before, after)
        for day, before, after in zip(wanted, registers, registers[1:], strict=False)
    ]
    return HouseHistory(house=house, days=tuple(sums))


async def _newest(parts: Parts, house: str, since: datetime) -> Registers | None:
    """Return the registers of the newest reading; of the day that is not over yet, the end."""
    latest = (await parts.store.readings.latest()).get(house)
    newest = parts.swaps.continued({house: [latest]})[house][-1] if latest else None
    return (newest.import_wh, newest.export_wh) if newest and newest.time >= since else None


async def _day_sum(
    parts: Parts, house: str, day: date, before: Registers | None, after: Registers | None
) -> DaySum:
    start, end = parts.day_span(day)
    totals = parts.store.entries.totals
    sold = await totals(LedgerQuery(producer=house, start=start, end=end))
    bought = await totals(LedgerQuery(consumer=house, start=start, end=end))
    imported, exported = _between(before, after)
    return DaySum(
        day=day,
        imported_wh=imported,
        exported_wh=exported if parts.plates.exports(house) else None,
        bought_wh=bought.wh,
        sold_wh=sold.wh,
        owes_nano=bought.amount_nano,
        earned_nano=sold.amount_nano,
    )


def _between(
    before: Registers | None, after: Registers | None
) -> tuple[int, int] | tuple[None, None]:
    """Return what both registers counted; nothing where one is unknown, or is lower afterwards."""
    if before is None or after is None:
        return None, None
    imported, exported = after[0] - before[0], after[1] - before[1]
    return (imported, exported) if min(imported, exported) >= 0 else (None, None)
