"""The plan: an interval decided, from balances, terms and carry-in alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from console.errors import Refused, invariant
from console.model.balance import Balance, IntervalBalances, Missing
from console.model.reading import Quality
from console.model.settlement import Carry, PairCarries, Plan, Share
from console.model.trade import Trade
from console.settlement.matching import compact, pairs, parts
from console.settlement.pricing import prices
from console.settlement.proof import plan_leaves, root
from console.settlement.rules import allocate
from console.settlement.sharing import Dealt, Side
from console.settlement.steady import rows_of, steady_pairs
from console.settlement.terms import Terms

MOST_PARTS = 2
"""How many transactions full pairs may need before they give way to `compact`."""

_ESTIMATES = (Quality.ESTIMATED, Quality.SUBSTITUTED)
_NO_CARRY = Carry()
_MOST_NAMED = 5


class _Member(msgspec.Struct, frozen=True):
    """A member as the rules see it; unknown registers are 0 with quality MISSING."""

    balance: Balance
    demand_wh: int
    surplus_wh: int


def waiting_for(balances: IntervalBalances, terms: Terms) -> tuple[Missing, ...]:
    """Return the houses without which an interval is not complete, by house id.

    These are the missing ones, and producers whose energy is only estimated: that is never minted.
    """
    estimated = (
        Missing(house=one.house, reason=f"what it gave is only {one.quality.value}")
        for one in balances.balances
        if one.quality in _ESTIMATES and _surplus_wh(one, terms)
    )
    return tuple(sorted((*balances.missing, *estimated), key=lambda missing: missing.house))


def decide(
    balances: IntervalBalances,
    terms: Terms,
    carry: Mapping[str, Carry],
    salt: Callable[[str], bytes],
    revision: int = 0,
    *,
    provisional: bool = False,
    pair_carries: PairCarries | None = None,
) -> Plan:
    """Return an interval's plan: the same for the same arguments, in whatever order they come.

    Args:
        balances: what is known of all members.
        terms: the rules and prices in force.
        carry: each house's fractions before, nano-Wh; 0 for those not named. A later revision
            takes the carry-in that the earlier one recorded.
        salt: each house's salt for its leaf.
        revision: 0 at first.
        provisional: settle although houses are missing: those buy and sell nothing, and a
            producer whose energy is only estimated sells nothing.
        pair_carries: each pair's fraction before, micro-Wh, where prices differ; 0 for those not
            named. A later revision takes those with which the earlier one began.

    Raises:
        Refused: houses are missing and it is not provisional, or the terms cannot be met.
    """
    left_out = waiting_for(balances, terms)
    if left_out and not provisional:
        raise _incomplete(balances.interval.name, left_out)
    members = _members(balances, terms)
    carries = [carry.get(member.balance.house, _NO_CARRY) for member in members]
    bought, sold = _allocate(members, carries, terms)
    demand_wh = sum(member.demand_wh for member in members)
    surplus_wh = sum(member.surplus_wh for member in members)
    sellers, buyers = _who(members, sold), _who(members, bought)
    tariff = prices(terms, [*sellers], surplus_wh, demand_wh)
    matching = _matching(terms, tariff, len(buyers))
    trades, carried = _trades(sellers, buyers, tariff, matching, pair_carries or {})
    plan = Plan(
        community=terms.community,
        interval=balances.interval,
        revision=revision,
        currency=terms.currency,
        rule=terms.rule,
        keys=_keys(members, terms),
        matching=matching,
        self_netting=terms.self_netting,
        prices=tariff,
        surplus_wh=surplus_wh,
        demand_wh=demand_wh,
        shared_wh=sum(bought.got_wh),
        shares=_shares(members, carries, bought, sold),
        trades=trades,
        pair_carries_uwh=carried,
        left_out=left_out,
        inputs_root=b"",
    )
    return msgspec.structs.replace(plan, inputs_root=root(plan_leaves(plan, salt)))


def _incomplete(interval: str, left_out: Sequence[Missing]) -> Refused:
    named = "; ".join(f"{missing.house}: {missing.reason}" for missing in left_out[:_MOST_NAMED])
    more = f"; and {len(left_out) - _MOST_NAMED} more" if len(left_out) > _MOST_NAMED else ""
    return Refused(
        f"{interval} is not complete ({named}{more}).",
        advice="Wait for the data, or settle it provisionally without these houses.",
    )


def _members(balances: IntervalBalances, terms: Terms) -> list[_Member]:
    members = [_known(one, terms) for one in balances.balances]
    members += [_unknown(missing.house) for missing in balances.missing]
    members.sort(key=lambda member: member.balance.house)
    houses = {member.balance.house for member in members}
    invariant(len(houses) == len(members), "a house is twice in an interval's balances")
    return members


def _known(one: Balance, terms: Terms) -> _Member:
    invariant(one.imported_wh >= 0 and one.exported_wh >= 0, f"{one.house} has a falling register")
    surplus_wh = _surplus_wh(one, terms)
    netted_wh = one.exported_wh - surplus_wh
    sellable_wh = 0 if one.quality in _ESTIMATES else surplus_wh
    return _Member(one, one.imported_wh - netted_wh, sellable_wh)


def _unknown(house: str) -> _Member:
    nothing = Balance(
        house=house,
        import_start_wh=0,
        import_end_wh=0,
        export_start_wh=0,
        export_end_wh=0,
        quality=Quality.MISSING,
    )
    return _Member(nothing, 0, 0)


def _surplus_wh(one: Balance, terms: Terms) -> int:
    netted_wh = min(one.imported_wh, one.exported_wh) if terms.self_netting else 0
    return one.exported_wh - netted_wh


def _allocate(
    members: Sequence[_Member], carries: Sequence[Carry], terms: Terms
) -> tuple[Dealt, Dealt]:
    houses = tuple(member.balance.house for member in members)
    buyers = Side(
        houses=houses,
        caps_wh=tuple(member.demand_wh for member in members),
        carries_nwh=tuple(one.bought_nwh for one in carries),
    )
    sellers = Side(
        houses=houses,
        caps_wh=tuple(member.surplus_wh for member in members),
        carries_nwh=tuple(one.sold_nwh for one in carries),
    )
    keys = tuple(terms.keys.get(house, 0) for house in houses)
    return allocate(terms.rule, buyers, sellers, keys)


def _keys(members: Sequence[_Member], terms: Terms) -> dict[str, int]:
    """Return what the rule knows of the members of this interval."""
    houses = (member.balance.house for member in members)
    return {house: terms.keys[house] for house in houses if house in terms.keys}


def _matching(terms: Terms, tariff: Mapping[str, int], consumers: int) -> str:
    uniform = len(set(tariff.values())) <= 1
    if terms.matching == "compact":
        if not uniform:
            raise Refused(
                "Compact matching would change bills where producers' prices differ.",
                advice="Set matching to pairs, or one price for all producers.",
            )
        return "compact"
    if uniform and tariff and parts(len(tariff), consumers, terms.most_inner) > MOST_PARTS:
        return "compact"
    return "pairs"


def _shares(
    members: Sequence[_Member], carries: Sequence[Carry], bought: Dealt, sold: Dealt
) -> tuple[Share, ...]:
    return tuple(
        Share(
            house=member.balance.house,
            import_start_wh=member.balance.import_start_wh,
            import_end_wh=member.balance.import_end_wh,
            export_start_wh=member.balance.export_start_wh,
            export_end_wh=member.balance.export_end_wh,
            quality=member.balance.quality,
            demand_wh=member.demand_wh,
            surplus_wh=member.surplus_wh,
            bought_wh=bought.got_wh[index],
            sold_wh=sold.got_wh[index],
            bought_carry_in_nwh=carries[index].bought_nwh,
            sold_carry_in_nwh=carries[index].sold_nwh,
            bought_carry_out_nwh=bought.carries_nwh[index],
            sold_carry_out_nwh=sold.carries_nwh[index],
        )
        for index, member in enumerate(members)
    )


def _who(members: Sequence[_Member], dealt: Dealt) -> dict[str, int]:
    """Return the houses that were dealt anything, with how much, Wh."""
    return {
        member.balance.house: wh for member, wh in zip(members, dealt.got_wh, strict=True) if wh
    }


def _trades(
    sellers: Mapping[str, int],
    buyers: Mapping[str, int],
    tariff: Mapping[str, int],
    matching: str,
    carries: PairCarries,
) -> tuple[tuple[Trade, ...], PairCarries]:
    """Return the pairs, and what each carries on where rounding decides what is paid."""
    producers, consumers = list(sellers), list(buyers)
    sold, got = list(sellers.values()), list(buyers.values())
    carried: PairCarries = {}
    if matching == "compact":
        cells = compact(sold, got)
    elif len(set(tariff.values())) > 1:
        cells, rows = steady_pairs(sold, got, rows_of(carries, producers, consumers))
        carried = {
            producer: dict(zip(consumers, row, strict=True))
            for producer, row in zip(producers, rows, strict=True)
        }
    else:
        cells = pairs(sold, got)
    trades = tuple(
        Trade(
            producer=producers[row],
            consumer=consumers[column],
            wh=wh,
            price_micro_per_kwh=tariff[producers[row]],
        )
        for row, column, wh in cells
    )
    return trades, carried
