"""The cards: a house as four lines, a column of houses as one widget's lines."""

from __future__ import annotations

from datetime import datetime

import msgspec
from rich.style import Style

from console.model.reading import MeterState
from console.model.snapshot import HouseNow
from console.tui import format
from console.tui.cells import Line, Row, split
from console.tui.look import Look
from console.tui.widgets.bearing import add_name, age_of, power_of, sign, traded
from console.tui.widgets.neighbourhood.bands import Band, draw_heading
from console.tui.widgets.spark import add_spark, top_of

NARROWEST, ROOMY = 26, 30
"""The fewest cells of a column (mark, card and gap) on a narrow and on a wide terminal."""
HEIGHT = 5
"""A card's lines and the blank one below."""
NUMBERS = 13
"""A card's last cells, in which the numbers stand that change every second."""
_AGE_CELLS = 6


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column of cards."""

    bands: tuple[Band, ...]
    """The bands in sight, from the top."""
    number: int
    """Which column it is, counted from 0."""
    chosen: str
    """The chosen house's id, in whichever column."""
    fresh: frozenset[str]
    """Houses whose value has just changed."""
    now: datetime
    """The business time, for ages."""
    look: Look
    """How to draw it."""


class Known(msgspec.Struct, frozen=True):
    """A card as it was drawn last."""

    house: HouseNow
    """The house as it was."""
    look: Look
    """How it was drawn."""
    rest: tuple[object, ...]
    """All else that its lines depended on."""
    lines: list[Line]
    """The lines."""


def columns_in(cells: int) -> int:
    """Return how many columns of cards fit side by side."""
    return max(1, cells // (ROOMY if cells >= 4 * ROOMY else NARROWEST))


def draw_cards(column: Column, cells: int, known: dict[str, Known] | None = None) -> list[Line]:
    """Draw a column of cards, and of the headings over them what falls into it.

    Args:
        column: the bands.
        cells: the column's width.
        known: the cards that were drawn last, by the house's id, to be used again and renewed.
    """
    known = {} if known is None else known
    lines: list[Line] = []
    for band in column.bands:
        if band.heading is not None:
            drawn = draw_heading(band.heading, column.look)
            _, rest = split(drawn, column.number * cells)
            lines.append(split(rest, cells)[0])
        elif column.number < len(band.houses):
            lines += [*_card(band.houses[column.number], column, cells, known), []]
        else:
            lines += [[] for _ in range(HEIGHT)]
    return lines


def _card(house: HouseNow, column: Column, cells: int, known: dict[str, Known]) -> list[Line]:
    age = format.age(age_of(house, column.now))
    rest = (house.id == column.chosen, house.id in column.fresh, age, cells)
    former = known.get(house.id)
    if (
        former is None
        or former.house is not house
        or former.rest != rest
        or former.look != column.look
    ):
        former = Known(house, column.look, rest, draw_card(house, column, cells))
        known[house.id] = former
    return former.lines


def draw_card(house: HouseNow, column: Column, cells: int) -> list[Line]:
    """Draw one house: power and name, the last hours and the age, what it traded today."""
    look, end = column.look, cells - 1
    ink = look.ink.text if house.state is MeterState.LIVE else look.ink.dim
    mark = look.glyphs.mark if house.id == column.chosen else " "
    verb, energy, money_verb, nano = traded(house)
    return [
        _power_line(house, column, mark, ink, end),
        _spark_line(house, column, mark, ink, end),
        _start(mark, look).add(verb, ink).end(f"{energy} kWh", end, ink).segments,
        _start(mark, look)
        .add(money_verb, ink)
        .end(f"{format.money(nano, 3)} {look.currency}", end, ink)
        .segments,
    ]


def _start(mark: str, look: Look) -> Row:
    return Row().add(" ").add(mark, look.ink.accent)


def _power_line(house: HouseNow, column: Column, mark: str, ink: Style, end: int) -> Line:
    look = column.look
    glyph, tint = sign(house, look)
    power = f"{format.kw(power_of(house))} kW"
    row = _start(mark, look).add(glyph, tint).add(" ")
    add_name(row, house, end - 4 - len(power) - 1, look, ink)
    value = look.ink.accent if house.id in column.fresh else ink
    return row.end(power, end, value).segments


def _spark_line(house: HouseNow, column: Column, mark: str, ink: Style, end: int) -> Line:
    look = column.look
    room = end - 2 - _AGE_CELLS - 7
    shown = house.spark_wh[-room:] if room > 0 else ()
    row = _start(mark, look)
    live = house.state is MeterState.LIVE
    tints = (look.ink.give, look.ink.take) if live else (ink, ink)
    add_spark(row, shown, top_of(house.spark_wh), look, tints)
    return row.end(format.age(age_of(house, column.now)), end, ink).segments
