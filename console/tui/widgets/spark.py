"""The spark: values over time as one glyph a cell, bars from zero."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.style import Style

from console.tui.cells import Row
from console.tui.look import Look


def level(value: int, top: int, levels: int = 8) -> int:
    """Return how high a bar stands, 0 for nothing, at least 1 for anything.

    Args:
        value: what it shows; its size counts.
        top: what a full bar shows.
        levels: how many heights there are.
    """
    if not value or top <= 0:
        return 0
    return min(levels, -(-abs(value) * levels // top))


def top_of(values: Iterable[int | None]) -> int:
    """Return the largest size among the known values, 0 without any."""
    return max((abs(value) for value in values if value is not None), default=0)


def add_spark(
    row: Row, values: Sequence[int | None], top: int, look: Look, inks: tuple[Style, Style]
) -> Row:
    """Put a spark at a row's end, neighbours of one ink in one segment.

    Args:
        row: the row under construction.
        values: a value a cell, None where unknown.
        top: what a full bar shows.
        look: signs and styles.
        inks: the styles of positive and of negative values.
    """
    run, ink = "", inks[0]
    for value in values:
        sign, colour = _cell(value, top, look, inks)
        # a blank belongs to either ink, but not to one that turns its ground over
        if colour != ink and (sign != " " or ink.reverse):
            row.add(run, ink)
            run, ink = "", colour
        run += sign
    return row.add(run, ink)


def _cell(value: int | None, top: int, look: Look, inks: tuple[Style, Style]) -> tuple[str, Style]:
    if value is None:
        return look.glyphs.unknown, look.ink.alarm
    height = level(value, top)
    if not height:
        return " ", inks[0]
    return look.glyphs.sparks[height - 1], inks[value < 0]
