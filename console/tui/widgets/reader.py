"""The reader: where in the ledger somebody reads, and how that place stays while rows arrive."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

import msgspec

from console.model.entry import Entry
from console.model.view import LedgerPage
from console.tui.widgets.book import (
    Book,
    Index,
    indexed,
    opened,
    opened_at_end,
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
    """A book, the first line in sight and the chosen line; lines count groups and rows."""

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
        """Whether the newest row is chosen, so that new ones may slide in above it."""
        return self.book.begins and self.top == 0 and self.cursor <= 1


def entry_at(book: Book, line: int) -> Entry | None:
    """Return the row on a line; None on a group's line or outside."""
    if not book.groups:
        return None
    group, row = place_of(indexed(book.groups), line)
    entries = book.groups[group].entries
    return entries[row] if 0 <= row < len(entries) else None


def days_in_sight(reader: Reader, rows: int, zone: tzinfo) -> list[date]:
    """Return the local days of the groups in sight.

    Args:
        reader: where it is read.
        rows: the lines in sight.
        zone: the community's zone.
    """
    groups = reader.book.groups
    if not groups:
        return []
    index = indexed(groups)
    first, last = (place_of(index, line)[0] for line in (reader.top, reader.top + rows))
    starts = (group.interval.start for group in groups[first : last + 1])
    return list(dict.fromkeys(start.astimezone(zone).date() for start in starts))


def moved(reader: Reader, way: str, rows: int) -> Reader:
    """Return a reader after a move, the chosen row in sight.

    Args:
        reader: where it was read before.
        way: `up`, `down`, `page_up`, `page_down`, `home` or `end`.
        rows: the lines in sight, the first of which always is a group's.
    """
    index = indexed(reader.book.groups)
    if not index.lines or way not in _WAYS:
        return reader
    page = max(1, rows - 2)
    targets = {
        "up": reader.cursor - 1,
        "down": reader.cursor + 1,
        "page_up": reader.cursor - page,
        "page_down": reader.cursor + page,
        "home": 1,
        "end": index.lines - 1,
    }
    back = way in ("up", "page_up")
    return standing(reader, _on_row(index, targets[way], back=back), rows)


def standing(reader: Reader, cursor: int, rows: int) -> Reader:
    """Return a reader with another chosen line, scrolled as little as needed."""
    highest, lowest = max(0, cursor - max(1, rows - 1)), cursor - 1
    top = min(max(reader.top, highest), lowest)
    return Reader(reader.book, max(0, top), cursor)


def wants_below(reader: Reader, rows: int) -> bool:
    """Return whether the end of what is loaded comes near, and there is more."""
    if reader.book.ends:
        return False
    return indexed(reader.book.groups).lines - reader.top < 3 * rows


def wants_above(reader: Reader, rows: int) -> bool:
    """Return whether the beginning of what is loaded comes near, and there is more."""
    book = reader.book
    known = bool(book.groups or book.next_above)
    return known and not book.begins and reader.top < 2 * rows


def with_page_below(reader: Reader, page: LedgerPage) -> Reader:
    """Return a reader whose book has the page below it; what is far above is let go of."""
    book, shift = turned(reader.book, page), 0
    while book.loaded - len(book.groups[0].entries) >= KEPT_ROWS:
        lines = 1 + len(book.groups[0].entries)
        if shift + lines > reader.top:
            break
        book, shift = without_first(book), shift + lines
    return Reader(book, reader.top - shift, reader.cursor - shift)


def with_page_above(reader: Reader, page: LedgerPage) -> Reader:
    """Return a reader whose book has the page above it; what is far below is let go of."""
    before = indexed(reader.book.groups).lines
    book = turned_back(reader.book, page)
    shift = indexed(book.groups).lines - before
    while book.loaded - len(book.groups[-1].entries) >= KEPT_ROWS:
        if indexed(book.groups).starts[-1] < reader.top + shift + KEPT_ROWS // 2:
            break
        book = without_last(book)
    return Reader(book, reader.top + shift, reader.cursor + shift)


def landed(page: LedgerPage, row: int | None = None) -> Reader:
    """Return a reader of a page that was jumped to.

    Args:
        page: the answer to `page_at` or `page_of_row`.
        row: the row to be chosen, by how many come before it; None for the page's first one.
    """
    reader = Reader(opened(page))
    return reader if row is None else choosing(reader, row)


def choosing(reader: Reader, row: int) -> Reader:
    """Return a reader who has chosen a row, or the last one loaded where it comes later.

    Args:
        reader: where it was read before.
        row: how many rows come before it.
    """
    if reader.book.before is None or not reader.book.groups:
        return reader
    line, left = 0, row - reader.book.before
    for group in reader.book.groups:
        if left < len(group.entries):
            return Reader(reader.book, max(0, line + left), line + 1 + max(0, left))
        line, left = line + 1 + len(group.entries), left - len(group.entries)
    return moved(reader, "end", 1)


def at_end(page: LedgerPage, rows: int) -> Reader:
    """Return a reader of the ledger's last rows.

    Args:
        page: the answer to `last_page`.
        rows: the lines in sight.
    """
    return moved(Reader(opened_at_end(page)), "end", rows)


def with_fresh_top(reader: Reader, page: LedgerPage) -> tuple[Reader, int]:
    """Return a reader of a fresh first page, and how many lines came in on top of it.

    Args:
        reader: one who reads the first rows.
        page: the first page again.
    """
    book = opened(page)
    known = {group.interval for group in reader.book.groups}
    new = 0
    for group in book.groups:
        if group.interval in known:
            break
        new += 1 + len(group.entries)
    return Reader(book), new if known else 0


def place_in_sight(reader: Reader) -> datetime | None:
    """Return the interval from which on a reader's rows are asked for again; None in an empty."""
    if not reader.book.groups:
        return None
    return reader.book.groups[place_of(indexed(reader.book.groups), reader.top)[0]].interval.start


def with_fresh_rows(reader: Reader, page: LedgerPage) -> Reader:
    """Return a reader who sees the same lines in what was asked for again.

    Args:
        reader: who read before.
        page: the answer to `page_at` the place in sight.
    """
    book = opened(page)
    index = indexed(book.groups)
    if not index.lines:
        return Reader(book)
    top = _same_line(reader.book, book, reader.top)
    cursor = _same_line(reader.book, book, reader.cursor)
    return Reader(book, top, _on_row(index, cursor, back=False))


def _same_line(before: Book, after: Book, line: int) -> int:
    """The line of the same row after rows have come or gone."""
    group, row = place_of(indexed(before.groups), line)
    interval = before.groups[group].interval
    index = indexed(after.groups)
    for number, candidate in enumerate(after.groups):
        if candidate.interval == interval:
            return index.starts[number] + 1 + min(row, len(candidate.entries) - 1)
    return max(0, min(line, index.lines - 1))


def _on_row(index: Index, line: int, *, back: bool) -> int:
    """The nearest line that is a row's: of a group's line the one after it, or before it."""
    line = min(max(1, line), index.lines - 1)
    if line not in index.starts:
        return line
    return line - 1 if back and line > 1 else line + 1
