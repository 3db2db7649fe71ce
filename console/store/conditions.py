"""The conditions: a ledger filter as SQL over the rows and over their sums."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from console.model.entry import EntryState
from console.model.ledger_filter import LedgerFilter
from console.model.view import LedgerQuery
from console.store.moment import FIRST_MS, LAST_MS, to_ms

_HASH_DIGITS = 64
_HOUSES = frozenset({"producer", "consumer", "house", "text"})
_NO_FILTER = LedgerFilter()

Value = str | int | bytes


class Condition(msgspec.Struct, frozen=True):
    """A piece of a WHERE clause with what is bound to it."""

    sql: str = "TRUE"
    """Conditions joined by AND."""
    values: tuple[Value, ...] = ()
    """What is bound to its question marks, in order."""

    def __and__(self, other: Condition) -> Condition:
        return Condition(f"{self.sql} AND {other.sql}", (*self.values, *other.values))

    @property
    def negated(self) -> Condition:
        """The opposite."""
        return Condition(f"NOT ({self.sql})", self.values)


class Wanted(msgspec.Struct, frozen=True):
    """Which rows pass, whatever the order and the page."""

    only: LedgerFilter
    """A row passes this."""
    without: tuple[LedgerFilter, ...]
    """And none of these."""

    @classmethod
    def of(cls, query: LedgerQuery) -> Wanted:
        """Return a query's filter."""
        fields = {name: getattr(query, name) for name in LedgerFilter.__struct_fields__}
        return cls(LedgerFilter(**fields), query.without)

    @property
    def everything(self) -> bool:
        """Whether every row passes."""
        return self == Wanted(_NO_FILTER, ())

    @property
    def span_ms(self) -> tuple[int, int]:
        """The first start that passes and the first beyond, milliseconds."""
        start, end = self.only.start, self.only.end
        return (
            FIRST_MS if start is None else to_ms(start),
            LAST_MS if end is None else to_ms(end),
        )

    @property
    def of_span(self) -> Condition:
        """What a row or a sum must hold of its start."""
        if self.span_ms == (FIRST_MS, LAST_MS):
            return Condition()
        return Condition("start >= ? AND start < ?", self.span_ms)

    @property
    def names_houses(self) -> bool:
        """Whether the sums cannot decide it, since it asks for houses."""
        return any(_names(each) & _HOUSES for each in (self.only, *self.without))

    @property
    def names_prices(self) -> bool:
        """Whether it asks for a price, which the sums know as a range."""
        return any(each.price_micro is not None for each in (self.only, *self.without))

    def of_rows(self, final_height: int) -> Condition:
        """Return what a row must hold, its start's span apart.

        Args:
            final_height: the height up to which rows are final.
        """
        passing = _all(_of_rows(_spanless(self.only), final_height))
        for each in self.without:
            passing &= _all(_of_rows(each, final_height)).negated
        return passing

    def of_columns(self, final_height: int) -> Condition:
        """Return as much of `of_rows` as needs no column outside the indexes of the houses."""
        passing = Condition()
        for term in _of_rows(_spanless(self.only), final_height):
            if not term.sql.startswith("height"):
                passing &= term
        for each in self.without:
            if each.block is None and each.state is None:
                passing &= _all(_of_rows(each, final_height)).negated
        return passing

    def of_sums(self, final_height: int) -> Condition:
        """Return what a sum with a passing row must hold, its start's span apart.

        Where neither houses nor prices are asked for, all rows of such a sum pass.
        """
        passing = _all(_of_sums(_spanless(self.only), final_height, whole=False))
        for each in self.without:
            if not _names(each) & _HOUSES:
                passing &= _all(_of_sums(each, final_height, whole=True)).negated
        return passing


def _names(each: LedgerFilter) -> set[str]:
    """The names of the fields that say something."""
    return {
        name
        for name in LedgerFilter.__struct_fields__
        if getattr(each, name) != getattr(_NO_FILTER, name)
    }


def _spanless(each: LedgerFilter) -> LedgerFilter:
    return msgspec.structs.replace(each, start=None, end=None)


def _all(terms: Iterator[Condition]) -> Condition:
    passing = Condition()
    for term in terms:
        passing &= term
    return passing


def _of_rows(each: LedgerFilter, final_height: int) -> Iterator[Condition]:
    for column, value in (("producer", each.producer), ("consumer", each.consumer)):
        if value:
            yield Condition(f"{column} = ?", (value,))
    if each.house:
        yield Condition("? IN (producer, consumer)", (each.house,))
    if each.text:
        low = each.text.lower()
        yield Condition("(instr(lower(producer), ?) OR instr(lower(consumer), ?))", (low, low))
    if each.price_micro is not None:
        yield Condition("price = ?", (each.price_micro,))
    yield from _of_transaction(each, final_height)


def _of_sums(each: LedgerFilter, final_height: int, *, whole: bool) -> Iterator[Condition]:
    if each.price_micro is not None:
        ways = ("=", "=") if whole else ("<=", ">=")
        sql = f"price_low {ways[0]} ? AND price_high {ways[1]} ?"
        yield Condition(sql, (each.price_micro, each.price_micro))
    yield from _of_transaction(each, final_height)


def _of_transaction(each: LedgerFilter, final_height: int) -> Iterator[Condition]:
    """What all rows of one transaction of an interval have in common."""
    if each.start is not None:
        yield Condition("start >= ?", (to_ms(each.start),))
    if each.end is not None:
        yield Condition("start < ?", (to_ms(each.end),))
    if each.revision is not None:
        yield Condition("revision = ?", (each.revision,))
    if each.block is not None:
        yield Condition("height = ?", (each.block,))
    if each.state is not None:
        way = "<=" if each.state is EntryState.FINAL else ">"
        yield Condition(f"height {way} ?", (final_height,))
    if each.transaction:
        yield from _of_hash(each.transaction)


def _of_hash(digits: str) -> Iterator[Condition]:
    yield Condition("hash >= ?", (bytes.fromhex(digits.ljust(_HASH_DIGITS, "0")),))
    beyond = int(digits, 16) + 1
    if beyond < 16 ** len(digits):
        high = f"{beyond:0{len(digits)}x}".ljust(_HASH_DIGITS, "0")
        yield Condition("hash < ?", (bytes.fromhex(high),))
