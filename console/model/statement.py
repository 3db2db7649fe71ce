"""The statement: a bill's lines and sentences as text, the same wherever they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from operator import attrgetter

import msgspec

from console.model.apart import apart_sentence
from console.model.bill import Bill, BillLine, Bills, BillState, Kind
from console.model.clearing import CENT, ClearingKind, KeptClearing
from console.model.figures import kwh, price
from console.model.interval import Interval
from console.model.money import in_units
from console.model.period import Period, month_of
from console.safe_text import safe_text

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
"""The months' names."""

_NAMED_PENDING = 4
_NAMED_LINES = 12
_NAME = attrgetter("name")


def line_cells(line: BillLine) -> tuple[str, str, str]:
    """Return a line as what it is about, its energy and its amount."""
    at = ""
    if line.price_micro_per_kwh is not None:
        at = f" at {price(line.price_micro_per_kwh)}"
    about = {
        Kind.BOUGHT: f"bought from {safe_text(line.other, 32)}{at}",
        Kind.SOLD: f"sold to {safe_text(line.other, 32)}{at}",
        Kind.OWN: "own use",
        Kind.FROM_GRID: f"from grid{at}",
        Kind.TO_GRID: f"to grid{at}",
    }[line.kind]
    priced = line.kind is not Kind.OWN and line.price_micro_per_kwh is not None
    return about, f"{kwh(line.wh)} kWh", in_units(line.cents) if priced else ""


def sentences(bill: Bill, bills: Bills, named: Callable[[Interval], str] = _NAME) -> Iterator[str]:
    """Yield what a household wants to know besides: savings, shares, doubts, and the source.

    Args:
        bill: the house's bill.
        bills: the period's bills, of which it is one.
        named: how an interval is called where this is read.
    """
    currency = safe_text(bills.currency, 12)
    if told := _prices(bill, currency):
        yield told
    if bill.number > 1:
        yield from corrections(bill, bills)
    if bill.approved is None:
        yield from notes(bills, named)
    else:
        yield f"Read from the chain up to block {bill.final_height}."
        paid = f", paid on {bill.paid:%Y-%m-%d}" if bill.paid else ""
        yield f"Approved on {bill.approved:%Y-%m-%d}{paid}. SHA-256 {bill.digest[:16]}."
        yield from clearings(bills, bill)
    if bill.saved_cents is not None:
        yield f"{in_units(bill.saved_cents)} {currency} better than with the grid alone."
    if bill.self_sufficiency is not None:
        yield f"{_part(bill.self_sufficiency)} taken came from neighbours or itself."
    if bill.self_consumption is not None:
        yield f"{_part(bill.self_consumption)} given was used by neighbours or itself."
    if bill.gap_wh:
        yield f"{kwh(bill.gap_wh)} kWh fell into gaps of the meter: they are the grid's."
    if not bills.knows_export(bill.house):
        yield "Its meter has no export register: what was given is not known."
    yield from doubts(bill)
    yield from filter(None, (apart_sentence(bills.apart_in([bill])),))


def _part(share: float) -> str:
    return f"{share * 100:.0f} % of what was"


def corrections(bill: Bill, bills: Bills) -> Iterator[str]:
    """Yield which days a correction is about, and what each of its lines comes to by it.

    Args:
        bill: a correction.
        bills: the period's bills, those before it among them.
    """
    days = [one.day for one in bill.days]
    about = f" for {_named_days(days)}" if days else ""
    yield f"It corrects what was billed before{about}: later data changed it."
    before = [
        line
        for one in bills.bills
        if one.house == bill.house and one.number < bill.number
        for line in one.lines
    ]
    for line in bill.lines[:_NAMED_LINES]:
        was = [one for one in before if _same(one, line)]
        then = _added(line, was)
        now = _added(line, [*was, line])
        yield f"{line_cells(line)[0]}: {_worth(now)} instead of {_worth(then)}."
    if (more := len(bill.lines) - _NAMED_LINES) > 0:
        yield f"{more} more line{'' if more == 1 else 's'} changed."
    yield from filter(None, (taken_back(bill, bills),))


def taken_back(bill: Bill, bills: Bills) -> str:
    """Return what a correction makes of mosaics that are retired already; empty without any.

    Args:
        bill: a bill.
        bills: the period's bills, with what was retired of those before it.
    """
    names = (one.clearing.name for one in bills.clearings if one.clearing.name.house)
    if not any(name.house == bill.house and name.number < bill.number for name in names):
        return ""
    got: Counter[str] = Counter()
    for line in bill.lines:
        if line.kind in (Kind.BOUGHT, Kind.OWN):
            got[line.other] += line.wh
    wh = sum(-one for one in got.values() if one < 0)
    return (
        f"{kwh(wh)} kWh that it has less are retired already: as much of what came later is "
        "taken back, and is not in the wallet when that is retired."
        if wh
        else ""
    )


def _named_days(days: Sequence[date]) -> str:
    first, last = (f"{day.day} {MONTHS[day.month - 1]}" for day in (days[0], days[-1]))
    return first if len(days) == 1 else f"{len(days)} days from {first} to {last}"


def _same(one: BillLine, other: BillLine) -> bool:
    keys = [(line.kind, line.other, line.price_micro_per_kwh) for line in (one, other)]
    return keys[0] == keys[1]


def _added(line: BillLine, lines: Sequence[BillLine]) -> BillLine:
    """Return lines of one kind, counterparty and price as one."""
    wh, cents = sum(one.wh for one in lines), sum(one.cents for one in lines)
    return msgspec.structs.replace(line, wh=wh, cents=cents)


def _worth(line: BillLine) -> str:
    _, energy, amount = line_cells(line)
    return f"{energy} for {amount.removeprefix('-')}" if amount else energy


def doubts(bill: Bill) -> Iterator[str]:
    """Yield in how many intervals a house's energy is not simply what its meter counted."""
    for count, one, more, what in (
        (bill.estimated, "has", "have", "an estimated edge."),
        (bill.substituted, "rests", "rest", "on substitutes for what was not measured."),
        (bill.by_hand, "has", "have", "an edge that was read by hand."),
        (bill.left_out, "was", "were", "settled without this house; late data corrects that."),
    ):
        if count > 0:
            yield f"{count} interval{' ' + one if count == 1 else 's ' + more} {what}"


def notes(bills: Bills, named: Callable[[Interval], str] = _NAME) -> Iterator[str]:
    """Yield where the bills come from and what is not yet in.

    Args:
        bills: the period's bills.
        named: how an interval is called where this is read.
    """
    yield f"Read from the chain up to block {bills.final_height}."
    if not bills.ended:
        yield "The period is not over."
    if bills.pending:
        first = ", ".join(
            f"{named(one.interval)} {one.state.value}" for one in bills.pending[:_NAMED_PENDING]
        )
        more = len(bills.pending) - _NAMED_PENDING
        yield f"Not yet in: {first}{f' and {more} more' if more > 0 else ''}."
    if bills.late:
        more = len(bills.late) - 1
        yield f"To be revised: {named(bills.late[0])}{f' and {more} more' if more else ''}."


def clearings(bills: Bills, bill: Bill) -> Iterator[str]:
    """Yield what was retired of an approved bill and paid out for it, or is on its way.

    Args:
        bills: the period's bills.
        bill: the bill.
    """
    for kept in bills.clearings:
        if kept.of_bill(bill.house, bill.number):
            yield f"{cleared_told(kept)}{_transactions(kept)}."


def summary(bills: Bills) -> Iterator[str]:
    """Yield how many houses' mosaics are retired, and what was paid out."""
    retired = [one for one in bills.clearings if one.clearing.name.house]
    if done := [one.cleared for one in retired if one.cleared]:
        total = sum(cleared.amount for cleared in done)
        left = sum(one.left for one in retired)
        gone = f", {kwh(left)} kWh were not in the wallets any more" if left else ""
        block = max(cleared.height for cleared in done)
        yield (
            f"Retired: {kwh(total)} kWh of {len(done)} of {len(retired)} paid bills{gone}"
            + (f", up to block {block}." if block else ".")
        )
    elif retired:
        yield f"{len(retired)} paid bills are being retired."
    for kept in bills.clearings:
        if not kept.clearing.name.house:
            yield f"{cleared_told(kept)}{_transactions(kept)}."


def cleared_told(kept: KeptClearing) -> str:
    """Return in one sentence without its end what was retired or paid out."""
    cleared, name = kept.cleared, kept.clearing.name
    house = safe_text(name.house, 32) + (name.counted if name.house else "")
    if name.kind is ClearingKind.RETIREMENT:
        if not kept.due:
            return f"{name.period}: nothing of {house} was to be retired"
        if cleared is None:
            return f"{name.period}: {kwh(kept.due)} kWh of {house} are being retired"
        gone = f", {kwh(kept.left)} kWh were not in the wallet any more" if kept.left else ""
        text = f"{name.period}: {kwh(cleared.amount)} kWh of {house} retired{gone}"
    else:
        currency = safe_text(kept.clearing.currency, 12)
        amount = f"{in_units(kept.due // CENT)} {currency}"
        if cleared is None:
            return f"{name.period}: {amount} are being paid out"
        count = len({cell.wallet for part in cleared.parts for cell in part.cells})
        text = f"{name.period}: {amount} paid out to {count} {'house' if count == 1 else 'houses'}"
    return f"{text}, block {cleared.height}" if cleared.parts else text


def _transactions(kept: KeptClearing) -> str:
    parts = kept.cleared.parts if kept.cleared else ()
    shown = [part.transaction.hex()[:8].upper() for part in parts[:_NAMED_PENDING]]
    return f", {' '.join(shown)}{' ...' if len(parts) > len(shown) else ''}" if shown else ""


def heading(bill: Bill, period: Period) -> str:
    """Return what stands over a statement: `June 2026, draft`, or `June 2026 no. 2, paid`."""
    number = f" no. {bill.number}" if bill.number > 1 else ""
    return f"{spoken(period)}{number}, {bill.state.value}"


def label(bill: Bill) -> str:
    """Return what a table calls a bill: its house, and its number where it is a correction."""
    house = safe_text(bill.house, 32)
    return house if bill.number == 1 else f"{house} no. {bill.number}"


def standing(bills: Sequence[Bill]) -> str:
    """Return where bills stand: `draft` where all do alike, else `1 draft, 11 paid`."""
    counts = Counter(bill.state for bill in bills)
    if len(counts) < 2:
        return next(iter(counts), BillState.DRAFT).value
    return ", ".join(f"{counts[state]} {state.value}" for state in BillState if counts[state])


def progress(bills: Bills) -> str:
    """Return where a period's bills stand, and whether they are paid out."""
    payouts = [one for one in bills.clearings if not one.clearing.name.house]
    if not payouts:
        return standing(bills.bills)
    done = "paid out" if payouts[-1].cleared else "being paid out"
    return f"{standing(bills.bills)}, {done}"


def spoken(period: Period) -> str:
    """Return a period as people say it: `June 2026`, `week 25 of 2026`, or its days."""
    if period == month_of(period.first):
        return f"{MONTHS[period.first.month - 1]} {period.first.year}"
    if "W" in period.name:
        year, week, _ = period.first.isocalendar()
        return f"week {week} of {year}"
    return period.name


def _prices(bill: Bill, currency: str) -> str:
    """Return what a kWh costs from neighbours and from the grid, where each has one price."""
    near, grid = (
        {line.price_micro_per_kwh for line in bill.lines if line.kind is kind}
        for kind in (Kind.BOUGHT, Kind.FROM_GRID)
    )
    known = [one for one in (*near, *grid) if one is not None]
    if len(near) != 1 or len(grid) != 1 or len(known) != 2:
        return ""
    own, other = known
    return (
        f"Energy from neighbours costs {price(own)} {currency}/kWh, "
        f"from the grid {price(other)} {currency}/kWh."
    )
