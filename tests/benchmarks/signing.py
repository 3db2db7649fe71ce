"""Signing: a transaction built and signed, against the bare signature and the official SDK."""

from __future__ import annotations

import msgspec

from console.chain.codec import Aggregate, Transaction, Transfer, signed_bytes
from tests.benchmarks import interval
from tests.benchmarks.report import Report, Row, compared, goal, shown
from tests.benchmarks.rounds import Costs, Measure, alternate, cpu, times_base
from tests.benchmarks.sdk import LEFT_OUT, Sdk

SIZES = ((8, 9, 200, 20), (49, 50, 20, 2))
"""Producers, consumers, and how often a round repeats it here and in the SDK's process."""

RAW = "raw Ed25519 signature"
CODEC = "codec: build, sign, hash"
FROM_PLAN = "plan to signed: compose, build, sign, hash"
OFFICIAL = "official SDK: build, sign, hash"

ABOUT = """\
A transaction is built, signed and hashed by `console.chain.codec`. Beside it stands the bare
signature of as many bytes as the transaction's signature covers (of an aggregate only its head).
The official SDK does the same with its own objects in its own process; the hashes must be equal.
The third row of an interval begins with its plan, as the engine does."""


def measure() -> Report:
    """Measure one transfer and two sizes of an interval's aggregate."""
    with Sdk.opened() as sdk:
        sections = [_transfer(sdk), *(_aggregate(sdk, *size) for size in SIZES)]
        notes = [note for _, found in sections for note in found]
        if sdk is None:
            notes.append(LEFT_OUT)
    return Report("Signing", ABOUT, tuple(table for table, _ in sections), tuple(notes))


def _transfer(sdk: Sdk | None) -> tuple[list[Row], list[str]]:
    """Measure the first transfer of an interval as a transaction of its own."""
    street = interval.street(1, 1)
    (aggregate,) = street.compose(street.decide(street.balances()))
    assert isinstance(aggregate.body, Aggregate)
    bodies = [inner.body for inner in aggregate.body.inner if isinstance(inner.body, Transfer)]
    transaction = msgspec.structs.replace(aggregate, body=bodies[0])
    costs = alternate(*_candidates(transaction, sdk, 2000, 200))
    notes = _against_sdk("One transfer", costs)
    what = "one transfer by the codec in times of the raw signature"
    # Signing at 0.9 of the raw rate is 1 / 0.9 of the raw cost.
    notes.append(goal(what, times_base(costs[CODEC], costs[RAW]), 1.11))
    return compared(costs, RAW, "us", _heading("one transfer", transaction)), notes


def _aggregate(
    sdk: Sdk | None, producers: int, consumers: int, times: int, sdk_times: int
) -> tuple[list[Row], list[str]]:
    """Measure an interval in which everyone trades with everyone."""
    street = interval.street(producers, consumers)
    plan = street.decide(street.balances())
    (transaction,) = street.compose(plan)

    def from_plan() -> None:
        for composed in street.compose(plan):
            interval.signed(composed)

    candidates = _candidates(transaction, sdk, times, sdk_times)
    costs = alternate(*candidates, cpu(FROM_PLAN, from_plan, times))
    size = f"{producers} x {consumers}"
    heading = _heading(f"{size}, {len(plan.trades):,} pairs", transaction)
    return compared(costs, RAW, "us", heading), _against_sdk(size, costs)


def _candidates(
    transaction: Transaction, sdk: Sdk | None, times: int, sdk_times: int
) -> list[Measure]:
    signed = interval.signed(transaction)
    covered = signed_bytes(signed.payload, interval.GENERATION_HASH)
    candidates = [
        cpu(RAW, lambda: interval.raw_signature(covered), 2000),
        cpu(CODEC, lambda: interval.signed(transaction), times),
    ]
    if sdk is not None:
        candidates.append(sdk.candidate(OFFICIAL, [signed], sdk_times))
    return candidates


def _against_sdk(what: str, costs: Costs) -> list[str]:
    if OFFICIAL not in costs:
        return []
    ours = " and ".join(
        f"{shown(times_base(costs[name], costs[OFFICIAL]))} ({words})"
        for name, words in ((CODEC, "codec"), (FROM_PLAN, "plan to signed"))
        if name in costs
    )
    return [f"{what}, in times of the official SDK: {ours}."]


def _heading(what: str, transaction: Transaction) -> str:
    return f"{what}, {len(interval.signed(transaction).payload):,} B"
