"""The takeback: what a revision posts, and what of it the wallets no longer hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from console.chain.codec import Transaction
from console.chain.difference import compose_difference, cut, revoked_in
from console.engine.parts import Parts
from console.errors import invariant
from console.model.difference import Posting
from console.model.interval import Interval
from console.model.settlement import Plan, Settlement
from console.model.trade import Cell, Trade
from console.model.transaction import ON_ITS_WAY
from console.settlement.revision import difference
from console.store.protocols import Settlements


class Takeback:
    """Reads the ledger and the wallets; writes nothing."""

    def __init__(self, parts: Parts) -> None:
        """Read by the parts' store and chain."""
        self._parts = parts

    async def difference(self, plan: Plan) -> tuple[Trade, ...]:
        """Return what a revision posts: its plan less what the revisions before it have posted."""
        rows = await self._parts.store.entries.between(plan.interval.start, plan.interval.end)
        posted: Counter[Cell] = Counter()
        for row in rows:
            if row.interval == plan.interval and row.revision < plan.revision:
                posted[row.producer, row.consumer, row.price_micro_per_kwh] += row.wh
        return difference(plan, posted)

    async def transactions(
        self,
        settlement: Settlement,
        plan: Plan,
        audit_head: bytes,
        deadline_ms: int,
        living: AbstractSet[int] = frozenset(),
    ) -> tuple[list[Transaction], tuple[Trade, ...]]:
        """Return the unsigned aggregates of a revision, and its open items.

        Args:
            settlement: where the revision stands.
            plan: its plan.
            audit_head: the audit log's head as frozen with the plan (32 bytes).
            deadline_ms: the deadline, milliseconds since the network's epoch.
            living: the parts that are signed already; their open items stay as they are.

        Raises:
            ChainError: the wallets cannot be read, or one is not known.
        """
        parts = cut(await self.difference(plan), self._parts.network.most_inner)
        # The root of a plan that changes no pair is sealed as well: receipts rest on it.
        if not parts and plan.trades:
            parts = [()]
        kept = {item.cell: item for item in settlement.open_items}
        left: list[Trade] = []
        for number, part in enumerate(parts, 1):
            if number in living:
                left += [kept[one.cell] for one in part if one.cell in kept]
            else:
                left += await self.missing(plan.interval, part)
        transactions = compose_difference(
            plan,
            parts,
            {item.cell: item.wh for item in left},
            audit_head,
            self._parts.frame(self._parts.signer(plan.interval).public_key, deadline_ms),
            wallets=self._parts.members.wallets,
        )
        return transactions, tuple(left)

    async def missing(self, interval: Interval, cells: Sequence[Trade]) -> list[Trade]:
        """Return what of a difference cannot be taken back: the wallets hold less on the chain.

        Args:
            interval: the interval, whose signer owns the mosaics.
            cells: the difference; negative Wh are to be taken back.

        Raises:
            ChainError: the wallets cannot be read.
        """
        mosaics = self._parts.members.mosaics[self._parts.signer(interval).public_key]
        claimed = await claimed_back(self._parts.store.settlements)
        held: dict[str, dict[int, int]] = {}
        taken: defaultdict[tuple[str, int], int] = defaultdict(int)
        left = []
        for cell in cells:
            if cell.wh >= 0:
                continue
            wallet = self._parts.members.wallets.get(cell.consumer, "")
            invariant(bool(wallet), f"{cell.consumer} has no wallet to take anything back from")
            if wallet not in held:
                held[wallet] = await self._parts.chain.holdings(wallet)
            place = wallet, mosaics[cell.producer]
            there = held[wallet].get(place[1], 0) - claimed[place] - taken[place]
            back = max(0, min(-cell.wh, there))
            taken[place] += back
            if back < -cell.wh:
                left.append(_item(cell, -cell.wh - back))
        return left


async def claimed_back(settlements: Settlements) -> Counter[tuple[str, int]]:
    """Return what is signed to be taken back and in no block yet, Wh by wallet and mosaic.

    Args:
        settlements: where signed transactions are kept.
    """
    claimed: Counter[tuple[str, int]] = Counter()
    for out in await settlements.outbox(*ON_ITS_WAY):
        claimed.update(revoked_in(out.payload))
    return claimed


def posting_of(cells: Sequence[Trade], left: Sequence[Trade]) -> Posting:
    """Return what is posted of a difference.

    Args:
        cells: the difference; negative Wh are to be taken back.
        left: what the wallets do not hold of it.
    """
    open_wh = {item.cell: item.wh for item in left}
    posted = (_item(cell, cell.wh + open_wh.get(cell.cell, 0)) for cell in cells)
    return Posting(cells=tuple(cell for cell in posted if cell.wh), left=tuple(left))


def _item(cell: Trade, wh: int) -> Trade:
    return Trade(
        producer=cell.producer,
        consumer=cell.consumer,
        wh=wh,
        price_micro_per_kwh=cell.price_micro_per_kwh,
    )
