"""Shares in whole Wh: the worked tables and what holds of every street."""

from __future__ import annotations

from math import log
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.errors import Refused
from console.settlement.rules import (
    RULES,
    allocate,
    equal,
    priority,
    pro_rata,
    static,
    static_rounds,
)
from console.settlement.sharing import NANO, Dealt, Side


def side(*caps: int, carries: tuple[int, ...] | None = None) -> Side:
    return Side(
        houses=tuple(f"H{index:02d}" for index in range(len(caps))),
        caps_wh=caps,
        carries_nwh=carries or (0,) * len(caps),
    )


def test_the_worked_table_of_the_carry() -> None:
    rows = [
        ((75, 25, 0), (-187032419, -62344140, 249376559)),
        ((75, 25, 0), (-374064838, -124688280, 498753118)),
        ((74, 25, 1), (438902743, -187032420, -251870323)),
        ((75, 25, 0), (251870324, -249376560, -2493764)),
    ]
    carries: tuple[int, ...] = (0, 0, 0)
    for got, carry_out in rows:
        dealt = pro_rata(side(300, 100, 1, carries=carries), 100)
        assert dealt == Dealt(got_wh=got, carries_nwh=carry_out)
        carries = dealt.carries_nwh


def test_the_smallest_case_in_which_a_house_waits_longer_than_a_watt_hour() -> None:
    carries: tuple[int, ...] = (0, 0, 0, 0)
    for caps in ((1, 1, 1, 1), (0, 1, 1, 1), (0, 0, 1, 1)):
        carries = pro_rata(side(*caps, carries=carries), 1).carries_nwh
    assert carries == (-750000000, -416666666, 83333333, 1083333333)


@pytest.mark.parametrize(
    ("demand", "surplus", "bought"),
    [
        ((10000, 15000), 15000, (6000, 9000)),  # V2a
        ((8000, 12000), 10000, (4000, 6000)),  # V2b
        ((6000, 6000), 30000, (6000, 6000)),
        ((2000, 8000, 5000), 10000, (1333, 5334, 3333)),  # V3d
        ((3000, 3000, 3000), 7000, (2334, 2333, 2333)),  # V3e
        ((10, 20), 15, (5, 10)),
        ((9000, 9000), 15000, (7500, 7500)),  # V10
        ((2000, 8000), 1000, (200, 800)),  # V4e: dynamic keys .2 .8
        ((10000, 0), 1000, (1000, 0)),  # V4e: 1 0
    ],
)
def test_pro_rata_vectors(demand: tuple[int, ...], surplus: int, bought: tuple[int, ...]) -> None:
    assert pro_rata(side(*demand), surplus).got_wh == bought


def test_sellers_share_what_was_bought() -> None:  # V2d
    bought, sold = allocate("pro-rata", side(0, 0, 5000), side(6000, 4000, 0))
    assert bought.got_wh == (0, 0, 5000)
    assert sold.got_wh == (3000, 2000, 0)


def test_a_house_without_demand_keeps_its_carry() -> None:
    dealt = pro_rata(side(0, 5, 5, carries=(1_700_000_000, 0, -1_700_000_000)), 5)
    assert dealt.got_wh[0] == 0
    assert dealt.carries_nwh[0] == 1_700_000_000


def test_a_large_carry_is_paid_within_the_caps() -> None:
    dealt = pro_rata(side(4, 4, carries=(30 * NANO, -30 * NANO)), 4)
    assert dealt.got_wh == (4, 0)
    assert dealt.carries_nwh == (28 * NANO, -28 * NANO)


def test_nothing_to_share_leaves_all_as_it_was() -> None:
    idle = side(5, 0, carries=(3, -3))
    assert pro_rata(idle, 0) == Dealt(got_wh=(0, 0), carries_nwh=(3, -3))
    assert allocate("pro-rata", side(), side()) == (
        Dealt(got_wh=(), carries_nwh=()),
        Dealt(got_wh=(), carries_nwh=()),
    )


@pytest.mark.parametrize(
    ("demand", "surplus", "bought"),
    [
        ((2000, 8000, 5000), 10000, (2000, 4000, 4000)),  # V3a
        ((19, 8, 5, 9, 38, 11, 8, 1, 3, 24), 36, None),  # V3b: four, but for the two that want less
        ((5000, 3000, 4000), 20000, (5000, 3000, 4000)),  # V3c
        ((0, 10000), 5000, (0, 5000)),
    ],
)
def test_equal_vectors(
    demand: tuple[int, ...], surplus: int, bought: tuple[int, ...] | None
) -> None:
    four = tuple(min(wh, 4) for wh in demand)
    assert equal(side(*demand), surplus).got_wh == (bought or four)


def test_equal_leaves_the_fraction_of_the_level_in_the_carry() -> None:
    dealt = equal(side(19, 8, 5, 9, 38, 11, 8, 1, 3, 24), 33)  # level 3.625, as the reference says
    assert dealt.got_wh[7:9] == (1, 3)
    others = [index for index in range(10) if index not in (7, 8)]
    assert sorted(dealt.got_wh[index] for index in others) == [3, 3, 3, 4, 4, 4, 4, 4]
    assert {dealt.carries_nwh[index] for index in others} == {625_000_000, -375_000_000}


@pytest.mark.parametrize(
    ("need", "surplus", "keys", "bought"),
    [
        ((200, 0), 100, (600_000_000, 400_000_000), (60, 0)),  # V4a
        ((7000,), 2000, (400_000_000,), (800,)),  # V4c
        ((800,), 2000, (400_000_000,), (800,)),
        ((500,), 800, (200_000_000,), (160,)),  # V4d
        ((700,), 20000, (NANO,), (700,)),  # V4f
        ((50, 50), 100, (0, NANO), (0, 50)),
    ],
)
def test_static_vectors(
    need: tuple[int, ...], surplus: int, keys: tuple[int, ...], bought: tuple[int, ...]
) -> None:
    assert static(side(*need), surplus, keys).got_wh == bought


def test_static_in_rounds_deals_out_what_the_first_round_leaves() -> None:
    halves = (500_000_000, 250_000_000, 250_000_000)
    assert static_rounds(side(10, 90, 90), 100, halves).got_wh == (10, 45, 45)
    assert static_rounds(side(10, 20, 90), 100, halves).got_wh == (10, 20, 70)
    assert static_rounds(side(10, 90, 90), 100, (500_000_000, 500_000_000, 0)).got_wh == (10, 90, 0)


def test_priority_serves_in_order() -> None:
    assert priority(side(400, 800), 1000, (1, 2)).got_wh == (400, 600)  # V8
    assert priority(side(400, 800), 1000, (2, 1)).got_wh == (200, 800)
    assert priority(side(400, 800, 100), 1000, (0, 0, 1)).got_wh == (400, 500, 100)


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(Refused, match="lottery") as refusal:
        allocate("lottery", side(1), side(1))
    assert "pro-rata" in refusal.value.advice


def energy(random: Random, idle: float) -> int:
    if random.random() < idle:
        return 0
    return random.choice((1, 2, 3, random.randint(1, 40), random.randint(1, 9000)))


def assert_fair(before: Side, dealt: Dealt, total: int) -> None:
    supply = sum(before.caps_wh)
    assert sum(dealt.got_wh) == total
    for cap, got, carry_in, carry_out in zip(
        before.caps_wh, dealt.got_wh, before.carries_nwh, dealt.carries_nwh, strict=True
    ):
        assert 0 <= got <= cap
        if cap == 0:
            assert carry_out == carry_in
        elif total:
            # carry out = carry in + exact - got, exact cut to the nano-Wh either way
            exact_scaled = total * cap * NANO
            off = (carry_out - carry_in + got * NANO) * supply - exact_scaled
            assert abs(off) < supply
    if total:
        assert sum(dealt.carries_nwh) == sum(before.carries_nwh)


def keys_for(rule: str, random: Random, houses: int) -> tuple[int, ...]:
    """Keys that sum to one, some of them none; or places in some order."""
    if rule == "priority":
        return tuple(random.sample(range(houses), houses))
    cuts = sorted(random.choice((0, random.randint(0, NANO))) for _ in range(houses - 1))
    return tuple(high - low for low, high in zip((0, *cuts), (*cuts, NANO), strict=True))


def assert_static(before: Side, dealt: Dealt, surplus: int, keys: tuple[int, ...]) -> None:
    """Every house has its own key's share, whatever the others do."""
    for index, key in enumerate(keys):
        cap = before.caps_wh[index]
        exact = min(cap * NANO, key * surplus) if key else 0
        carried = before.carries_nwh[index] + exact - NANO * dealt.got_wh[index]
        assert dealt.carries_nwh[index] == carried


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=12)
@given(
    houses=st.integers(1, 60),
    seed=st.integers(0, 2**32 - 1),
    idle=st.sampled_from((0.0, 0.3, 0.7)),
)
def test_random_streets_over_two_hundred_intervals(
    rule: str, houses: int, seed: int, idle: float
) -> None:
    random = Random(seed)
    names = tuple(f"H{index:02d}" for index in range(houses))
    keys = keys_for(rule, random, houses)
    bought_carry: tuple[int, ...] = (0,) * houses
    sold_carry: tuple[int, ...] = (0,) * houses
    bound = NANO * (1 + log(houses)) + 1
    for _ in range(200):
        demand = tuple(energy(random, idle) for _ in names)
        surplus = tuple(energy(random, 0.6) for _ in names)
        buyers = Side(houses=names, caps_wh=demand, carries_nwh=bought_carry)
        sellers = Side(houses=names, caps_wh=surplus, carries_nwh=sold_carry)
        bought, sold = allocate(rule, buyers, sellers, keys)
        total = shared(rule, bought, demand, sum(surplus), keys)
        assert sum(bought.got_wh) == total
        assert all(0 <= got <= cap for got, cap in zip(bought.got_wh, demand, strict=True))
        if rule == "static":
            assert_static(buyers, bought, sum(surplus), keys)
        elif total:
            assert sum(bought.carries_nwh) == sum(bought_carry)
        if rule == "pro-rata":
            assert_fair(buyers, bought, total)
        assert_fair(sellers, sold, total)
        bought_carry, sold_carry = bought.carries_nwh, sold.carries_nwh
        if rule in ("pro-rata", "equal"):
            assert max(map(abs, (*bought_carry, *sold_carry))) <= bound


def shared(
    rule: str, bought: Dealt, demand: tuple[int, ...], surplus: int, keys: tuple[int, ...]
) -> int:
    """What is shared by a rule: all that can be, unless houses without a key are left."""
    if rule == "static":
        assert sum(bought.got_wh) <= surplus
        return sum(bought.got_wh)
    if rule == "static-rounds":
        return min(surplus, sum(wh for wh, key in zip(demand, keys, strict=True) if key))
    return min(surplus, sum(demand))
