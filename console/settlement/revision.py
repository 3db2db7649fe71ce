"""The revision: a settled interval decided again from later readings, and what that changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from console.model.balance import IntervalBalances
from console.model.settlement import Carry, Plan, Share
from console.model.trade import Cell, Trade
from console.settlement.plan import decide
from console.settlement.steady import carries_before
from console.settlement.terms import Terms


def revise(
    before: Plan,
    balances: IntervalBalances,
    terms: Terms,
    salt: Callable[[str], bytes],
) -> Plan | None:
    """Return an interval's next revision, None where less is known now than the plan knew.

    The rule, what it knew of each house, the prices and the carry-in are those of the plan; only
    the readings are new (reference: a correction re-uses its own recorded carry-in).

    Args:
        before: the newest plan.
        balances: what is known now of the plan's houses.
        terms: the agreement's terms, for what the plan does not record: the price of a house that
            sells for the first time.
        salt: each house's salt for its leaf in the next revision.

    Raises:
        Refused: the terms cannot be met.
    """
    stored = msgspec.structs.replace(
        terms,
        community=before.community,
        currency=before.currency,
        rule=before.rule,
        keys=before.keys,
        matching=before.matching,
        self_netting=before.self_netting,
        pinned_micro_per_kwh=before.prices,
    )
    carry = {
        share.house: Carry(share.bought_carry_in_nwh, share.sold_carry_in_nwh)
        for share in before.shares
    }
    after = decide(
        balances,
        stored,
        carry,
        salt,
        before.revision + 1,
        provisional=True,
        pair_carries=carries_before(before),
    )
    waited_for = {gone.house for gone in before.left_out}
    return after if {gone.house for gone in after.left_out} <= waited_for else None


def moved(before: Plan, after: Plan) -> tuple[str, ...]:
    """Return the houses whose registers at an edge, or their quality, two plans see otherwise."""
    earlier = {share.house: _inputs(share) for share in before.shares}
    return tuple(
        share.house for share in after.shares if earlier.get(share.house) != _inputs(share)
    )


def difference(plan: Plan, posted: Mapping[Cell, int]) -> tuple[Trade, ...]:
    """Return what is still to be delivered for a plan, and negative what is to be taken back.

    Args:
        plan: what is due.
        posted: what the chain holds of the interval, Wh by cell, earlier revisions added up.

    Returns:
        By consumer, producer and price; with what is posted it adds up to the plan exactly.
    """
    due = {trade.cell: trade.wh for trade in plan.trades}
    cells = {cell: due.get(cell, 0) - posted.get(cell, 0) for cell in due.keys() | posted.keys()}
    return tuple(
        Trade(producer=producer, consumer=consumer, wh=wh, price_micro_per_kwh=price)
        for (producer, consumer, price), wh in sorted(cells.items(), key=_by_consumer)
        if wh
    )


def _by_consumer(item: tuple[Cell, int]) -> tuple[str, str, int]:
    (producer, consumer, price), _ = item
    return consumer, producer, price


def _inputs(share: Share) -> tuple[int, int, int, int, str]:
    return (
        share.import_start_wh,
        share.import_end_wh,
        share.export_start_wh,
        share.export_end_wh,
        share.quality.value,
    )
