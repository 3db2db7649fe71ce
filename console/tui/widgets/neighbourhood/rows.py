"""The rows: a house a line, with bars of what it takes and gives."""

from __future__ import annotations

from datetime import datetime

import msgspec

from console.model.reading import MeterState
from console.model.snapshot import HouseNow
from console.tui import format
from console.tui.cells import Line, Row, cut
from console.tui.look import Look
from console.tui.widgets.bearing import add_name, age_of, counts_today, power_of, sign
from console.tui.widgets.neighbourhood.bands import Band, draw_heading

_WIDE = 113
_BAR = 12
_LONGEST_SHIFT = 20


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """The rows in sight."""

    bands: tuple[Band, ...]
    """Houses and headings in sight, from the top."""
    everyone: tuple[HouseNow, ...]
    """All houses that pass the filter, for sums and scale."""
    chosen: str
    """The chosen house's id."""
    fresh: frozenset[str]
    """Houses whose value has just changed."""
    now: datetime
    """The business time, for ages."""
    look: Look
    """How to draw it."""


class _Ends(msgspec.Struct, frozen=True):
    """Where the columns end."""

    kw: int
    axis: int
    exported: int
    imported: int
    sold: int
    bought: int
    money: int
    age: int


def _ends(cells: int) -> _Ends:
    if cells < _WIDE:
        return _Ends(18, 0, 28, 38, 47, 56, 66, 74)
    shift = min(max(cells - 120, 0), _LONGEST_SHIFT)
    wide = (18, 33, 54, 64, 73, 82, 92, 101)
    return _Ends(*(end + shift for end in wide))


def draw_rows(table: Table, cells: int) -> list[Line]:
    """Draw a head, the rows in sight, and the sums of all.

    Args:
        table: the houses.
        cells: the width.
    """
    ends = _ends(cells)
    top = max((abs(power_of(house) or 0) for house in table.everyone), default=0)
    rows = [_band(band, table, ends, top) for band in table.bands]
    return [_head(table.look, ends), *rows, _sums(table, ends)]


def _head(look: Look, ends: _Ends) -> Line:
    dim = look.ink.dim
    row = Row().to(4).add("house", dim).end("kW", ends.kw, dim)
    if ends.axis:
        row.end(f"taking {look.glyphs.axis} giving", ends.axis + 8, dim)
    for word, end in (
        ("exported", ends.exported),
        ("imported", ends.imported),
        ("sold", ends.sold),
        ("bought", ends.bought),
        (look.currency, ends.money),
        ("age", ends.age),
    ):
        row.end(word, end, dim)
    return (row.add("   meter", dim) if ends.axis else row).segments


def _band(band: Band, table: Table, ends: _Ends, top: int) -> Line:
    if band.heading is not None:
        return draw_heading(band.heading, table.look)
    return _row(band.houses[0], table, ends, top)


def _row(house: HouseNow, table: Table, ends: _Ends, top: int) -> Line:
    look = table.look
    ink = look.ink.text if house.state is MeterState.LIVE else look.ink.dim
    glyph, tint = sign(house, look)
    chosen = look.glyphs.chosen if house.id == table.chosen else " "
    power = power_of(house)
    row = Row().add(" ").add(chosen, look.ink.accent).add(glyph, tint).add(" ")
    add_name(row, house, ends.kw - 4 - 6, look, ink)
    row.end(format.kw(power), ends.kw, look.ink.accent if house.id in table.fresh else ink)
    if ends.axis:
        _bars(row, power, top, look, ends)
    known = counts_today(house, table.now, look)
    net = format.money(house.earned_nano - house.owes_nano, 3, signed=True)
    for text, end in (
        (format.kwh(house.exported_wh if known and house.exports else None), ends.exported),
        (format.kwh(house.imported_wh if known else None), ends.imported),
        (format.kwh(house.sold_wh), ends.sold),
        (format.kwh(house.bought_wh), ends.bought),
        (net, ends.money),
        (format.age(age_of(house, table.now)), ends.age),
    ):
        row.end(text, end, ink)
    return (row.add(f"   {cut(house.meter, 24)}", ink) if ends.axis else row).segments


def _bars(row: Row, power: int | None, top: int, look: Look, ends: _Ends) -> None:
    full = look.glyphs.bars[0]
    size = 0 if power is None or not top else int(abs(power) * _BAR / top)
    taking = full * size if power is not None and power > 0 else ""
    giving = full * size if power is not None and power < 0 else ""
    row.end(taking, ends.axis, look.ink.take).add(look.glyphs.axis, look.ink.dim)
    row.add(giving, look.ink.give)


def _sums(table: Table, ends: _Ends) -> Line:
    houses, dim = table.everyone, table.look.ink.dim
    net = sum(house.earned_nano - house.owes_nano for house in houses)
    row = Row().to(4).add(f"{len(houses)} house{'' if len(houses) == 1 else 's'}", dim)
    for text, end in (
        (format.kwh(sum(house.exported_wh for house in houses)), ends.exported),
        (format.kwh(sum(house.imported_wh for house in houses)), ends.imported),
        (format.kwh(sum(house.sold_wh for house in houses)), ends.sold),
        (format.kwh(sum(house.bought_wh for house in houses)), ends.bought),
        (format.money(net, 3, signed=True), ends.money),
    ):
        row.end(text, end, dim)
    return row.segments
