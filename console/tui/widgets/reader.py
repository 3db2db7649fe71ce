"""The reader: where in the ledger somebody reads, and how that place stays while rows arrive."""

from __future__ import annotations

import msgspec

from console.model.entry import Entry
from console.model.view import LedgerPage
from console.tui.widgets.book import Book, Index, indexed, place_of, refreshed, turned

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
        return self.top == 0 and self.cursor <= 1


def entry_at(book: Book, line: int) -> Entry | None:
    """Return the row on a line; None on a group's line or outside."""
    if not book.groups:
        return None
    group, row = place_of(indexed(book.groups), line)
    entries = book.groups[group].entries
    return entries[row] if 0 <= row < len(entries) else None


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


def wants_more(reader: Reader, rows: int) -> bool:
    """Return whether the end of what is loaded comes near, and there is more."""
    if reader.book.whole:
        return False
    return indexed(reader.book.groups).lines - reader.top < 3 * rows


def with_next_page(reader: Reader, page: LedgerPage) -> Reader:
    """Return a reader whose book has its next page."""
    return Reader(turned(reader.book, page), reader.top, reader.cursor)


def with_first_page(reader: Reader, page: LedgerPage, *, newest_first: bool) -> tuple[Reader, int]:
    """Return a reader with a fresh first page, and how many lines came in on top of it.

    Somebody who reads below keeps the very line before their eyes; then nothing slides.

    Args:
        reader: where it was read before.
        page: a fresh first page of the same filter and order.
        newest_first: the order of the intervals.
    """
    book = refreshed(reader.book, page, newest_first=newest_first)
    if not reader.book.groups or reader.at_top:
        known = {group.interval for group in reader.book.groups}
        new = 0
        for group in book.groups:
            if group.interval in known:
                break
            new += 1 + len(group.entries)
        return Reader(book), new if known else 0
    top = _same_line(reader.book, book, reader.top)
    cursor = _same_line(reader.book, book, reader.cursor)
    index = indexed(book.groups)
    if not index.lines:
        return Reader(book), 0
    return Reader(book, top, _on_row(index, cursor, back=False)), 0


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
