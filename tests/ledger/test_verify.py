from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from console.ledger.evidence import Evidence
from console.ledger.ledger import derive
from console.ledger.shared import shared_wh
from console.ledger.tally import MOST_FINDINGS
from console.ledger.verify import residual_wh, verify
from console.model.balance import IntervalBalances, Missing
from console.model.entry import Entry
from console.model.interval import Interval
from console.model.observed import Delivered, Observed, Place, Sealed, Supplied
from console.model.reading import Quality
from console.model.settlement import Plan

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)
PRICE = 100_000
FLOWS = {"H01": (0, 100), "H02": (60, 0), "H03": (30, 0)}

BalancesOf = Callable[..., IntervalBalances]
PlanOf = Callable[..., Plan]


def interval_at(quarter: int) -> Interval:
    return Interval(NOON + timedelta(minutes=15 * quarter), 15)


def altered(evidence: Evidence, **changes: Any) -> Evidence:
    return msgspec.structs.replace(evidence, **changes)


def test_what_agrees_has_no_differences(evidence: Evidence) -> None:
    found = verify(evidence)
    assert (found.intervals, found.differences, found.findings) == (3, 0, ())


@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize(
    ("field", "value", "residual"),
    [
        ("wh", 61, True),
        ("wh", -60, True),
        ("price_micro_per_kwh", 99_999, False),
        ("consumer", "H01", False),
        ("producer", "H02", False),
        ("currency", "CHF", False),
        ("height", 3 + 5, False),
        ("transaction", bytes(32), False),
        ("part", 2, False),
        ("interval", interval_at(7), True),
    ],
)
def test_one_altered_row_is_seen(
    evidence: Evidence, at: int, field: str, value: object, residual: bool
) -> None:
    rows = list(evidence.entries)
    rows[at] = msgspec.structs.replace(rows[at], **{field: value})
    found = verify(altered(evidence, entries=rows))
    assert found.rows == 1
    assert (residual_wh(found) > 0) is residual
    assert found.findings


def test_a_row_too_many_or_too_few_is_seen(evidence: Evidence) -> None:
    rows = list(evidence.entries)
    fewer = verify(altered(evidence, entries=rows[1:]))
    assert (fewer.rows, fewer.ledger_wh) == (1, rows[0].wh)
    more = verify(altered(evidence, entries=[*rows, rows[0]]))
    assert (more.rows, more.ledger_wh) == (1, rows[0].wh)


def on_chain(evidence: Evidence, at: int, **changes: Any) -> Evidence:
    records = list(evidence.records)
    records[at] = msgspec.structs.replace(records[at], **changes)
    rows: tuple[Entry, ...] = derive(records, evidence.members, evidence.final_height).entries
    return altered(evidence, records=records, entries=rows)


def test_a_delivery_that_is_not_the_plans_is_seen(evidence: Evidence) -> None:
    found = verify(on_chain(evidence, 2, mosaics=((1, 61),)))
    assert (found.ledger_wh, found.plans_wh, found.mosaics_wh, found.rows) == (1, 2, 1, 1)
    assert residual_wh(found) == 4


def test_a_wrong_recipient_is_seen(evidence: Evidence) -> None:
    found = verify(on_chain(evidence, 2, recipient="W3"))
    assert (found.ledger_wh, found.plans_wh, found.mosaics_wh, found.rows) == (0, 120, 0, 0)
    stranger = verify(on_chain(evidence, 2, recipient="W9"))
    assert (stranger.ledger_wh, stranger.plans_wh) == (60, 120)


def test_mosaics_out_of_nothing_are_seen(evidence: Evidence) -> None:
    assert verify(on_chain(evidence, 1, delta=95)).mosaics_wh == 5
    ahead = altered(on_chain(evidence, 1, delta=95), supply_counts=False)
    assert verify(ahead).differences == 0


def test_another_root_on_the_chain_is_seen(evidence: Evidence) -> None:
    assert verify(on_chain(evidence, 0, inputs_root=b"\xff" * 32)).roots == 1
    unsealed = altered(evidence, records=evidence.records[1:])
    assert verify(unsealed).roots == 1


def test_a_root_that_the_readings_do_not_give_is_seen(evidence: Evidence) -> None:
    roots = {**evidence.roots, (interval_at(1), 0): b"\xee" * 32}
    assert verify(altered(evidence, roots=roots)).roots == 2
    assert verify(altered(evidence, roots={})).differences == 0


def test_a_price_that_is_not_the_plans_is_seen(evidence: Evidence) -> None:
    tag = evidence.records[2]
    assert isinstance(tag, Delivered)
    assert tag.tag is not None
    dearer = msgspec.structs.replace(tag.tag, prices_micro_per_kwh=(PRICE + 1,))
    found = verify(on_chain(evidence, 2, tag=dearer))
    assert (found.rows, residual_wh(found)) == (1, 0)


def test_readings_that_changed_are_seen(evidence: Evidence, balances_of: BalancesOf) -> None:
    changed = balances_of(0, {**FLOWS, "H02": (50, 0)})
    found = verify(altered(evidence, balances=[changed, *evidence.balances[1:]]))
    assert (found.readings_wh, found.ledger_wh, found.plans_wh) == (10, 10, 0)
    lost = verify(altered(evidence, balances=evidence.balances[1:]))
    assert (lost.readings_wh, lost.ledger_wh) == (90, 90)


def test_what_is_not_final_is_left_out(evidence: Evidence) -> None:
    lower = altered(evidence, final_height=3, plans=evidence.plans[:2])
    assert verify(lower).differences == 0
    coming = altered(evidence, plans=evidence.plans[:2], unfinished={interval_at(2)})
    assert verify(coming).differences == 0
    assert verify(altered(evidence, unfinished={interval_at(2)})).intervals == 2


def test_rows_of_an_interval_without_a_plan_are_seen_unless_adopted(evidence: Evidence) -> None:
    planless = altered(evidence, plans=evidence.plans[:2])
    assert verify(planless).ledger_wh == 90
    adopted = verify(altered(planless, adopted={interval_at(2)}))
    assert adopted.differences == 0
    assert adopted.findings == ("2026-06-21T12:30Z: taken from the chain, plan unknown",)


def test_broken_links_count(evidence: Evidence) -> None:
    found = verify(altered(evidence, broken_links=[4, 5]))
    assert (found.audit, found.differences) == (2, 2)


def test_findings_are_capped(evidence: Evidence) -> None:
    found = verify(altered(evidence, broken_links=range(500)))
    assert (found.audit, len(found.findings)) == (500, MOST_FINDINGS)


def test_the_newest_revision_states_the_interval(
    evidence: Evidence,
    correction: Callable[..., list[Observed]],
    balances_of: BalancesOf,
    plan_of: PlanOf,
) -> None:
    """H03 gives back 30 Wh of H01 in revision 1; only the first of the two is taken back here."""
    first, _, note = correction()
    place = first.place
    burnt = Supplied(
        place=Place(height=place.height, transaction=place.transaction, index=9),
        mosaic=1,
        delta=-30,
    )
    sealed = Sealed(
        place=Place(height=place.height, transaction=place.transaction, index=0),
        key=77,
        inputs_root=b"\x77" * 32,
        audit_head=bytes(32),
    )
    records = [*evidence.records, first, note, burnt, sealed]
    flows = {**FLOWS, "H03": (0, 0)}
    shares = [
        msgspec.structs.replace(
            share,
            bought_wh=0 if share.house == "H03" else share.bought_wh,
            sold_wh=60 if share.house == "H01" else 0,
            import_end_wh=1000 if share.house == "H03" else share.import_end_wh,
            demand_wh=0 if share.house == "H03" else share.demand_wh,
        )
        for share in plan_of(0).shares
    ]
    revised = plan_of(
        0,
        revision=1,
        demand_wh=60,
        shared_wh=60,
        shares=tuple(shares),
        trades=plan_of(0).trades[:1],
        inputs_root=b"\x77" * 32,
    )
    found = verify(
        altered(
            evidence,
            records=records,
            entries=derive(records, evidence.members, 9).entries,
            plans=[*evidence.plans, revised],
            balances=[balances_of(0, flows), *evidence.balances[1:]],
        )
    )
    assert found.findings == ()
    assert found.differences == 0


def test_a_is_the_smaller_of_surplus_and_demand(balances_of: BalancesOf, plan_of: PlanOf) -> None:
    plan = plan_of(0)
    assert shared_wh(plan, balances_of(0).balances) == 90
    assert shared_wh(plan, balances_of(0, {**FLOWS, "H01": (20, 80)}).balances) == 80
    netted = plan_of(0, self_netting=True)
    assert shared_wh(netted, balances_of(0, {**FLOWS, "H01": (20, 80)}).balances) == 60


def test_a_is_what_the_keys_allow(balances_of: BalancesOf, plan_of: PlanOf) -> None:
    keys = {"H01": 0, "H02": 255_000_000, "H03": 745_000_000}
    once = plan_of(0, rule="static", keys=keys)
    assert shared_wh(once, balances_of(0).balances) == 25 + 30
    ahead = msgspec.structs.replace(once.shares[1], bought_carry_in_nwh=500_000_000)
    carried = msgspec.structs.replace(once, shares=(once.shares[0], ahead, once.shares[2]))
    assert shared_wh(carried, balances_of(0).balances) == 26 + 30
    rounds = plan_of(0, rule="static-rounds", keys={"H02": 1_000_000_000})
    assert shared_wh(rounds, balances_of(0).balances) == 60


def test_who_was_left_out_sells_nothing(balances_of: BalancesOf, plan_of: PlanOf) -> None:
    def with_quality(quality: Quality) -> Plan:
        plan = plan_of(0, left_out=(Missing(house="H01", reason="silent"),))
        first = msgspec.structs.replace(plan.shares[0], quality=quality)
        return msgspec.structs.replace(plan, shares=(first, *plan.shares[1:]))

    for quality in (Quality.MISSING, Quality.ESTIMATED, Quality.SUBSTITUTED):
        assert shared_wh(with_quality(quality), balances_of(0).balances) == 0
