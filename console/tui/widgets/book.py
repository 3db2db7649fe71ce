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
from console.model.view import LedgerPage, LedgerTotals
from console.tui.widgets.flow import natural

_MOST_DAYS = 7


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
    """A run of neighbouring groups that is loaded, and the totals of all that pass the filter."""

    groups: tuple[Group, ...] = ()
    """The whole groups, in the order asked for."""
    before: int | None = 0
    """How many rows that pass the filter come before them; None where that is not counted."""
    begun: tuple[Entry, ...] = ()
    """The rows of the group below them, as far as they are loaded."""
    next: str = ""
    """Where those go on; empty where the next page begins with a whole group."""
    begun_above: tuple[Entry, ...] = ()
    """The rows of the group above them, as far as they are loaded."""
    next_above: str = ""
    """Where those go on, in the turned order."""
    begins: bool = True
    """Whether nothing comes before them."""
    ends: bool = True
    """Whether nothing comes after them."""
    rows: int | None = None
    """How many rows pass the filter; None while they are counted."""
    wh: int | None = None
    """Their energy, Wh; None likewise."""
    amount_nano: int | None = None
    """Their amount, nano-units; None likewise."""
    all_rows: int = 0
    """How many rows the ledger has."""

    @property
    def loaded(self) -> int:
        """How many rows are loaded in whole groups."""
        return sum(len(group.entries) for group in self.groups)


def opened(page: LedgerPage) -> Book:
    """Return the book of a page that begins with a whole group."""
    begins = page.before == 0
    return turned(_counted(Book(before=page.before, begins=begins, ends=False), page), page)


def opened_at_end(page: LedgerPage) -> Book:
    """Return the book of the ledger's last rows.

    Args:
        page: the first page of the turned order.
    """
    book = turned_back(_counted(Book(before=page.rows, begins=False), page), page)
    return book if not book.begins else msgspec.structs.replace(book, before=0)


def turned(book: Book, page: LedgerPage) -> Book:
    """Return a book with the page below it in it.

    Args:
        book: what was loaded before.
        page: the answer to `page_below`.
    """
    groups = _grouped((*book.begun, *page.entries))
    begun = groups.pop().entries if page.next and groups else ()
    return msgspec.structs.replace(
        book, groups=(*book.groups, *groups), begun=begun, next=page.next, ends=not page.next
    )


def turned_back(book: Book, page: LedgerPage) -> Book:
    """Return a book with the page above it in it.

    Args:
        book: what was loaded before.
        page: the answer to `page_above`.
    """
    groups = _grouped((*book.begun_above, *page.entries))
    begun = groups.pop().entries if page.next and groups else ()
    new = sum(len(group.entries) for group in groups)
    return msgspec.structs.replace(
        book,
        groups=(*reversed(groups), *book.groups),
        before=None if book.before is None else max(0, book.before - new),
        begun_above=begun,
        next_above=page.next,
        begins=not page.next,
    )


def without_first(book: Book) -> Book:
    """Return a book that has let go of its first group."""
    before = None if book.before is None else book.before + len(book.groups[0].entries)
    return msgspec.structs.replace(
        book, groups=book.groups[1:], before=before, begun_above=(), next_above="", begins=False
    )


def without_last(book: Book) -> Book:
    """Return a book that has let go of its last group."""
    return msgspec.structs.replace(book, groups=book.groups[:-1], begun=(), next="", ends=False)


def with_totals(book: Book, totals: LedgerTotals) -> Book:
    """Return a book that knows what passes its filter."""
    rows, wh, amount = totals.rows, totals.wh, totals.amount_nano
    return msgspec.structs.replace(book, rows=rows, wh=wh, amount_nano=amount)


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


def _counted(book: Book, page: LedgerPage) -> Book:
    return msgspec.structs.replace(
        book, rows=page.rows, wh=page.wh, amount_nano=page.amount_nano, all_rows=page.all_rows
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
