"""Past intervals played through other rules and prices."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.model.balance import IntervalBalances
from console.model.comparison import Case, Outcome
from console.model.reading import Quality
from console.model.tariff import Tariff
from console.settlement.compare import Past, play
from console.settlement.sharing import NANO
from console.settlement.terms import Terms

Street = Callable[..., IntervalBalances]

GRID = Tariff(300_000, 80_000)
TERMS = Terms(
    community="street", currency="EUR", retail_micro_per_kwh=300_000, feed_in_micro_per_kwh=80_000
)
THREE = {"a": (2000, 0), "b": (8000, 0), "c": (5000, 0), "sun": (0, 10000)}
KEYS = {"a": NANO // 2, "b": NANO // 4, "c": NANO // 4}
WHOLE_RULES = ("pro-rata", "equal", "static-rounds", "priority")


def played(past: list[Past], **changes: object) -> Outcome:
    terms = replace(TERMS, **changes)
    return play(past, Case(rule=terms.rule, price=terms.price), terms)


def hour(street: Street, grid: Tariff = GRID) -> list[Past]:
    return [Past(street(THREE), grid)]


def milli(outcome: Outcome) -> dict[str, float]:
    """What each house saved, thousandths of the currency."""
    return {house: nano / 10**6 for house, nano in outcome.saved.items()}


@pytest.mark.parametrize(
    ("rule", "bought", "saved", "spread"),
    [
        # V3d and V3a: at .10 a bought kWh saves .20 and a sold one earns .02 more
        ("pro-rata", (1333, 5334, 3333), (266.6, 1066.8, 666.6, 200.0), 866.8),
        ("equal", (2000, 4000, 4000), (400.0, 800.0, 800.0, 200.0), 600.0),
        ("static", (2000, 2500, 2500), (400.0, 500.0, 500.0, 140.0), 360.0),
        ("priority", (0, 5000, 5000), (0.0, 1000.0, 1000.0, 200.0), 1000.0),
    ],
)
def test_a_rule_by_hand(
    street: Street,
    rule: str,
    bought: tuple[int, ...],
    saved: tuple[float, ...],
    spread: float,
) -> None:
    keys = {"priority": {"c": 1, "b": 2, "a": 3}, "static": KEYS}.get(rule, {})
    outcome = played(hour(street), rule=rule, keys=keys)
    assert tuple(one.bought_wh for one in outcome.houses[:3]) == bought
    assert tuple(milli(outcome).values()) == saved
    assert outcome.shared_wh == sum(bought) == outcome.houses[3].sold_wh
    assert outcome.spread_nano == round(spread * 10**6)
    assert outcome.paid_nano == sum(bought) * 100_000


@pytest.mark.parametrize(
    ("price", "micro"),
    # S 10 and D 15: supply-demand is .08 x .30 x 15 / (.22 x 10 + .08 x 15) = .105882...
    [("mid-market", 190_000), ("supply-demand", 105_882), ("ask", 120_000)],
)
def test_a_price_by_hand(street: Street, price: str, micro: int) -> None:
    outcome = played(hour(street), price=price, asks_micro_per_kwh={"sun": 120_000})
    a, _, _, sun = outcome.houses
    assert (a.paid_nano, sun.earned_nano) == (1333 * micro, 10_000 * micro)
    assert a.saved_nano == 1333 * (300_000 - micro)
    assert sun.saved_nano == 10_000 * (micro - 80_000)


def test_what_a_house_owes_with_the_grids_part(street: Street) -> None:
    past = [Past(street({"a": (8000, 0), "b": (12000, 0), "sun": (0, 10000)}), GRID)]
    past.append(Past(street({"a": (6000, 0), "b": (6000, 0), "sun": (0, 30000)}), GRID))
    a = played(past).houses[0]  # V2b: 10 kWh at .10 and 4 at .30
    assert (a.paid_nano, a.grid_nano) == (1_000_000_000, -1_200_000_000)

    keys = {"need": 600_000_000, "roof": 400_000_000}
    scarce = [Past(street({"need": (200, 0), "roof": (0, 100)}), Tariff(300_000, 50_000))]
    dear, cheap = (
        played(scarce, rule="static", keys=keys, fixed_micro_per_kwh=micro)
        for micro in (300_000, 240_000)
    )
    need, roof = dear.houses[0], cheap.houses[1]  # V4b: two prices, as in the source
    assert need.paid_nano - (need.grid_nano or 0) == 60_000_000
    assert roof.earned_nano + (roof.grid_nano or 0) == 16_400_000


def test_the_grids_part_and_the_gains(street: Street) -> None:
    before = played(hour(street))
    after = played(hour(street), rule="equal")
    a = after.houses[0]
    assert (a.from_grid_wh, a.grid_nano, a.alone_nano) == (0, 0, -600_000_000)
    assert before.houses[0].from_grid_wh == 667
    gains = after.gains(before.saved)
    assert gains == {"a": 133_400_000, "b": -266_800_000, "c": 133_400_000, "sun": 0}


def test_carry_begins_at_nothing_and_goes_on(street: Street) -> None:
    past = hour(street) * 3
    assert [one.bought_wh for one in played(past).houses[:3]] == [4000, 16000, 10000]


def test_where_producers_ask_different_prices_no_pair_pays_for_rounding(street: Street) -> None:
    """Each interval a third of what a and b want comes from each sun: 1/3 Wh to each pair."""
    energy = {"a": (1, 0), "b": (1, 0), "c": (1, 0), "p": (0, 1), "q": (0, 1), "r": (0, 1)}
    asks = {"p": 90_000, "q": 120_000, "r": 150_000}
    past = [Past(street(energy), GRID)] * 30
    outcome = played(past, price="ask", asks_micro_per_kwh=asks)
    paid = [one.paid_nano for one in outcome.houses[:3]]
    assert paid == [10 * sum(asks.values())] * 3


def test_what_a_house_gives_itself_costs_nothing(street: Street) -> None:
    outcome = played([Past(street({"a": (1000, 1000)}), GRID)])
    [a] = outcome.houses
    assert (a.own_wh, a.bought_wh, a.sold_wh, a.paid_nano, a.from_grid_wh) == (1000, 0, 0, 0, 0)
    assert a.saved_nano == 1000 * (300_000 - 80_000)
    netted = played([Past(street({"a": (1000, 1000)}), GRID)], self_netting=True)
    assert (netted.shared_wh, netted.houses[0].saved_nano) == (0, a.saved_nano)


def test_without_the_grids_prices_nothing_is_told_of_savings(street: Street) -> None:
    outcome = played(hour(street, Tariff()))
    assert (outcome.saved, outcome.spread_nano, outcome.paid_nano) == ({}, None, NANO)


def test_a_case_that_cannot_be_decided_says_why(street: Street) -> None:
    outcome = played(hour(street), price="ask")
    assert outcome.refused == "sun sold energy and asks no price."
    assert outcome.houses == ()


def test_who_is_not_known_or_only_estimated_is_left_out(street: Street) -> None:
    balances = street(THREE, missing=["d"], qualities={"sun": Quality.ESTIMATED})
    outcome = played([Past(balances, GRID)])
    assert outcome.shared_wh == 0
    assert [one.house for one in outcome.houses] == ["a", "b", "c", "d", "sun"]
    assert outcome.houses[4].to_grid_wh == 10_000


energies = st.tuples(st.integers(0, 5000), st.integers(0, 5000))
streets = st.integers(1, 8).flatmap(
    lambda houses: st.lists(
        st.lists(energies, min_size=houses, max_size=houses), min_size=1, max_size=4
    )
)


@settings(max_examples=60, deadline=None)
@given(hours=streets, netting=st.booleans())
def test_between_the_houses_it_is_a_zero_sum(
    street: Street, hours: list[list[tuple[int, int]]], netting: bool
) -> None:
    names = [f"h{number}" for number in range(len(hours[0]))]
    past = [Past(street(dict(zip(names, hour, strict=True))), GRID) for hour in hours]
    keys = {name: number + 1 for number, name in enumerate(names)}
    changes: dict[str, object] = {"self_netting": netting, "keys": keys}
    base = played(past, **changes)
    for rule in WHOLE_RULES:
        outcome = played(past, rule=rule, **changes)
        assert outcome.shared_wh == base.shared_wh  # A = M whatever the rule
        assert sum(one.paid_nano for one in outcome.houses) == sum(
            one.earned_nano for one in outcome.houses
        )
        if netting:  # else what a house gives itself bears no price
            assert outcome.paid_nano == base.paid_nano
        assert sum(outcome.gains(base.saved).values()) == 0
    static = played(past, rule="static", **changes | {"keys": dict.fromkeys(names, 10**8)})
    assert static.shared_wh <= base.shared_wh
