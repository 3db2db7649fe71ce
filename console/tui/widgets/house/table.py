"""The house's table: its intervals of a day, who gave it what, and the day's sums."""

from __future__ import annotations

from datetime import datetime

import msgspec
from rich.style import Style

from console.model.history import DaySum
from console.model.natural import natural
from console.model.settlement import State
from console.model.view import HouseDay, HouseInterval
from console.tui import format
from console.tui.cells import Line, Row, cut
from console.tui.look import Look

OTHERS = "others"
"""The column that holds the partners that do not fit."""
_METERED, _SHARED, _FIRST = 25, 34, 43
_PARTNER = 8
_MONEY = 11
_NOT_YET = frozenset({State.OPEN, State.CLOSED})
_UNKNOWN = frozenset({State.HELD, State.HALTED})


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A house's intervals of a day, as they are listed."""

    day: HouseDay
    """The house's day."""
    name: str
    """What the day is called beside its sums."""
    selling: bool
    """Whether what it exported and sold is shown, or what it imported and bought."""
    chosen: datetime | None
    """The chosen interval's start."""
    rows: int
    """The lines there are, head and sums included."""
    look: Look
    """How to draw it."""


def draw_table(listing: Listing, cells: int) -> list[Line]:
    """Draw the intervals, newest first, with the chosen one in sight, and the sums.

    Args:
        listing: the intervals.
        cells: the width.
    """
    day, selling, look = listing.day, listing.selling, listing.look
    named = _partners(day, (cells - _FIRST - _MONEY - 2) // _PARTNER + 1)
    lines = [
        _interval(interval, named, selling, listing.chosen, look)
        for interval in in_sight(day, listing.chosen, listing.rows)
    ]
    return [_head(named, selling, look), *lines, _sums(listing, named)]


def in_sight(day: HouseDay, chosen: datetime | None, rows: int) -> tuple[HouseInterval, ...]:
    """Return the intervals that fit, newest first, the chosen one among them.

    Args:
        day: the house's day.
        chosen: the chosen interval's start.
        rows: the lines there are, head and sums included.
    """
    newest_first = day.intervals[::-1]
    room = max(1, rows - 2)
    starts = [interval.settlement.interval.start for interval in newest_first]
    index = starts.index(chosen) if chosen in starts else 0
    first = max(0, index - room + 1)
    return newest_first[first : first + room]


def untold(one: HouseInterval | DaySum) -> bool:
    """Return whether nothing is known of a house in a time: no register and no ledger row."""
    known = one.imported_wh is not None or one.exported_wh is not None
    return not (known or one.bought_wh or one.sold_wh)


def all_untold(day: HouseDay) -> bool:
    """Return whether nothing is known yet of what a house traded in a day's intervals."""
    return bool(day.intervals) and not any(map(_is_settled, day.intervals))


def _is_settled(interval: HouseInterval) -> bool:
    return interval.settlement.state not in _UNKNOWN | _NOT_YET and not untold(interval)


def _partners(day: HouseDay, most: int) -> list[str]:
    """The partners that get a column of their own, by name; the largest where not all fit."""
    sums: dict[str, int] = {}
    for interval in day.intervals:
        for house, wh in interval.partners.items():
            sums[house] = sums.get(house, 0) + wh
    largest = sorted(sums, key=lambda house: (-sums[house], natural(house)))
    if len(largest) <= most:
        return sorted(largest, key=natural)
    return [*sorted(largest[: max(0, most - 1)], key=natural), OTHERS]


def _shares(partners: dict[str, int], named: list[str]) -> list[int]:
    """The energy by column; what has no column of its own is in the last one."""
    own = [house for house in named if house != OTHERS]
    values = [partners.get(house, 0) for house in own]
    if OTHERS in named:
        values.append(sum(wh for house, wh in partners.items() if house not in own))
    return values


def _head(named: list[str], selling: bool, look: Look) -> Line:
    dim = look.ink.dim
    row = Row().add(" interval", dim).end("exported" if selling else "imported", _METERED, dim)
    row.end("sold" if selling else "bought", _SHARED, dim)
    for number, house in enumerate(named):
        name = cut(house, _PARTNER - 1, look.glyphs.more)
        row.end(name, _FIRST + number * _PARTNER, dim)
    return row.end(look.currency, _money_end(named), dim).segments


def _money_end(named: list[str]) -> int:
    return _FIRST + max(0, len(named) - 1) * _PARTNER + _MONEY


def _interval(
    interval: HouseInterval,
    named: list[str],
    selling: bool,
    chosen: datetime | None,
    look: Look,
) -> Line:
    settlement = interval.settlement
    start = settlement.interval.start
    glyph, word, ink = look.state(settlement.state, settlement.height)
    row = Row().add(look.glyphs.chosen if start == chosen else " ", look.ink.accent)
    row.add(look.clock(start)).add("  ").add(glyph, ink).add(f" {word}", ink)
    metered = interval.exported_wh if selling else interval.imported_wh
    shared = interval.sold_wh if selling else interval.bought_wh
    nano = interval.earned_nano if selling else interval.owes_nano
    row.end(format.kwh(metered), _METERED)
    if not _is_settled(interval):
        return row.end(format.UNKNOWN, _SHARED, look.ink.dim).segments
    row.end(format.kwh(shared), _SHARED)
    _add_shares(row, _shares(interval.partners, named), look, look.ink.text)
    return row.end(format.money(nano), _money_end(named)).segments


def _add_shares(row: Row, shares: list[int], look: Look, ink: Style) -> None:
    for number, wh in enumerate(shares):
        text = format.kwh(wh) if wh else look.glyphs.dash
        row.end(text, _FIRST + number * _PARTNER, ink if wh else look.ink.dim)


def _sums(listing: Listing, named: list[str]) -> Line:
    look, intervals, selling = listing.look, listing.day.intervals, listing.selling
    partners: dict[str, int] = {}
    for interval in intervals:
        for house, wh in interval.partners.items():
            partners[house] = partners.get(house, 0) + wh
    values = [one.exported_wh if selling else one.imported_wh for one in intervals]
    known = [wh for wh in values if wh is not None]
    metered = None if values and not known else sum(known)
    if selling:
        shared = sum(interval.sold_wh for interval in intervals)
        nano = sum(interval.earned_nano for interval in intervals)
    else:
        shared = sum(interval.bought_wh for interval in intervals)
        nano = sum(interval.owes_nano for interval in intervals)
    row = Row().add(f" {listing.name}").end(format.kwh(metered), _METERED)
    if all_untold(listing.day):
        return row.end(format.UNKNOWN, _SHARED, look.ink.dim).segments
    row.end(format.kwh(shared), _SHARED, look.ink.strong)
    _add_shares(row, _shares(partners, named), look, look.ink.text)
    return row.end(format.money(nano), _money_end(named)).segments
