"""The carries: each plan begins with the fractions with which the one before it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from console.ledger.lines import of_plan
from console.model.finding import Finding, Kind
from console.model.settlement import Carry, Plan

_NONE = Carry()


class Carries:
    """Takes plans in the order of freezing; keeps a fraction a house, however many plans."""

    def __init__(self) -> None:
        """Begin before the first plan."""
        self._newest: dict[str, Carry] = {}
        self._first: dict[str, Carry] = {}

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
        self._newest.update(plan.carry_out)

    def finish(self, kept: Mapping[str, Carry]) -> Iterator[Finding]:
        """Yield where the store's carry is not what the newest plans left.

        Args:
            kept: the store's carry, by house.
        """
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


def _told(carry: Carry | None) -> str:
    return f"bought {carry.bought_nwh} nWh, sold {carry.sold_nwh} nWh" if carry else ""
