"""The entries: screen 4's list, rows under the line of their interval."""

from __future__ import annotations

from bisect import bisect_right
from itertools import chain, islice

import msgspec

from console.model.entry import Entry
from console.model.view import EntryProof
from console.tui import format as written
from console.tui.cells import Line, Row, cut, width
from console.tui.look import Look
from console.tui.widgets.book import Book, Group, Index, indexed, place_of
from console.tui.widgets.proof import draw_proof, draw_proof_short
from console.tui.widgets.timeline import local_day

WIDE = 120
SHORT_PROOF = 4
"""Lines that the proof takes below the list."""
_DETAIL = 50
_MOST_EXTRA = 12
_MEASURED = 500


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
    newest_first: bool = True
    """The order of the intervals."""
    proof: EntryProof | None = None
    """The proof of the chosen row; None while it is not known."""
    detail: bool = True
    """Whether the proof is wanted."""
    today: str = ""
    """The local day of now, ISO, whose intervals need no date."""
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
    if book is None:
        return [_title(ledger, "", room, look), Row().to(3).add("Asking the engine.").segments]
    if not book.groups and book.begun:
        return [_title(ledger, "", room, look), Row().to(3).add("Asking the engine.").segments]
    if not book.groups:
        return [_title(ledger, "", room, look), Row().to(3).add(ledger.empty).segments]
    extra = _extra(book, room)
    index = indexed(book.groups)
    rows = body_rows(ledger.detail, room, height)
    shown = list(range(ledger.top, min(ledger.top + rows, index.lines)))
    side = _side(ledger, room, rows - 1, look)
    lines: list[Line] = []
    for number, line in enumerate(shown):
        beside = side[number - 1] if 0 < number <= len(side) else None
        lines.append(_line(ledger, book, index, line, number == 0, beside, extra, look))
    lines += [_beside(Row(), beside, extra) for beside in side[max(0, len(shown) - 1) :]]
    if room < WIDE and ledger.detail:
        lines += [[] for _ in range(rows - len(lines))]
        lines += draw_proof_short(ledger.proof, room, look) if ledger.proof is not None else []
    seen = _rows_seen(book, index, shown, look)
    return [_title(ledger, seen, room, look), _head(extra, look), *lines]


def _extra(book: Book, room: int) -> int:
    """How much wider the two names are than `consumer`, within what the width allows."""
    entries = islice(chain.from_iterable(group.entries for group in book.groups), _MEASURED)
    names = (width(name) for entry in entries for name in (entry.producer, entry.consumer))
    most = _MOST_EXTRA if room >= WIDE else 6
    return min(most, max(0, max(names, default=0) - 8))


def _rows_seen(book: Book, index: Index, shown: list[int], look: Look) -> str:
    """The first and the last row in sight, counted from 1 over all that pass."""
    if not shown:
        return ""
    if book.before is None:
        return f"rows {written.UNKNOWN}"
    first = book.before + shown[0] + 2 - bisect_right(index.starts, shown[0])
    last = book.before + shown[-1] + 1 - bisect_right(index.starts, shown[-1])
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
    order = "newest first" if ledger.newest_first else "oldest first"
    words = f"/ {ledger.filter}" if ledger.filter else ""
    if room >= WIDE:
        row.add("  ").to(60).add(f"{order}   {seen}" if seen else "", look.ink.dim)
        words = cut(words, max(0, room - row.length - 4), look.glyphs.more)
        return row.add(f"   {words}" if words else "", look.ink.accent).segments
    end = cut(
        words or (f"{order}  {seen}" if seen else ""),
        max(0, room - 2 - row.length),
        look.glyphs.more,
    )
    return row.end(end, room - 1, look.ink.accent if words else look.ink.dim).segments


def _head(extra: int, look: Look) -> Line:
    dim = look.ink.dim
    row = Row().to(3).add("producer", dim).to(13 + extra).add("consumer", dim)
    row.end("kWh", 27 + 2 * extra, dim).end("price", 34 + 2 * extra, dim)
    return row.end(cut(look.currency, 6), 43 + 2 * extra, dim).segments


def _side(ledger: Ledger, room: int, most: int, look: Look) -> list[Line]:
    if room < WIDE or not ledger.detail or ledger.proof is None:
        return []
    return draw_proof(ledger.proof, room - _DETAIL - 2 * _MOST_EXTRA, look)[:most]


def _beside(row: Row, beside: Line | None, extra: int) -> Line:
    if beside is None:
        return row.segments
    row.to(_DETAIL + 2 * extra)
    return [*row.segments, *beside]


def _line(
    ledger: Ledger,
    book: Book,
    index: Index,
    line: int,
    first: bool,
    beside: Line | None,
    extra: int,
    look: Look,
) -> Line:
    group, row = place_of(index, line)
    if row < 0 or first:
        return _beside(_group(ledger, book.groups[group], beside is None, look), beside, extra)
    chosen = line == ledger.cursor
    return _beside(_entry(book.groups[group].entries[row], chosen, extra, look), beside, extra)


def _group(ledger: Ledger, group: Group, whole: bool, look: Look) -> Row:
    """An interval's line: short where the proof stands beside it."""
    glyph, word, ink = look.state(group.state, group.height)
    span = look.span(group.interval)
    local = group.interval.start.astimezone(look.zone)
    if local_day(group.interval.start, look.zone).isoformat() != ledger.today:
        span = f"{local.day} {written.day(local.date())[-3:]} {look.clock(group.interval.start)}"
    row = Row().to(1).add(span).add(" ").to(15)
    row.add(glyph, ink).add(f" {word}, block {group.height}", ink)
    count = f"{len(group.entries):,}"
    known = ledger.group_rows.get(group.interval.name)
    if ledger.filter:
        rows = f"{count} of {known:,}" if known else f"{count} rows"
    else:
        rows = f"{count} row{'s' * (len(group.entries) != 1)}"
    row.add(" ").end(rows, 45)
    if not whole:
        return row
    row.add(" ").end(f"{written.kwh(group.wh)} kWh", 57)
    row.add(" ").end(f"{written.money(group.amount_nano)} {cut(look.currency, 6)}", 70).add(" ").to(
        71
    )
    transactions = group.transactions
    if len(transactions) > 1:
        return row.add(f"{len(transactions)} parts")
    return row.add(written.address(transactions[0].hex().upper(), look.glyphs.more))


def _entry(entry: Entry, chosen: bool, extra: int, look: Look) -> Row:
    ink = look.ink.accent if chosen else None
    row = Row().to(1).add(look.glyphs.chosen if chosen else " ", look.ink.accent).to(3)
    row.add(cut(entry.producer, 9 + extra, look.glyphs.more), ink).to(13 + extra)
    row.add(cut(entry.consumer, 8 + extra, look.glyphs.more), ink).add(" ")
    row.end(written.kwh(entry.wh), 27 + 2 * extra, ink).add(" ")
    row.end(written.price(entry.price_micro_per_kwh), 34 + 2 * extra).add(" ")
    row.end(written.money(entry.amount_nano), 43 + 2 * extra)
    if entry.revision:
        row.add(f" r{entry.revision}", look.ink.dim)
    return row


def empty_sentence(settles: str, *, auto: bool, filtered: bool) -> str:
    """Return why there are no rows.

    Args:
        settles: when the running interval is settled.
        auto: whether that happens by itself.
        filtered: whether a filter is set.
    """
    if filtered:
        return "No row passes this filter; esc lifts it."
    if auto:
        return f"Empty until the first interval is settled, at {settles}."
    return "Empty until the first interval is settled: 3, then s."
