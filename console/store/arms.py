"""The arms: the parts of a filter that one index each answers, with no row in common."""

from __future__ import annotations

import apsw
import msgspec

from console.model.view import LedgerTotals
from console.store.conditions import Condition, Wanted
from console.store.rows import KEY, SELECT, SELECT_KEYS, Key, Row
from console.store.sums import totals_of_row

_SELECT_START = "SELECT start FROM entry"
_SELECT_ONE = "SELECT 1 FROM entry"
_COUNT_ALL = "SELECT count(*) FROM"
_COUNT = "SELECT start / ?, count(*) FROM entry"
_WITHIN = ("revision", "producer", "consumer", "part", "hash", "ordinal")
_SUMS = """
SELECT count(*), coalesce(sum(wh), 0), coalesce(sum(wh * price / 1000000), 0),
    coalesce(sum(wh * price % 1000000), 0)
FROM entry
"""
_MOST_NAMES = 8
_HOUSES = """
WITH RECURSIVE house (id) AS (
    SELECT min({column}) FROM entry
    UNION ALL
    SELECT (SELECT min({column}) FROM entry WHERE {column} > id) FROM house WHERE id IS NOT NULL
)
SELECT id FROM house WHERE instr(lower(id), ?)
"""


class Arm(msgspec.Struct, frozen=True):
    """A part of a filter that one index answers."""

    index: str
    """The index as SQL names it; empty for the table's own order."""
    own: Condition
    """What the index finds."""
    columns: Condition
    """What else of the filter the index can tell."""
    rest: Condition
    """What else a row must hold."""

    def rows_at(
        self,
        connection: apsw.Connection,
        start_ms: int,
        after: Key | None,
        limit: int,
        *,
        down: bool = False,
        skip: int = 0,
    ) -> list[Row]:
        """Return rows of one interval, beyond a key, in the ledger's order or against it.

        Args:
            connection: the store.
            start_ms: the interval's start, milliseconds.
            after: the key; None for the interval's first rows.
            limit: the most rows.
            down: whether they come against the order.
            skip: how many of them to leave out at first.
        """
        where = self._at(start_ms)
        if after is not None:
            where &= _beyond(after, down=down)
        way = " DESC, " if down else ", "
        order = way.join(_WITHIN) + (" DESC" if down else "")
        query = f"{SELECT} entry {self.index} WHERE {where.sql} ORDER BY {order} LIMIT ? OFFSET ?"
        return connection.execute(query, (*where.values, limit, skip)).fetchall()

    def rows_before(self, connection: apsw.Connection, key: Key) -> int:
        """Return how many rows of a key's interval come before it in the ledger's order."""
        where = self._at(key[0]) & _beyond(key, down=True)
        return self._count(connection, where)

    def rows_up_to(self, connection: apsw.Connection, span: Condition, most: int) -> int:
        """Return how many rows pass within a span of starts, or the most that is counted."""
        where = self.own & span & self.rest
        query = f"{_COUNT_ALL} ({_SELECT_ONE} {self.index} WHERE {where.sql} LIMIT ?)"
        return int(connection.execute(query, (*where.values, most)).get)

    def rows(self, connection: apsw.Connection, span: Condition) -> list[Row]:
        """Return all rows of a span of starts, in no order."""
        where = self.own & span & self.rest
        # The index alone finds the keys; only rows that pass are looked up.
        keys = f"{SELECT_KEYS} {self.index} WHERE {where.sql}"
        query = f"{SELECT} ({keys}) CROSS JOIN entry USING ({KEY})"
        return connection.execute(query, where.values).fetchall()

    def start_beyond(
        self, connection: apsw.Connection, first_ms: int, end_ms: int, *, newest: bool
    ) -> int | None:
        """Return the newest or the oldest start in `[first, end)` that may have a row."""
        where = self.own & Condition("start >= ? AND start < ?", (first_ms, end_ms)) & self.columns
        way = "DESC" if newest else "ASC"
        query = f"{_SELECT_START} {self.index} WHERE {where.sql} ORDER BY start {way} LIMIT 1"
        row = next(connection.execute(query, where.values), None)
        return None if row is None else int(row[0])

    def totals(self, connection: apsw.Connection, first_ms: int, end_ms: int) -> LedgerTotals:
        """Return the totals of the rows of the starts in `[first, end)`."""
        where = self._within(first_ms, end_ms)
        query = f"{_SUMS} {self.index} WHERE {where.sql}"
        return totals_of_row(next(connection.execute(query, where.values)))

    def counts(
        self, connection: apsw.Connection, first_ms: int, end_ms: int, step_ms: int
    ) -> list[tuple[int, int]]:
        """Return how many rows there are in each step of `[first, end)` that has some."""
        where = self._within(first_ms, end_ms)
        query = f"{_COUNT} {self.index} WHERE {where.sql} GROUP BY 1"
        found: list[tuple[int, int]]
        found = connection.execute(query, (step_ms, *where.values)).fetchall()  # type: ignore[assignment]
        return found

    def _at(self, start_ms: int) -> Condition:
        return self.own & Condition("start = ?", (start_ms,)) & self.rest

    def _count(self, connection: apsw.Connection, where: Condition) -> int:
        query = f"{_COUNT_ALL} entry {self.index} WHERE {where.sql}"
        return int(connection.execute(query, where.values).get)

    def _within(self, first_ms: int, end_ms: int) -> Condition:
        return self.own & Condition("start >= ? AND start < ?", (first_ms, end_ms)) & self.rest


def _beyond(key: Key, *, down: bool) -> Condition:
    """What a row of a key's interval holds that comes after the key, or before it."""
    return Condition(f"({', '.join(_WITHIN)}) {'<' if down else '>'} (?, ?, ?, ?, ?, ?)", key[1:])


def arms_of(connection: apsw.Connection, wanted: Wanted, final_height: int) -> list[Arm]:
    """Return the arms of a filter; none where no house of the ledger passes.

    Args:
        connection: the store.
        wanted: the filter.
        final_height: the height up to which rows are final.
    """
    rest, columns = wanted.of_rows(final_height), wanted.of_columns(final_height)
    only = wanted.only
    if only.producer or only.consumer:
        column, name = ("producer", only.producer) if only.producer else ("consumer", only.consumer)
        return [Arm(_index(column), Condition(f"{column} = ?", (name,)), columns, rest)]
    if not only.house and not only.text:
        return [Arm("", Condition(), columns, rest)]
    names = [only.house] if only.house else _houses_with(connection, only.text)
    if len(names) > _MOST_NAMES:
        return [Arm("", Condition(), columns, rest)]
    return list(_either(names, columns, rest))


def _either(names: list[str], columns: Condition, rest: Condition) -> list[Arm]:
    """The arms of the rows that have one of some houses on either side, each row in one arm."""
    marks = ", ".join("?" * len(names))
    others = Condition(f"producer NOT IN ({marks})", tuple(names))
    sold = [
        Arm(_index("producer"), Condition("producer = ?", (name,)), columns, rest) for name in names
    ]
    bought = [
        Arm(_index("consumer"), Condition("consumer = ?", (name,)) & others, columns, rest)
        for name in names
    ]
    return sold + bought


def _index(column: str) -> str:
    return f"INDEXED BY entry_{column}"


def _houses_with(connection: apsw.Connection, text: str) -> list[str]:
    """The ledger's houses in whose id a text stands, found by one seek a house."""
    found: set[str] = set()
    for column in ("producer", "consumer"):
        query = _HOUSES.format(column=column)
        found.update(name for (name,) in connection.execute(query, (text.lower(),)))
    return sorted(found)
