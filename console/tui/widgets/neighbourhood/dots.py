"""The dots: a cell a house, for a thousand at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain

import msgspec
from rich.style import Style

from console.model.reading import MeterState
from console.model.snapshot import HouseNow
from console.tui import format
from console.tui.cells import Line, Row
from console.tui.look import Look
from console.tui.widgets.bearing import add_name, age_of, gives, power_of, sign, traded
from console.tui.widgets.neighbourhood.bands import Band, bands_of, draw_heading, rows_of, window

LEVELS_W = (50, 700, 1900, 3500)
"""Below these powers a dot grows by one step, W."""
_LABEL = 8
_BETWEEN = 11
_AROUND = 3
_LOOSE, _DENSE = 2, 1


class Dots(msgspec.Struct, frozen=True, kw_only=True):
    """All houses as dots."""

    houses: tuple[HouseNow, ...]
    """The houses in the chosen order."""
    grouped: bool = False
    """Whether each group by state has a heading."""
    chosen: str
    """The chosen house's id."""
    top: int = 0
    """The first band that was in sight."""
    rows: int
    """The lines there are."""
    now: datetime
    """The business time, for the age."""
    look: Look
    """How to draw it."""


class Plan(msgspec.Struct, frozen=True):
    """Where the dots stand."""

    bands: tuple[Band, ...]
    """All rows of dots and headings."""
    pitch: int
    """The cells of a dot: two, so that a sign stands before the chosen one, or one."""
    joined: bool
    """Whether both rows stand on one line."""


def plan(houses: tuple[HouseNow, ...], cells: int, rows: int, *, grouped: bool) -> Plan:
    """Return where dots stand: loosely where all of them fit so, else densely.

    Args:
        houses: the houses in the chosen order.
        cells: the width.
        rows: the lines there are.
        grouped: whether each group by state has a heading.
    """
    if not grouped and _LABEL + _LOOSE * len(houses) + _BETWEEN + 1 < cells:
        bands = tuple(Band(tuple(side), label=name) for name, side in _sides(houses).items())
        return Plan(bands, _LOOSE, joined=True)
    loose = _rows(houses, (cells - _LABEL - 2) // _LOOSE, grouped=grouped)
    if len(loose) <= room_for(rows):
        return Plan(loose, _LOOSE, joined=False)
    return Plan(_rows(houses, cells - _LABEL - 2, grouped=grouped), _DENSE, joined=False)


def _rows(houses: tuple[HouseNow, ...], per_row: int, *, grouped: bool) -> tuple[Band, ...]:
    most = max(1, per_row)
    if grouped:
        return bands_of(houses, most, grouped=True)
    sides = _sides(houses).items()
    return tuple(chain.from_iterable(rows_of(side, most, name) for name, side in sides))


def _sides(houses: Sequence[HouseNow]) -> dict[str, list[HouseNow]]:
    """Return those that give and those that take, each in the given order."""
    sides: dict[str, list[HouseNow]] = {"giving": [], "taking": []}
    for house in houses:
        sides["giving" if gives(house) else "taking"].append(house)
    return sides


def room_for(rows: int) -> int:
    """Return how many of so many lines dots may fill; the legend and the chosen house stay."""
    return max(1, rows - _AROUND)


def lines_of(houses: tuple[HouseNow, ...], cells: int, rows: int, *, grouped: bool) -> int:
    """Return how many lines it takes to show every dot of `plan`, with legend and chosen house."""
    made = plan(houses, cells, rows, grouped=grouped)
    return _AROUND + (1 if made.joined else len(made.bands))


def house_at(dots: Dots, cells: int, line: int, column: int) -> HouseNow | None:
    """Return the house whose dot stands in a cell, None where there is none.

    Args:
        dots: what is drawn.
        cells: the width.
        line: counted from the first one.
        column: counted from the left.
    """
    made = plan(dots.houses, cells, dots.rows, grouped=dots.grouped)
    for row, start, band in _placed(dots, made):
        index = (column - start) // made.pitch
        if row == line and 0 <= index < len(band.houses):
            return band.houses[index]
    return None


def _placed(dots: Dots, made: Plan) -> Iterator[tuple[int, int, Band]]:
    """Yield each band in sight with its line and the column of its first dot."""
    if made.joined:
        start = _LABEL
        for band in made.bands:
            yield 0, start, band
            start += made.pitch * len(band.houses) + _BETWEEN
        return
    seen = window(made.bands, dots.chosen, dots.top, room_for(dots.rows))
    for line, band in enumerate(seen.bands):
        yield line, _LABEL, band


def draw_dots(dots: Dots, cells: int) -> list[Line]:
    """Draw the dots in sight, the legend, and the chosen house in words.

    Args:
        dots: the houses.
        cells: the width.
    """
    made = plan(dots.houses, cells, dots.rows, grouped=dots.grouped)
    legend = _legend(dots.look)
    if made.joined:
        row = Row()
        for _, start, band in _placed(dots, made):
            row.to(start - _LABEL + 1)
            _dots(row, band, dots, made)
        roomy = row.length + 3 + legend.length < cells
        joined = row.to(cells - 1 - legend.length).segments + legend.segments
        lines = [joined] if roomy else [row.segments, _alone(legend)]
    else:
        drawn = [_line(band, dots, made) for _, _, band in _placed(dots, made)]
        lines = [*drawn, _alone(legend)]
    return [*lines, [], _detail(dots)]


def _alone(legend: Row) -> Line:
    return Row().add(" ").segments + legend.segments


def _line(band: Band, dots: Dots, made: Plan) -> Line:
    if band.heading is not None:
        return draw_heading(band.heading, dots.look)
    row = Row().add(" ")
    _dots(row, band, dots, made)
    return row.segments


def _dots(row: Row, band: Band, dots: Dots, made: Plan) -> None:
    """A name and its dots; the chosen one has the sign of the chosen before it, or is it."""
    look = dots.look
    row.add(f"{band.label:6} ", look.ink.dim)
    for house in band.houses:
        chosen = house.id == dots.chosen
        if made.pitch == _LOOSE:
            row.add(look.glyphs.chosen if chosen else " ", look.ink.accent if chosen else None)
        if made.pitch == _DENSE and chosen:
            row.add(look.glyphs.chosen, look.ink.accent)
        else:
            row.add(*_dot(house, look))


def _dot(house: HouseNow, look: Look) -> tuple[str, Style]:
    power = power_of(house)
    if house.state is not MeterState.LIVE or power is None:
        return sign(house, look)
    steps = (look.glyphs.dot, *reversed(look.glyphs.bars))
    size = sum(abs(power) >= limit for limit in LEVELS_W)
    if not size:
        return steps[0], look.ink.text
    return steps[size], look.ink.give if power < 0 else look.ink.take


def _legend(look: Look) -> Row:
    row = Row()
    steps = (look.glyphs.dot, *reversed(look.glyphs.bars))
    for glyph, limit in zip(steps, LEVELS_W, strict=False):
        row.add(f"{glyph} <{limit / 1000:g}  ", look.ink.dim)
    return row.add(f"{steps[-1]} kW", look.ink.dim)


def _detail(dots: Dots) -> Line:
    house = next((house for house in dots.houses if house.id == dots.chosen), None)
    if house is None:
        return []
    look = dots.look
    glyph, tint = sign(house, look)
    verb, energy, money_verb, nano = traded(house)
    row = Row().add(" ").add(f"{look.glyphs.chosen} ", look.ink.accent)
    add_name(row, house, 24, look, look.ink.text).add("  ").add(glyph, tint)
    row.add(f" {format.kw(power_of(house))} kW  {format.age(age_of(house, dots.now))}   ")
    row.add(f"{verb} {energy} kWh  {money_verb} {format.money(nano, 3)} {look.currency}")
    return row.segments
