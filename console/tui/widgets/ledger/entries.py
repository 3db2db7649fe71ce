"""The entries: screen 4's list, rows under the line of their interval."""

from __future__ import annotations

from datetime import date
from itertools import chain

import msgspec

from console.model.snapshot import Access
from console.model.view import EntryProof, LedgerTotals
from console.tui import format as written
from console.tui.cells import Line, Row, cut, split, spot
from console.tui.look import Look
from console.tui.widgets.ledger.book import Book, Group, Index, indexed, place_of, rows_above
from console.tui.widgets.ledger.entryline import (
    WIDE,
    Columns,
    columns_of,
    draw_beside,
    draw_entry,
    draw_headings,
    span_of,
)
from console.tui.widgets.ledger.proof import draw_proof, draw_proof_short
from console.tui.widgets.ledger.rowsorting import RowSorting

SHORT_PROOF = 4
"""Lines that the proof takes below the list."""


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """What screen 4 shows."""

    book: Book | None
    """The rows that are loaded; None until the engine has answered."""
    top: int = 0
    """The first line in sight, counted over groups and rows."""
    cursor: int = 1
    """The chosen line, counted likewise."""
    filter: str = ""
    """The filter's words; empty without one."""
    group_rows: dict[str, int] = {}
    """How many rows each interval has without the filter, by its name, where known."""
    totals: dict[str, LedgerTotals] = {}
    """What the rows that pass add up to in intervals that are not whole, by name, where known."""
    sorting: RowSorting = RowSorting()
    """The order of the rows."""
    loading: bool = False
    """Whether rows have been asked for that have not come yet."""
    proof: EntryProof | None = None
    """The proof of the chosen row; None while it is not known."""
    detail: bool = True
    """Whether the proof is wanted."""
    today: date = date.min
    """The day of now, whose intervals need no date."""
    empty: str = ""
    """Why there are no rows."""


def body_rows(detail: bool, room: int, height: int) -> int:
    """Return how many lines of the list are in sight.

    Args:
        detail: whether the proof is wanted.
        room: the cells of a line.
        height: the lines there are.
    """
    below = SHORT_PROOF if room < WIDE and detail else 0
    return max(1, height - 2 - below)


def draw_ledger(ledger: Ledger, room: int, height: int, look: Look) -> list[Line]:
    """Draw screen 4 into a space.

    Args:
        ledger: what it shows.
        room: the cells of a line.
        height: the lines there are.
        look: glyphs and styles.
    """
    book = ledger.book
    if book is None or (not book.groups and not book.ends):
        return [_title(ledger, "", room, look), Row().to(3).add("Asking the engine.").segments]
    if not book.groups:
        return [_title(ledger, "", room, look), Row().to(3).add(ledger.empty).segments]
    columns = _columns(ledger, book, room, look)
    rows = body_rows(ledger.detail, room, height)
    index = indexed(book)
    shown = list(range(ledger.top, min(ledger.top + rows, index.lines)))
    list_ = _List(ledger, book, index, columns, look)
    side = _side(ledger, columns, room, rows - 1, look)
    lines: list[Line] = []
    for number, line in enumerate(shown):
        beside = side[number - 1] if 0 < number <= len(side) else None
        lines.append(list_.line(line, number == 0, beside))
    if len(lines) < rows and not book.ends:
        lines.append(Row().to(3).add("More rows are coming.", look.ink.dim).segments)
    lines += [draw_beside(Row(), beside, columns) for beside in side[max(0, len(lines) - 1) :]]
    if room < WIDE and ledger.detail:
        lines += [[] for _ in range(rows - len(lines))]
        lines += draw_proof_short(ledger.proof, room, look) if ledger.proof is not None else []
    seen = _rows_seen(book, index, shown, look)
    headings = draw_headings(columns, ledger.sorting, look)
    return [_title(ledger, seen, room, look), headings, *lines]


def _columns(ledger: Ledger, book: Book, room: int, look: Look) -> Columns:
    entries = chain.from_iterable(group.entries for group in book.groups)
    proof = ledger.detail and room >= WIDE
    return columns_of(entries, ledger.sorting, room, today=ledger.today, proof=proof, look=look)


def _rows_seen(book: Book, index: Index, shown: list[int], look: Look) -> str:
    """The first and the last row in sight, counted from 1 over all that pass."""
    if not shown:
        return ""
    if book.before is None:
        return f"rows {written.UNKNOWN}"
    hidden = not book.flat and place_of(index, shown[0])[1] >= 0
    first = book.before + rows_above(index, shown[0]) + 1 + hidden
    last = book.before + rows_above(index, shown[-1]) + (place_of(index, shown[-1])[1] >= 0)
    return f"rows {first:,}{look.glyphs.dash}{last:,}"


def _title(ledger: Ledger, seen: str, room: int, look: Look) -> Line:
    row = Row().to(1).add("4 Ledger", look.ink.strong)
    book = ledger.book or Book()
    known = written.UNKNOWN if book.rows is None else f"{book.rows:,}"
    rows = f"{known} row{'s' * (book.rows != 1)}"
    if ledger.filter:
        rows = f"{known} of {book.all_rows:,} rows"
    row.add(f"   {rows}   {written.kwh(book.wh)} kWh")
    if book.rows != 0:
        row.add(f"   {written.money(book.amount_nano)} {cut(look.currency, 6)}")
    order = ledger.sorting.shown(look)
    words = f"/ {ledger.filter}" if ledger.filter else ""
    if seen and ledger.loading:
        seen = f"{seen}   loading" if room >= WIDE else "loading"
    if room >= WIDE:
        row.add("  ").to(60)
        if seen:
            row.add(order, spot("attempt('order')", look.ink.dim)).add(f"   {seen}", look.ink.dim)
        words = cut(words, max(0, room - row.length - 4), look.glyphs.more)
        row.add("   " if words else "")
        return row.add(words, spot("attempt('filter')", look.ink.accent)).segments
    end = cut(
        words or (f"{order}  {seen}" if seen else ""),
        max(0, room - 2 - row.length),
        look.glyphs.more,
    )
    return row.end(end, room - 1, look.ink.accent if words else look.ink.dim).segments


def _side(ledger: Ledger, columns: Columns, room: int, most: int, look: Look) -> list[Line]:
    if room < WIDE or not ledger.detail or ledger.proof is None:
        return []
    cells = room - columns.side
    return [split(line, cells)[0] for line in draw_proof(ledger.proof, cells, look)[:most]]


class _List(msgspec.Struct, frozen=True):
    """The lines of the list."""

    ledger: Ledger
    book: Book
    index: Index
    columns: Columns
    look: Look

    def line(self, line: int, first: bool, beside: Line | None) -> Line:
        """A row, or its interval's line, which also stands over the first row in sight."""
        number, row = place_of(self.index, line)
        group = self.book.groups[number]
        if row < 0 or (first and not self.book.flat):
            drawn = self.interval(group, whole=beside is None)
        else:
            drawn = draw_entry(
                group.entries[row],
                self.columns,
                chosen=line == self.ledger.cursor,
                today=self.ledger.today,
                look=self.look,
            )
        return draw_beside(drawn, beside, self.columns)

    def interval(self, group: Group, *, whole: bool) -> Row:
        """An interval's line: short where the proof stands beside it."""
        look = self.look
        glyph, word, ink = look.state(group.state, group.height)
        row = Row().to(1).add(span_of(group.interval, self.ledger.today, look)).add(" ").to(15)
        row.add(glyph, ink).add(f" {word}, block {group.height}", ink)
        row.add(" ").end(self.count(group), 45)
        if not whole:
            return row
        sums = self.sums(group)
        row.add(" ").end(f"{written.kwh(sums.wh if sums else None)} kWh", 57)
        money = written.money(sums.amount_nano if sums else None)
        row.add(" ").end(f"{money} {cut(look.currency, 6)}", 70).add(" ").to(71)
        if not group.whole:
            return row
        transactions = group.transactions
        if len(transactions) > 1:
            return row.add(f"{len(transactions)} parts")
        return row.add(written.address(transactions[0].hex().upper(), look.glyphs.more))

    def sums(self, group: Group) -> LedgerTotals | None:
        """What all rows of a group's interval add up to that pass; None while not known."""
        if group.whole:
            return LedgerTotals(len(group.entries), group.wh, group.amount_nano)
        return self.ledger.totals.get(group.interval.name)

    def count(self, group: Group) -> str:
        """How many rows an interval has, of those that it has without the filter."""
        sums = self.sums(group)
        if sums is None:
            return f"{len(group.entries):,}+ rows"
        known = self.ledger.group_rows.get(group.interval.name)
        if self.ledger.filter and known:
            return f"{sums.rows:,} of {known:,}"
        plural = "s" if self.ledger.filter else "s" * (sums.rows != 1)
        return f"{sums.rows:,} row{plural}"


def empty_sentence(settles: str, auto: bool, access: Access, words: str) -> str:
    """Return why there are no rows.

    Args:
        settles: when the running interval is settled.
        auto: whether that happens by itself.
        access: what the looker may do.
        words: the filter's; empty without one.
    """
    if words:
        return f"No row passes the filter {cut(words, 40)}; esc lifts it."
    if auto:
        return f"Empty until the first interval is settled, at {settles}."
    by_whom = "3, then s" if access is Access.OPERATE else "by the operator, not by itself"
    return f"Empty until the first interval is settled: {by_whom}."
