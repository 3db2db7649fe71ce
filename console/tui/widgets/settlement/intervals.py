"""The intervals: a list of a day's intervals, newest first, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from console.model.settlement import Settlement, State
from console.tui import format as written
from console.tui.cells import Line, Row, cut
from console.tui.look import Look, shown_state

_WIDE = 120
_SHARES = (State.FROZEN, State.SIGNED, State.SEALED, State.FINAL)


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """The intervals to be listed and what their notes tell."""

    settlements: tuple[Settlement, ...]
    """Newest first."""
    chosen: str
    """The name of the chosen one."""
    now: datetime
    """The business time."""
    grace: timedelta
    """How long after its end an interval is settled."""
    auto: bool
    """Whether that happens by itself."""
    locked: bool = False
    """Whether the engine has no key."""


class _Columns(msgspec.Struct, frozen=True):
    """The first cell after each column; None for a column that is not there."""

    shared: int
    amount: int | None
    houses: int
    rows: int
    parts: int | None
    size: int | None
    block: int
    note: int


_WIDE_COLUMNS = _Columns(35, 45, 54, 61, 68, 77, 85, 88)
_NARROW_COLUMNS = _Columns(32, None, 40, 46, None, None, 53, 55)


def draw_intervals(listing: Listing, room: int, height: int, look: Look) -> list[Line]:
    """Draw the head and as many intervals as fit, the chosen one among them.

    Args:
        listing: the intervals.
        room: the cells of a line.
        height: the most lines, the head included.
        look: glyphs and styles.
    """
    columns = _WIDE_COLUMNS if room >= _WIDE else _NARROW_COLUMNS
    shown = window(
        [settlement.interval.name for settlement in listing.settlements],
        listing.chosen,
        height - 1,
    )
    return [
        _head(columns, look),
        *(_interval(each, listing, columns, room, look) for each in listing.settlements[shown]),
    ]


def window(names: Sequence[str], chosen: str, rows: int) -> slice:
    """Return which of a list's names are in sight: the chosen one is, at most `rows` of them."""
    index = names.index(chosen) if chosen in names else 0
    first = min(max(0, index - max(0, rows // 2)), max(0, len(names) - rows))
    return slice(first, first + max(0, rows))


def note_of(settlement: Settlement, listing: Listing, look: Look, *, wide: bool = True) -> str:
    """Return what is to be said of an interval: what it waits for, or why it is held."""
    shown = shown_state(settlement.state, settlement.height, look.final_height)
    due = look.clock(settlement.interval.end + listing.grace)
    match shown:
        case State.OPEN:
            closes = f"closes in {written.left(settlement.interval.end - listing.now)}"
            settled = f"settled at {due}"
            return ", ".join((closes, settled)[not wide :] if listing.auto else (closes,))
        case State.CLOSED:
            return f"settled at {due}" if listing.auto else "waits for you: s"
        case State.FROZEN:
            return "waits for the key" if listing.locked else "being signed"
        case State.SIGNED:
            return "announced"
        case State.SEALED:
            return _final_in(settlement, look)
        case State.HELD if settlement.waits_by and settlement.waits_since is not None:
            who, since = written.person(settlement.waits_by), look.clock(settlement.waits_since)
            return f"{who} waits since {since}: {settlement.reason}"
        case State.HELD | State.HALTED:
            return settlement.reason
        case _:
            return _revision_due(listing) if settlement.late else _history(settlement)


def _final_in(settlement: Settlement, look: Look) -> str:
    if settlement.height is None:
        return ""
    blocks = max(1, settlement.height - look.final_height)
    return f"final in {blocks} block{'s' * (blocks > 1)}"


def _revision_due(listing: Listing) -> str:
    if listing.locked:
        return "to be revised: waits for the key"
    return "to be revised" if listing.auto else "to be revised: s"


def _history(settlement: Settlement) -> str:
    if not settlement.plan_known:
        return "taken from the chain"
    if settlement.provisional:
        return "provisional"
    revision = f"revision {settlement.revision}" if settlement.revision else ""
    left = sum(item.wh for item in settlement.open_items)
    return f"{revision}, {written.kwh(left)} kWh open" if left else revision


def _head(columns: _Columns, look: Look) -> Line:
    dim = look.ink.dim
    row = Row().to(2).add("interval", dim).to(12).add("state", dim)
    row.end("shared kWh", columns.shared, dim)
    if columns.amount is not None:
        row.end(cut(look.currency, 6), columns.amount, dim)
    row.end("houses", columns.houses, dim).end("rows", columns.rows, dim)
    if columns.parts is not None:
        row.end("parts", columns.parts, dim)
    if columns.size is not None:
        row.end("bytes", columns.size, dim)
    return row.end("block", columns.block, dim).to(columns.note).add("note", dim).segments


def _interval(
    settlement: Settlement, listing: Listing, columns: _Columns, room: int, look: Look
) -> Line:
    row = Row()
    chosen = settlement.interval.name == listing.chosen
    row.to(1).add(look.glyphs.chosen if chosen else " ", look.ink.accent)
    row.add(look.clock(settlement.interval.start), look.ink.strong if chosen else None)
    glyph, word, ink = look.state(settlement.state, settlement.height)
    row.to(10).add(glyph, ink).add(f" {word}", ink)
    _add_figures(row, settlement, columns, look)
    note = note_of(settlement, listing, look, wide=room >= _WIDE)
    if room >= _WIDE and len(note) > room - columns.note:
        note = note_of(settlement, listing, look, wide=False)
    shown = note if room >= _WIDE else whole_words(note, room - columns.note)
    held = settlement.state in (State.HELD, State.HALTED)
    row.to(columns.note)
    return row.add(cut(shown, room - columns.note), look.ink.alarm if held else None).segments


def _add_figures(row: Row, settlement: Settlement, columns: _Columns, look: Look) -> None:
    if settlement.state in _SHARES:
        row.end(written.kwh(settlement.shared_wh), columns.shared)
        if columns.amount is not None:
            row.end(written.money(settlement.amount_nano), columns.amount)
    elif settlement.state in (State.HELD, State.HALTED):
        row.end(written.UNKNOWN, columns.shared)
        if columns.amount is not None:
            row.end(written.UNKNOWN, columns.amount)
    if settlement.houses:
        known = written.UNKNOWN if settlement.state is State.CLOSED else str(settlement.known)
        row.end(f"{known}/{settlement.houses}", columns.houses)
    if settlement.rows:
        row.end(f"{settlement.rows:,}", columns.rows)
    if columns.parts is not None and settlement.parts:
        row.end(f"{settlement.parts:,}", columns.parts)
    if columns.size is not None and settlement.size:
        row.end(f"{settlement.size:,}", columns.size)
    if settlement.height is not None:
        row.end(str(settlement.height), columns.block)


def whole_words(text: str, most: int) -> str:
    """Return text cut after its last whole word within so many characters."""
    if len(text) <= most:
        return text
    head = text[: most + 1].rpartition(" ")[0]
    return head or text
