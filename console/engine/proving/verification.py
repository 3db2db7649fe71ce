"""The verification: what was measured, decided, posted and written down, compared day by day.

It holds a day of intervals in memory, however many there are. Nothing by which plans are decided,
or the chain and the ledger are written, is used here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.chain.clearing import leg_of
from console.chain.node import check_blocks
from console.engine.parts import Parts
from console.engine.proving.posted import altered_outgoing
from console.engine.proving.rebilling import verify_bills
from console.engine.proving.spool import Spool
from console.engine.proving.trail import LINKS_A_PAGE
from console.engine.proving.witnesses import Witnesses
from console.errors import ChainError
from console.ledger.carries import Carries
from console.ledger.decisions import Chain, Decisions
from console.ledger.freezes import Freezes, altered_plan
from console.ledger.tally import Tally
from console.ledger.verify import broken_link, compare, compare_mosaics
from console.ledger.vouching import Vouching
from console.model.event import AuditRecord
from console.model.finding import Finding, Kind
from console.model.interval import Interval
from console.model.kept import KeptPlan
from console.model.settlement import Settlement
from console.model.transaction import TransactionState
from console.model.verification import Progress, Verification
from console.store.audit import broken_links

PLANS_A_PAGE = 100
"""How many plans are read at once."""

_DAY = timedelta(days=1)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

Span = tuple[datetime | None, datetime | None]


async def verify(
    parts: Parts, chain_file: Path | None, told: Progress | None = None
) -> Verification:
    """Recompute everything that is final and return the differences.

    Args:
        parts: the store and the chain.
        chain_file: the embedded chain's file; None on another chain.
        told: called as it goes on.
    """
    walk = _Walk(parts, told or (lambda what, done, of: None))
    try:
        await walk.chain(chain_file)
        await walk.log()
        await walk.plans()
        await walk.days()
        await walk.totals()
        await walk.clearings()
        await walk.outbox()
        await walk.bills()
    finally:
        walk.close()
    return walk.tally.result


class _Walk:
    """Goes over the chain, the log, the plans and the days, in this order."""

    def __init__(self, parts: Parts, told: Progress) -> None:
        self.tally = Tally()
        self._parts = parts
        self._told = told
        self._spool = Spool()
        self._freezes = Freezes()
        self._carries = Carries()
        self._decisions = Decisions()
        self._last: AuditRecord | None = None

    def close(self) -> None:
        """Let go of the spool."""
        self._spool.close()

    async def chain(self, chain_file: Path | None) -> None:
        """Make the blocks again, then read what the operators' accounts did."""
        if chain_file is not None:
            loop = asyncio.get_running_loop()

            def told(done: int, of: int) -> None:
                loop.call_soon_threadsafe(self._told, "blocks", done, of)

            check = await asyncio.to_thread(check_blocks, chain_file, told)
            for text in check.findings:
                self.tally.find("chain", 1, Finding(kind=Kind.CHAIN, what=_where(text), text=text))
        try:
            await self._spool.fill(self._parts)
        except ChainError as error:
            self._unreadable(error)

    async def log(self) -> None:
        """Compute the audit log's hashes again, and look in it for the heads in the seals."""
        vouching = Vouching(self._spool.sealed.values(), self._spool.cleared.values())
        while links := await self._links():
            for seq in broken_links(links, self._last):
                self.tally.find("audit", 1, broken_link(seq))
            vouching.take(links)
            self._freezes.take(links)
            self._decisions.take(links)
            self._last = links[-1]
            self._told("audit records", links[-1].seq, links[-1].seq)
        gap = vouching.result.first
        if gap is not None:
            said = f"no audit record after {gap.after} has the head that its seal carries"
            text, name = f"{gap.of.name}: {said}", gap.of.interval.name if gap.of.interval else ""
            finding = Finding(kind=Kind.AUDIT, interval=name, what=str(gap.after), text=text)
            self.tally.find("audit", 1, finding)

    async def plans(self) -> None:
        """Look at all plans in the order of freezing: their records and their carry."""
        up_to, seq = self._freezes.last, 0
        doubtful, carried = list[KeptPlan](), list[Finding]()
        while plans := await self._parts.store.settlements.kept_plans(seq, PLANS_A_PAGE):
            doubtful += [kept for kept in plans if not self._freezes.mark(kept)]
            for kept in plans:
                carried += self._carries.take(kept.plan) if kept.plan else ()
            seq = plans[-1].seq
            self._told("plans", seq, seq)
        carried += await self._end_of_carries(seq)
        while links := await self._links():
            self._freezes.take(links)
            self._decisions.take(links)
            self._last = links[-1]
        for kept in doubtful:
            if not self._freezes.mark(kept):
                await self._tell_altered(kept)
        for finding in (*self._freezes.gone(up_to), *carried):
            self.tally.find("values", 1, finding)

    async def _tell_altered(self, kept: KeptPlan) -> None:
        seq = self._freezes.record_of(kept)
        records = await self._parts.store.audit.records(seq - 1, 1) if seq else []
        for finding in altered_plan(kept, records[0] if records else None):
            self.tally.find("values", 1, finding)

    async def _end_of_carries(self, seq: int) -> list[Finding]:
        """Look at the store's carry, where no plan was frozen after the last that was read."""
        settlements = self._parts.store.settlements
        carry, pairs = await settlements.carry(), await settlements.pair_carries()
        if await self._parts.store.settlements.kept_plans(seq, 1):
            return []
        return [*self._carries.finish(carry, pairs)]

    async def days(self) -> None:
        """Compare the intervals of each day with one another's witnesses."""
        spans = [*_days(self._spool.intervals())]
        for number, span in enumerate(spans):
            self._told("days", number, len(spans))
            await self._day(span)
            for fault in await self._parts.store.readings.faults(*span):
                self.tally.find("store", 1, fault)
            for fault in await self._parts.store.entries.faults(*span):
                self.tally.find("store", 1, fault)

    async def totals(self) -> None:
        """Compare what is kept of all together."""
        compare_mosaics(self._spool.balance, self._parts.members, self.tally)
        height = (await self._parts.chain.tip()).final_height
        for fault in (
            *await self._parts.store.entries.total_faults(height),
            *await self._parts.store.settlements.faults(),
        ):
            self.tally.find("store", 1, fault)

    async def outbox(self) -> None:
        """Compare what was signed with its own bytes and with the chain."""
        parts, seq = self._parts, 0
        pinned = await parts.store.audit.fact("generation_hash")
        due = parts.network.generation_hash.hex()
        if pinned != due:
            found = pinned or ""
            text = f"fact generation_hash: {found or 'none'}, where there is to be {due}"
            what = "fact generation_hash"
            finding = Finding(kind=Kind.STORE, what=what, expected=due, found=found, text=text)
            self.tally.find("store", 1, finding)
        while page := await parts.store.settlements.kept_outgoing(seq, PLANS_A_PAGE):
            final = [one for one in page if one.outgoing.state is TransactionState.FINAL]
            try:
                known = await parts.chain.confirmations([one.outgoing.hash for one in final])
            except ChainError as error:
                self._unreadable(error)
                return
            for kept in page:
                place = known.get(kept.outgoing.hash)
                height = place.height if place else None
                for finding in altered_outgoing(
                    kept, parts.network, parts.settings.community.id, height
                ):
                    self.tally.find("store", 1, finding)
            seq = page[-1].seq
            self._told("transactions", seq, seq)

    def _unreadable(self, error: ChainError) -> None:
        text = f"the chain cannot be read to its end: {error.message}"
        self.tally.find("chain", 1, Finding(kind=Kind.CHAIN, what="chain", text=text))

    async def bills(self) -> None:
        """Hold every approved bill against the audit log, the plans and the chain."""
        self._told("bills", 0, 1)
        await verify_bills(self._parts, self._spool, self.tally)

    async def clearings(self) -> None:
        """Compare what was retired and paid out with what was decided, and with the bills."""
        store, up_to = self._parts.store, self._last.seq if self._last else 0
        rows = await store.clearings.rows()
        while links := await self._links():
            self._decisions.take(links)
            self._last = links[-1]
        digests = {
            (*one.key, one.digest)
            for period in await store.bills.periods()
            for one in await store.bills.kept(period)
        }
        community = self._parts.settings.community.id
        settled = set()
        for name, cleared in self._spool.cleared.items():
            tags = (leg_of(community, name, part.part) for part in cleared.parts)
            legs = [leg for text in tags for leg in await store.settlements.named(text)]
            if legs and all(leg.state is TransactionState.FINAL for leg in legs):
                settled.add(name)
        chain = Chain(cleared=self._spool.cleared, final_height=self._spool.final_height)
        self._decisions.compare(rows, chain, digests, settled, up_to, self.tally)

    async def _links(self) -> list[AuditRecord]:
        after = self._last.seq if self._last else 0
        return await self._parts.store.audit.records(after, LINKS_A_PAGE)

    async def _day(self, span: Span) -> None:
        newest: dict[Interval, Settlement] = {}
        for row in await self._parts.store.settlements.kept(*span):
            if row.settlement is None:
                text = f"settlement {row.row}: its body says something else"
                finding = Finding(kind=Kind.STORE, what=f"settlement {row.row}", text=text)
                self.tally.find("store", 1, finding)
            else:
                newest[row.settlement.interval] = row.settlement
        witnesses = Witnesses(self._parts, self._spool, self._freezes, self.tally)
        for settlement in newest.values():
            await witnesses.call(settlement)
        sealed = [key for key in self._spool.sealed if _is_in(key[0], span)]
        for key in sorted(sealed):
            await witnesses.confront(self._spool.sealed[key], newest.get(key[0]))
        intervals = [one for one in self._spool.intervals() if _is_in(one, span)]
        start, end = (bound or limit for bound, limit in zip(span, (_FIRST, _LAST), strict=True))
        entries = await self._parts.store.entries.between(start, end)
        compare(witnesses.evidence(self._spool.records_of(intervals), entries), self.tally)


def _days(intervals: list[Interval]) -> Iterator[Span]:
    """Yield the days that the chain knows; the first and the last one have no outer bound."""
    if not intervals:
        yield None, None
        return
    first, last = (one.start.replace(hour=0, minute=0) for one in (intervals[0], intervals[-1]))
    days = (last - first) // _DAY + 1
    for day in range(days):
        start, end = first + day * _DAY, first + (day + 1) * _DAY
        yield (start if day else None), (end if day < days - 1 else None)


def _is_in(interval: Interval, span: Span) -> bool:
    start, end = span
    return (start is None or start <= interval.start) and (end is None or interval.start < end)


def _where(fault: str) -> str:
    """Return the block, or the table and row, with which a fault of the chain's file begins."""
    words = fault.split()
    return " ".join(words[: 3 if words[0].endswith(":") else 2])
