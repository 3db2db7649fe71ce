"""Corrections: approved bills and what corrects them are together the newest bill."""

from __future__ import annotations

from collections import Counter
from datetime import date

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from console.ledger.corrections import correction
from console.model.bill import Bill, BillDay, BillLine, Kind

KEYS = st.tuples(
    st.sampled_from([Kind.BOUGHT, Kind.SOLD, Kind.FROM_GRID]),
    st.sampled_from(["", "p1", "p2"]),
    st.sampled_from([None, 100_000, 250_000]),
)
LINES = st.dictionaries(KEYS, st.tuples(st.integers(-9, 99_999), st.integers(-999, 999)))
DAYS = st.dictionaries(st.integers(1, 30), st.integers(1, 5000), max_size=5)


def bill(lines: dict[tuple[Kind, str, int | None], tuple[int, int]], days: dict[int, int]) -> Bill:
    return Bill(
        house="h",
        lines=tuple(
            BillLine(kind=kind, other=other, price_micro_per_kwh=price, wh=wh, cents=cents)
            for (kind, other, price), (wh, cents) in lines.items()
        ),
        imported_wh=sum(wh for wh, _ in lines.values()),
        exported_wh=len(lines),
        saved_cents=sum(cents for _, cents in lines.values()),
        days=tuple(BillDay(day=date(2026, 6, day), bought_wh=wh) for day, wh in days.items()),
    )


BILLS = st.builds(bill, LINES, DAYS)


def sums(*bills: Bill) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for one in bills:
        for line in one.lines:
            key = line.kind.value, line.other, str(line.price_micro_per_kwh)
            found["wh", *key] += line.wh
            found["cents", *key] += line.cents
    return Counter({key: value for key, value in found.items() if value})


@given(st.lists(BILLS, min_size=1, max_size=5))
def test_what_was_approved_and_corrected_is_the_newest_bill(newest: list[Bill]) -> None:
    issued: list[Bill] = []
    for whole in newest:
        draft = correction(whole, issued)
        if draft is not None:
            assert draft.number == len(issued) + 1
            issued.append(draft)
        assert sums(*issued) == sums(whole)
        assert sum(one.net_cents for one in issued) == whole.net_cents
        assert correction(whole, issued) is None


@given(BILLS, BILLS)
def test_a_correction_has_only_what_differs(first: Bill, second: Bill) -> None:
    draft = correction(second, [first])
    if draft is None:
        assert sums(first) == sums(second)
        return
    assert all(line.wh or line.cents for line in draft.lines)
    assert draft.imported_wh == second.imported_wh - first.imported_wh
    by_day = {day.day: day.bought_wh for day in second.days}
    for day in first.days:
        by_day[day.day] = by_day.get(day.day, 0) - day.bought_wh
    differing = {day: wh for day, wh in by_day.items() if wh}
    assert {day.day: day.bought_wh for day in draft.days} == differing


def test_savings_are_unknown_where_one_of_them_is() -> None:
    first = msgspec.structs.replace(bill({}, {}), saved_cents=None)
    second = bill({(Kind.BOUGHT, "p1", 1): (5, -1)}, {})
    draft = correction(second, [first])
    assert draft is not None
    assert draft.saved_cents is None
