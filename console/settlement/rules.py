"""The rules: who gets how much of what is shared, in whole Wh.

A rule says each buyer's exact share; `sharing` cuts it to whole Wh. Whatever the rule, a producer
sells in proportion to its surplus.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import msgspec

from console.errors import Refused
from console.settlement.sharing import NANO, Dealt, Side, cut, share, whole

Keys = Sequence[int]
"""What a rule knows of each house, in the order of the side: its share in billionths under the
static rules, its place from 1 under priority (0 for none)."""

Rule = Callable[[Side, int, Keys], Dealt]
"""What the buying side gets of a surplus in Wh; the sum is what is shared."""


def allocate(
    rule: str, buyers: Side, sellers: Side, keys: Keys | None = None
) -> tuple[Dealt, Dealt]:
    """Return what the buyers buy by a rule, and what the sellers sell: the same sum.

    Args:
        rule: its name, one of `RULES`.
        buyers: the houses with their demand.
        sellers: the same houses with their surplus.
        keys: what the rule knows of each house; none for the rules that need none.

    Raises:
        Refused: there is no such rule.
    """
    if rule not in RULES:
        raise Refused(
            f"No allocation rule is named {rule}.", advice=f"There is: {', '.join(RULES)}."
        )
    supply = sum(sellers.caps_wh)
    bought = RULES[rule](buyers, supply, keys or (0,) * len(buyers.houses))
    shared = sum(bought.got_wh)
    return bought, share([shared * cap for cap in sellers.caps_wh], supply, sellers, shared)


def pro_rata(buyers: Side, surplus_wh: int, _keys: Keys = ()) -> Dealt:
    """Share by demand: consumer j gets M·d_j/D (AT ElWOG 16e dynamic, FR decree 2017-676)."""
    demand = sum(buyers.caps_wh)
    shared = min(demand, surplus_wh)
    return share([shared * cap for cap in buyers.caps_wh], demand, buyers, shared)


def equal(buyers: Side, surplus_wh: int, _keys: Keys = ()) -> Dealt:
    """Share alike: consumer j gets min(d_j, L), the level L so that the sum is M (Sibelga)."""
    return _fill(buyers, surplus_wh, (1,) * len(buyers.houses))


def static(buyers: Side, surplus_wh: int, keys: Keys) -> Dealt:
    """Share by fixed keys in one round: consumer j gets min(d_j, k_j·S); the rest is the grid's.

    A house's share does not wait for the others, so what is shared may be less than M (AT static;
    BE "clé fixe, 1 tour"; ES RD 244/2019).
    """
    side = _with_keys(buyers, keys)
    targets = [
        min(cap * NANO, key * surplus_wh) + carry
        for cap, key, carry in zip(side.caps_wh, keys, side.carries_nwh, strict=True)
    ]
    return cut(targets, side, min(sum(whole(targets, side)), surplus_wh))


def static_rounds(buyers: Side, surplus_wh: int, keys: Keys) -> Dealt:
    """Share by fixed keys in rounds: what is left goes by the keys of those who want more.

    A house without a key gets nothing (Sibelga "plusieurs tours").
    """
    return _fill(buyers, surplus_wh, keys)


def priority(buyers: Side, surplus_wh: int, keys: Keys) -> Dealt:
    """Share in order: each house takes min(d_j, what is left); a house without a place comes last.

    Houses of one place follow by id (LU weshareenergy, FR dynamic simple).
    """
    order = sorted(
        range(len(buyers.houses)),
        key=lambda index: (not keys[index], keys[index], buyers.houses[index]),
    )
    left = total = min(surplus_wh, sum(buyers.caps_wh))
    exact = [0] * len(order)
    for index in order:
        exact[index] = min(buyers.caps_wh[index], left)
        left -= exact[index]
    return share(exact, 1, buyers, total)


RULES: dict[str, Rule] = {
    "pro-rata": pro_rata,
    "equal": equal,
    "static": static,
    "static-rounds": static_rounds,
    "priority": priority,
}
"""The rules by the name that the configuration gives them."""


def _fill(buyers: Side, surplus_wh: int, weights: Sequence[int]) -> Dealt:
    """Fill all houses to one level for each unit of weight, each up to its demand.

    Repeated rounds over those who want more end at this level too: what a house has got before
    its demand is met is in proportion to its weight in every round.
    """
    side = _with_keys(buyers, weights)
    caps = side.caps_wh
    total = left = min(sum(caps), surplus_wh)
    wanting = [index for index, cap in enumerate(caps) if cap]
    weight = sum(weights[index] for index in wanting)
    exact = [0] * len(caps)
    for index in sorted(wanting, key=lambda index: Fraction(caps[index], weights[index])):
        if caps[index] * weight > weights[index] * left:
            break
        exact[index] = caps[index]
        left -= caps[index]
        weight -= weights[index]
    if not weight:
        return share(exact, 1, side, total)
    numerators = [
        part * weight if part or not cap else own * left
        for part, cap, own in zip(exact, caps, weights, strict=True)
    ]
    return share(numerators, weight, side, total)


def _with_keys(buyers: Side, keys: Keys) -> Side:
    """Return the side in which a house without a key may get nothing."""
    caps = (cap if key else 0 for cap, key in zip(buyers.caps_wh, keys, strict=True))
    return msgspec.structs.replace(buyers, caps_wh=tuple(caps))
