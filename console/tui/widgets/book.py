"""The book: the ledger's rows as far as they are loaded, grouped by interval."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

import msgspec

from console.client import Engine
from console.model.entry import Entry, EntryState
from console.model.interval import Interval
from console.model.settlement import State
from console.model.view import LedgerPage, LedgerQuery
from console.tui.widgets.flow import natural

_MOST_DAYS = 7

LARGEST_PAGE = 1000
"""The most rows that the engine gives at once."""


class Group(msgspec.Struct, frozen=True):
    """An interval's rows, all of them."""

    interval: Interval
    """The interval."""
    entries: tuple[Entry, ...]
    """Its rows: by revision, producer and consumer, in natural order."""

    @property
    def wh(self) -> int:
        """Their energy, Wh."""
        return sum(entry.wh for entry in self.entries)

    @property
    def amount_nano(self) -> int:
        """Their amount, nano-units."""
        return sum(entry.amount_nano for entry in self.entries)

    @property
    def height(self) -> int:
        """Their newest block."""
        return max(entry.height for entry in self.entries)

    @property
    def state(self) -> State:
        """Final where every row is, else sealed."""
        final = all(entry.state is EntryState.FINAL for entry in self.entries)
        return State.FINAL if final else State.SEALED

    @property
    def transactions(self) -> tuple[bytes, ...]:
        """Their transactions, in the order of the rows."""
        return tuple(dict.fromkeys(entry.transaction for entry in self.entries))


class Book(msgspec.Struct, frozen=True):
    """The rows that are loaded, and the totals of all that pass the filter."""

    groups: tuple[Group, ...] = ()
    """The whole groups, in the order asked for."""
    begun: tuple[Entry, ...] = ()
    """The rows of a last group that may not be whole yet."""
    next: str = ""
    """Where the next page begins; empty after the last row."""
    rows: int | None = None
    """How many rows pass the filter; None while they are counted."""
    wh: int | None = None
    """Their energy, Wh; None likewise."""
    amount_nano: int | None = None
    """Their amount, nano-units; None likewise."""
    all_rows: int = 0
    """How many rows the ledger has."""

    @property
    def whole(self) -> bool:
        """Whether every row that passes the filter is loaded."""
        return not self.next

    @property
    def loaded(self) -> int:
        """How many rows are loaded in whole groups."""
        return sum(len(group.entries) for group in self.groups)


def opened(page: LedgerPage) -> Book:
    """Return the book of a first page."""
    return _joined(Book(), page)


def turned(book: Book, page: LedgerPage) -> Book:
    """Return a book with the next page in it.

    Args:
        book: what was loaded before.
        page: the page that begins at `book.next`.
    """
    return _joined(book, page)


def refreshed(book: Book, page: LedgerPage, *, newest_first: bool) -> Book:
    """Return a book whose first rows are those of a fresh first page.

    What the page does not reach stays as it was loaded.

    Args:
        book: what was loaded before.
        page: a fresh first page of the same filter and order.
        newest_first: the order of the intervals.
    """
    fresh = opened(page)
    if not fresh.groups or fresh.whole:
        return fresh
    edge = fresh.groups[-1].interval.start
    older = tuple(
        group
        for group in book.groups
        if (group.interval.start < edge if newest_first else group.interval.start > edge)
    )
    if not older:
        return fresh
    return msgspec.structs.replace(
        book,
        groups=(*fresh.groups, *older),
        rows=fresh.rows,
        wh=fresh.wh,
        amount_nano=fresh.amount_nano,
        all_rows=fresh.all_rows,
    )


def page_after(query: LedgerQuery, book: Book) -> LedgerQuery:
    """Return the question for the next page; it grows until a group of any size is whole."""
    limit = LARGEST_PAGE if book.begun and not book.groups else query.limit
    return msgspec.structs.replace(query, after=book.next, limit=limit)


def first_page(query: LedgerQuery, book: Book | None = None) -> LedgerQuery:
    """Return the question for the first page again, as many rows as are loaded, within bounds."""
    loaded = book.loaded if book is not None else 0
    limit = min(LARGEST_PAGE, max(query.limit, loaded + 100))
    return msgspec.structs.replace(query, after="", limit=limit)


async def rows_by_interval(engine: Engine, days: Sequence[date]) -> dict[str, int]:
    """Return how many rows each interval of a few days has, by its name.

    Args:
        engine: whom to ask.
        days: local days; only the first week of them is asked for.
    """
    rows: dict[str, int] = {}
    for day in days[:_MOST_DAYS]:
        for settlement in (await engine.settlements(day)).settlements:
            rows[settlement.interval.name] = settlement.rows
    return rows


def _joined(book: Book, page: LedgerPage) -> Book:
    groups = _grouped((*book.begun, *page.entries))
    begun: tuple[Entry, ...] = ()
    if page.next and groups:
        *groups, last = groups
        begun = last.entries
    return Book(
        groups=(*book.groups, *groups),
        begun=begun,
        next=page.next,
        rows=page.rows,
        wh=page.wh,
        amount_nano=page.amount_nano,
        all_rows=page.all_rows,
    )


def _grouped(entries: Iterable[Entry]) -> list[Group]:
    return [
        Group(interval, tuple(sorted(rows, key=_order)))
        for interval, rows in groupby(entries, key=lambda entry: entry.interval)
    ]


def _order(entry: Entry) -> tuple[object, ...]:
    return (
        entry.revision,
        natural(entry.producer),
        natural(entry.consumer),
        entry.part,
        entry.transaction,
    )


class Index(msgspec.Struct, frozen=True):
    """The book's lines counted through: each group takes its head and its rows."""

    starts: tuple[int, ...]
    """Each group's first line."""
    lines: int
    """How many lines there are."""


def indexed(groups: Sequence[Group]) -> Index:
    """Return the line numbers of a book."""
    starts: list[int] = []
    line = 0
    for group in groups:
        starts.append(line)
        line += 1 + len(group.entries)
    return Index(tuple(starts), line)


def place_of(index: Index, line: int) -> tuple[int, int]:
    """Return a line's group and its row in it; -1 is the group's own line."""
    group = max(0, bisect_right(index.starts, line) - 1)
    return group, line - index.starts[group] - 1
