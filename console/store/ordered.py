"""The ordered pages: rows of the ledger by producer, consumer, energy or amount."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from itertools import islice

import apsw

from console.model.ledger_order import LedgerOrder
from console.model.natural import natural
from console.model.view import LedgerQuery
from console.store.arms import arms_of
from console.store.conditions import Wanted
from console.store.pages import MOST_ROWS, Found
from console.store.rows import Key, Row, Spot, cursor_of, entry_of, parse_cursor, spot_at, spot_of
from console.store.runs import Run, runs_of
from console.store.sums import Sums

GATHERED_ROWS = 8_000
"""Up to so many rows that pass are gathered and sorted; more are walked along an index."""

_COLUMNS = {LedgerOrder.PRODUCER: 2, LedgerOrder.CONSUMER: 3}
"""Where a row and its key have the house that an order goes by."""


class Ordered:
    """The pages of one query in another order than by time, within one read transaction."""

    def __init__(
        self,
        connection: apsw.Connection,
        query: LedgerQuery,
        final_height: int,
        rows: int | None,
        houses: dict[str, int],
    ) -> None:
        """Prepare to look.

        Args:
            connection: the store.
            query: the filter, the order and the place.
            final_height: the height up to which rows are final.
            rows: how many rows pass; None where that is not counted.
            houses: how many rows pass of the houses that were counted; more are put in.
        """
        self._connection = connection
        self._query = query
        self._order = query.order
        wanted = Wanted.of(query)
        self._arms = arms_of(connection, wanted, final_height)
        self._starts = Sums(connection, wanted, final_height).starts
        self._passing = wanted.of_rows(final_height) & wanted.of_span
        self._rows, self._houses = rows, houses
        # Among rows of one house the newest comes first where the names rise.
        self._up = query.rises is not query.backward
        if self._order.names_houses:
            self._up = not self._up

    def fetch(self) -> Found:
        """Return the page.

        Raises:
            UsageError: `after` is no page's `next`.
        """
        query = self._query
        limit = min(max(query.limit, 1), MOST_ROWS)
        inclusive = not query.after
        place = parse_cursor(query.after) if query.after else None
        if place is None and query.at is not None:
            place = spot_at(query.at, up=self._up)
        look = self._gathered if self._few() else self._walked
        rows, before = look(place, inclusive, limit + 1)
        return Found(
            [entry_of(row) for row in rows[:limit]],
            next=cursor_of(rows[limit - 1]) if len(rows) > limit else "",
            first=cursor_of(rows[0]) if rows else "",
            before=before,
        )

    def _few(self) -> bool:
        if self._rows is None:
            left = GATHERED_ROWS + 1
            for arm in self._arms:
                left -= arm.rows_up_to(self._connection, self._starts, left)
                if left <= 0:
                    return False
            self._rows = GATHERED_ROWS + 1 - left
        return self._rows <= GATHERED_ROWS

    def _gathered(
        self, place: Spot | None, inclusive: bool, limit: int
    ) -> tuple[list[Row], int | None]:
        arms = self._arms if self._rows else []
        rows = [row for arm in arms for row in arm.rows(self._connection, self._starts)]
        rank = self._ranks(rows, place)
        rows.sort(key=lambda row: rank(spot_of(row)))
        begin, row = 0, self._query.row
        if place is not None:
            ranks = [rank(spot_of(row)) for row in rows]
            # A row at the place itself is taken or left, whichever end the page begins from.
            side = bisect_left if inclusive is self._up else bisect_right
            begin = side(ranks, rank(place))
            begin = begin if self._up else len(rows) - begin
        elif row is not None:
            begin = max(0, min(row, len(rows) - 1))
        if not self._up:
            rows.reverse()
        return rows[begin : begin + limit], None if self._query.backward else begin

    def _ranks(self, rows: list[Row], place: Spot | None) -> Callable[[Spot], tuple[int, Key]]:
        """Return what gives a place's rank, the smallest first where rows are walked up."""
        order = self._order
        if order is LedgerOrder.ENERGY:
            return lambda spot: (spot.wh, spot.key)
        if order is LedgerOrder.AMOUNT:
            return lambda spot: (spot.amount, spot.key)
        column = _COLUMNS[order]
        names = {row[column] for row in rows}
        if place is not None:
            names.add(place.key[column])
        ordered = sorted(names, key=natural, reverse=True)
        rank = {name: number for number, name in enumerate(ordered)}
        return lambda spot: (rank[spot.key[column]], spot.key)

    def _walked(
        self, place: Spot | None, inclusive: bool, limit: int
    ) -> tuple[list[Row], int | None]:
        query = self._query
        runs = runs_of(self._connection, self._order, up=self._up)
        if place is None and query.row is not None:
            return self._from_row(runs, query.row, limit)
        rows = list(islice(self._from_place(runs, place, inclusive, limit), limit))
        if query.backward or query.after:
            return rows, None
        return rows, 0 if place is None else self._before(runs, place)

    def _from_place(
        self, runs: list[Run], place: Spot | None, inclusive: bool, limit: int
    ) -> Iterator[Row]:
        for run in runs:
            side = 1 if place is None else self._side(run, place)
            if side >= 0:
                at = place if side == 0 else None
                yield from self._rows_of(run, limit, place=at, inclusive=inclusive)

    def _from_row(self, runs: list[Run], row: int, limit: int) -> tuple[list[Row], int]:
        before, found, first, count = 0, 0, 0, 0
        for number, run in enumerate(runs):
            if rows := self._count(run):
                found, first, count = number, before, rows
            before += rows
            if before > row:
                break
        if not count:
            return [], 0
        inside = min(row - first, count - 1)
        found_rows = self._beyond(runs[found], inside, count, limit)
        for run in runs[found + 1 :]:
            if len(found_rows) >= limit:
                break
            found_rows += self._rows_of(run, limit - len(found_rows))
        return found_rows, first + inside

    def _beyond(self, run: Run, skip: int, count: int, limit: int) -> list[Row]:
        """The rows of a run beyond so many of them, counted off from its nearer end."""
        if skip <= count // 2:
            return self._rows_of(run, limit, skip=skip)
        most = min(limit, count - skip)
        return run.rows(
            self._connection, self._passing, most, up=not self._up, skip=count - skip - most
        )[::-1]

    def _before(self, runs: list[Run], place: Spot) -> int:
        """How many rows come before a place."""
        before = 0
        for run in runs:
            side = self._side(run, place)
            if side == 0:
                return before + run.before(self._connection, self._passing, place, up=self._up)
            if side < 0:
                before += self._count(run)
        return before

    def _side(self, run: Run, place: Spot) -> int:
        """Whether a run lies before a place (-1), around it (0) or beyond it (1)."""
        if not run.house:
            return 0
        house = place.key[_COLUMNS[self._order]]
        if run.house == house:
            return 0
        return 1 if (natural(run.house) > natural(house)) is not self._up else -1

    def _count(self, run: Run) -> int:
        if not run.house and self._rows is not None:
            return self._rows
        if run.house not in self._houses:
            self._houses[run.house] = run.count(self._connection, self._passing)
        return self._houses[run.house]

    def _rows_of(
        self,
        run: Run,
        limit: int,
        *,
        place: Spot | None = None,
        inclusive: bool = True,
        skip: int = 0,
    ) -> list[Row]:
        return run.rows(
            self._connection,
            self._passing,
            limit,
            up=self._up,
            place=place,
            inclusive=inclusive,
            skip=skip,
        )
