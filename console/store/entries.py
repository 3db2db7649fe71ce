"""The entries: the ledger's rows as derived from the chain, kept for quick pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import apsw

from console.model.entry import Entry
from console.model.finding import Finding
from console.model.ledger_order import LedgerOrder
from console.model.view import LedgerPage, LedgerQuery, LedgerTotals
from console.store.conditions import Wanted
from console.store.database import Database
from console.store.moment import span_ms, to_ms
from console.store.ordered import Ordered
from console.store.pages import Pages
from console.store.rows import KEY, SELECT, entry_of, held
from console.store.sums import NOTHING, add_sums, drop_sums
from console.store.upkeep import entry_faults, total_faults, within

_KEPT_FILTERS = 32
_INSERT = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_DELETE = "DELETE FROM entry"
_FINISH = "UPDATE entry SET final = 1 WHERE final = 0 AND height <= ?"
_REOPEN = "UPDATE entry SET final = 0 WHERE final = 1 AND height > ?"
_RECEIVED = """SELECT producer, sum(wh) FROM entry
WHERE consumer = ? AND start >= ? AND start < ? AND height <= ? AND final = 1
GROUP BY producer ORDER BY producer"""
_Work = Callable[[apsw.Connection], LedgerTotals | None]
_LEDGER = "SELECT cursor, version, rows, wh, amount_nano FROM ledger"


class StoredEntries:
    """The ledger's rows of a store."""

    def __init__(self, database: Database) -> None:
        """Take the open database."""
        self._database = database
        self._totals: dict[Wanted, LedgerTotals] = {}
        self._houses: dict[tuple[Wanted, LedgerOrder], dict[str, int]] = {}
        self._version = -1

    async def replace_from(self, height: int, entries: Sequence[Entry], up_to: int) -> None:
        """Drop the rows of blocks >= height and keep these instead, in one transaction.

        Args:
            height: the first block that was read again.
            entries: all rows of blocks >= height.
            up_to: the final height; rows at or below it are final from now on.
        """

        def work(connection: apsw.Connection) -> None:
            cursor, _, every = _ledger(connection)
            every -= _drop(connection, height, cursor)
            _insert(connection, entries, up_to)
            every += add_sums(connection, entries)
            connection.execute(_FINISH, (up_to,))
            if up_to < cursor:
                connection.execute(_REOPEN, (up_to,))
            connection.execute(
                """UPDATE ledger SET cursor = ?, version = version + 1, rows = ?, wh = ?,
                amount_nano = ?""",
                (up_to, every.rows, every.wh, str(every.amount_nano)),
            )

        await self._database.write(work)

    async def page(self, query: LedgerQuery) -> LedgerPage:
        """Return a page of rows in the order asked for, from the place asked for.

        The totals are those of the whole filter, or None where that many rows have to be counted
        one by one: then ask `totals`.

        Raises:
            UsageError: `after` is no page's `next`.
        """

        def work(connection: apsw.Connection) -> LedgerPage:
            connection.execute("BEGIN")
            try:
                cursor, version, every = _ledger(connection)
                pages = Pages(connection, query, cursor, every.rows)
                total = every if Wanted.of(query).everything else self._known(query, version)
                if total is None and (total := pages.totals()) is not None:
                    self._keep(query, version, total)
                if query.order is LedgerOrder.TIME:
                    found = pages.fetch()
                else:
                    rows = total.rows if total else None
                    houses = self._counted_houses(query, version)
                    found = Ordered(connection, query, cursor, rows, houses).fetch()
            finally:
                connection.execute("COMMIT")
            return LedgerPage(
                entries=tuple(found.entries),
                next=found.next,
                first=found.first,
                rows=total.rows if total else None,
                wh=total.wh if total else None,
                amount_nano=total.amount_nano if total else None,
                all_rows=every.rows,
                before=found.before,
            )

        return await self._database.read(work)

    async def totals(self, query: LedgerQuery) -> LedgerTotals:
        """Return the totals of a query's filter, counted in slices between which others read.

        A ledger that changes meanwhile is counted from the beginning again.
        """
        while True:
            version, total, slices = await self._database.read(lambda c: self._begin(c, query))
            for first_ms, end_ms in slices:
                part = await self._database.read(_slice_of(query, version, first_ms, end_ms))
                if part is None:
                    break
                total += part
            else:
                self._keep(query, version, total)
                return total

    async def between(self, start: datetime, end: datetime) -> list[Entry]:
        """Return the rows of the intervals that start in `[start, end)`, in the ledger's order."""

        def work(connection: apsw.Connection) -> list[Entry]:
            query = f"""{SELECT} entry WHERE start >= ? AND start < ?
            ORDER BY {KEY}"""
            return [entry_of(row) for row in connection.execute(query, (to_ms(start), to_ms(end)))]

        return await self._database.read(work)

    async def received(
        self, house: str, start: datetime, end: datetime, up_to: int
    ) -> dict[str, int]:
        """Return what a house got of each producer by final rows, Wh.

        Args:
            house: the consumer.
            start: the first interval's start, aware.
            end: where the next interval after the last one starts.
            up_to: the last block that counts.
        """

        def work(connection: apsw.Connection) -> dict[str, int]:
            values = (house, to_ms(start), to_ms(end), up_to)
            return dict(connection.execute(_RECEIVED, values))

        return await self._database.read(work)

    async def cursor(self) -> int:
        """Return the final height up to which the rows are complete; 0 at first."""
        return await self._database.read(lambda c: int(c.execute("SELECT cursor FROM ledger").get))

    async def faults(self, start: datetime | None, end: datetime | None) -> list[Finding]:
        """Return where rows of `[start, end)` and their sums disagree; None has no bound."""
        return await self._database.read(within(entry_faults, *span_ms(start, end)))

    async def total_faults(self, final_height: int) -> list[Finding]:
        """Return where the totals of all rows are not those of their sums.

        Args:
            final_height: the chain's.
        """
        return await self._database.read(within(total_faults, final_height))

    def _begin(
        self, connection: apsw.Connection, query: LedgerQuery
    ) -> tuple[int, LedgerTotals, list[tuple[int, int]]]:
        """The ledger's version, and the totals as far as they are known, and what is left."""
        cursor, version, every = _ledger(connection)
        pages = Pages(connection, query, cursor, every.rows)
        total = self._known(query, version) or pages.totals()
        if total is not None:
            return version, total, []
        return version, NOTHING, pages.slices()

    def _known(self, query: LedgerQuery, version: int) -> LedgerTotals | None:
        return self._totals.get(Wanted.of(query)) if version == self._version else None

    def _keep(self, query: LedgerQuery, version: int, total: LedgerTotals) -> None:
        self._forget_others(version)
        self._totals[Wanted.of(query)] = total

    def _counted_houses(self, query: LedgerQuery, version: int) -> dict[str, int]:
        """The rows of each house that were counted for this query's filter and order."""
        self._forget_others(version)
        return self._houses.setdefault((Wanted.of(query), query.order), {})

    def _forget_others(self, version: int) -> None:
        if version != self._version or len(self._totals) + len(self._houses) >= _KEPT_FILTERS:
            self._totals, self._houses, self._version = {}, {}, version


def _slice_of(query: LedgerQuery, version: int, first_ms: int, end_ms: int) -> _Work:
    def work(connection: apsw.Connection) -> LedgerTotals | None:
        connection.execute("BEGIN")
        try:
            cursor, now, every = _ledger(connection)
            if now != version:
                return None
            return Pages(connection, query, cursor, every.rows).counted(first_ms, end_ms)
        finally:
            connection.execute("COMMIT")

    return work


def _ledger(connection: apsw.Connection) -> tuple[int, int, LedgerTotals]:
    """The final height, the version and the totals of all rows."""
    cursor, version, rows, wh, amount = next(connection.execute(_LEDGER))
    return cursor, version, LedgerTotals(rows, wh, int(amount))


def _drop(connection: apsw.Connection, height: int, cursor: int) -> LedgerTotals:
    dropped = drop_sums(connection, height)
    if dropped.rows:
        # Above the cursor no row is final, and the index of those few finds them.
        few = " AND final = 0" if height > cursor else ""
        connection.execute(f"{_DELETE} WHERE height >= ?{few}", (height,))
    return dropped


def _insert(connection: apsw.Connection, entries: Iterable[Entry], up_to: int) -> None:
    seen: Counter[tuple[object, ...]] = Counter()
    rows = []
    for entry in entries:
        ordinal = seen[entry.key]
        seen[entry.key] += 1
        rows.append(
            (
                to_ms(entry.interval.start),
                entry.revision,
                entry.producer,
                entry.consumer,
                entry.part,
                entry.transaction,
                ordinal,
                entry.interval.minutes,
                entry.price_micro_per_kwh,
                entry.wh,
                entry.currency,
                entry.height,
                entry.height <= up_to,
                held(entry.amount_nano),
            )
        )
    connection.executemany(_INSERT, rows)
