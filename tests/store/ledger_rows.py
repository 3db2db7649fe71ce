"""Ledger rows and queries as hypothesis draws them, and what a sorted list says of a query."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from hypothesis import strategies as st

from console.model.entry import Entry, EntryState
from console.model.interval import Interval
from console.model.ledger_filter import LedgerFilter
from console.model.ledger_order import LedgerOrder
from console.model.natural import natural
from console.model.view import LedgerQuery
from console.store.store import Store

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)


@asynccontextmanager
async def drawn_store() -> AsyncIterator[Store]:
    """A store of one drawn example, closed whether or not the example holds."""
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(Path(folder) / "store.db", stepped=True)
        try:
            yield store
        finally:
            await store.close()


def instant(quarter: int) -> datetime:
    """The start of a quarter of an hour, counted from noon."""
    return NOON + timedelta(minutes=15 * quarter)


HOUSES = st.sampled_from(["a2", "a10", "B", "c-1"])
ROWS = st.builds(
    Entry,
    producer=HOUSES,
    consumer=HOUSES,
    price_micro_per_kwh=st.sampled_from([0, 99_999, 100_000, 10**9]),
    wh=st.integers(-(10**9), 10**9),
    currency=st.just("EUR"),
    interval=st.integers(0, 4).map(lambda quarter: Interval(instant(quarter), 15)),
    revision=st.integers(0, 1),
    part=st.integers(1, 2),
    height=st.integers(1, 5),
    transaction=st.integers(0, 2).map(lambda number: bytes([number * 100]) * 32),
    state=st.just(EntryState.SEALED),
)
FIELDS: dict[str, st.SearchStrategy[object]] = {
    "producer": st.sampled_from(["a2", "a10", "x"]),
    "consumer": st.sampled_from(["a2", "c-1"]),
    "house": st.sampled_from(["a2", "B"]),
    "text": st.sampled_from(["B", "c", "-", "x", "z"]),
    "start": st.integers(-1, 5).map(instant),
    "end": st.integers(-1, 5).map(instant),
    "block": st.integers(1, 5),
    "transaction": st.sampled_from(["0", "6", "64", "646", "C8c8", "f", "0" * 64]),
    "state": st.sampled_from(EntryState),
    "price_micro": st.sampled_from([0, 100_000, 7]),
    "revision": st.integers(0, 2),
}
"""Values for each field of a filter, those that no row has among them."""


def filters(most: int) -> st.SearchStrategy[dict[str, object]]:
    """A few fields of a filter."""
    names = st.lists(st.sampled_from(sorted(FIELDS)), max_size=most, unique=True)
    return names.flatmap(lambda some: st.fixed_dictionaries({name: FIELDS[name] for name in some}))


WITHOUT = st.lists(filters(2).filter(bool), max_size=2).map(
    lambda some: tuple(msgspec.convert(one, LedgerFilter, str_keys=False) for one in some)
)


def queries(*orders: LedgerOrder) -> st.SearchStrategy[LedgerQuery]:
    """A filter, a direction and a small page, in one of some orders."""
    return st.builds(
        lambda only, without, order, rises, limit: LedgerQuery(
            **only, without=without, order=order, rises=rises, limit=limit
        ),
        filters(3),
        WITHOUT,
        st.sampled_from(orders),
        st.booleans(),
        st.integers(1, 9),
    )


QUERIES = queries(LedgerOrder.TIME)
FINAL = 3
"""The final height of the ledgers below."""


def passes(row: Entry, only: LedgerFilter) -> bool:
    """Whether a row passes one filter."""
    state = EntryState.FINAL if row.height <= FINAL else EntryState.SEALED
    return (
        only.producer in ("", row.producer)
        and only.consumer in ("", row.consumer)
        and only.house in ("", row.producer, row.consumer)
        and any(only.text.lower() in name.lower() for name in (row.producer, row.consumer))
        and (only.start is None or row.interval.start >= only.start)
        and (only.end is None or row.interval.start < only.end)
        and only.block in (None, row.height)
        and row.transaction.hex().startswith(only.transaction.lower())
        and only.state in (None, state)
        and only.price_micro in (None, row.price_micro_per_kwh)
        and only.revision in (None, row.revision)
    )


def passing(rows: Sequence[Entry], query: LedgerQuery) -> list[Entry]:
    """The rows that pass a query's filter, in its order."""
    found = [
        msgspec.structs.replace(row, state=EntryState.FINAL) if row.height <= FINAL else row
        for row in sorted(rows, key=lambda row: row.key)
        if passes(row, query) and not any(passes(row, each) for each in query.without)
    ]
    match query.order:
        case LedgerOrder.TIME:
            found.sort(key=lambda row: row.interval.start, reverse=not query.rises)
        case LedgerOrder.ENERGY | LedgerOrder.AMOUNT:
            energy = query.order is LedgerOrder.ENERGY
            found.sort(key=lambda row: row.wh if energy else row.amount_nano)
            # Reversed as a whole: rows alike in all of their key turn round with the others.
            if not query.rises:
                found.reverse()
        case side:
            if query.rises:
                found.reverse()
            found.sort(key=lambda row: natural(getattr(row, side)), reverse=not query.rises)
    return found
