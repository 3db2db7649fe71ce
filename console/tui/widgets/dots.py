"""The dots: a cell a house, for a thousand at once."""

from __future__ import annotations

from datetime import datetime

import msgspec
from rich.style import Style

from console.model.reading import MeterState
from console.model.snapshot import HouseNow
from console.tui import format
from console.tui.cells import Line, Row, cut
from console.tui.look import Look
from console.tui.widgets.bearing import age_of, gives, power_of, sign, traded

LEVELS_W = (50, 700, 1900, 3500)
"""Below these powers a dot grows by one step, W."""


class Dots(msgspec.Struct, frozen=True, kw_only=True):
    """All houses as dots."""

    houses: tuple[HouseNow, ...]
    """The houses in the chosen order."""
    chosen: str
    """The chosen house's id."""
    now: datetime
    """The business time, for the age."""
    look: Look
    """How to draw it."""


def in_groups(houses: tuple[HouseNow, ...]) -> tuple[list[HouseNow], list[HouseNow]]:
    """Return those that give and those that take, each in the given order."""
    giving = [house for house in houses if gives(house)]
    return giving, [house for house in houses if not gives(house)]


def per_line(cells: int) -> int:
    """Return how many dots stand on a line."""
    return max(1, (cells - 10) // 2)


def place_of(houses: tuple[HouseNow, ...], index: int, way: str, cells: int) -> int:
    """Return the index of the house to which a move leads.

    Args:
        houses: the houses in the chosen order.
        index: the chosen one's.
        way: `up`, `down`, `left`, `right`, `page_up`, `page_down`, `home` or `end`.
        cells: the width.
    """
    giving, taking = in_groups(houses)
    drawn = [*giving, *taking]
    step = per_line(cells)
    moves = {"left": -1, "right": 1, "up": -step, "down": step}
    moves |= {"home": -len(drawn), "end": len(drawn), "page_up": -step * 5, "page_down": step * 5}
    target = drawn.index(houses[index]) + moves[way]
    return houses.index(drawn[min(max(target, 0), len(drawn) - 1)])


def draw_dots(dots: Dots, cells: int) -> list[Line]:
    """Draw both groups, the legend, and the chosen house in words.

    Args:
        dots: the houses.
        cells: the width.
    """
    giving, taking = in_groups(dots.houses)
    legend = _legend(dots.look)
    lines: list[Line] = []
    together = 1 + 8 + 2 * len(giving) + 3 + 8 + 2 * len(taking)
    if together < cells:
        row = Row().add(" ")
        _group(row, "giving", giving, dots)
        _group(row.add("    "), "taking", taking, dots)
        roomy = row.length + 3 + legend.length < cells
        lines = [_join(row.to(cells - 1 - legend.length), legend) if roomy else row.segments]
        lines += [] if roomy else [legend_line(legend)]
    else:
        lines = [*_block("giving", giving, dots, cells), *_block("taking", taking, dots, cells)]
        lines += [legend_line(legend)]
    return [*lines, [], _detail(dots)]


def legend_line(legend: Row) -> Line:
    """Return the legend on a line of its own."""
    return Row().add(" ").segments + legend.segments


def _join(row: Row, other: Row) -> Line:
    return row.segments + other.segments


def _block(name: str, houses: list[HouseNow], dots: Dots, cells: int) -> list[Line]:
    lines = []
    step = per_line(cells)
    for start in range(0, max(len(houses), 1), step):
        row = Row().add(" ")
        _group(row, name if not start else "", houses[start : start + step], dots)
        lines.append(row.segments)
    return lines


def _group(row: Row, name: str, houses: list[HouseNow], dots: Dots) -> None:
    """A name and its dots; the chosen one has the sign of the chosen before it."""
    look = dots.look
    row.add(f"{name:6} ", look.ink.dim)
    for house in houses:
        chosen = house.id == dots.chosen
        row.add(look.glyphs.chosen if chosen else " ", look.ink.accent if chosen else None)
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
    row.add(cut(house.name or house.id, 24, look.glyphs.more)).add("  ").add(glyph, tint)
    row.add(f" {format.kw(power_of(house))} kW  {format.age(age_of(house, dots.now))}   ")
    row.add(f"{verb} {energy} kWh  {money_verb} {format.money(nano, 3)} {look.currency}")
    return row.segments
