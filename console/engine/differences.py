"""The differences: what a settled interval's last revision changed, or what late data would."""

from __future__ import annotations

from console.engine.books import Books
from console.engine.parts import Parts
from console.errors import MosaicError
from console.model.difference import Difference
from console.model.settlement import Carry, Plan, Settlement
from console.settlement.plan import decide


class Differences:
    """Compares the plans of one interval; changes nothing."""

    def __init__(self, parts: Parts, books: Books) -> None:
        """Compare by the parts' store and the books' rules."""
        self._parts = parts
        self._books = books

    async def of(self, settlement: Settlement, plan: Plan) -> tuple[Difference, ...]:
        """Return the difference to the revision before; of the first one, what it would be now.

        Args:
            settlement: where the interval stands.
            plan: its stored plan.
        """
        if settlement.revision > 0:
            store = self._parts.store.settlements
            before = await store.plan(settlement.interval, settlement.revision - 1)
            return () if before is None else differences(before, plan)
        now = await self._now(plan)
        return () if now is None else differences(plan, now)

    async def _now(self, plan: Plan) -> Plan | None:
        """The plan that today's readings give; None where they have become fewer since."""
        balances = await self._books.balances(plan.interval)
        carry = {
            share.house: Carry(share.bought_carry_in_nwh, share.sold_carry_in_nwh)
            for share in plan.shares
        }
        terms = self._books.terms(plan.interval)
        try:
            now = decide(balances, terms, carry, lambda _house: bytes(32), provisional=True)
        except MosaicError:
            return None
        waited_for = {gone.house for gone in plan.left_out}
        return now if {gone.house for gone in now.left_out} <= waited_for else None


def differences(before: Plan, after: Plan) -> tuple[Difference, ...]:
    """Return the houses that two plans of one interval give other energy, by id."""
    earlier = {share.house: (share.bought_wh, share.sold_wh) for share in before.shares}
    later = {share.house: (share.bought_wh, share.sold_wh) for share in after.shares}
    none = (0, 0)
    return tuple(
        Difference(
            house=house,
            bought_before_wh=earlier.get(house, none)[0],
            bought_wh=later.get(house, none)[0],
            sold_before_wh=earlier.get(house, none)[1],
            sold_wh=later.get(house, none)[1],
        )
        for house in sorted(earlier.keys() | later.keys())
        if earlier.get(house, none) != later.get(house, none)
    )
