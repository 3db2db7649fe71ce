"""The entries: the ledger's rows as derived from the chain, kept for quick pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import apsw

from console.model.entry import Entry
from console.model.view import LedgerPage, LedgerQuery
from console.store.database import Database
from console.store.moment import to_ms
from console.store.pages import SELECT, Filter, Totals, entry_of, fetch, sum_of, totals_of

_KEPT_TOTALS = 32
_DELETE = "DELETE FROM entry"
_FINISH = "UPDATE entry SET final = 1 WHERE final = 0 AND height <= ?"
_REOPEN = "UPDATE entry SET final = 0 WHERE final = 1 AND height > ?"


class StoredEntries:
    """The ledger's rows of a store."""

    def __init__(self, database: Database) -> None:
        """Take the open database."""
        self._database = database
        self._totals: dict[Filter, Totals] = {}
        self._totals_version = -1

    async def replace_from(self, height: int, entries: Sequence[Entry], up_to: int) -> None:
        """Drop the rows of blocks >= height and keep these instead, in one transaction.

        Args:
            height: the first block that was read again.
            entries: all rows of blocks >= height.
            up_to: the final height; rows at or below it are final from now on.
        """

        def work(connection: apsw.Connection) -> None:
            ledger = "SELECT cursor, rows, wh, amount_nano FROM ledger"
            cursor, rows, wh, amount = next(connection.execute(ledger))
            total = Totals(rows, wh, int(amount)) - _drop(connection, height, cursor)
            _insert(connection, entries, up_to)
            total = total + Totals.of(entries)
            connection.execute(_FINISH, (up_to,))
            if up_to < cursor:
                connection.execute(_REOPEN, (up_to,))
            connection.execute(
                """UPDATE ledger SET cursor = ?, version = version + 1, rows = ?, wh = ?,
                amount_nano = ?""",
                (up_to, total.rows, total.wh, str(total.amount_nano)),
            )

        await self._database.write(work)

    async def page(self, query: LedgerQuery) -> LedgerPage:
        """Return a page of rows in the order asked for, with the totals of the whole filter.

        Raises:
            UsageError: `after` is no page's `next`.
        """

        def work(connection: apsw.Connection) -> LedgerPage:
            connection.execute("BEGIN")
            try:
                ledger = "SELECT version, rows, wh, amount_nano FROM ledger"
                version, rows, wh, amount = next(connection.execute(ledger))
                every = Totals(rows, wh, int(amount))
                entries, following = fetch(connection, query)
                total = self._total(connection, query, version, every)
            finally:
                connection.execute("COMMIT")
            return LedgerPage(
                entries=tuple(entries),
                next=following,
                rows=total.rows,
                wh=total.wh,
                amount_nano=total.amount_nano,
                all_rows=every.rows,
            )

        return await self._database.read(work)

    async def between(self, start: datetime, end: datetime) -> list[Entry]:
        """Return the rows of the intervals that start in `[start, end)`, in the ledger's order."""

        def work(connection: apsw.Connection) -> list[Entry]:
            query = f"""{SELECT} WHERE start >= ? AND start < ?
            ORDER BY start, revision, producer, consumer, part, hash, ordinal"""
            return [entry_of(row) for row in connection.execute(query, (to_ms(start), to_ms(end)))]

        return await self._database.read(work)

    async def cursor(self) -> int:
        """Return the final height up to which the rows are complete; 0 at first."""
        return await self._database.read(lambda c: int(c.execute("SELECT cursor FROM ledger").get))

    def _total(
        self, connection: apsw.Connection, query: LedgerQuery, version: int, every: Totals
    ) -> Totals:
        wanted = Filter.of(query)
        if wanted.everything:
            return every
        if version != self._totals_version or len(self._totals) >= _KEPT_TOTALS:
            self._totals, self._totals_version = {}, version
        total = self._totals.get(wanted)
        if total is None:
            total = self._totals[wanted] = totals_of(connection, wanted)
        return total


def _drop(connection: apsw.Connection, height: int, cursor: int) -> Totals:
    # Above the cursor no row is final, and the index of those few finds them.
    where = "WHERE height >= ? AND final = 0" if height > cursor else "WHERE height >= ?"
    dropped = sum_of(connection, where, (height,))
    if dropped.rows:
        connection.execute(f"{_DELETE} {where}", (height,))
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
            )
        )
    query = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    connection.executemany(query, rows)
