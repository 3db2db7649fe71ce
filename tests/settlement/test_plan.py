"""A whole interval decided."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.errors import InvariantBroken, Refused
from console.model.balance import IntervalBalances
from console.model.reading import Quality
from console.model.settlement import Carry, Plan
from console.settlement.check import check
from console.settlement.plan import decide, waiting_for
from console.settlement.sharing import NANO
from console.settlement.terms import Terms

Salt = Callable[[str], bytes]
Street = Callable[..., IntervalBalances]

TERMS = Terms(community="street", currency="EUR")


def rows(plan: Plan) -> list[tuple[str, str, int, int]]:
    return [(one.producer, one.consumer, one.wh, one.amount_nano) for one in plan.trades]


def test_what_a_house_uses_itself_is_no_surplus(street: Street, salt: Salt) -> None:  # V9
    terms = replace(TERMS, self_netting=True)
    plan = decide(street({"A": (200, 500), "B": (400, 0)}), terms, {}, salt)
    assert (plan.shares[0].surplus_wh, plan.surplus_wh, plan.shares[1].bought_wh) == (300, 300, 300)


def test_the_prototypes_own_case(street: Street, salt: Salt) -> None:  # V10
    energy = {"test1": (0, 15000), "test3": (9000, 0), "test5": (9000, 0), "test2": (0, 0)}
    plan = decide(street(energy), TERMS, {}, salt)
    check(plan)
    assert rows(plan) == [
        ("test1", "test3", 7500, 750_000_000),
        ("test1", "test5", 7500, 750_000_000),
    ]
    assert plan.amount_nano == 1_500_000_000
    assert (plan.surplus_wh, plan.demand_wh, plan.shared_wh) == (15000, 18000, 15000)
    assert plan.prices == {"test1": 100_000}
    assert [share.house for share in plan.shares] == ["test1", "test2", "test3", "test5"]
    idle = plan.shares[1]
    assert (idle.demand_wh, idle.surplus_wh, idle.bought_wh, idle.sold_wh) == (0, 0, 0, 0)


def test_money_follows_the_sellers(street: Street, salt: Salt) -> None:  # V2d
    terms = replace(TERMS, fixed_micro_per_kwh=150_000)
    plan = decide(street({"p1": (0, 6000), "p2": (0, 4000), "c": (5000, 0)}), terms, {}, salt)
    assert rows(plan) == [("p1", "c", 3000, 450_000_000), ("p2", "c", 2000, 300_000_000)]


def test_nothing_to_share_is_a_plan_without_trades(street: Street, salt: Salt) -> None:
    carry = {"A": Carry(5, -5)}
    plan = decide(street({"A": (10, 0), "B": (20, 0)}), TERMS, carry, salt)
    check(plan)
    assert plan.trades == ()
    assert plan.prices == {}
    assert plan.shared_wh == 0
    assert len(plan.inputs_root) == 32
    assert plan.carry_out == {"A": Carry(5, -5), "B": Carry()}


def test_an_own_pair_unless_netted(street: Street, salt: Salt) -> None:
    both = street({"A": (300, 800), "B": (200, 0)})
    plan = decide(both, TERMS, {}, salt)
    assert [row[:3] for row in rows(plan)] == [("A", "A", 300), ("A", "B", 200)]
    netted = decide(both, replace(TERMS, self_netting=True), {}, salt)
    assert [row[:3] for row in rows(netted)] == [("A", "B", 200)]
    assert (netted.shares[0].demand_wh, netted.shares[0].surplus_wh) == (0, 500)
    assert netted.self_netting
    check(netted)


def test_an_incomplete_interval_names_its_houses(street: Street, salt: Salt) -> None:
    lacking = street({"A": (0, 10)}, missing=["H4", "H9"])
    with pytest.raises(Refused, match=r"T10:00Z is not complete \(H4: no reading since.*H9: no"):
        decide(lacking, TERMS, {}, salt)
    crowd = street({}, missing=[f"H{i}" for i in range(8)])
    with pytest.raises(Refused, match=r"H4: [^;]*; and 3 more\)"):
        decide(crowd, TERMS, {}, salt)


def test_provisionally_a_missing_house_gets_nothing_and_keeps_its_carry(
    street: Street, salt: Salt
) -> None:
    lacking = street({"A": (0, 10), "C": (30, 0)}, missing=["B"])
    plan = decide(lacking, TERMS, {"B": Carry(7, -7)}, salt, provisional=True)
    check(plan)
    assert plan.provisional
    assert [missing.house for missing in plan.left_out] == ["B"]
    share = plan.shares[1]
    assert (share.house, share.quality) == ("B", Quality.MISSING)
    assert (share.bought_wh, share.sold_wh) == (0, 0)
    assert plan.carry_out["B"] == Carry(7, -7)
    assert [row[:3] for row in rows(plan)] == [("A", "C", 10)]


def test_estimated_production_is_never_minted(street: Street, salt: Salt) -> None:
    qualities = {"A": Quality.ESTIMATED, "C": Quality.SUBSTITUTED}
    guessed = street({"A": (5, 90), "B": (0, 10), "C": (30, 0)}, qualities=qualities)
    assert [missing.house for missing in waiting_for(guessed, TERMS)] == ["A"]
    with pytest.raises(Refused, match="A: what it gave is only estimated"):
        decide(guessed, TERMS, {}, salt)
    plan = decide(guessed, TERMS, {}, salt, provisional=True)
    check(plan)
    assert plan.surplus_wh == 10
    assert plan.shares[0].sold_wh == 0
    assert plan.shares[0].demand_wh == 5
    assert plan.prices == {"B": 100_000}


def test_a_complete_interval_settled_provisionally_is_an_ordinary_one(
    street: Street, salt: Salt
) -> None:
    whole = street({"A": (0, 10), "C": (30, 0)})
    assert decide(whole, TERMS, {}, salt, provisional=True) == decide(whole, TERMS, {}, salt)


def test_a_later_revision_takes_the_recorded_carry(street: Street, salt: Salt) -> None:
    whole = street({"A": (0, 10), "B": (1, 0), "C": (30, 0)})
    first = decide(whole, TERMS, {"B": Carry(900_000_000, 0)}, salt)
    second = decide(whole, TERMS, {"B": Carry(900_000_000, 0)}, salt, 1)
    assert second.revision == 1
    assert second.shares == first.shares
    assert first.shares[1].bought_carry_in_nwh == 900_000_000
    assert first.shares[1].bought_wh == 1


def test_pairs_give_way_to_compact_where_they_would_need_many_parts(
    street: Street, salt: Salt
) -> None:
    crowd = street({f"H{i:02d}": (0, 70) if i < 8 else (50, 0) for i in range(30)})
    assert decide(crowd, replace(TERMS, most_inner=20), {}, salt).matching == "pairs"
    plan = decide(crowd, replace(TERMS, most_inner=16), {}, salt)
    check(plan)
    assert plan.matching == "compact"
    assert len(plan.trades) <= 8 + 22 - 1
    asks = {f"H{i:02d}": 90_000 + i for i in range(8)}
    own = replace(TERMS, most_inner=16, price="ask", asks_micro_per_kwh=asks)
    assert decide(crowd, own, {}, salt).matching == "pairs"
    with pytest.raises(Refused, match="differ"):
        decide(crowd, replace(own, matching="compact"), {}, salt)
    assert decide(crowd, replace(TERMS, matching="compact"), {}, salt).matching == "compact"


def test_a_house_twice_is_no_street(street: Street, salt: Salt) -> None:
    with pytest.raises(InvariantBroken, match="twice"):
        decide(street({"A": (1, 1)}, missing=["A"]), TERMS, {}, salt, provisional=True)


@settings(max_examples=60)
@given(st.integers(1, 25), st.integers(0, 2**32 - 1), st.booleans())
def test_plans_hold_and_do_not_depend_on_order(
    street: Street, salt: Salt, houses: int, seed: int, self_netting: bool
) -> None:
    random = Random(seed)
    energy = {
        f"H{i}": (random.choice((0, random.randint(1, 900))), random.choice((0, 0, 5, 731)))
        for i in range(houses)
    }
    terms = replace(TERMS, self_netting=self_netting)
    carry = {house: Carry(random.randint(-NANO, NANO), 0) for house in energy}
    plan = decide(street(energy), terms, carry, salt)
    check(plan)
    assert plan.shared_wh == min(plan.surplus_wh, plan.demand_wh)
    assert all(one.producer != one.consumer for one in plan.trades) or not self_netting
    items = list(energy.items())
    random.shuffle(items)
    assert decide(street(dict(items)), terms, dict(reversed(carry.items())), salt) == plan


def test_pairs_carry_their_fractions_where_prices_differ_alone(street: Street, salt: Salt) -> None:
    balances = street({"A": (0, 100), "B": (0, 50), "C": (70, 0), "D": (80, 0)})
    asks = replace(TERMS, price="ask", asks_micro_per_kwh={"A": 90_000, "B": 95_000})
    plan = decide(balances, asks, {}, salt)
    assert plan.pair_carries_uwh.keys() == {"A", "B"}
    assert sum(sum(row.values()) for row in plan.pair_carries_uwh.values()) in range(-4, 1)
    owed = decide(balances, asks, {}, salt, pair_carries={"A": {"C": 900_000, "D": -900_000}})
    of = {(one.producer, one.consumer): one.wh for one in owed.trades}
    assert of["A", "C"] == 100 * 70 // 150 + 1
    assert decide(balances, TERMS, {}, salt).pair_carries_uwh == {}
    alike = replace(asks, asks_micro_per_kwh={"A": 90_000, "B": 90_000})
    assert decide(balances, alike, {}, salt).pair_carries_uwh == {}
