"""Ledgers that a reader turns the pages of, answered as an engine would."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache

import msgspec
from hypothesis import strategies as st

from console.model.entry import Entry
from console.model.ledger_order import CUT_ROWS, LedgerOrder, RowPlace
from console.model.view import LedgerPage, LedgerQuery
from console.tui.widgets.ledger.book import (
    Book,
    opened,
    turned,
    turned_back,
)
from console.tui.widgets.ledger.reader import (
    Reader,
    entry_at,
    reading,
)
from console.tui.widgets.ledger.turning import (
    page_above,
    page_below,
)
from tests.tui.chain_data import entries
from tests.tui.chain_engine import ordered

DAY = [row for number in range(52, 21, -1) if number != 45 for row in entries(number)]
NOTHING = timedelta()
WAYS = ("up", "down", "page_up", "page_down", "home", "end")


def page(
    rows: Sequence[Entry], start: int = 0, count: int = 100_000, first: str = ""
) -> LedgerPage:
    end = start + count
    return LedgerPage(
        entries=tuple(rows[start:end]),
        next=str(end) if end < len(rows) else "",
        first=first,
        rows=len(rows),
        wh=sum(row.wh for row in rows),
        amount_nano=0,
        all_rows=len(rows),
        before=start,
    )


def answered(query: LedgerQuery, rows: Sequence[Entry] = DAY) -> LedgerPage:
    """What a store of some rows says to a question; a cursor is a row's number in the order."""
    stand, keys = stood(rows, query)
    flat, inside, begin = query.order is not LedgerOrder.TIME, False, 0
    if query.after:
        begin, inside = keys.index(_cursors[query.after]), True
        begin += 0 if query.backward else 1
    elif query.at is not None:
        wanted = query.at
        begin = next(n for n, row in enumerate(stand) if RowPlace.of(row) == wanted)
    elif query.row is not None:
        begin = min(query.row, len(stand) - 1)
    elif query.place is not None:
        sign = -1 if query.rises else 1
        beyond = [n for n, row in enumerate(stand)
                  if (row.interval.start - query.place) * sign <= NOTHING]  # fmt: skip
        begin = beyond[0] if beyond else len(stand)
        if query.backward:
            begin = sum((row.interval.start - query.place) * sign >= NOTHING for row in stand)
    elif query.backward:
        begin = len(stand)
    if not flat and not query.backward and (query.at is not None or query.row is not None):
        interval = stand[begin].interval
        own = [n for n, row in enumerate(stand) if row.interval == interval]
        inside = len(own) >= CUT_ROWS and begin > own[0]
        begin = begin if inside else own[0]
    found = stand[max(0, begin - query.limit) : begin][::-1] if query.backward \
        else stand[begin : begin + query.limit]  # fmt: skip
    more = begin - query.limit > 0 if query.backward else begin + query.limit < len(stand)
    return LedgerPage(
        entries=tuple(found),
        next=_cursor(found[-1]) if more else "",
        first=_cursor(found[0]) if found and (inside or flat) else "",
        rows=len(stand),
        wh=sum(row.wh for row in stand),
        amount_nano=0,
        all_rows=len(stand),
        before=None if query.after or query.backward else begin,
    )


def stood(rows: Sequence[Entry], query: LedgerQuery) -> tuple[list[Entry], list[Key]]:
    """Rows in a query's order, and their keys."""
    known = (id(rows), query.order, query.rises)
    if known not in _stands:
        stand = ordered(list(rows), msgspec.structs.replace(query, backward=False))
        _stands[known] = (rows, stand, [row.key for row in stand])
    return _stands[known][1:]


Key = tuple[str, int, str, str, int, str]
_stands: dict[tuple[object, ...], tuple[Sequence[Entry], list[Entry], list[Key]]] = {}
_cursors: dict[str, tuple[str, int, str, str, int, str]] = {}


def _cursor(row: Entry) -> str:
    text = repr(row.key)
    _cursors[text] = row.key
    return text


def first_lines(reader: Reader) -> Entry | None:
    return entry_at(reader.book, reader.top) or entry_at(reader.book, reader.top + 1)


ORDERS = st.builds(
    lambda order, rises: LedgerQuery(order=order, rises=rises), st.sampled_from(LedgerOrder),
    st.booleans(),
)  # fmt: skip


@cache
def street(buyers: int) -> list[Entry]:
    """Three intervals, the middle one with a great many rows."""
    few = [row for number in (50, 52) for row in entries(number)]
    row = entries(51)[0]
    many = [
        msgspec.structs.replace(row, producer=f"p{n % 7}", consumer=f"c{n}", wh=n)
        for n in range(buyers)
    ]
    return few + many


def opened_by(query: LedgerQuery, rows: Sequence[Entry] = DAY) -> Book:
    return opened(answered(query, rows), flat=query.order is not LedgerOrder.TIME)


def rows_of(book: Book) -> list[Entry]:
    return [row for group in book.groups for row in group.entries]


def grown(query: LedgerQuery, book: Book, rows: Sequence[Entry]) -> Book:
    """The book with everything below and above it."""
    while not book.ends:
        book = turned(book, answered(page_below(query, book), rows))
    while not book.begins:
        book = turned_back(book, answered(page_above(query, book), rows))
    return book


def reading_of(query: LedgerQuery, rows: Sequence[Entry] = DAY) -> Reader:
    return reading(opened_by(query, rows))
