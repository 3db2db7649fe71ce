"""The lines: each field of a plan held against the readings, its own other fields and the rule."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from console.ledger.exact import NANO, exact_bought, exact_sold
from console.model.balance import Balance, IntervalBalances
from console.model.finding import Finding, Kind
from console.model.reading import Quality
from console.model.settlement import Plan, Share

UNSOLD = frozenset({Quality.ESTIMATED, Quality.SUBSTITUTED})
"""How what a house gave may be known without being sold."""

_REGISTERS = (
    ("import_start_wh", "import register at its start"),
    ("import_end_wh", "import register at its end"),
    ("export_start_wh", "export register at its start"),
    ("export_end_wh", "export register at its end"),
)
_SUMS = (
    ("surplus_wh", "surplus_wh"),
    ("demand_wh", "demand_wh"),
    ("shared_wh", "bought_wh"),
    ("shared_wh", "sold_wh"),
)
_Sides = dict[str, Fraction]


def altered_readings(
    plan: Plan, measured: IntervalBalances | None, stands: bool | None
) -> Iterator[Finding]:
    """Yield where a plan's registers and qualities are not those of the readings.

    Args:
        plan: the plan.
        measured: what the readings say now of its houses.
        stands: whether the plan is as it was frozen, so that the readings are not; None where
            neither the audit log nor the seal can tell.
    """
    known = {one.house: one for one in measured.balances} if measured else {}
    reasons = {one.house: one.reason for one in measured.missing} if measured else {}
    for share in plan.shares:
        if share.quality is Quality.MISSING:
            continue
        balance = known.get(share.house)
        if balance is None:
            yield _lost(plan, share, reasons.get(share.house, "no readings"))
        else:
            yield from _altered(plan, share, balance, stands)


def altered_fields(plan: Plan) -> Iterator[Finding]:
    """Yield where a plan contradicts itself or its rule."""
    bought, sold = exact_bought(plan), exact_sold(plan)
    for share in plan.shares:
        yield from _energy(plan, share)
        if bought is not None:
            yield from _carry(plan, share, "bought", bought)
        yield from _carry(plan, share, "sold", sold)
    for field, part in _SUMS:
        total = sum(getattr(share, part) for share in plan.shares)
        if total != getattr(plan, field):
            yield of_plan(plan, field, total, getattr(plan, field), f"its houses' {part}")
    for trade in plan.trades:
        price = plan.prices.get(trade.producer)
        if price != trade.price_micro_per_kwh:
            field = f"prices.{trade.producer}"
            yield of_plan(plan, field, trade.price_micro_per_kwh, price, "its trades")


def of_plan(
    plan: Plan, field: str, expected: object, found: object, by: str, house: str = ""
) -> Finding:
    """Return the finding that a field of a plan is not what something else makes it."""
    whose = f"{house}'s " if house else ""
    name = plan.interval.name
    return Finding(
        kind=Kind.PLAN,
        interval=name,
        house=house,
        what=field,
        expected=str(expected),
        found=str(found),
        text=f"{name}: the plan's {whose}{field} is {found}, {expected} by {by}",
    )


def _lost(plan: Plan, share: Share, reason: str) -> Finding:
    name = plan.interval.name
    registers = ", ".join(f"{field} {getattr(share, field)}" for field, _ in _REGISTERS)
    return Finding(
        kind=Kind.READING,
        interval=name,
        house=share.house,
        what="registers",
        expected=registers,
        text=f"{name}: {share.house}'s readings tell no registers ({reason}); "
        f"they were {registers}",
    )


def _altered(plan: Plan, share: Share, balance: Balance, stands: bool | None) -> Iterator[Finding]:
    for field, told in (*_REGISTERS, ("quality", "quality")):
        frozen, now = getattr(share, field), getattr(balance, field)
        if frozen == now:
            continue
        if stands is False:
            yield of_plan(plan, field, now, frozen, "the readings", share.house)
            continue
        unit = "" if field == "quality" else " Wh"
        name = plan.interval.name
        yield Finding(
            kind=Kind.READING,
            interval=name,
            house=share.house,
            what=field,
            expected=str(frozen),
            found=str(now),
            text=f"{name}: {share.house}'s {told} is {now}{unit} by the readings, "
            f"{'was' if stands else 'and'} {frozen}{unit} {'when' if stands else 'by what'} "
            "it was frozen",
        )


def _energy(plan: Plan, share: Share) -> Iterator[Finding]:
    own = min(share.imported_wh, share.exported_wh) if plan.self_netting else 0
    demand = share.imported_wh - own
    surplus = 0 if share.quality in UNSOLD else share.exported_wh - own
    for field, wh in (("demand_wh", demand), ("surplus_wh", surplus)):
        if getattr(share, field) != wh:
            found = getattr(share, field)
            yield of_plan(plan, field, wh, found, "its registers", share.house)
    for field, most in (("bought_wh", demand), ("sold_wh", surplus)):
        if not 0 <= getattr(share, field) <= most:
            found = getattr(share, field)
            yield of_plan(plan, field, f"0 to {most}", found, "its registers", share.house)


def _carry(plan: Plan, share: Share, side: str, exact: _Sides) -> Iterator[Finding]:
    """What is carried on is what came in and the exact share less what was got; 1 nWh is cut."""
    before: int = getattr(share, f"{side}_carry_in_nwh")
    after: int = getattr(share, f"{side}_carry_out_nwh")
    due = before + exact[share.house] * NANO - NANO * int(getattr(share, f"{side}_wh"))
    if abs(after - due) >= 1:
        yield of_plan(
            plan, f"{side}_carry_out_nwh", round(due), after, f"the rule {plan.rule}", share.house
        )
