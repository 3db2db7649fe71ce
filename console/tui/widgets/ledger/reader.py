"""The reader: where in the ledger somebody reads, and how that place stays while rows arrive."""

from __future__ import annotations

from datetime import date, tzinfo

import msgspec

from console.model.entry import Entry
from console.model.interval import Interval
from console.model.view import LedgerPage
from console.tui.widgets.ledger.book import (
    Book,
    Group,
    Index,
    indexed,
    line_of,
    opened,
    place_of,
    turned,
    turned_back,
    without_first,
    without_last,
)

KEPT_ROWS = 2000
"""Rows that a book keeps at least while it is read on; what is farther away is let go of."""

_WAYS = frozenset({"up", "down", "page_up", "page_down", "home", "end"})


class Reader(msgspec.Struct, frozen=True):
    """A book, the first line in sight and the chosen line; lines count intervals and rows."""

    book: Book = Book()
    """The rows that are loaded."""
    top: int = 0
    """The first line in sight."""
    cursor: int = 1
    """The chosen line, always a row."""

    @property
    def chosen(self) -> Entry | None:
        """The chosen row; None in an empty book."""
        return entry_at(self.book, self.cursor)

    @property
    def at_top(self) -> bool:
        """Whether the very first row is chosen."""
        return self.book.begins and self.top == 0 and self.cursor <= _first_row(self.book)


def reading(book: Book) -> Reader:
    """Return a reader of a book's first rows."""
    return Reader(book, 0, _first_row(book))


def _first_row(book: Book) -> int:
    """The line of the first row: by time an interval's line stands over it, also in sight."""
    return 0 if book.flat else 1


def entry_at(book: Book, line: int) -> Entry | None:
    """Return the row on a line; None on an interval's line or outside."""
    if not book.groups:
        return None
    group, row = place_of(indexed(book), line)
    entries = book.groups[group].entries
    return entries[row] if 0 <= row < len(entries) else None


def rows_beside(reader: Reader) -> tuple[Entry, ...]:
    """Return the loaded rows of the chosen row's interval; none in other orders than by time."""
    chosen = reader.chosen
    if chosen is None or reader.book.flat:
        return ()
    beside = (group for group in reader.book.groups if group.interval == chosen.interval)
    return tuple(entry for group in beside for entry in group.entries)


def days_in_sight(reader: Reader, rows: int, zone: tzinfo) -> list[date]:
    """Return the local days of the intervals in sight.

    Args:
        reader: where it is read.
        rows: the lines in sight.
        zone: the community's zone.
    """
    starts = (group.interval.start for group in _in_sight(reader, rows))
    return list(dict.fromkeys(start.astimezone(zone).date() for start in starts))


def cut_in_sight(reader: Reader, rows: int) -> list[Interval]:
    """Return the intervals in sight of which not all rows stand together; arguments likewise."""
    cut = (group.interval for group in _in_sight(reader, rows) if not group.whole)
    return list(dict.fromkeys(cut))


def _in_sight(reader: Reader, rows: int) -> tuple[Group, ...]:
    groups = reader.book.groups
    if not groups or reader.book.flat:
        return ()
    index = indexed(reader.book)
    first, last = (place_of(index, line)[0] for line in (reader.top, reader.top + rows))
    return groups[first : last + 1]


def moved(reader: Reader, way: str, rows: int) -> Reader:
    """Return a reader after a move, the chosen row in sight.

    Args:
        reader: where it was read before.
        way: `up`, `down`, `page_up`, `page_down`, `home` or `end`.
        rows: the lines in sight, the first of which always is a group's.
    """
    index = indexed(reader.book)
    if not index.lines or way not in _WAYS:
        return reader
    first = _first_row(reader.book)
    page = max(1, rows - 1 - first)
    targets = {
        "up": reader.cursor - 1,
        "down": reader.cursor + 1,
        "page_up": reader.cursor - page,
        "page_down": reader.cursor + page,
        "home": first,
        "end": index.lines - 1,
    }
    back = way in ("up", "page_up")
    return standing(reader, _on_row(index, targets[way], back=back), rows)


def standing(reader: Reader, cursor: int, rows: int) -> Reader:
    """Return a reader with another chosen line, scrolled as little as needed."""
    highest, lowest = max(0, cursor - max(1, rows - 1)), cursor - _first_row(reader.book)
    top = min(max(reader.top, highest), lowest)
    return Reader(reader.book, max(0, top), cursor)


def wants_below(reader: Reader, rows: int) -> bool:
    """Return whether the end of what is loaded comes near, and there is more."""
    if reader.book.ends:
        return False
    return indexed(reader.book).lines - reader.top < 3 * rows


def wants_above(reader: Reader, rows: int) -> bool:
    """Return whether the beginning of what is loaded comes near, and there is more."""
    book = reader.book
    known = bool(book.groups or book.next_above)
    return known and not book.begins and reader.top < 2 * rows


def with_page_below(reader: Reader, page: LedgerPage) -> Reader:
    """Return a reader whose book has the page below it; what is far above is let go of."""
    book, shift = turned(reader.book, page), 0
    while book.loaded - len(book.groups[0].entries) >= KEPT_ROWS:
        shorter = without_first(book)
        gone = indexed(book).lines - indexed(shorter).lines
        if shift + gone > reader.top:
            break
        book, shift = shorter, shift + gone
    return Reader(book, reader.top - shift, reader.cursor - shift)


def with_page_above(reader: Reader, page: LedgerPage) -> Reader:
    """Return a reader whose book has the page above it; what is far below is let go of."""
    before = indexed(reader.book).lines
    book = turned_back(reader.book, page)
    shift = indexed(book).lines - before
    while book.loaded - len(book.groups[-1].entries) >= KEPT_ROWS:
        if indexed(book).starts[-1] < reader.top + shift + KEPT_ROWS // 2:
            break
        book = without_last(book)
    return Reader(book, reader.top + shift, reader.cursor + shift)


def landed(book: Book, row: int | None = None) -> Reader:
    """Return a reader of a book that was opened for a jump.

    Args:
        book: what the answer to `page_at` or `page_of_row` has.
        row: the row to be chosen, by how many come before it; None for the first one.
    """
    return reading(book) if row is None else choosing(reading(book), row)


def choosing(reader: Reader, row: int) -> Reader:
    """Return a reader who has chosen a row, or the last one loaded where it comes later.

    Args:
        reader: where it was read before.
        row: how many rows come before it.
    """
    book = reader.book
    if book.before is None or not book.groups:
        return reader
    left, index = row - book.before, indexed(book)
    for number, group in enumerate(book.groups):
        if left < len(group.entries):
            line = index.starts[number] + index.heads[number] + max(0, left)
            return Reader(book, max(0, line - _first_row(book)), line)
        left -= len(group.entries)
    return moved(reader, "end", 1)


def choosing_row(reader: Reader, entry: Entry) -> Reader:
    """Return a reader who has chosen a row, or the first one loaded where it is gone.

    Args:
        reader: of the answer to `page_at_row`.
        entry: the row.
    """
    line = line_of(reader.book, entry)
    if line is None:
        return reader
    return Reader(reader.book, max(0, line - _first_row(reader.book)), line)


def at_end(book: Book, rows: int) -> Reader:
    """Return a reader of the ledger's last rows.

    Args:
        book: what the answer to `last_page` has.
        rows: the lines in sight.
    """
    return moved(reading(book), "end", rows)


def with_fresh_top(reader: Reader, page: LedgerPage) -> tuple[Reader, int]:
    """Return a reader of a fresh first page, and how many lines came in on top of it.

    Args:
        reader: one who reads the first rows by time.
        page: the first page again.
    """
    book = opened(page)
    index = indexed(book)
    known = {group.interval for group in reader.book.groups}
    new = next(
        (start for start, group in zip(index.starts, book.groups, strict=True)
         if group.interval in known), index.lines,
    )  # fmt: skip
    return reading(book), new if known else 0


def row_in_sight(reader: Reader) -> Entry | None:
    """Return the row from which on a reader's rows are asked for again; None in an empty book."""
    return entry_at(reader.book, reader.top) or entry_at(reader.book, reader.top + 1)


def with_fresh_rows(reader: Reader, page: LedgerPage) -> Reader:
    """Return a reader who sees the same lines in what was asked for again.

    Args:
        reader: who read before.
        page: the answer to `page_at_row` of the row in sight.
    """
    book = opened(page, flat=reader.book.flat)
    index = indexed(book)
    if not index.lines:
        return Reader(book)
    cursor = _on_row(index, _same_line(reader, book, reader.cursor), back=False)
    # The chosen row stays where it is on the screen, whatever came in above it.
    return standing(Reader(book, max(0, cursor - reader.cursor + reader.top)), cursor, index.lines)


def _same_line(reader: Reader, after: Book, line: int) -> int:
    """The line of the same row after rows have come or gone, or the nearest one."""
    group, row = place_of(indexed(reader.book), line)
    entry = reader.book.groups[group].entries[max(0, row)]
    index = indexed(after)
    found = line_of(after, entry)
    if found is None:
        found = _same_place(after, index, entry, row)
    if found is None:
        found = min(max(0, line - reader.top), index.lines - 1)
    return found - 1 if row < 0 and found - 1 in _heads(index) else found


def _same_place(after: Book, index: Index, entry: Entry, row: int) -> int | None:
    """The line of the row that has a gone one's place in its interval."""
    for number, group in enumerate(after.groups):
        if not after.flat and group.interval == entry.interval:
            first = index.starts[number] + index.heads[number]
            return first + min(max(0, row), len(group.entries) - 1)
    return None


def _heads(index: Index) -> set[int]:
    """The lines of the intervals."""
    return {line for line, head in zip(index.starts, index.heads, strict=True) if head}


def _on_row(index: Index, line: int, *, back: bool) -> int:
    """The nearest line that is a row's: of an interval's line the one after it, or before it."""
    line = min(max(0, line), index.lines - 1)
    if line not in _heads(index):
        return line
    return line - 1 if back and line > 1 else line + 1
