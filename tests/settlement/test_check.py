"""The last look at a plan before it is frozen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from console.errors import InvariantBroken
from console.model.balance import IntervalBalances
from console.model.reading import Quality
from console.model.settlement import Plan, Share
from console.settlement.check import check
from console.settlement.plan import decide
from console.settlement.terms import Terms

Alter = Callable[[Plan], Plan]


@pytest.fixture
def plan(street: Callable[..., IntervalBalances], salt: Callable[[str], bytes]) -> Plan:
    energy = {"A": (0, 10), "B": (5, 4), "C": (30, 0)}
    return decide(street(energy), Terms(community="street", currency="EUR"), {}, salt)


def first_share(plan: Plan, **changes: object) -> Plan:
    share: Share = replace(plan.shares[0], **changes)
    return replace(plan, shares=(share, *plan.shares[1:]))


def first_trade(plan: Plan, **changes: object) -> Plan:
    return replace(plan, trades=(replace(plan.trades[0], **changes), *plan.trades[1:]))


def test_a_plan_as_decided_holds(plan: Plan) -> None:
    check(plan)


@pytest.mark.parametrize(
    ("alter", "message"),
    [
        (lambda plan: first_share(plan, sold_wh=9), "sold is not A"),
        (lambda plan: first_share(plan, sold_wh=11), "A sells more"),
        (lambda plan: first_share(plan, bought_wh=-1), "A buys more"),
        (lambda plan: first_share(plan, demand_wh=1), "A has more demand"),
        (lambda plan: first_share(plan, surplus_wh=99), "A has more surplus"),
        (lambda plan: first_share(plan, sold_carry_out_nwh=1), "carry does not balance"),
        (lambda plan: first_share(plan, quality=Quality.MISSING), "A is missing"),
        (lambda plan: replace(plan, shares=plan.shares[::-1]), "in order"),
        (lambda plan: replace(plan, surplus_wh=1), "S is wrong"),
        (lambda plan: replace(plan, demand_wh=1), "D is wrong"),
        (lambda plan: replace(plan, shared_wh=13), "bought is not A"),
        (lambda plan: first_trade(plan, wh=2), "not what was sold"),
        (lambda plan: first_trade(plan, wh=0), "a trade of nothing"),
        (lambda plan: first_trade(plan, price_micro_per_kwh=1), "two prices"),
        (lambda plan: first_trade(plan, consumer="C"), "in order"),
        (lambda plan: replace(plan, prices={**plan.prices, "C": 1}), "one a seller"),
        (lambda plan: replace(plan, trades=plan.trades[1:]), "not what was sold"),
    ],
)
def test_an_altered_plan_does_not(plan: Plan, alter: Alter, message: str) -> None:
    with pytest.raises(InvariantBroken, match=message):
        check(alter(plan))
