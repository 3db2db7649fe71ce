"""An engine that knows the whole day of Lindenhof, as a real one does."""

from __future__ import annotations

from datetime import date

from console.model.entry import Entry
from console.model.ledger_filter import LedgerFilter
from console.model.ledger_order import LedgerOrder, RowPlace
from console.model.natural import natural
from console.model.snapshot import Snapshot
from console.model.view import (
    DaySettlements,
    EntryProof,
    EventPage,
    LedgerPage,
    LedgerQuery,
    LedgerTotals,
    Preview,
)
from tests.tui.chain_data import HELD, OPEN, entries, events, flowing, preview, proof, settlement
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import quarter


class ChainEngine(FakeEngine):
    """An engine that knows the whole day: it pages, filters and proves as a real one does."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        super().__init__(snapshot or flowing())
        self.numbers = list(range(22, HELD)) + list(range(HELD + 1, OPEN))
        self.log = events(300)
        self.queries: list[LedgerQuery] = []
        self.counts = True
        self.sentence = "A cloud passes over the roofs."

    async def settlements(self, day: date | None = None) -> DaySettlements:
        self._note(f"settlements {day}")
        first = date(2026, 6, 21)
        known = range(OPEN + 1) if day in (None, first) else range(0)
        return DaySettlements(day=day or first, settlements=tuple(map(settlement, known)))

    async def preview(self, interval: str, *, provisional: bool = False) -> Preview:
        self._note(f"preview {interval} {provisional}")
        return preview(
            next(number for number in range(OPEN + 1) if quarter(number).name == interval)
        )

    async def ledger(self, query: LedgerQuery) -> LedgerPage:
        self._note("ledger")
        self.queries.append(query)
        rows = ordered(
            [row for n in self.numbers for row in entries(n) if passes(row, query)], query
        )
        keys = ["|".join(map(str, row.key)) for row in rows]
        start = keys.index(query.after) + 1 if query.after else _begin(rows, query)
        end = start + query.limit
        inside = query.after or query.order is not LedgerOrder.TIME
        return LedgerPage(
            entries=tuple(rows[start:end]),
            next=keys[end - 1] if end < len(rows) else "",
            first=keys[start] if inside and start < len(rows) else "",
            rows=len(rows) if self.counts else None,
            wh=sum(row.wh for row in rows) if self.counts else None,
            amount_nano=sum(row.amount_nano for row in rows) if self.counts else None,
            all_rows=24 * len(self.numbers),
            before=None if query.after or query.backward else start,
        )

    async def ledger_totals(self, query: LedgerQuery) -> LedgerTotals:
        self._note("totals")
        rows = [row for number in self.numbers for row in entries(number) if passes(row, query)]
        wh, amount = sum(row.wh for row in rows), sum(row.amount_nano for row in rows)
        return LedgerTotals(len(rows), wh, amount)

    async def proof(self, interval: str, revision: int, producer: str, consumer: str) -> EntryProof:
        self._note(f"proof {interval} {producer} {consumer}")
        return proof(
            next(
                row
                for number in self.numbers
                for row in entries(number)
                if (row.interval.name, row.producer, row.consumer) == (interval, producer, consumer)
            )
        )

    async def events(self, before: int | None = None) -> EventPage:
        self._note(f"events {before}")
        page = [event for event in self.log if before is None or event.id < before][:100]
        more = bool(page) and page[-1].id > self.log[-1].id
        return EventPage(events=tuple(page), next=page[-1].id if more else None)

    async def stand(self, command: str) -> str:
        self._note(f"stand {command}")
        return self.sentence


def ordered(rows: list[Entry], query: LedgerQuery) -> list[Entry]:
    """Rows in a query's order, or against it."""
    rows.sort(key=lambda row: row.key)
    match query.order:
        case LedgerOrder.TIME:
            rows.sort(key=lambda row: row.interval.start, reverse=not query.rises)
        case LedgerOrder.ENERGY:
            rows.sort(key=lambda row: (row.wh, row.key), reverse=not query.rises)
        case LedgerOrder.AMOUNT:
            rows.sort(key=lambda row: (row.amount_nano, row.key), reverse=not query.rises)
        case side:
            rows.sort(key=lambda row: row.key, reverse=query.rises)
            rows.sort(key=lambda row: natural(getattr(row, side)), reverse=not query.rises)
    return rows[::-1] if query.backward else rows


def _begin(rows: list[Entry], query: LedgerQuery) -> int:
    """The number of the first row that a query begins with."""
    starts = [row.interval.start for row in rows]
    if query.at is not None:
        found = [n for n, row in enumerate(rows) if RowPlace.of(row) == query.at]
        if query.order is LedgerOrder.TIME:
            return starts.index(query.at.start) if query.at.start in starts else 0
        return found[0] if found else 0
    if query.row is not None:
        row = max(0, min(query.row, len(rows) - 1))
        return starts.index(starts[row]) if rows and query.order is LedgerOrder.TIME else row
    if query.place is None:
        return 0
    if query.rises is query.backward:
        return sum(start > query.place for start in starts)
    return sum(start < query.place for start in starts)


def passes(row: Entry, query: LedgerQuery) -> bool:
    """Whether a row passes a query's filter."""
    return _passes(row, query) and not any(_passes(row, each) for each in query.without)


def _passes(row: Entry, query: LedgerFilter) -> bool:
    return (
        query.producer in ("", row.producer)
        and query.consumer in ("", row.consumer)
        and query.house in ("", row.producer, row.consumer)
        and (query.start is None or row.interval.start >= query.start)
        and (query.end is None or row.interval.start < query.end)
        and any(query.text in house for house in (row.producer, row.consumer))
        and query.block in (None, row.height)
        and query.state in (None, row.state)
        and row.transaction.hex().startswith(query.transaction.lower())
    )
