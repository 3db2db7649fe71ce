"""The rebilling: approved bills compared with the audit log, and added up again from the chain."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

import msgspec

from console.engine.parts import Parts
from console.engine.proving.spool import Spool
from console.engine.proving.trail import LINKS_A_PAGE
from console.ledger.deeds import Deeds, finding, read
from console.ledger.readback import Readback
from console.ledger.rebilled import Rebilled
from console.ledger.retired import Retired
from console.ledger.tally import Tally
from console.model.bill import Bill
from console.model.clearing import ClearingKind, ClearingName
from console.model.finding import Finding
from console.model.interval import Interval
from console.model.kept import KeptPlan
from console.model.keptbill import KeptBill
from console.model.settlement import DONE, Settlement

LOOK_BACK_DAYS = 40
"""How far before a period the meters' last known registers are looked for."""

_DAY = timedelta(days=1)


class _Basis(msgspec.Struct):
    """What bills rest on that were approved at one height."""

    height: int
    """The chain's final height at that time."""
    seq: int
    """The first of their audit records."""
    due: Rebilled
    """What they were to be."""
    bills: dict[str, list[Bill]]
    """Each house's bills up to that one."""
    got: defaultdict[str, Counter[int]]
    """What each of these houses got up to that height, Wh by mosaic."""


async def verify_bills(parts: Parts, spool: Spool, tally: Tally) -> None:
    """Hold every approved bill against the log, the plans and the chain, and what it retires.

    Args:
        parts: the store and the members.
        spool: the chain.
        tally: what was found before.
    """
    deeds = Deeds()
    await _catch_up(parts, deeds)
    up_to = deeds.last
    retired = Retired(await parts.store.clearings.rows())
    periods = dict.fromkeys([*await parts.store.bills.periods(), *sorted(deeds.periods)])
    for period in periods:
        kept = await parts.store.bills.kept(period)
        await _catch_up(parts, deeds)
        for one in kept:
            for found in deeds.confront(one):
                tally.find("bills", 1, found)
        for gone in deeds.gone(period, [one.key for one in kept], up_to):
            tally.find("bills", 1, gone)
        rebilling = _Rebilling(parts, spool, deeds)
        for altered in await rebilling.compare(kept):
            tally.find("bills", 1, altered)
        for altered in rebilling.retirements(period, retired):
            tally.find("store", 1, altered)


async def _catch_up(parts: Parts, deeds: Deeds) -> None:
    while links := await parts.store.audit.records(deeds.last, LINKS_A_PAGE):
        deeds.take(links)


class _Rebilling:
    """Adds up one period's bills again, those of all heights in one walk over its days."""

    def __init__(self, parts: Parts, spool: Spool, deeds: Deeds) -> None:
        self._parts = parts
        self._spool = spool
        self._deeds = deeds
        self._plans: dict[tuple[Interval, int], KeptPlan | None] = {}
        self._based: list[_Basis] = []
        self._intervals: defaultdict[date, list[Interval]] = defaultdict(list)
        for interval in spool.intervals():
            self._intervals[interval.start.astimezone(parts.zone).date()].append(interval)

    async def compare(self, kept: Sequence[KeptBill]) -> list[Finding]:
        """Return in what the bills of a period differ from what they were to be."""
        self._based = bases = [*self._bases(kept)]
        if not bases:
            return []
        # only of a row that says what its body says
        whole = next(one for one in kept if read(one) is not None)
        first, end = (date.fromisoformat(day) for day in (whole.first, whole.end))
        for number in range(1, LOOK_BACK_DAYS + 1):
            if all(basis.due.knows_registers for basis in bases):
                break
            await self._look_back(first - number * _DAY, bases)
        for number in range((end - first).days):
            await self._add(first + number * _DAY, bases)
        return [*_differences(whole.period, bases)]

    def retirements(self, period: str, retired: Retired) -> Iterator[Finding]:
        """Yield where the retirements of the bills that were compared are not what was due."""
        for basis in self._based:
            if basis.height > self._spool.final_height:
                continue  # approved after the chain was read
            for house, bills in sorted(basis.bills.items()):
                name = ClearingName(
                    kind=ClearingKind.RETIREMENT,
                    period=period,
                    house=house,
                    revision=bills[-1].number - 1,
                )
                yield from retired.differences(name, basis.got[house])

    def _bases(self, kept: Iterable[KeptBill]) -> Iterator[_Basis]:
        """Yield what the readable bills rest on, those of one height together."""
        heights: defaultdict[int, dict[str, list[Bill]]] = defaultdict(dict)
        seqs: dict[int, int] = {}
        before: defaultdict[str, list[Bill]] = defaultdict(list)
        for one in kept:
            bill, seq = read(one), self._deeds.approved(one.key)
            if bill is None or seq is None or bill.final_height is None:
                continue
            height = bill.final_height
            before[bill.house].append(bill)
            heights[height][bill.house] = [*before[bill.house]]
            seqs[height] = min(seq, seqs.get(height, seq))
        for height, bills in heights.items():
            yield _Basis(
                height=height,
                seq=seqs[height],
                due=Rebilled(bills),
                bills=bills,
                got=defaultdict(Counter),
            )

    async def _look_back(self, day: date, bases: Sequence[_Basis]) -> None:
        for revisions in reversed([*(await self._settled_on(day)).values()]):
            for basis in bases:
                plan = (await self._in_force(revisions, basis))[1]
                if plan is not None and plan.plan is not None:
                    basis.due.add_before(plan.plan)

    async def _add(self, day: date, bases: Sequence[_Basis]) -> None:
        for revisions in (await self._settled_on(day)).values():
            for basis in bases:
                settled, kept = await self._in_force(revisions, basis)
                if kept is not None and kept.plan is not None:
                    basis.due.add_plan(kept.plan)
                elif settled:
                    basis.due.metered = False
        records = self._spool.records_of(self._intervals[day])
        newest = max((record.place.height for record in records), default=0)
        # bills that were approved one by one mostly rest on the same records of a day
        read_up_to: dict[int, Readback] = {}
        for basis in bases:
            height = min(basis.height, newest)
            if height not in read_up_to:
                read_up_to[height] = Readback(records, self._parts.members, height)
            read = read_up_to[height]
            basis.due.add_rows(read.rows.items())
            for house in basis.bills.keys() & read.got.keys():
                basis.got[house].update(read.got[house])

    async def _settled_on(self, day: date) -> dict[Interval, list[Settlement]]:
        """Return all revisions of a day's intervals, the newest first."""
        self._plans.clear()
        found: dict[Interval, list[Settlement]] = {}
        for row in await self._parts.store.settlements.kept(*self._parts.day_span(day)):
            if row.settlement is not None:
                found.setdefault(row.settlement.interval, []).insert(0, row.settlement)
        return found

    async def _plan(self, one: Settlement) -> KeptPlan | None:
        """Return the plan of a revision; those of a day are read once."""
        key = one.interval, one.revision
        if key not in self._plans:
            self._plans[key] = await self._parts.store.settlements.kept_plan(*key)
        return self._plans[key]

    async def _in_force(
        self, revisions: Sequence[Settlement], basis: _Basis
    ) -> tuple[bool, KeptPlan | None]:
        """Return whether an interval was final for some bills, and its plan where it is known."""
        for one in revisions:
            sealed = self._spool.sealed.get((one.interval, one.revision))
            if sealed is not None and not (sealed.complete and sealed.height <= basis.height):
                continue
            kept = await self._plan(one)
            if sealed is not None:
                return True, kept
            if one.state not in DONE or kept is None or kept.plan is None:
                continue
            seq = self._deeds.frozen(kept.digest, kept.plan.inputs_root)
            if seq is not None and seq < basis.seq:
                return True, kept
        return False, None


def _differences(period: str, bases: Iterable[_Basis]) -> Iterator[Finding]:
    for basis in bases:
        for house, bills in sorted(basis.bills.items()):
            for what, due, found in basis.due.differences(house, bills):
                key = period, house, bills[-1].number
                text = f"{what} come to {due} from chain and plans, and it says {found}"
                yield finding(key, what, text, due, found)
