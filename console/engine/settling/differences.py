"""The differences: what a settled interval's last revision changed, or what late data would.

What a revision changed is read from the ledger, and so from the chain alone.
"""

from __future__ import annotations

import msgspec

from console.engine.parts import Parts
from console.engine.settling.books import Books
from console.errors import MosaicError
from console.ledger import revisions as ledger
from console.model.difference import Difference
from console.model.entry import Entry
from console.model.settlement import Plan, Settlement
from console.model.view import Preview


class Differences:
    """Compares the plans and the revisions of one interval; changes nothing."""

    def __init__(self, parts: Parts, books: Books) -> None:
        """Compare by the parts' store and the books' rules."""
        self._parts = parts
        self._books = books

    async def beside(self, preview: Preview) -> Preview:
        """Return a settled interval's preview with what its revision changed, or late data would.

        Args:
            preview: the preview; without a plan where only the chain knows the interval.
        """
        settlement, plan = preview.settlement, preview.plan
        replace = msgspec.structs.replace
        if settlement.revision == 0 and plan is not None:
            now = await self._now(settlement)
            return preview if now is None else replace(preview, differences=differences(plan, now))
        rows = await self._rows(settlement)
        found = replace(preview, pairs=() if plan is not None else ledger.pairs(rows))
        if settlement.revision == 0:
            return found
        return replace(
            found,
            differences=ledger.changed_by(rows, settlement.revision),
            revisions=ledger.revisions(rows),
        )

    async def _rows(self, settlement: Settlement) -> list[Entry]:
        interval = settlement.interval
        rows = await self._parts.store.entries.between(interval.start, interval.end)
        return [row for row in rows if row.interval == interval]

    async def _now(self, settlement: Settlement) -> Plan | None:
        """The plan that today's readings give; None where they have become fewer since."""
        try:
            return await self._books.revised(settlement)
        except MosaicError:
            return None


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
