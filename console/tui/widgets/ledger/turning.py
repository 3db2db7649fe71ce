"""The turning: the questions for the ledger's pages, from where a book is open."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from console.model.entry import Entry
from console.model.ledger_order import CUT_ROWS, RowPlace
from console.model.view import LedgerQuery
from console.tui.widgets.ledger.book import Book

LARGEST_PAGE = 1000
"""The most rows that the engine gives at once."""

_BEYOND = timedelta(seconds=1)


def first_page(query: LedgerQuery, rows: int = 0) -> LedgerQuery:
    """Return the question for the ledger's first rows.

    Args:
        query: filter and order.
        rows: how many are in sight.
    """
    return _page(query, max(query.limit, 3 * rows))


def last_page(query: LedgerQuery) -> LedgerQuery:
    """Return the question for the ledger's last rows, against the order."""
    return _back(_page(query, query.limit))


def page_at(query: LedgerQuery, place: datetime, rows: int = 0) -> LedgerQuery:
    """Return the question for the rows from an interval on, by time.

    Args:
        query: filter and order.
        place: the interval's start, or any instant.
        rows: how many are in sight.
    """
    return msgspec.structs.replace(first_page(query, rows), place=place)


def page_at_row(query: LedgerQuery, entry: Entry, rows: int = 0) -> LedgerQuery:
    """Return the question for the rows from a row on, or from its small interval on.

    Args:
        query: filter and order.
        entry: the row, which may be there no more.
        rows: how many are in sight.
    """
    asked = _page(query, max(query.limit, 3 * rows) + CUT_ROWS)
    return msgspec.structs.replace(asked, at=RowPlace.of(entry))


def page_of_row(query: LedgerQuery, row: int) -> LedgerQuery:
    """Return the question for the rows from a row on, or from its small interval on.

    Args:
        query: filter and order.
        row: how many rows come before it.
    """
    return msgspec.structs.replace(_page(query, query.limit), row=row)


def page_below(query: LedgerQuery, book: Book) -> LedgerQuery:
    """Return the question for what follows a book."""
    asked = _page(query, query.limit)
    if after := book.next or book.groups[-1].below:
        return msgspec.structs.replace(asked, after=after)
    last = book.groups[-1].interval.start
    return msgspec.structs.replace(asked, place=last + _BEYOND if query.rises else last - _BEYOND)


def page_above(query: LedgerQuery, book: Book) -> LedgerQuery:
    """Return the question for what comes before a book, against the order."""
    asked = _back(_page(query, query.limit))
    if after := book.next_above or book.groups[0].above:
        return msgspec.structs.replace(asked, after=after)
    first = book.groups[0].interval.start
    return msgspec.structs.replace(asked, place=first - _BEYOND if query.rises else first + _BEYOND)


def _page(query: LedgerQuery, limit: int) -> LedgerQuery:
    limit = min(LARGEST_PAGE, limit)
    return msgspec.structs.replace(
        query, after="", place=None, row=None, at=None, backward=False, limit=limit
    )


def _back(query: LedgerQuery) -> LedgerQuery:
    return msgspec.structs.replace(query, backward=True)
