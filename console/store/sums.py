"""The sums: the ledger's directory, kept with its rows, by which a filter is counted and found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import apsw

from console.model.entry import Entry
from console.model.figures import MICRO
from console.model.view import LedgerTotals
from console.store.conditions import Condition, Wanted
from console.store.moment import to_ms

DAY_MS = 86_400_000
"""A day of the directory, UTC, milliseconds."""

NOTHING = LedgerTotals(0, 0, 0)
"""What no rows add up to."""

SELECT_SUM = "SELECT sum(rows), sum(wh), sum(mega), sum(rest) FROM entry_sum"
"""Totals of sums, for `totals_of_row`."""

_SELECT_START = "SELECT start FROM entry_sum WHERE"
_SELECT_STARTS = "SELECT start, sum(rows) FROM entry_sum"
_SELECT_DAYS = "SELECT start / 86400000, sum(rows) FROM entry_sum"
_MIXED = "AND price_low != price_high LIMIT 1"
_INSERT = "INSERT INTO entry_sum VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

Key = tuple[int, int, int, bytes]


def totals_of(entries: Iterable[Entry]) -> LedgerTotals:
    """Return the totals of rows."""
    rows = wh = amount = 0
    for entry in entries:
        rows, wh, amount = rows + 1, wh + entry.wh, amount + entry.amount_nano
    return LedgerTotals(rows, wh, amount)


def drop_sums(connection: apsw.Connection, height: int) -> LedgerTotals:
    """Drop the sums of blocks >= height, and return what they were together."""
    dropped = totals_of_row(next(connection.execute(f"{SELECT_SUM} WHERE height >= ?", (height,))))
    connection.execute("DELETE FROM entry_sum WHERE height >= ?", (height,))
    return dropped


def add_sums(connection: apsw.Connection, entries: Iterable[Entry]) -> LedgerTotals:
    """Keep the sums of rows of which there are none yet, and return the totals of all."""
    legs: dict[Key, list[Entry]] = {}
    for entry in entries:
        key = (to_ms(entry.interval.start), entry.revision, entry.height, entry.transaction)
        legs.setdefault(key, []).append(entry)
    together = NOTHING
    for key, rows in legs.items():
        total = totals_of(rows)
        together += total
        prices = [entry.price_micro_per_kwh for entry in rows]
        halves = divmod(total.amount_nano, MICRO)
        values = (*key, min(prices), max(prices), total.rows, total.wh, *halves)
        connection.execute(_INSERT, values)
    return together


def totals_of_row(row: tuple[int | None, ...]) -> LedgerTotals:
    """Return the totals of a row of count, Wh and the two halves of the amount; NULL is none."""
    rows, wh, mega, rest = (value or 0 for value in row)
    return LedgerTotals(rows, wh, mega * MICRO + rest)


class Sums:
    """The directory as far as a filter can pass."""

    def __init__(self, connection: apsw.Connection, wanted: Wanted, final_height: int) -> None:
        """Ask about a filter, within one read transaction.

        Args:
            connection: the store.
            wanted: the filter.
            final_height: the height up to which rows are final.
        """
        self._connection = connection
        self._where = wanted.of_sums(final_height)
        self._span, self._of_span = wanted.span_ms, wanted.of_span
        self._prices = wanted.names_prices
        self.narrow = self._where.sql != "TRUE"
        """Whether some sums cannot pass."""
        self.exact = not wanted.names_houses and not self._mixed()
        """Whether all rows of a sum that passes do."""

    def totals(self) -> LedgerTotals:
        """Return the totals of the sums that pass."""
        return totals_of_row(next(self._within(SELECT_SUM, *self._span)))

    @property
    def starts(self) -> Condition:
        """What the start of a row that may pass must hold."""
        span = self._of_span
        if not self.narrow:
            return span
        where = self._where & span
        return Condition(f"start IN ({_SELECT_START} {where.sql})", where.values)

    def start_beyond(self, first_ms: int, end_ms: int, *, newest: bool) -> int | None:
        """Return the newest or the oldest start in `[first, end)` with a sum that passes."""
        where = self._where & Condition("start >= ? AND start < ?", (first_ms, end_ms))
        way = "DESC" if newest else "ASC"
        query = f"{_SELECT_START} {where.sql} ORDER BY start {way} LIMIT 1"
        row = next(self._connection.execute(query, where.values), None)
        return None if row is None else int(row[0])

    def by_day(self) -> Iterator[tuple[int, int]]:
        """Yield the days (since 1970) that have rows, and how many."""
        return self._within(_SELECT_DAYS, *self._span, group="GROUP BY 1")

    def by_start(self, first_ms: int, end_ms: int) -> Iterator[tuple[int, int]]:
        """Yield the starts in `[first, end)` that have rows, and how many."""
        first, end = max(first_ms, self._span[0]), min(end_ms, self._span[1])
        return self._within(_SELECT_STARTS, first, end, group="GROUP BY 1")

    def _within(self, select: str, first_ms: int, end_ms: int, group: str = "") -> Iterator[Any]:
        where = self._where & Condition("start >= ? AND start < ?", (first_ms, end_ms))
        return self._connection.execute(f"{select} WHERE {where.sql} {group}", where.values)

    def _mixed(self) -> bool:
        """Whether a sum that passes has rows of several prices, of which one is asked for."""
        if not self._prices:
            return False
        mixed = self._within("SELECT 1 FROM entry_sum", *self._span, group=_MIXED)
        return next(mixed, None) is not None
