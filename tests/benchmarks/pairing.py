"""Pairing: who gets how much from whom, against building and signing it with the official SDK."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

import msgspec

from console.model.settlement import Plan
from console.settlement.matching import Cell, compact, pairs
from console.settlement.plan import decide
from console.settlement.rules import allocate
from console.settlement.sharing import Dealt, Side
from console.settlement.steady import steady_pairs
from tests.benchmarks import interval
from tests.benchmarks.report import Report, Row, compared, goal
from tests.benchmarks.rounds import alternate, cpu, times_base
from tests.benchmarks.sdk import LEFT_OUT, Sdk

ALLOCATE = "allocate: both sides, pro-rata"
COMPACT = "pair: compact, the default here"
BOTH = "allocate and pair"
OFFICIAL = "official SDK: build, sign"
PAIRS = "pair: full pairs, one price"
STEADY = "pair: full pairs, prices differ"
MOST = 0.02
"""What allocating and pairing may take of the official SDK's part."""

ABOUT = """\
What deciding who gets how much from whom takes, of houses whose demand and surplus are known. The
official SDK's part is building and signing the settlement with its own objects. Full pairs of a
large street are what an operator gets who asks for them, or where producers' prices differ; there
each pair carries its fraction, which is looked through twice."""

Sides = tuple[Side, Side]


def measure() -> Report:
    """Measure 1,000 houses by default, and full pairs at 200 x 800."""
    with Sdk.opened() as sdk:
        rows, notes = _default(sdk, 333, 667)
    large, told = _full(200, 800)
    return Report("Pairing", ABOUT, (rows, large), (*notes, *told))


def _default(sdk: Sdk | None, producers: int, consumers: int) -> tuple[list[Row], list[str]]:
    street = interval.street(producers, consumers)
    plan = street.decide(street.balances())
    buyers, sellers = _sides(plan)
    sold, got = _dealt(buyers, sellers)
    candidates = [
        cpu(ALLOCATE, lambda: allocate("pro-rata", buyers, sellers), 10),
        cpu(COMPACT, lambda: compact(sold, got), 10),
    ]
    if sdk is not None:
        signed = [interval.signed(transaction) for transaction in street.compose(plan)]
        candidates.append(sdk.candidate(OFFICIAL, signed, 1))
    costs = alternate(*candidates)
    both = [sum(two) for two in zip(costs[ALLOCATE], costs[COMPACT], strict=True)]
    heading = f"{producers + consumers:,} houses, {plan.matching}, {len(plan.trades):,} rows"
    notes = [LEFT_OUT]
    if sdk is not None:
        what = (
            f"allocating and pairing {producers + consumers:,} houses, in times of the SDK's part"
        )
        notes = [goal(what, times_base(both, costs[OFFICIAL]), MOST)]
    return compared({**costs, BOTH: both}, OFFICIAL if sdk else ALLOCATE, "ms", heading), notes


def _full(producers: int, consumers: int) -> tuple[list[Row], list[str]]:
    street = interval.street(producers, consumers)
    balances = street.balances()
    asking = msgspec.structs.replace(
        interval.TERMS,
        price="ask",
        asks_micro_per_kwh={house: 90_000 + number for number, house in enumerate(street.houses)},
    )
    plan = decide(balances, asking, {}, street.salt)
    sold, got = _dealt(*_sides(plan))
    carries = [[0] * len(got) for _ in sold]
    costs = alternate(
        cpu(PAIRS, lambda: pairs(sold, got), 1),
        cpu(STEADY, lambda: steady_pairs(sold, got, carries), 1),
        cpu(COMPACT, lambda: compact(sold, got), 10),
    )
    sizes = [len(interval.signed(one).payload) for one in street.compose(plan)]
    heading = f"{producers} x {consumers}, {len(plan.trades):,} rows, {len(sizes)} transactions"
    note = (
        f"Full pairs at {producers} x {consumers}: {len(plan.trades):,} rows in {len(sizes)} "
        f"transactions of {sum(sizes):,} bytes; pairing takes {_memory_mb(sold, got):.0f} MB."
    )
    return compared(costs, PAIRS, "ms", heading), [note]


def _memory_mb(sold: Sequence[int], got: Sequence[int]) -> float:
    tracemalloc.start()
    cells: list[Cell] = pairs(sold, got)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20 if cells else 0


def _sides(plan: Plan) -> Sides:
    houses = tuple(share.house for share in plan.shares)
    demand = tuple(share.demand_wh for share in plan.shares)
    surplus = tuple(share.surplus_wh for share in plan.shares)
    nothing = (0,) * len(houses)
    return (
        Side(houses=houses, caps_wh=demand, carries_nwh=nothing),
        Side(houses=houses, caps_wh=surplus, carries_nwh=nothing),
    )


def _dealt(buyers: Side, sellers: Side) -> tuple[list[int], list[int]]:
    bought, sold = allocate("pro-rata", buyers, sellers)
    return _some(sold), _some(bought)


def _some(dealt: Dealt) -> list[int]:
    return [wh for wh in dealt.got_wh if wh]
