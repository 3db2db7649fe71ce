"""The pages: rows of the ledger by key in either direction, from any place of it."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import islice, pairwise

import apsw
import msgspec

from console.model.entry import Entry
from console.model.ledger_order import CUT_ROWS
from console.model.view import LedgerQuery, LedgerTotals
from console.store.arms import Arm, arms_of
from console.store.conditions import Wanted
from console.store.moment import to_ms
from console.store.rows import Key, Row, cursor_of, entry_of, key_of, parse_cursor, spot_at
from console.store.sums import DAY_MS, NOTHING, Sums

SLICE_ROWS = 50_000
"""Rows of the ledger that are counted one by one without a pause."""

MOST_ROWS = 1000
"""The most rows of a page."""


class Found(msgspec.Struct, frozen=True):
    """A page as the store gives it."""

    entries: list[Entry]
    """Its rows."""
    next: str
    """Where the next one begins; empty after the last row."""
    first: str
    """Where one against the order goes on; empty where it begins an interval by time."""
    before: int | None
    """How many rows that pass come before it; None where that is not counted."""


class Pages:
    """The pages of one query, within one read transaction."""

    def __init__(
        self, connection: apsw.Connection, query: LedgerQuery, final_height: int, all_rows: int
    ) -> None:
        """Prepare to look.

        Args:
            connection: the store.
            query: the filter, the order and the place.
            final_height: the height up to which rows are final.
            all_rows: how many rows the ledger has.
        """
        self._connection = connection
        self._query = query
        self._newest = query.rises is query.backward
        self._wanted = Wanted.of(query)
        self._arms = arms_of(connection, self._wanted, final_height)
        self._sums = Sums(connection, self._wanted, final_height)
        self._few = all_rows <= SLICE_ROWS

    def fetch(self) -> Found:
        """Return the page.

        Raises:
            UsageError: `after` is no page's `next`.
        """
        query = self._query
        limit = min(max(query.limit, 1), MOST_ROWS)
        after = parse_cursor(query.after).key if query.after else None
        first_ms, end_ms = self._wanted.span_ms
        before, skip = None if after is not None or query.backward else 0, 0
        if after is None and (place := self._place()) is not None:
            place_ms, before, skip = place
            first_ms, end_ms = self._from(place_ms, first_ms, end_ms)
        rows = list(islice(self._rows(first_ms, end_ms, after, limit + 1, skip), limit + 1))
        inside = bool(rows) and (after is not None or skip > 0)
        return Found(
            [entry_of(row) for row in rows[:limit]],
            next=cursor_of(rows[limit - 1]) if len(rows) > limit else "",
            first=cursor_of(rows[0]) if inside else "",
            before=before,
        )

    def totals(self) -> LedgerTotals | None:
        """Return the totals of the filter; None where too many rows would have to be counted."""
        if self._sums.exact:
            return self._sums.totals()
        return self.counted(*self._wanted.span_ms) if self._few else None

    def counted(self, first_ms: int, end_ms: int) -> LedgerTotals:
        """Return the totals of the rows that pass and start in `[first, end)`, counted by one."""
        low, high = self._wanted.span_ms
        total = NOTHING
        for arm in self._arms:
            total += arm.totals(self._connection, max(low, first_ms), min(high, end_ms))
        return total

    def slices(self) -> list[tuple[int, int]]:
        """Return spans of starts that cover what can pass, each of bounded work."""
        edges: list[int] = []
        rows, beyond = 0, 0
        for day, count in self._sums.by_day():
            edges = edges or [day * DAY_MS]
            rows, beyond = rows + count, (day + 1) * DAY_MS
            if rows >= SLICE_ROWS:
                edges.append(beyond)
                rows = 0
        return list(pairwise([*edges, beyond] if rows else edges))

    def _place(self) -> tuple[int, int | None, int] | None:
        """Where the page begins: the interval's start, the rows before, those of it left out."""
        query = self._query
        if query.at is not None:
            return self._at_key(spot_at(query.at, up=True).key)
        if query.row is not None:
            return self._start_of_row(query.row)
        if query.place is None:
            return None
        place_ms = to_ms(query.place)
        return place_ms, None if query.backward else self._rows_before(place_ms), 0

    def _at_key(self, key: Key) -> tuple[int, int | None, int]:
        before = self._rows_before(key[0])
        if self.counted(key[0], key[0] + 1).rows < CUT_ROWS:
            return key[0], before, 0
        inside = sum(arm.rows_before(self._connection, key) for arm in self._arms)
        return key[0], None if before is None else before + inside, inside

    def _from(self, place_ms: int, first_ms: int, end_ms: int) -> tuple[int, int]:
        """The span as far as it lies at a place or beyond it in the order."""
        if self._newest:
            return first_ms, min(end_ms, place_ms + 1)
        return max(first_ms, place_ms), end_ms

    def _rows_before(self, place_ms: int) -> int | None:
        low, high = self._wanted.span_ms
        first_ms, end_ms = (place_ms + 1, high) if self._newest else (low, place_ms)
        first_ms, end_ms = max(first_ms, low), min(end_ms, high)
        if self._sums.exact:
            return sum(count for _, count in self._sums.by_start(first_ms, end_ms))
        if self._few or all(arm.index for arm in self._arms):
            return self.counted(first_ms, end_ms).rows
        return None

    def _start_of_row(self, row: int) -> tuple[int, int, int]:
        day, before, _ = self._step_of(self._counts(*self._wanted.span_ms, DAY_MS), row, 0)
        span = (day * DAY_MS, (day + 1) * DAY_MS)
        start_ms, before, rows = self._step_of(self._counts(*span, 1), row, before)
        inside = min(row - before, rows - 1) if rows >= CUT_ROWS else 0
        return start_ms, before + inside, inside

    def _counts(self, first_ms: int, end_ms: int, step_ms: int) -> dict[int, int]:
        if self._sums.exact:
            by_day = step_ms == DAY_MS
            return dict(self._sums.by_day() if by_day else self._sums.by_start(first_ms, end_ms))
        low, high = self._wanted.span_ms
        counts: dict[int, int] = {}
        for arm in self._arms:
            found = arm.counts(self._connection, max(low, first_ms), min(high, end_ms), step_ms)
            for step, count in found:
                counts[step] = counts.get(step, 0) + count
        return counts

    def _step_of(self, counts: dict[int, int], row: int, before: int) -> tuple[int, int, int]:
        """The step that has a row or is the last one, the rows before it, and its own."""
        last = (0, before, 0)
        for step in sorted(counts, reverse=self._newest):
            last = (step, before, counts[step])
            if before + counts[step] > row:
                break
            before += counts[step]
        return last

    def _rows(
        self, first_ms: int, end_ms: int, after: Key | None, limit: int, skip: int
    ) -> Iterator[Row]:
        # One interval after another, each by its key: no row that is not shown is ever sorted.
        if after is not None:
            start_ms = after[0]
            if first_ms <= start_ms < end_ms:
                yield from self._merged(start_ms, after, limit, 0)
            if self._newest:
                end_ms = min(end_ms, start_ms)
            else:
                first_ms = max(first_ms, start_ms + 1)
        for start_ms in self._starts(first_ms, end_ms):
            yield from self._merged(start_ms, None, limit, skip)
            skip = 0

    def _starts(self, first_ms: int, end_ms: int) -> Iterator[int]:
        """The starts that may have rows: where the sums and one of the arms agree."""
        choose = max if self._newest else min
        found: int | None = None
        while True:
            if self._sums.narrow:
                found = self._sums.start_beyond(first_ms, end_ms, newest=self._newest)
                if found is None:
                    return
                first_ms, end_ms = self._from(found, first_ms, end_ms)
            starts = [
                start
                for arm in self._arms
                if (start := self._beyond(arm, first_ms, end_ms)) is not None
            ]
            if not starts:
                return
            start_ms = choose(starts)
            if found not in (None, start_ms):
                first_ms, end_ms = self._from(start_ms, first_ms, end_ms)
                continue
            yield start_ms
            if self._newest:
                end_ms = start_ms
            else:
                first_ms = start_ms + 1

    def _beyond(self, arm: Arm, first_ms: int, end_ms: int) -> int | None:
        return arm.start_beyond(self._connection, first_ms, end_ms, newest=self._newest)

    def _merged(self, start_ms: int, after: Key | None, limit: int, skip: int) -> Iterator[Row]:
        down = self._query.backward
        alone = skip if len(self._arms) == 1 else 0
        runs = [
            arm.rows_at(
                self._connection, start_ms, after, limit + skip - alone, down=down, skip=alone
            )
            for arm in self._arms
        ]
        return islice(heapq.merge(*runs, key=key_of, reverse=down), skip - alone, None)
