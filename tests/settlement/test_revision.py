"""A settled interval decided again: what is posted is the difference, exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.model.balance import IntervalBalances
from console.model.reading import Quality
from console.model.settlement import Carry, Plan
from console.model.trade import Cell
from console.settlement.check import check
from console.settlement.plan import decide
from console.settlement.revision import difference, moved, revise
from console.settlement.steady import carries_before
from console.settlement.terms import Terms

Salt = Callable[[str], bytes]
Street = Callable[..., IntervalBalances]

TERMS = Terms(community="street", currency="EUR")
HOUSES = ("A", "B", "C", "D", "E", "F")
ENERGY = st.fixed_dictionaries({h: st.tuples(*[st.integers(0, 400)] * 2) for h in HOUSES})
QUALITY = st.fixed_dictionaries({h: st.sampled_from(Quality) for h in HOUSES[:3]})
RULE = st.sampled_from(("pro-rata", "equal", "priority"))
PRICE = st.sampled_from(("fixed", "ask", "mid-market", "supply-demand"))


def cells(plan: Plan) -> Counter[Cell]:
    return Counter({one.cell: one.wh for one in plan.trades})


def post(posted: Counter[Cell], plan: Plan) -> None:
    for one in difference(plan, posted):
        posted[one.cell] += one.wh


@settings(max_examples=60)
@given(st.lists(ENERGY, min_size=2, max_size=4), QUALITY, RULE, PRICE, st.integers(-500, 500))
def test_the_differences_add_up_to_the_newest_plan(
    street: Street,
    salt: Salt,
    readings: list[dict[str, tuple[int, int]]],
    qualities: dict[str, Quality],
    rule: str,
    price: str,
    carried: int,
) -> None:
    terms = replace(
        TERMS,
        rule=rule,
        keys={house: place for place, house in enumerate(HOUSES, 1)},
        price=price,
        retail_micro_per_kwh=300_000,
        feed_in_micro_per_kwh=80_000,
        asks_micro_per_kwh={house: 90_000 + ord(house) for house in HOUSES},
    )
    carry = {"A": Carry(carried * 10**6, 0), "B": Carry(-carried * 10**6, 0)}
    first = street(readings[0], qualities=qualities)
    plan = decide(first, terms, carry, salt, provisional=True)
    posted: Counter[Cell] = Counter()
    post(posted, plan)
    # Another configuration, and other fractions, are of no account to what was settled.
    later = replace(terms, rule="pro-rata", keys={}, fixed_micro_per_kwh=1, feed_in_micro_per_kwh=9)
    for energy in readings[1:]:
        revised = revise(plan, street(energy), later, salt)
        assert revised is not None
        check(revised)
        assert revised.revision == plan.revision + 1
        assert (revised.rule, revised.keys, revised.currency) == (rule, plan.keys, plan.currency)
        assert [(s.house, s.bought_carry_in_nwh) for s in revised.shares] == [
            (s.house, s.bought_carry_in_nwh) for s in plan.shares
        ]
        same = revised.prices.keys() & plan.prices.keys()
        assert all(revised.prices[house] == plan.prices[house] for house in same)
        before = posted.copy()
        post(posted, revised)
        assert +posted == cells(revised)
        assert -posted == Counter()
        assert sum((posted - before).values()) - sum((before - posted).values()) == (
            revised.shared_wh - plan.shared_wh
        )
        assert difference(revised, posted) == ()
        plan = revised


def test_estimated_production_is_not_minted_late_either(street: Street, salt: Salt) -> None:
    known = street({"A": (0, 100), "C": (200, 0)}, missing=["B"])
    plan = decide(known, TERMS, {}, salt, provisional=True)
    guessed = street(
        {"A": (0, 100), "B": (0, 60), "C": (200, 0)}, qualities={"B": Quality.ESTIMATED}
    )
    revised = revise(plan, guessed, TERMS, salt)
    assert revised is not None
    assert moved(plan, revised) == ("B",)
    assert [gone.house for gone in revised.left_out] == ["B"]
    assert difference(revised, cells(plan)) == ()


def test_a_house_that_came_late_sells(street: Street, salt: Salt) -> None:
    known = street({"A": (0, 100), "C": (200, 0)}, missing=["B"])
    plan = decide(known, TERMS, {}, salt, provisional=True)
    revised = revise(plan, street({"A": (0, 100), "B": (0, 60), "C": (200, 0)}), TERMS, salt)
    assert revised is not None
    assert not revised.provisional
    [more] = difference(revised, cells(plan))
    assert (more.producer, more.consumer, more.wh) == ("B", "C", 60)


def test_what_is_known_no_more_revises_nothing(street: Street, salt: Salt) -> None:
    plan = decide(street({"A": (0, 100), "C": (200, 0)}), TERMS, {}, salt)
    assert revise(plan, street({"C": (200, 0)}, missing=["A"]), TERMS, salt) is None


def test_an_idle_interval_is_revised_and_back(street: Street, salt: Salt) -> None:
    night, day = street({"A": (0, 0), "C": (200, 0)}), street({"A": (0, 50), "C": (200, 0)})
    idle = decide(night, TERMS, {}, salt)
    shared = revise(idle, day, TERMS, salt)
    assert shared is not None
    posted = cells(shared)
    assert [one.wh for one in difference(shared, {})] == [50]
    again = revise(shared, night, TERMS, salt)
    assert again is not None
    assert again.shared_wh == 0
    assert [one.wh for one in difference(again, posted)] == [-50]


def test_a_revision_of_the_same_readings_moves_no_pair(street: Street, salt: Salt) -> None:
    """The pairs begin with the carries that the plan before began with, not ended."""
    terms = replace(TERMS, price="ask", asks_micro_per_kwh={"A": 90_000, "B": 95_000})
    balances = street({"A": (0, 333), "B": (0, 217), "C": (199, 0), "D": (410, 0), "E": (77, 0)})
    carries = {"A": {"C": 400_000, "D": -700_000, "E": 90_000}, "B": {"D": 600_000}}
    before = decide(balances, terms, {}, salt, pair_carries=carries)
    begun = carries_before(before)
    assert {
        row: {one: uwh for one, uwh in of.items() if uwh} for row, of in begun.items()
    } == carries
    after = revise(before, balances, terms, salt)
    assert after is not None
    assert after.trades == before.trades
    assert after.pair_carries_uwh == before.pair_carries_uwh
