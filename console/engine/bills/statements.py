"""The statements of a period: its approved bills, and as drafts what a newer ledger adds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from console.engine.bills.billing import Billing
from console.engine.parts import Parts
from console.engine.settling.books import Books
from console.ledger.corrections import correction
from console.model.bill import Bill, Bills
from console.model.period import Period


async def statements(parts: Parts, books: Books, period: Period) -> Bills:
    """Return a period's bills: the approved ones as they were approved, then each house's draft.

    Args:
        parts: the engine's parts.
        books: its books.
        period: the local days.
    """
    newest = await Billing(parts, books, period).bills()
    overlapping = await parts.store.bills.overlapping(period.first, period.end)
    others = [one.approval.period.name for one in overlapping if one.approval.period != period]
    # what the chain alone knows of was approved and paid in a store that is lost
    others += [name for name in await parts.store.clearings.periods() if _shares_days(name, period)]
    issued = [one.bill for one in overlapping if one.approval.period == period]
    return msgspec.structs.replace(
        newest,
        bills=tuple(_together(newest.bills, issued)),
        overlapped=others[0] if others else "",
        clearings=tuple(await parts.store.clearings.of(period.name)),
        apart=parts.plates.apart,
        no_export=parts.plates.no_export,
    )


def _shares_days(name: str, period: Period) -> bool:
    """Return whether a period of another name has some of a period's days."""
    try:
        other = Period.parse(name)
    except ValueError:
        return False
    return other != period and other.first < period.end and period.first < other.end


def _together(newest: Iterable[Bill], issued: Iterable[Bill]) -> Iterable[Bill]:
    approved: defaultdict[str, list[Bill]] = defaultdict(list)
    for bill in issued:
        approved[bill.house].append(bill)
    whole = {bill.house: bill for bill in newest}
    for house in sorted(whole.keys() | approved.keys()):
        yield from approved[house]
        if house in whole and (draft := correction(whole[house], approved[house])) is not None:
            yield draft
