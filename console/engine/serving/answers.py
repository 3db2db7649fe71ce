"""The answers: every finite question of a console, read from the store and the chain.

The same class answers in a running engine and, on a read-only store, while none runs.
"""

from __future__ import annotations

from datetime import date

import msgspec

from console.chain.codec import serialize
from console.engine.parts import Parts
from console.engine.serving.history import house_history
from console.engine.serving.houseday import house_day
from console.engine.settling.books import Books, token_of, told
from console.engine.settling.differences import Differences, differences
from console.engine.settling.late import marked
from console.engine.settling.sealing import sealing_of
from console.engine.settling.takeback import Takeback, posting_of
from console.errors import Refused
from console.model.alarm import urgent
from console.model.entry import Entry
from console.model.event import Alarm
from console.model.history import HouseHistory
from console.model.interval import Interval
from console.model.observed import Delivered, Revoked, Sealed
from console.model.sealing import Sealing
from console.model.settlement import Plan, Settlement, State
from console.model.view import (
    DaySettlements,
    EntryProof,
    EventPage,
    HouseDay,
    LedgerPage,
    LedgerQuery,
    LedgerTotals,
    Preview,
)

EVENTS_A_PAGE = 100


class Answers:
    """Answers from the parts' store and chain; changes nothing."""

    def __init__(self, parts: Parts, books: Books) -> None:
        """Read the parts; decide previews with the books."""
        self._parts = parts
        self._books = books
        self._differences = Differences(parts, books)
        self._takeback = Takeback(parts)

    def interval(self, name: str) -> Interval:
        """Return the interval of a name.

        Raises:
            Refused: there is none of that name.
        """
        try:
            return Interval.parse(name, self._parts.minutes)
        except ValueError as error:
            raise Refused(f"{error}.", advice="Name one such as 2026-06-21T10:15Z.") from error

    async def settlements(self, day: date | None) -> DaySettlements:
        """Return a local day's intervals, the open one last on the present day."""
        parts = self._parts
        start, end = parts.day_span(day or parts.today())
        known = await parts.store.settlements.between(start, end)
        running = parts.interval_at(parts.clock.now())
        if start <= running.start < end and all(one.interval != running for one in known):
            known.append(await self._running(running))
        return DaySettlements(day=day or parts.today(), settlements=tuple(known))

    async def _running(self, interval: Interval) -> Settlement:
        """Return the open interval, with how many of its members have been read in it."""
        latest = await self._parts.store.readings.latest()
        members = self._books.members_in(interval)
        read = [h for h in members if h in latest and latest[h].time >= interval.start]
        return Settlement(
            interval=interval,
            state=State.OPEN,
            changed=interval.start,
            houses=len(members),
            known=len(read),
        )

    async def due(self) -> list[Settlement]:
        """Return the intervals that wait for an operator or a signature, oldest first."""
        waiting = (State.CLOSED, State.HELD, State.FROZEN)
        store = self._parts.store
        known = await store.settlements.in_state(*waiting)
        late = [await store.settlements.get(one) for one in await marked(store.audit)]
        known += [one for one in late if one is not None and one.late]
        return sorted(known, key=lambda one: one.interval)

    async def halted(self) -> list[Settlement]:
        """Return the intervals because of which nothing is signed, oldest first."""
        return await self._parts.store.settlements.in_state(State.HALTED)

    async def sealing(self, name: str) -> Sealing:
        """Return an interval part by part, as the chain has it.

        Raises:
            Refused: it was never closed here.
        """
        settlement = await self._parts.store.settlements.get(self.interval(name))
        if settlement is None:
            raise Refused(f"nothing is known of {name}.")
        return await sealing_of(self._parts, settlement)

    async def preview(self, name: str, *, provisional: bool = False) -> Preview:
        """Return an interval's plan, stored or as it would be frozen now, or why there is none."""
        preview = await self._preview(self.interval(name), provisional=provisional)
        if preview.plan is None:
            return preview
        moved = {share.house for share in preview.plan.shares if share.bought_wh or share.sold_wh}
        apart = tuple(house for house in self._parts.plates.apart if house in moved)
        return msgspec.structs.replace(preview, apart=apart)

    async def _preview(self, interval: Interval, *, provisional: bool) -> Preview:
        store = self._parts.store.settlements
        settlement = await store.get(interval)
        if settlement is None:
            return self._unsettled(interval)
        if not settlement.plan_known:
            note = "taken from the chain, plan unknown"
            adopted = Preview(settlement=settlement, plan=None, rows=settlement.rows, note=note)
            return await self._differences.beside(adopted)
        plan = await store.plan(interval, settlement.revision)
        if plan is not None and settlement.late:
            return await self._revision(settlement)
        if plan is not None and settlement.revision:
            return await self._differences.beside(_posted(settlement, plan))
        if plan is not None:
            return await self._differences.beside(self._books.preview(settlement, plan))
        balances = await self._books.balances(interval)
        waiting = self._books.waiting_for(balances)
        if waiting and not provisional:
            return Preview(settlement=settlement, plan=None, note=told(waiting))
        plan = await self._books.decide(balances, provisional=provisional)
        note = f"{', '.join(gone.house for gone in plan.left_out)} left out" if waiting else ""
        return self._books.preview(settlement, plan, note)

    async def _revision(self, settlement: Settlement) -> Preview:
        """Return what settling a settled interval anew would do: the difference alone."""
        before, plan = await self._books.stored(settlement), await self._books.revised(settlement)
        if before is None or plan is None:
            note = "the readings have become fewer: nothing is revised"
            return Preview(settlement=settlement, plan=None, note=note)
        note = f"revision {plan.revision}: {settlement.late}"
        if not self._parts.members.complete:
            note = f"{note}; locked: only the key tells the houses' wallets"
            return Preview(settlement=settlement, plan=plan, note=note)
        posted, left = await self._takeback.transactions(settlement, plan, bytes(32), 1)
        posting = posting_of(await self._takeback.difference(plan), left)
        if left:
            note = f"{note}; {posting.left_wh} Wh cannot be taken back and stay open"
        return Preview(
            settlement=settlement,
            plan=plan,
            posting=posting,
            rows=len(posting.cells),
            transactions=len(posted),
            size=sum(len(serialize(transaction)) for transaction in posted),
            fee_micro=sum(transaction.fee for transaction in posted),
            note=note,
            token=token_of(plan),
            differences=differences(before, plan),
        )

    def _unsettled(self, interval: Interval) -> Preview:
        running = interval.end > self._parts.clock.now()
        return Preview(
            settlement=Settlement(
                interval=interval, state=State.OPEN, changed=interval.start, reason=""
            ),
            plan=None,
            note="still open" if running else "before this engine's first reading",
        )

    async def house(self, house: str, day: date | None) -> HouseDay:
        """Return one house over a local day.

        Raises:
            Refused: there is no such house.
        """
        return await house_day(self._parts, self._books, house, day or self._parts.today())

    async def history(self, house: str, last: date | None, days: int) -> HouseHistory:
        """Return what a house did on each of some local days, the last one today by default.

        Raises:
            Refused: there is no such house.
        """
        return await house_history(self._parts, house, last or self._parts.today(), days)

    async def ledger(self, query: LedgerQuery) -> LedgerPage:
        """Return a page of the ledger."""
        return await self._parts.store.entries.page(query)

    async def ledger_totals(self, query: LedgerQuery) -> LedgerTotals:
        """Return the totals of a ledger query's filter, however long counting takes."""
        return await self._parts.store.entries.totals(query)

    async def proof(self, name: str, revision: int, producer: str, consumer: str) -> EntryProof:
        """Return the transfer that a ledger row was read from.

        Raises:
            Refused: there is no such row.
        """
        interval = self.interval(name)
        asked = LedgerQuery(
            start=interval.start,
            end=interval.end,
            revision=revision,
            producer=producer,
            consumer=consumer,
            limit=1,
        )
        page = await self._parts.store.entries.page(asked)
        if not page.entries:
            raise Refused(f"the ledger has no row {producer} → {consumer} at {name}.")
        return await self._prove(page.entries[0])

    async def _prove(self, entry: Entry) -> EntryProof:
        parts = self._parts
        detail = await parts.chain.transaction(entry.transaction)
        if detail is None:
            raise Refused("its transaction left the chain; the row goes with the next look at it.")
        tip = await parts.chain.tip()
        owners = parts.members.house_of_wallet
        given = [
            record
            for record in detail.records
            if isinstance(record, Delivered) and owners.get(record.recipient) == entry.consumer
        ]
        taken = [
            record
            for record in detail.records
            if isinstance(record, Revoked) and owners.get(record.source) == entry.consumer
        ]
        # What is taken back carries no message; one without mosaics beside it names the interval.
        notes = [record for record in given if bool(record.mosaics) is (entry.wh >= 0)]
        moved = [mosaic for record in notes for mosaic in record.mosaics]
        if entry.wh < 0:
            moved = [(record.mosaic, -record.amount) for record in taken]
        producers = parts.members.house_of_mosaic
        seals = [record for record in detail.records if isinstance(record, Sealed)]
        tag = notes[0].tag if notes else None
        return EntryProof(
            entry=entry,
            wallet=notes[0].recipient if notes else "",
            mosaics=tuple((producers.get(id_, f"{id_:016X}"), wh) for id_, wh in moved),
            message=notes[0].message if notes else "",
            inner=detail.inner,
            size=detail.size,
            part=tag.part if tag else entry.part,
            parts=tag.parts if tag else entry.part,
            inputs_root=seals[0].inputs_root if seals else b"",
            final_height=tip.final_height,
        )

    def alarms(self) -> tuple[Alarm, ...]:
        """Return the alarms that stand, shelved ones too, the most urgent first."""
        return urgent(self._parts.log.alarms)

    async def events(self, before: int | None) -> EventPage:
        """Return a page of the log, newest first."""
        events = await self._parts.store.events.page(before, EVENTS_A_PAGE)
        return EventPage(
            events=tuple(events),
            next=events[-1].id if len(events) == EVENTS_A_PAGE else None,
        )


def _posted(settlement: Settlement, plan: Plan) -> Preview:
    """Return what a revision did, as the store has it; what it posted is in the ledger's rows."""
    left = sum(item.wh for item in settlement.open_items)
    return Preview(
        settlement=settlement,
        plan=plan,
        rows=settlement.rows,
        transactions=settlement.parts,
        size=settlement.size,
        note=f"{left} Wh could not be taken back: open" if left else "",
    )
