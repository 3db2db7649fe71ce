"""The house's days: a week or a month, a bar a day and a line a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec

from console.model.history import DaySum, HouseHistory
from console.tui import format
from console.tui.cells import Line, Row
from console.tui.look import Look
from console.tui.widgets.spark import add_spark, top_of

_LABEL = 11
_WIDE = 7
_AROUND = 6
_Value = Callable[[DaySum], int | None]


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn of a house's days."""

    history: HouseHistory
    """The days."""
    today: date
    """The local day that is not over yet."""
    height: int
    """The lines there are."""
    look: Look
    """How to draw it."""


def draw_days(days: Days, cells: int) -> list[Line]:
    """Draw four bars a day, then the newest days in figures, then all of them together.

    Args:
        days: what is known of them.
        cells: the width.
    """
    look, sums = days.look, days.history.days
    bar = min(_WIDE, max(1, (cells - _LABEL - 1) // max(len(sums), 1) - 1))
    top = max(top_of(map(_imported, sums)), top_of(map(_exported, sums)))
    lines = [_plot(days, label, value, top, bar, give=give) for label, value, give in _PLOTTED]
    axis = Row()
    for number, one in enumerate(sums):
        named = f"{one.day:%d.%m}" if bar > 4 else f"{one.day:%d}"
        if len(named) <= bar + 1:
            axis.to(_LABEL + number * (bar + 1)).add(named, look.ink.dim)
    room = max(0, days.height - len(lines) - _AROUND)
    newest = [_line(days, one) for one in reversed(sums[-room:] if room else ())]
    return [*lines, axis.segments, [], _heads(look), *newest, _together(look, sums)]


def _imported(one: DaySum) -> int | None:
    return one.imported_wh


def _exported(one: DaySum) -> int | None:
    return one.exported_wh


_PLOTTED: tuple[tuple[str, _Value, bool], ...] = (
    ("imported", _imported, False),
    ("bought", lambda one: one.bought_wh, False),
    ("exported", _exported, True),
    ("sold", lambda one: one.sold_wh, True),
)
_ENDS = (20, 31, 42, 53, 65)
_HEADS = ("imported", "bought", "exported", "sold")


def _plot(days: Days, label: str, value: _Value, top: int, bar: int, *, give: bool) -> Line:
    look = days.look
    ink = look.ink.give if give else look.ink.take
    row = Row().add(f" {label}").to(_LABEL)
    for one in days.history.days:
        add_spark(row, (value(one),) * bar, top, look, (ink, ink)).add(" ")
    return row.segments


def _heads(look: Look) -> Line:
    row = Row().add(" day", look.ink.dim)
    for head, end in zip((*_HEADS, look.currency), _ENDS, strict=True):
        row.end(head, end + 2, look.ink.dim)
    return row.add("   kWh", look.ink.dim).segments


def _line(days: Days, one: DaySum) -> Line:
    name = "today" if one.day == days.today else format.day(one.day)
    net = one.earned_nano - one.owes_nano
    return _figures(name, [value(one) for _, value, _ in _PLOTTED], net)


def _together(look: Look, sums: tuple[DaySum, ...]) -> Line:
    values: list[int | None] = []
    for _, value, _ in _PLOTTED:
        known = [value(one) for one in sums]
        values.append(None if None in known else sum(wh or 0 for wh in known))
    net = sum(one.earned_nano - one.owes_nano for one in sums)
    return _figures("together", values, net)


def _figures(name: str, values: list[int | None], nano: int) -> Line:
    row = Row().add(f" {name}")
    money = format.money(nano, 3, signed=True)
    for text, end in zip((*map(format.kwh, values), money), _ENDS, strict=True):
        row.end(text, end + 2)
    return row.segments
