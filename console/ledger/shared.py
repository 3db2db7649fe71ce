"""The shared energy: A of an interval, from its balances and what its plan says of the rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from console.ledger.lines import UNSOLD
from console.model.balance import Balance
from console.model.reading import Quality
from console.model.settlement import Plan

_NANO = 10**9
_KEYED_RULES = frozenset({"static", "static-rounds"})


def shared_wh(plan: Plan, balances: Iterable[Balance]) -> int:
    """Return A, the energy that an interval shares, from its balances.

    It is min(S, D), or less where fixed keys leave something to the grid (design section 5). The
    plan only says which houses took part with which keys and carry, and whether their own use was
    netted first.
    """
    known = {balance.house: balance for balance in balances}
    left_out = {missing.house for missing in plan.left_out}
    surplus, wanted = 0, dict[str, int]()
    for share in plan.shares:
        balance = known.get(share.house)
        if balance is not None and share.quality is not Quality.MISSING:
            own = min(balance.imported_wh, balance.exported_wh) if plan.self_netting else 0
            wanted[share.house] = balance.imported_wh - own
            if share.house not in left_out and share.quality not in UNSOLD:
                surplus += balance.exported_wh - own
    if plan.rule in _KEYED_RULES:
        wanted = {house: wh for house, wh in wanted.items() if plan.keys.get(house)}
    if plan.rule == "static":
        wanted = _by_key(plan, wanted, surplus)
    return min(surplus, sum(wanted.values()))


def _by_key(plan: Plan, wanted: Mapping[str, int], surplus: int) -> dict[str, int]:
    """Return what each house's fixed key gives it of a surplus in one round, Wh."""
    given = {}
    for share in plan.shares:
        if share.house in wanted:
            demand = wanted[share.house]
            exact = min(demand * _NANO, plan.keys[share.house] * surplus)
            given[share.house] = min(max((exact + share.bought_carry_in_nwh) // _NANO, 0), demand)
    return given
