"""The turning: the questions for the ledger's pages, from where a book is open."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from console.model.view import LedgerQuery
from console.tui.widgets.book import Book

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
    """Return the question for the ledger's last rows, in the turned order."""
    return _page(_turned(query), query.limit)


def page_at(query: LedgerQuery, place: datetime, rows: int = 0) -> LedgerQuery:
    """Return the question for the rows from an interval on.

    Args:
        query: filter and order.
        place: the interval's start, or any instant.
        rows: how many are in sight.
    """
    asked = _page(query, max(query.limit, 3 * rows))
    return msgspec.structs.replace(asked, place=place)


def page_of_row(query: LedgerQuery, row: int) -> LedgerQuery:
    """Return the question for the rows from the interval of a row on.

    Args:
        query: filter and order.
        row: how many rows come before it.
    """
    return msgspec.structs.replace(_page(query, query.limit), row=row)


def page_below(query: LedgerQuery, book: Book) -> LedgerQuery:
    """Return the question for what follows a book; it grows until a group of any size is whole."""
    if book.next:
        limit = LARGEST_PAGE if not book.groups or len(book.begun) >= query.limit else query.limit
        return msgspec.structs.replace(_page(query, limit), after=book.next)
    last = book.groups[-1].interval.start
    beyond = last - _BEYOND if query.newest_first else last + _BEYOND
    return msgspec.structs.replace(_page(query, query.limit), place=beyond)


def page_above(query: LedgerQuery, book: Book) -> LedgerQuery:
    """Return the question for what comes before a book, in the turned order."""
    turned = _turned(query)
    if book.next_above:
        few = book.groups and len(book.begun_above) < query.limit
        limit = query.limit if few else LARGEST_PAGE
        return msgspec.structs.replace(_page(turned, limit), after=book.next_above)
    first = book.groups[0].interval.start
    beyond = first + _BEYOND if query.newest_first else first - _BEYOND
    return msgspec.structs.replace(_page(turned, query.limit), place=beyond)


def _page(query: LedgerQuery, limit: int) -> LedgerQuery:
    limit = min(LARGEST_PAGE, limit)
    return msgspec.structs.replace(query, after="", place=None, row=None, limit=limit)


def _turned(query: LedgerQuery) -> LedgerQuery:
    return msgspec.structs.replace(query, newest_first=not query.newest_first)
