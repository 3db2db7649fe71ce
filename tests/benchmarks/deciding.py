"""Deciding: an interval's balances and plan, against building and signing that plan."""

from __future__ import annotations

from tests.benchmarks import interval
from tests.benchmarks.report import Report, Row, compared, goal
from tests.benchmarks.rounds import alternate, cpu, times_base
from tests.benchmarks.sdk import LEFT_OUT, Sdk

SIZES = ((4, 8, 100, 10), (33, 67, 10, 2), (333, 667, 1, 1))
"""Producers, consumers, and how often a round repeats it here and in the SDK's process."""

BALANCE = "balance: registers at the edges"
DECIDE = "decide: shares, pairs, prices, root"
SIGN = "compose, build, sign"
OFFICIAL = "official SDK: build, sign"
OURS = (BALANCE, DECIDE, SIGN)
"""What settling takes, without reading, storing and the chain."""
ALL = "all three: balance to signed"
HOUSES_OF_GOAL = 1000

ABOUT = """\
A quarter hour of a street polled every 10 s, pro-rata, fixed price, default matching. The balances
come from the readings that the engine looks at: those beside the edges, since the store has found
that the registers only rise in between; that search is not part of it. The official SDK's part is
building and signing the same transactions with its own objects."""


def measure() -> Report:
    """Measure three sizes of street."""
    with Sdk.opened() as sdk:
        sections = [_street(sdk, *size) for size in SIZES]
        notes = tuple(note for _, found in sections for note in found)
        if sdk is None:
            notes = (*notes, LEFT_OUT)
    return Report("Deciding", ABOUT, tuple(table for table, _ in sections), notes)


def _street(
    sdk: Sdk | None, producers: int, consumers: int, times: int, sdk_times: int
) -> tuple[list[Row], list[str]]:
    street = interval.street(producers, consumers)
    balances = street.balances()
    plan = street.decide(balances)
    signed = [interval.signed(transaction) for transaction in street.compose(plan)]

    def sign() -> None:
        for transaction in street.compose(plan):
            interval.signed(transaction)

    candidates = [
        cpu(SIGN, sign, times),
        cpu(BALANCE, street.balances, times),
        cpu(DECIDE, lambda: street.decide(balances), times),
    ]
    if sdk is not None:
        candidates.append(sdk.candidate(OFFICIAL, signed, sdk_times))
    costs = alternate(*candidates)
    settled = [sum(parts) for parts in zip(*(costs[name] for name in OURS), strict=True)]
    houses = producers + consumers
    heading = (
        f"{houses:,} houses, {plan.matching}, {len(plan.trades):,} rows, "
        f"{len(signed)} transaction{'s' if len(signed) > 1 else ''}"
    )
    notes = []
    if sdk is not None and houses == HOUSES_OF_GOAL:
        what = f"all three, {houses:,} houses, {plan.matching}, in times of the official SDK's part"
        notes.append(goal(what, times_base(settled, costs[OFFICIAL]), 1))
    return compared({**costs, ALL: settled}, SIGN, "ms", heading), notes
