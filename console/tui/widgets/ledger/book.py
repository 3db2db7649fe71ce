"""The book: the ledger's rows as far as they are loaded, by interval or in another order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby

import msgspec

from console.model.entry import Entry, EntryState
from console.model.interval import Interval
from console.model.ledger_order import CUT_ROWS
from console.model.natural import natural
from console.model.settlement import State
from console.model.view import LedgerPage, LedgerTotals


class Group(msgspec.Struct, frozen=True):
    """Neighbouring rows: an interval's, or as many of them as came at once."""

    entries: tuple[Entry, ...]
    """Its rows: by revision, producer and consumer, the names in natural order; of an interval of
    `CUT_ROWS` rows and more, and in other orders than by time, as the ledger has them."""
    above: str = ""
    """Where the rows above it go on; empty where it begins an interval."""
    below: str = ""
    """Where the rows below it go on; empty where it ends an interval."""

    @property
    def interval(self) -> Interval:
        """The interval of its first row: of all rows, where they are ordered by time."""
        return self.entries[0].interval

    @property
    def whole(self) -> bool:
        """Whether it has all rows of its interval."""
        return not self.above and not self.below

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
    """The groups, in the order asked for."""
    flat: bool = False
    """Whether they are ordered by something else than time, so that no group has a line."""
    before: int | None = 0
    """How many rows that pass the filter come before them; None where that is not counted."""
    begun: tuple[Entry, ...] = ()
    """The few first rows of the group below them; the others come with the next page."""
    next: str = ""
    """Where those go on."""
    begun_above: tuple[Entry, ...] = ()
    """The few last rows of the group above them."""
    next_above: str = ""
    """Where those go on, against the order."""
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
        """How many rows are loaded and shown."""
        return sum(len(group.entries) for group in self.groups)


def opened(page: LedgerPage, *, flat: bool = False) -> Book:
    """Return the book of a page that was asked for by its place.

    Args:
        page: the answer.
        flat: whether it is in another order than by time.
    """
    book = Book(flat=flat, before=page.before, begins=page.before == 0, ends=False)
    return turned(_counted(book, page), page)


def opened_at_end(page: LedgerPage, *, flat: bool = False) -> Book:
    """Return the book of the ledger's last rows.

    Args:
        page: the first page against the order.
        flat: whether it is in another order than by time.
    """
    book = turned_back(_counted(Book(flat=flat, before=page.rows, begins=False), page), page)
    return book if not book.begins else msgspec.structs.replace(book, before=0)


def turned(book: Book, page: LedgerPage) -> Book:
    """Return a book with the page below it in it.

    Args:
        book: what was loaded before.
        page: the answer to `page_below`.
    """
    runs = _runs((*book.begun, *page.entries), flat=book.flat)
    known = book.groups
    parted = not book.flat and _parted(known[-1:], runs[:1])
    if parted:
        known = (*known[:-1], msgspec.structs.replace(known[-1], below=""))
    above = "" if book.begun or parted else page.first
    begun: tuple[Entry, ...] = ()
    cut = bool(runs and page.next) and not book.flat
    if cut and len(runs[-1]) < CUT_ROWS and (len(runs) > 1 or not above):
        begun = runs.pop()
    groups = [
        _group(
            run,
            above=above if number == 0 else "",
            below=page.next if number == len(runs) - 1 and not begun else "",
            flat=book.flat,
        )
        for number, run in enumerate(runs)
    ]
    return msgspec.structs.replace(
        book,
        groups=(*known, *groups),
        begun=begun,
        next=page.next if begun else "",
        ends=not page.next,
    )


def turned_back(book: Book, page: LedgerPage) -> Book:
    """Return a book with the page above it in it.

    Args:
        book: what was loaded before.
        page: the answer to `page_above`, against the order.
    """
    runs = _runs((*reversed(page.entries), *book.begun_above), flat=book.flat)
    known = book.groups
    parted = not book.flat and _parted(known[:1], runs[-1:])
    if parted:
        known = (msgspec.structs.replace(known[0], above=""), *known[1:])
    below = "" if book.begun_above or parted else page.first
    begun: tuple[Entry, ...] = ()
    cut = bool(runs and page.next) and not book.flat
    if cut and len(runs[0]) < CUT_ROWS and (len(runs) > 1 or not below):
        begun = runs.pop(0)
    groups = [
        _group(
            run,
            above=page.next if number == 0 and not begun else "",
            below=below if number == len(runs) - 1 else "",
            flat=book.flat,
        )
        for number, run in enumerate(runs)
    ]
    new = sum(len(group.entries) for group in groups)
    return msgspec.structs.replace(
        book,
        groups=(*groups, *known),
        before=None if book.before is None else max(0, book.before - new),
        begun_above=begun,
        next_above=page.next if begun else "",
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


def _counted(book: Book, page: LedgerPage) -> Book:
    return msgspec.structs.replace(
        book, rows=page.rows, wh=page.wh, amount_nano=page.amount_nano, all_rows=page.all_rows
    )


def _runs(entries: Sequence[Entry], *, flat: bool) -> list[tuple[Entry, ...]]:
    if flat:
        return [tuple(entries)] if entries else []
    return [tuple(rows) for _, rows in groupby(entries, key=lambda entry: entry.interval)]


def _parted(known: Sequence[Group], runs: Sequence[tuple[Entry, ...]]) -> bool:
    """Whether what came is of another interval than the group beside it, which so is whole."""
    return any(group.interval != run[0].interval for group in known for run in runs)


def _group(entries: tuple[Entry, ...], *, above: str, below: str, flat: bool) -> Group:
    if not flat and not above and not below and len(entries) < CUT_ROWS:
        entries = tuple(sorted(entries, key=_natural))
    return Group(entries, above, below)


def _natural(entry: Entry) -> tuple[object, ...]:
    return (
        entry.revision,
        natural(entry.producer),
        natural(entry.consumer),
        entry.part,
        entry.transaction,
    )


class Index(msgspec.Struct, frozen=True):
    """The book's lines counted through: rows, and by time the line of each interval."""

    starts: tuple[int, ...]
    """Each group's first line."""
    heads: tuple[bool, ...]
    """Whether that is its interval's line: the book's first one, and where an interval begins."""
    lines: int
    """How many lines there are."""


def indexed(book: Book) -> Index:
    """Return the line numbers of a book."""
    starts: list[int] = []
    heads: list[bool] = []
    line = 0
    for number, group in enumerate(book.groups):
        starts.append(line)
        heads.append(not book.flat and (number == 0 or not group.above))
        line += heads[-1] + len(group.entries)
    return Index(tuple(starts), tuple(heads), line)


def place_of(index: Index, line: int) -> tuple[int, int]:
    """Return a line's group and its row in it; -1 is the interval's own line."""
    group = max(0, bisect_right(index.starts, line) - 1)
    return group, line - index.starts[group] - index.heads[group]


def line_of(book: Book, entry: Entry) -> int | None:
    """Return the line of a row; None where it is not loaded."""
    index = indexed(book)
    for number, group in enumerate(book.groups):
        if not book.flat and group.interval != entry.interval:
            continue
        for row, candidate in enumerate(group.entries):
            if candidate.key == entry.key:
                return index.starts[number] + index.heads[number] + row
    return None


def rows_above(index: Index, line: int) -> int:
    """Return how many rows of the book stand above a line."""
    group, row = place_of(index, line)
    return index.starts[group] - sum(index.heads[:group]) + max(0, row)
