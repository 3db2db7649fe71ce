"""The corrections: what a newer ledger adds to bills that were approved and never change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from console.model.bill import Bill, BillDay, BillLine, Kind

_Key = tuple[Kind, str, int | None]
_DAY_FIELDS = ("bought_wh", "sold_wh", "from_grid_wh", "to_grid_wh")


def correction(whole: Bill, issued: Sequence[Bill]) -> Bill | None:
    """Return what a house's newest bill has more or less than its approved ones together.

    Args:
        whole: the bill as the newest final ledger and the meters have it.
        issued: the house's approved bills of the period.

    Returns:
        A bill of the differences alone, numbered after the others; the whole one where none was
        approved; None where no line differs.
    """
    if not issued:
        return whole
    lines = _lines(whole, issued)
    if not lines:
        return None
    return msgspec.structs.replace(
        whole,
        number=max(bill.number for bill in issued) + 1,
        lines=lines,
        imported_wh=whole.imported_wh - sum(bill.imported_wh for bill in issued),
        exported_wh=whole.exported_wh - sum(bill.exported_wh for bill in issued),
        gap_wh=whole.gap_wh - sum(bill.gap_wh for bill in issued),
        estimated=whole.estimated - sum(bill.estimated for bill in issued),
        substituted=whole.substituted - sum(bill.substituted for bill in issued),
        by_hand=whole.by_hand - sum(bill.by_hand for bill in issued),
        left_out=whole.left_out - sum(bill.left_out for bill in issued),
        saved_cents=_saved(whole, issued),
        days=_days(whole, issued),
    )


def _lines(whole: Bill, issued: Iterable[Bill]) -> tuple[BillLine, ...]:
    wh: Counter[_Key] = Counter()
    cents: Counter[_Key] = Counter()
    for sign, bill in ((1, whole), *((-1, bill) for bill in issued)):
        for line in bill.lines:
            key = line.kind, line.other, line.price_micro_per_kwh
            wh[key] += sign * line.wh
            cents[key] += sign * line.cents
    order = list(Kind)
    return tuple(
        BillLine(kind=kind, other=other, price_micro_per_kwh=price, wh=wh[key], cents=cents[key])
        for key in sorted(wh, key=lambda one: (order.index(one[0]), one[1], one[2] or -1))
        if wh[key] or cents[key]
        for kind, other, price in [key]
    )


def _saved(whole: Bill, issued: Sequence[Bill]) -> int | None:
    known = [bill.saved_cents for bill in issued if bill.saved_cents is not None]
    if whole.saved_cents is None or len(known) < len(issued):
        return None
    return whole.saved_cents - sum(known)


def _days(whole: Bill, issued: Iterable[Bill]) -> tuple[BillDay, ...]:
    days: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for sign, bill in ((1, whole), *((-1, bill) for bill in issued)):
        for day in bill.days:
            for field in _DAY_FIELDS:
                days[day.day][field] += sign * getattr(day, field)
    return tuple(
        BillDay(day=day, **counts) for day, counts in sorted(days.items()) if any(counts.values())
    )
