"""The runs: rows of the ledger as one index orders them, walked from any place in either way."""

from __future__ import annotations

import apsw
import msgspec

from console.model.ledger_order import LedgerOrder
from console.model.natural import natural
from console.store.conditions import Condition, Value
from console.store.rows import KEY, SELECT, SELECT_KEYS, Row, Spot

_HOUSES = """
WITH RECURSIVE house (id) AS (
    SELECT min({column}) FROM entry
    UNION ALL
    SELECT (SELECT min({column}) FROM entry WHERE {column} > id) FROM house WHERE id IS NOT NULL
)
SELECT id FROM house WHERE id IS NOT NULL
"""
_COUNT = "SELECT count(*) FROM entry INDEXED BY"
_ALIKE = tuple(KEY.split(", "))


class Run(msgspec.Struct, frozen=True):
    """Rows that neighbour each other in one index: all of a house, or all that there are."""

    index: str
    """The index."""
    own: Condition
    """What makes a row one of these."""
    columns: tuple[str, ...]
    """What the index orders them by."""
    house: str = ""
    """The house; empty where all rows are one run."""

    def rows(
        self,
        connection: apsw.Connection,
        passing: Condition,
        limit: int,
        *,
        up: bool,
        place: Spot | None = None,
        inclusive: bool = False,
        skip: int = 0,
    ) -> list[Row]:
        """Return the first rows that pass, from a place on.

        Args:
            connection: the store.
            passing: what a row must hold besides.
            limit: the most rows.
            up: whether the smallest comes first.
            place: where they begin; None for the end of the run.
            inclusive: whether a row at the very place is one of them.
            skip: how many of them to leave out at first.
        """
        where = self.own & passing
        if place is not None:
            where &= self._from(place, up=up, inclusive=inclusive)
        way = "ASC" if up else "DESC"
        order = ", ".join(f"{column} {way}" for column in self.columns)
        # The index alone finds the keys; only the rows of the page are looked up.
        keys = f"{SELECT_KEYS} INDEXED BY {self.index} WHERE {where.sql}"
        keys += f" ORDER BY {order} LIMIT ? OFFSET ?"
        query = f"{SELECT} ({keys}) CROSS JOIN entry USING ({KEY}) ORDER BY {order}"
        return connection.execute(query, (*where.values, limit, skip)).fetchall()

    def count(self, connection: apsw.Connection, passing: Condition) -> int:
        """Return how many rows pass."""
        return self._count(connection, self.own & passing)

    def before(
        self, connection: apsw.Connection, passing: Condition, place: Spot, *, up: bool
    ) -> int:
        """Return how many rows that pass come before a place."""
        beyond = self._from(place, up=not up, inclusive=False)
        return self._count(connection, self.own & passing & beyond)

    def _count(self, connection: apsw.Connection, where: Condition) -> int:
        query = f"{_COUNT} {self.index} WHERE {where.sql}"
        return int(connection.execute(query, where.values).get)

    def _from(self, place: Spot, *, up: bool, inclusive: bool) -> Condition:
        start, revision, producer, consumer, part, hash_, ordinal = place.key
        known: dict[str, Value] = {
            "wh": place.wh,
            "amount": place.amount,
            "start": start,
            "revision": revision,
            "producer": producer,
            "consumer": consumer,
            "part": part,
            "hash": hash_,
            "ordinal": ordinal,
        }
        sign = (">" if up else "<") + ("=" if inclusive else "")
        marks = ", ".join("?" * len(self.columns))
        values = tuple(known[column] for column in self.columns)
        return Condition(f"({', '.join(self.columns)}) {sign} ({marks})", values)


def runs_of(connection: apsw.Connection, order: LedgerOrder, *, up: bool) -> list[Run]:
    """Return the runs of an order, one after the other as they are walked.

    Args:
        connection: the store.
        order: any but by time.
        up: the way in which each is walked; houses come the other way round.
    """
    if not order.names_houses:
        column = "wh" if order is LedgerOrder.ENERGY else "amount"
        return [Run(f"entry_{order}", Condition(), (column, *_ALIKE))]
    alike = tuple(column for column in _ALIKE if column != order)
    found = connection.execute(_HOUSES.format(column=order.value))
    names = sorted((name for (name,) in found), key=natural, reverse=up)
    return [
        Run(f"entry_{order}", Condition(f"{order.value} = ?", (name,)), alike, name)
        for name in names
    ]
