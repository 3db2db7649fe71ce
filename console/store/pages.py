"""The pages: rows of the ledger by key in either direction, and the totals of a filter."""

from __future__ import annotations

import base64
import binascii
import heapq
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Annotated, Any

import apsw
import msgspec

from console.errors import UsageError
from console.model.entry import MICRO, Entry, EntryState
from console.model.interval import Interval
from console.model.view import LedgerQuery
from console.store.moment import from_ms, to_ms

SELECT = """
SELECT start, revision, producer, consumer, part, hash, ordinal, minutes, price, wh, currency,
    height, final
FROM entry
"""
"""The rows that `entry_of` takes; the first seven columns are the row's key."""

_SELECT_START = "SELECT start FROM entry"
_SELECT_SUMS = """
SELECT count(*), coalesce(sum(wh), 0), coalesce(sum(wh * price / 1000000), 0),
    coalesce(sum(wh * price % 1000000), 0)
FROM entry
"""
_KEY_LENGTH = 7
_ORDER = "revision, producer, consumer, part, hash, ordinal"
_FIRST_MS, _LAST_MS = -(2**62), 2**62
_MOST_ROWS = 1000
_LONGEST_CURSOR = 400

_Number = Annotated[int, msgspec.Meta(ge=_FIRST_MS, le=_LAST_MS)]
_Key = tuple[_Number, _Number, str, str, _Number, bytes, _Number]
_decode_key = msgspec.msgpack.Decoder(_Key)


class Totals(msgspec.Struct, frozen=True):
    """How many rows there are, and what they add up to."""

    rows: int
    """Rows."""
    wh: int
    """Energy, Wh."""
    amount_nano: int
    """Amount, nano-units."""

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Totals:
        """Return the totals of rows."""
        rows = wh = amount = 0
        for entry in entries:
            rows, wh, amount = rows + 1, wh + entry.wh, amount + entry.amount_nano
        return cls(rows, wh, amount)

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.rows + other.rows, self.wh + other.wh, self.amount_nano + other.amount_nano
        )

    def __sub__(self, other: Totals) -> Totals:
        return Totals(
            self.rows - other.rows, self.wh - other.wh, self.amount_nano - other.amount_nano
        )


class Filter(msgspec.Struct, frozen=True):
    """What of a query decides which rows pass."""

    producer: str
    """Only this producer; empty for all."""
    consumer: str
    """Only this consumer; empty for all."""
    house: str
    """Only rows in which this house is either; empty for all."""
    start_ms: int
    """Only intervals that start at or after it."""
    end_ms: int
    """Only intervals that start before it."""

    @classmethod
    def of(cls, query: LedgerQuery) -> Filter:
        """Return a query's filter."""
        return cls(
            query.producer,
            query.consumer,
            query.house,
            _FIRST_MS if query.start is None else to_ms(query.start),
            _LAST_MS if query.end is None else to_ms(query.end),
        )

    @property
    def everything(self) -> bool:
        """Whether every row passes."""
        return self == Filter("", "", "", _FIRST_MS, _LAST_MS)


class _Arm(msgspec.Struct, frozen=True):
    """A part of a filter that one index answers; a filter's arms have no row in common."""

    index: str
    where: str
    values: tuple[str, ...]

    def rows_at(
        self, connection: apsw.Connection, start_ms: int, after: _Key | None, limit: int
    ) -> list[tuple[Any, ...]]:
        """Return the first rows of one interval, beyond a key, in the ledger's order."""
        beyond = f"AND ({_ORDER}) > (?, ?, ?, ?, ?, ?)" if after else ""
        query = f"""{SELECT} {self.index} WHERE {self.where} AND start = ? {beyond}
        ORDER BY {_ORDER} LIMIT ?"""
        bindings = (*self.values, start_ms, *(after[1:] if after else ()), limit)
        return connection.execute(query, bindings).fetchall()

    def start_beyond(
        self, connection: apsw.Connection, first_ms: int, end_ms: int, newest: bool
    ) -> int | None:
        """Return the newest or the oldest start in `[first, end)` that has a row."""
        query = f"""{_SELECT_START} {self.index} WHERE {self.where} AND start >= ? AND start < ?
        ORDER BY start {"DESC" if newest else "ASC"} LIMIT 1"""
        row = next(connection.execute(query, (*self.values, first_ms, end_ms)), None)
        return None if row is None else int(row[0])

    def totals(self, connection: apsw.Connection, first_ms: int, end_ms: int) -> Totals:
        """Return the totals of the rows of the starts in `[first, end)`."""
        where = f"{self.where} AND start >= ? AND start < ?"
        return sum_of(connection, f"{self.index} WHERE {where}", (*self.values, first_ms, end_ms))


def fetch(connection: apsw.Connection, query: LedgerQuery) -> tuple[list[Entry], str]:
    """Return a page's rows and the `next` of the page.

    Raises:
        UsageError: `after` is no page's `next`.
    """
    limit = min(max(query.limit, 1), _MOST_ROWS)
    rows = list(islice(_rows(connection, query, limit + 1), limit + 1))
    following = _cursor(rows[limit - 1]) if len(rows) > limit else ""
    return [entry_of(row) for row in rows[:limit]], following


def totals_of(connection: apsw.Connection, wanted: Filter) -> Totals:
    """Return the totals of all rows that pass a filter, by a scan of its index."""
    total = Totals(0, 0, 0)
    for arm in _arms(wanted):
        total = total + arm.totals(connection, wanted.start_ms, wanted.end_ms)
    return total


def sum_of(connection: apsw.Connection, source: str, bindings: tuple[str | int, ...]) -> Totals:
    """Return the totals of the rows that a FROM clause's rest names.

    An amount is summed in two halves, since the whole may pass 63 bits.
    """
    rows, wh, mega, rest = next(connection.execute(f"{_SELECT_SUMS} {source}", bindings))
    return Totals(rows, wh, mega * MICRO + rest)


def entry_of(row: tuple[Any, ...]) -> Entry:
    """Return the entry of a row of `COLUMNS`."""
    start, revision, producer, consumer, part, hash_, _, minutes, price, wh = row[:10]
    currency, height, final = row[10:]
    return Entry(
        producer=producer,
        consumer=consumer,
        price_micro_per_kwh=price,
        wh=wh,
        currency=currency,
        interval=Interval(from_ms(start), minutes),
        revision=revision,
        part=part,
        height=height,
        transaction=hash_,
        state=EntryState.FINAL if final else EntryState.SEALED,
    )


def _arms(wanted: Filter) -> list[_Arm]:
    house = wanted.house
    named = [
        (f"{column} = ?", value)
        for column, value in (("producer", wanted.producer), ("consumer", wanted.consumer))
        if value
    ]
    if named:
        either = [("? IN (producer, consumer)", house)] if house else []
        return [_arm("producer" if wanted.producer else "consumer", [*named, *either])]
    if house:
        bought = [("consumer = ?", house), ("producer != ?", house)]
        return [_arm("producer", [("producer = ?", house)]), _arm("consumer", bought)]
    return [_Arm("", "TRUE", ())]


def _arm(index: str, conditions: list[tuple[str, str]]) -> _Arm:
    where = " AND ".join(condition for condition, _ in conditions)
    return _Arm(f"INDEXED BY entry_{index}", where, tuple(value for _, value in conditions))


def _rows(connection: apsw.Connection, query: LedgerQuery, limit: int) -> Iterator[tuple[Any, ...]]:
    # One interval after another, each by its key: no row that is not shown is ever sorted.
    wanted = Filter.of(query)
    arms = _arms(wanted)
    after = _parse_cursor(query.after) if query.after else None
    first_ms, end_ms = wanted.start_ms, wanted.end_ms
    if after is not None:
        start_ms = after[0]
        if first_ms <= start_ms < end_ms:
            yield from _merged(connection, arms, start_ms, after, limit)
        if query.newest_first:
            end_ms = min(end_ms, start_ms)
        else:
            first_ms = max(first_ms, start_ms + 1)
    choose = max if query.newest_first else min
    while starts := [
        start
        for arm in arms
        if (start := arm.start_beyond(connection, first_ms, end_ms, query.newest_first)) is not None
    ]:
        start_ms = choose(starts)
        yield from _merged(connection, arms, start_ms, None, limit)
        if query.newest_first:
            end_ms = start_ms
        else:
            first_ms = start_ms + 1


def _merged(
    connection: apsw.Connection, arms: list[_Arm], start_ms: int, after: _Key | None, limit: int
) -> Iterator[tuple[Any, ...]]:
    runs = [arm.rows_at(connection, start_ms, after, limit) for arm in arms]
    return heapq.merge(*runs, key=lambda row: row[:_KEY_LENGTH])


def _cursor(row: tuple[Any, ...]) -> str:
    key = msgspec.msgpack.encode(row[:_KEY_LENGTH])
    return base64.urlsafe_b64encode(key).decode("ascii")


def _parse_cursor(text: str) -> _Key:
    try:
        if len(text) > _LONGEST_CURSOR:
            raise ValueError
        key: _Key = _decode_key.decode(base64.b64decode(text, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise UsageError(
            "This page of the ledger is not known.", advice="Begin again with the first page."
        ) from error
    return key
