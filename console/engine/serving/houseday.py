"""The house's day: its intervals with what it took, gave and traded, told from the store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from console.engine.parts import Parts
from console.engine.settling.books import Books
from console.errors import Refused
from console.model.entry import Entry
from console.model.interval import Interval
from console.model.settlement import Settlement, State
from console.model.view import HouseDay, HouseInterval, LedgerQuery

_ROWS_AT_ONCE = 1000


async def house_day(parts: Parts, books: Books, house: str, day: date) -> HouseDay:
    """Return one house over a local day.

    Only the house's own rows are read, however many its neighbours have.

    Args:
        parts: the store, the chain and the clock.
        books: what decides intervals that have no plan yet.
        house: the house's id.
        day: the local day.

    Raises:
        Refused: there is no such house.
    """
    if house not in parts.members.houses:
        raise Refused(f"there is no house {house!r}.")
    start, end = parts.day_span(day)
    rows = await _rows(parts, house, start, end)
    intervals = [
        await _interval(parts, books, house, settlement, rows[settlement.interval])
        for settlement in await parts.store.settlements.between(start, end)
        if settlement.state is not State.OPEN
    ]
    latest = (await parts.store.readings.latest()).get(house)
    return HouseDay(
        house=house,
        day=day,
        intervals=tuple(intervals),
        import_wh=latest.import_wh if latest else None,
        export_wh=latest.export_wh if latest and parts.plates.exports(house) else None,
        gaps=sum(one.imported_wh is None for one in intervals),
        wallet=parts.members.wallets[house],
        holdings=await _holdings(parts, parts.members.wallets[house]),
    )


async def _rows(
    parts: Parts, house: str, start: datetime, end: datetime
) -> defaultdict[Interval, list[Entry]]:
    """The house's ledger rows of a day, by interval."""
    query = LedgerQuery(house=house, start=start, end=end, limit=_ROWS_AT_ONCE)
    found: defaultdict[Interval, list[Entry]] = defaultdict(list)
    while True:
        page = await parts.store.entries.page(query)
        for entry in page.entries:
            found[entry.interval].append(entry)
        if not page.next:
            return found
        query = msgspec.structs.replace(query, after=page.next)


async def _interval(
    parts: Parts, books: Books, house: str, settlement: Settlement, rows: Sequence[Entry]
) -> HouseInterval:
    bought = [row for row in rows if row.consumer == house]
    sold = [row for row in rows if row.producer == house]
    partners: Counter[str] = Counter()
    for row in bought or sold:
        partners[row.producer if bought else row.consumer] += row.wh
    imported, exported = await _metered(parts, books, house, settlement)
    if not parts.plates.exports(house):
        exported = None
    return HouseInterval(
        settlement=settlement,
        imported_wh=imported,
        exported_wh=exported,
        partners=dict(partners),
        bought_wh=sum(row.wh for row in bought),
        sold_wh=sum(row.wh for row in sold),
        owes_nano=sum(row.amount_nano for row in bought),
        earned_nano=sum(row.amount_nano for row in sold),
    )


async def _metered(
    parts: Parts, books: Books, house: str, settlement: Settlement
) -> tuple[int | None, int | None]:
    """Return what the meter says of an interval, as planned or as known now."""
    plan = await parts.store.settlements.plan(settlement.interval, settlement.revision)
    if plan is not None:
        known = {share.house: share for share in plan.shares}
        left_out = {gone.house for gone in plan.left_out}
        if house in known and house not in left_out:
            return known[house].imported_wh, known[house].exported_wh
        return None, None
    for balance in (await books.balances(settlement.interval)).balances:
        if balance.house == house:
            return balance.imported_wh, balance.exported_wh
    return None, None


async def _holdings(parts: Parts, wallet: str) -> dict[str, int]:
    """Return what a wallet holds of each producer's mosaics, Wh."""
    holdings = await parts.chain.holdings(wallet) if wallet else {}
    held: Counter[str] = Counter()
    for mosaic, producer in parts.members.house_of_mosaic.items():
        held[producer] += holdings.get(mosaic, 0)
    return {producer: wh for producer, wh in held.items() if wh}
