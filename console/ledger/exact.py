"""The exact shares: what each rule gives before anything is cut to whole Wh.

Written from the rules' descriptions alone, apart from the code that decides plans.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from console.model.settlement import Plan

NANO = 10**9
"""Nano-Wh in a Wh."""

Exact = dict[str, Fraction]
"""Each house's share, Wh."""


def exact_bought(plan: Plan) -> Exact | None:
    """Return what each house is to buy by a plan's rule; None for a rule that is not known.

    Args:
        plan: its rule, its keys, and its shares' demand and surplus count.
    """
    rule = _RULES.get(plan.rule)
    demand = {share.house: share.demand_wh for share in plan.shares}
    surplus = sum(share.surplus_wh for share in plan.shares)
    return None if rule is None else rule(demand, surplus, plan.keys)


def exact_sold(plan: Plan) -> Exact:
    """Return what each house is to sell: in proportion to its surplus, whatever the rule."""
    surplus = sum(share.surplus_wh for share in plan.shares)
    return {
        share.house: Fraction(plan.shared_wh * share.surplus_wh, surplus or 1)
        for share in plan.shares
    }


def _pro_rata(demand: Mapping[str, int], surplus: int, _keys: Mapping[str, int]) -> Exact:
    whole = sum(demand.values())
    shared = min(whole, surplus)
    return {house: Fraction(shared * wh, whole or 1) for house, wh in demand.items()}


def _equal(demand: Mapping[str, int], surplus: int, _keys: Mapping[str, int]) -> Exact:
    return _rounds(demand, surplus, dict.fromkeys(demand, 1))


def _static(demand: Mapping[str, int], surplus: int, keys: Mapping[str, int]) -> Exact:
    return {
        house: min(Fraction(wh), Fraction(keys.get(house, 0) * surplus, NANO))
        for house, wh in demand.items()
    }


def _rounds(demand: Mapping[str, int], surplus: int, keys: Mapping[str, int]) -> Exact:
    """Deal what is left by the keys of those who want more, until nobody does or nothing is."""
    got = {house: Fraction(0) for house in demand}
    wanting = {house for house, wh in demand.items() if wh and keys.get(house)}
    left = Fraction(min(surplus, sum(demand[house] for house in wanting)))
    while wanting and left:
        weight = sum(keys[house] for house in wanting)
        dealt = {house: left * keys[house] / weight for house in wanting}
        full = {house for house in wanting if got[house] + dealt[house] >= demand[house]}
        for house in full or wanting:
            part = demand[house] - got[house] if full else dealt[house]
            got[house] += part
            left -= part
        wanting = wanting - full if full else set()
    return got


def _priority(demand: Mapping[str, int], surplus: int, keys: Mapping[str, int]) -> Exact:
    got, left = {}, surplus
    for house in sorted(demand, key=lambda one: (keys.get(one) or float("inf"), one)):
        got[house] = Fraction(min(demand[house], left))
        left -= int(got[house])
    return got


_RULES: dict[str, Callable[[Mapping[str, int], int, Mapping[str, int]], Exact]] = {
    "pro-rata": _pro_rata,
    "equal": _equal,
    "static": _static,
    "static-rounds": _rounds,
    "priority": _priority,
}
