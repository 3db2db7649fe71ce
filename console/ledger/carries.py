"""The carries: each plan begins with the fractions with which the one before it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from console.ledger.lines import of_plan
from console.model.finding import Finding, Kind
from console.model.settlement import Carry, Plan

_NONE = Carry()

MICRO = 10**6
"""Micro-Wh in a Wh."""


class Carries:
    """Takes plans in the order of freezing; keeps a fraction a house, however many plans."""

    def __init__(self) -> None:
        """Begin before the first plan."""
        self._newest: dict[str, Carry] = {}
        self._first: dict[str, Carry] = {}
        self._pairs: dict[tuple[str, str], int] = {}

    def take(self, plan: Plan) -> Iterator[Finding]:
        """Yield where a plan's carry-in is not the carry-out before it, then take its own.

        A later revision begins where its interval's first plan began, which its root holds.
        """
        if plan.revision == 0:
            for share in plan.shares:
                found = Carry(share.bought_carry_in_nwh, share.sold_carry_in_nwh)
                newest = self._newest.get(share.house, _NONE)
                if found in (newest, self._first.get(share.house, _NONE)):
                    continue
                for side in ("bought", "sold"):
                    due, is_ = getattr(newest, f"{side}_nwh"), getattr(found, f"{side}_nwh")
                    if due != is_:
                        field = f"{side}_carry_in_nwh"
                        yield of_plan(plan, field, due, is_, "the plan before", share.house)
            self._first.update(plan.carry_out)
            yield from self._pairs_of(plan)
        self._newest.update(plan.carry_out)

    def _pairs_of(self, plan: Plan) -> Iterator[Finding]:
        """Yield where a pair's carry is not the one before, and what it was due more than got."""
        sold = {share.house: share.sold_wh for share in plan.shares}
        bought = {share.house: share.bought_wh for share in plan.shares}
        traded = {(one.producer, one.consumer): one.wh for one in plan.trades}
        for producer, carries in plan.pair_carries_uwh.items():
            for consumer, found in carries.items():
                pair = producer, consumer
                proportion = sold.get(producer, 0) * bought.get(consumer, 0) * MICRO
                due = self._pairs.get(pair, 0) + proportion // (plan.shared_wh or 1)
                due -= traded.get(pair, 0) * MICRO
                if due != found:
                    field = f"pair carry {producer} → {consumer}"
                    yield of_plan(plan, field, due, found, "the plan before", consumer)
                self._pairs[pair] = found

    def finish(
        self, kept: Mapping[str, Carry], pairs: Mapping[str, Mapping[str, int]]
    ) -> Iterator[Finding]:
        """Yield where the store's carry is not what the newest plans left.

        Args:
            kept: the store's carry, by house.
            pairs: the store's carry by producer and consumer, micro-Wh.
        """
        of_pairs = {(one, other): uwh for one, row in pairs.items() for other, uwh in row.items()}
        for pair in sorted(of_pairs.keys() | self._pairs.keys()):
            before, after = self._pairs.get(pair), of_pairs.get(pair)
            if before != after:
                yield Finding(
                    kind=Kind.STORE,
                    house=pair[1],
                    what="pair_carry",
                    expected="" if before is None else f"{before} µWh",
                    found="" if after is None else f"{after} µWh",
                    text=f"pair_carry: {pair[0]} → {pair[1]} has {_micro(after)}, "
                    f"{_micro(before)} by its newest plan",
                )
        for house in sorted(kept.keys() | self._newest.keys()):
            due, found = self._newest.get(house), kept.get(house)
            if found not in (due, self._first.get(house)):
                yield Finding(
                    kind=Kind.STORE,
                    house=house,
                    what="carry",
                    expected=_told(due),
                    found=_told(found),
                    text=f"carry: {house} has {_told(found) or 'no row'}, "
                    f"{_told(due) or 'no row'} by its newest plan",
                )


def _micro(uwh: int | None) -> str:
    return "no row" if uwh is None else f"{uwh} µWh"


def _told(carry: Carry | None) -> str:
    return f"bought {carry.bought_nwh} nWh, sold {carry.sold_nwh} nWh" if carry else ""
