"""The entry line: one ledger row, under its interval's line or with its own, and the headings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import islice

import msgspec
from rich.style import Style

from console.model.entry import Entry, EntryState
from console.model.interval import Interval
from console.model.ledger_order import LedgerOrder
from console.model.settlement import State
from console.tui import format as written
from console.tui.cells import Line, Row, cut, spot, width
from console.tui.look import Look
from console.tui.widgets.ledger.rowsorting import RowSorting

WIDE = 120
"""From this width on the proof stands beside the list."""
_MOST_EXTRA = 12
_MEASURED = 500
_PROOF = 46
_WORD = 7
_STATES = {EntryState.SEALED: State.SEALED, EntryState.FINAL: State.FINAL}


class Columns(msgspec.Struct, frozen=True):
    """Where a row's parts stand, cells from the left."""

    producer: int = 3
    """The producer's first cell."""
    extra: int = 0
    """How much wider each of the two names is than eight cells."""
    block: int = 0
    """The block's digits; 0 where the interval's line has it."""
    words: bool = False
    """Whether the state is written out beside its glyph."""

    @property
    def consumer(self) -> int:
        """The consumer's first cell."""
        return self.producer + 10 + self.extra

    @property
    def energy(self) -> int:
        """The first cell after the energy."""
        return self.producer + 24 + 2 * self.extra

    @property
    def price(self) -> int:
        """The first cell after the price."""
        return self.producer + 31 + 2 * self.extra

    @property
    def amount(self) -> int:
        """The first cell after the amount."""
        return self.producer + 40 + 2 * self.extra

    @property
    def side(self) -> int:
        """Where the proof stands, beside."""
        return self.producer + 47 + 2 * self.extra


def columns_of(
    entries: Iterable[Entry],
    sorting: RowSorting,
    room: int,
    *,
    today: date,
    proof: bool,
    look: Look,
) -> Columns:
    """Return the columns that rows need, as wide as their names and the width allow.

    Args:
        entries: the rows; only the first ones are measured.
        sorting: their order.
        room: the cells of a line.
        today: the local day of now.
        proof: whether a proof stands beside them.
        look: how times are written.
    """
    measured = list(islice(entries, _MEASURED))
    names = (width(name) for entry in measured for name in (entry.producer, entry.consumer))
    wanted = min(_MOST_EXTRA, max(0, max(names, default=0) - 8))
    if not sorting.flat:
        return Columns(extra=wanted if room >= WIDE else min(wanted, 6))
    spans = (width(span_of(entry.interval, today, look)) for entry in measured)
    block = max((len(str(entry.height)) for entry in measured), default=1)
    producer = 3 + max(spans, default=0) + 3 + max(block, 5) + 2
    free = room - producer - (47 + _PROOF if proof else 44)
    words = free >= _WORD + 2 * wanted
    extra = max(0, min(wanted, free // 2))
    return Columns(producer + _WORD * words, extra, max(block, 5), words)


def span_of(interval: Interval, today: date, look: Look) -> str:
    """Return an interval as short as its day allows: `13:00–13:15`, `21 Jun 13:00`, with its year.

    Args:
        interval: the interval.
        today: the day that needs no name.
        look: how times are written.
    """
    day = look.day(interval.start)
    if day == today:
        return look.span(interval)
    clock = look.clock(interval.start)
    if day.year != today.year:
        return f"{day.isoformat()} {clock}"
    return f"{day.day} {written.day(day)[-3:]} {clock}"


def draw_headings(columns: Columns, sorting: RowSorting, look: Look) -> Line:
    """Draw the headings; a click on one orders by it, and its arrow shows that it does.

    Args:
        columns: where they stand.
        sorting: the order.
        look: signs and styles.
    """
    mark = look.glyphs.now if sorting.rises else look.glyphs.falling

    def ink(order: LedgerOrder) -> Style:
        chosen = sorting.flat and order is sorting.order
        return spot(f"sort('{order.value}')", look.ink.accent if chosen else look.ink.dim)

    def name(order: LedgerOrder, word: str) -> str:
        return word + mark * (sorting.flat and order is sorting.order)

    def end(order: LedgerOrder, word: str, column: int) -> None:
        # The mark stands beyond the column, so that the word ends where its numbers do.
        text = name(order, word)
        row.end(text, column + len(text) - len(word), ink(order))

    row = Row()
    if sorting.flat:
        row.to(3).add("interval", ink(LedgerOrder.TIME))
        row.end("block", columns.producer - 2, look.ink.dim)
    producer, consumer = LedgerOrder.PRODUCER, LedgerOrder.CONSUMER
    row.to(columns.producer).add(name(producer, "producer"), ink(producer))
    row.to(columns.consumer).add(name(consumer, "consumer"), ink(consumer))
    end(LedgerOrder.ENERGY, "kWh", columns.energy)
    row.end("price", columns.price, look.ink.dim)
    end(LedgerOrder.AMOUNT, cut(look.currency, 6), columns.amount)
    return row.segments


def draw_entry(entry: Entry, columns: Columns, *, chosen: bool, today: date, look: Look) -> Row:
    """Draw a row; what was taken back is negative, in the ink of a warning.

    Args:
        entry: the row.
        columns: where its parts stand.
        chosen: whether it is the chosen one.
        today: the local day of now.
        look: signs and styles.
    """
    ink = look.ink.accent if chosen else None
    row = Row().to(1).add(look.glyphs.chosen if chosen else " ", look.ink.accent).to(3)
    if columns.block:
        _add_interval(row, entry, columns, ink, today, look)
    row.to(columns.producer)
    row.add(cut(entry.producer, 9 + columns.extra, look.glyphs.more), ink).to(columns.consumer)
    row.add(cut(entry.consumer, 8 + columns.extra, look.glyphs.more), ink).add(" ")
    sign = look.ink.warn if entry.wh < 0 else None
    row.end(written.kwh(entry.wh), columns.energy, sign or ink).add(" ")
    row.end(written.price(entry.price_micro_per_kwh), columns.price).add(" ")
    row.end(written.money(entry.amount_nano), columns.amount, sign)
    if entry.revision:
        row.add(f" r{entry.revision}", look.ink.dim)
    return row


def draw_beside(row: Row, beside: Line | None, columns: Columns) -> Line:
    """Put a line of the proof beside a row."""
    if beside is None:
        return row.segments
    row.to(columns.side)
    return [*row.segments, *beside]


def _add_interval(
    row: Row, entry: Entry, columns: Columns, ink: Style | None, today: date, look: Look
) -> None:
    glyph, word, style = look.state(_STATES[entry.state], entry.height)
    row.add(span_of(entry.interval, today, look))
    row.to(columns.producer - columns.block - 4 - _WORD * columns.words)
    row.add(f"{glyph} {word}" if columns.words else glyph, style)
    row.end(str(entry.height), columns.producer - 2, look.ink.dim)
