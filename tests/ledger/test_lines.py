from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.ledger.carries import Carries
from console.ledger.exact import NANO, exact_bought
from console.ledger.lines import altered_fields, altered_readings
from console.model.balance import IntervalBalances, Missing
from console.model.finding import Kind
from console.model.reading import Quality
from console.model.settlement import Carry, Plan
from console.settlement.rules import RULES, allocate
from console.settlement.sharing import Side
from tests.ledger.conftest import make_plan

PlanOf = Callable[..., Plan]


def share_altered(plan: Plan, house: str, **changes: Any) -> Plan:
    shares = tuple(
        msgspec.structs.replace(share, **changes) if share.house == house else share
        for share in plan.shares
    )
    return msgspec.structs.replace(plan, shares=shares)


@pytest.mark.parametrize(
    ("house", "field", "value"),
    [
        ("H02", "demand_wh", 61),
        ("H01", "surplus_wh", 99),
        ("H02", "bought_wh", 59),
        ("H01", "sold_wh", 91),
        ("H02", "bought_carry_out_nwh", 2),
        ("H01", "sold_carry_out_nwh", 2),
        ("H02", "bought_carry_in_nwh", 2),
        ("H03", "sold_carry_in_nwh", 2),
        ("H02", "import_end_wh", 1061),
        ("H01", "export_start_wh", 49),
        ("H01", "quality", Quality.ESTIMATED),
    ],
)
def test_an_altered_line_is_named_by_house(
    plan_of: PlanOf, house: str, field: str, value: object
) -> None:
    assert not [*altered_fields(plan_of(0))]
    findings = [*altered_fields(share_altered(plan_of(0), house, **{field: value}))]
    assert house in {finding.house for finding in findings}
    assert {finding.kind for finding in findings} == {Kind.PLAN}
    assert all(finding.expected != finding.found for finding in findings)


@pytest.mark.parametrize("field", ["surplus_wh", "demand_wh", "shared_wh"])
def test_an_altered_sum_is_named(plan_of: PlanOf, field: str) -> None:
    findings = [*altered_fields(plan_of(0, **{field: 7}))]
    assert field in {finding.what for finding in findings}


def test_a_price_that_is_not_the_trades_is_named(plan_of: PlanOf) -> None:
    findings = [*altered_fields(plan_of(0, prices={"H01": 7}))]
    assert {(one.what, one.expected, one.found) for one in findings} == {
        ("prices.H01", "100000", "7")
    }


def test_an_altered_reading_is_told_with_what_it_was(
    plan_of: PlanOf, balances_of: Callable[..., IntervalBalances]
) -> None:
    now = balances_of(0, {"H01": (0, 100), "H02": (50, 0), "H03": (30, 0)})
    [told] = altered_readings(plan_of(0), now, stands=True)
    assert (told.kind, told.house, told.what) == (Kind.READING, "H02", "import_end_wh")
    assert (told.expected, told.found) == ("1060", "1050")
    [told] = altered_readings(plan_of(0), now, stands=False)
    assert (told.kind, told.expected, told.found) == (Kind.PLAN, "1050", "1060")


def test_readings_that_are_gone_are_told_with_the_reason(
    plan_of: PlanOf, balances_of: Callable[..., IntervalBalances]
) -> None:
    whole = balances_of(0)
    less = msgspec.structs.replace(
        whole,
        balances=whole.balances[1:],
        missing=(Missing(house="H01", reason="no reading since 11:22Z"),),
    )
    [told] = altered_readings(plan_of(0), less, stands=None)
    assert (told.house, told.found) == ("H01", "")
    assert "no reading since 11:22Z" in told.text


def test_each_plan_begins_where_the_one_before_ended(plan_of: PlanOf) -> None:
    first = share_altered(plan_of(0), "H02", bought_carry_out_nwh=5)
    second = share_altered(plan_of(0), "H02", bought_carry_in_nwh=5, bought_carry_out_nwh=7)
    carries = Carries()
    assert not [*carries.take(first), *carries.take(second)]
    [told] = carries.take(second)
    assert (told.house, told.what) == ("H02", "bought_carry_in_nwh")
    assert (told.expected, told.found) == ("7", "5")
    kept = {"H01": Carry(), "H02": Carry(bought_nwh=7), "H03": Carry()}
    assert not [*carries.finish(kept, {})]
    [wrong] = carries.finish({**kept, "H02": Carry(bought_nwh=8)}, {})
    assert (wrong.house, wrong.what) == ("H02", "carry")
    assert len([*carries.finish({"H04": Carry(), "H02": Carry(bought_nwh=7)}, {})]) == 3


def test_each_pair_carries_on_what_it_was_due_more_than_got(plan_of: PlanOf) -> None:
    plan = plan_of(0)
    sold = {share.house: share.sold_wh for share in plan.shares}
    bought = {share.house: share.bought_wh for share in plan.shares}
    [trade, *_] = plan.trades
    exact = sold[trade.producer] * bought[trade.consumer] * 10**6 // plan.shared_wh
    rest = exact - trade.wh * 10**6
    pairs = {trade.producer: {trade.consumer: rest}}
    held = msgspec.structs.replace(plan, pair_carries_uwh=pairs)
    carries = Carries()
    assert not [*carries.take(held)]
    assert not [*carries.finish(plan.carry_out, pairs)]
    [gone] = carries.finish(plan.carry_out, {})
    assert (gone.house, gone.what) == (trade.consumer, "pair_carry")
    wrong = {trade.producer: {trade.consumer: rest + 1}}
    [told] = Carries().take(msgspec.structs.replace(held, pair_carries_uwh=wrong))
    assert (told.expected, told.found) == (str(rest), str(rest + 1))


@given(
    st.lists(
        st.tuples(st.integers(0, 3000), st.integers(0, 3000), st.integers(0, NANO)),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([*RULES]),
)
def test_the_exact_shares_are_those_of_the_rules(
    houses: list[tuple[int, int, int]], rule: str
) -> None:
    """The carry that the writer leaves is the exact share less what was got, within 1 nWh."""
    names = tuple(f"H{number}" for number in range(len(houses)))
    whole = sum(key for *_, key in houses) or 1
    keys = {name: key * NANO // whole for name, (*_, key) in zip(names, houses, strict=True)}
    none = (0,) * len(names)
    buyers = Side(houses=names, caps_wh=tuple(one for one, *_ in houses), carries_nwh=none)
    sellers = Side(houses=names, caps_wh=tuple(one for _, one, _ in houses), carries_nwh=none)
    bought, _ = allocate(rule, buyers, sellers, tuple(keys.values()))
    plan = _with(rule, keys, names, houses)
    exact = exact_bought(plan)
    assert exact is not None
    for name, got, carry in zip(names, bought.got_wh, bought.carries_nwh, strict=True):
        assert abs(exact[name] * NANO - NANO * got - carry) < 1


def _with(
    rule: str, keys: dict[str, int], names: tuple[str, ...], houses: list[tuple[int, int, int]]
) -> Plan:
    plan = make_plan(0)
    shares = tuple(
        msgspec.structs.replace(plan.shares[0], house=name, demand_wh=demand, surplus_wh=surplus)
        for name, (demand, surplus, _) in zip(names, houses, strict=True)
    )
    return msgspec.structs.replace(plan, rule=rule, keys=keys, shares=shares)
