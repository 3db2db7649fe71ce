"""The house's days: a week or a month, a bar a day and a line a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec

from console.model.history import DaySum, HouseHistory
from console.tui import format
from console.tui.cells import Line, Row
from console.tui.look import Look
from console.tui.widgets.house.table import untold
from console.tui.widgets.spark import add_spark, top_of

_LABEL = 11
_WIDE = 7
_ABOVE_LIST = 3
_AROUND = 4
_Value = Callable[[DaySum], int | None]


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn of a house's days."""

    history: HouseHistory
    """The days."""
    today: date
    """The local day that is not over yet."""
    chosen: date | None = None
    """The chosen day; None before one was chosen."""
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
        # two digits beside two digits would read as one number
        if len(named) <= bar or not number % 2:
            axis.to(_LABEL + number * (bar + 1)).add(named, look.ink.dim)
    listed = [_line(days, one) for one in in_sight(days.history, days.chosen, days.height)]
    return [*lines, axis.segments, [], _heads(look), *listed, _together(look, sums)]


def in_sight(history: HouseHistory, chosen: date | None, height: int) -> tuple[DaySum, ...]:
    """Return the days that are listed, newest first, the chosen one among them.

    Args:
        history: the days.
        chosen: the chosen day.
        height: the lines there are.
    """
    newest_first = history.days[::-1]
    room = max(0, height - len(_PLOTTED) - _AROUND)
    index = next((n for n, one in enumerate(newest_first) if one.day == chosen), 0)
    first = max(0, index - room + 1)
    return newest_first[first : first + room]


def day_at(history: HouseHistory, chosen: date | None, line: int, height: int) -> date | None:
    """Return the day that stands on a line, None where there is none; as `in_sight`."""
    listed = in_sight(history, chosen, height)
    place = line - len(_PLOTTED) - _ABOVE_LIST
    return listed[place].day if 0 <= place < len(listed) else None


def _imported(one: DaySum) -> int | None:
    return one.imported_wh


def _exported(one: DaySum) -> int | None:
    return one.exported_wh


def _bought(one: DaySum) -> int | None:
    return None if untold(one) else one.bought_wh


def _sold(one: DaySum) -> int | None:
    return None if untold(one) else one.sold_wh


def _net(one: DaySum) -> int | None:
    return None if untold(one) else one.earned_nano - one.owes_nano


_PLOTTED: tuple[tuple[str, _Value, bool], ...] = (
    ("imported", _imported, False),
    ("bought", _bought, False),
    ("exported", _exported, True),
    ("sold", _sold, True),
)
_ENDS = (20, 31, 42, 53, 65)
_HEADS = ("imported", "bought", "exported", "sold")


def _plot(days: Days, label: str, value: _Value, top: int, bar: int, *, give: bool) -> Line:
    look = days.look
    ink = look.ink.give if give else look.ink.take
    row = Row().add(f" {label}").to(_LABEL)
    values = [value(one) for one in days.history.days]
    # before the first day that is known there was nothing to know, as far as can be told
    begins = next((n for n, wh in enumerate(values) if wh is not None), len(values))
    for number, wh in enumerate(values):
        if number < begins:
            row.add(look.glyphs.dash * bar, look.ink.dim)
        else:
            add_spark(row, (wh,) * bar, top, look, (ink, ink))
        row.add(" ")
    return row.segments


def _heads(look: Look) -> Line:
    row = Row().add(" day", look.ink.dim)
    for head, end in zip((*_HEADS, look.currency), _ENDS, strict=True):
        row.end(head, end + 2, look.ink.dim)
    return row.add("   kWh", look.ink.dim).segments


def _line(days: Days, one: DaySum) -> Line:
    name = "today" if one.day == days.today else format.day(one.day)
    mark = days.look.glyphs.chosen if one.day == days.chosen else " "
    row = Row().add(mark, days.look.ink.accent).add(name)
    return _figures(row, [format.kwh(value(one)) for _, value, _ in _PLOTTED], _net(one))


def _together(look: Look, sums: tuple[DaySum, ...]) -> Line:
    """The sums of all days; of what is not known on some of them, `~` and the sum of the others."""
    texts = []
    for _, value, _ in _PLOTTED:
        known = [wh for one in sums if (wh := value(one)) is not None]
        whole = len(known) == len(sums)
        sign = "" if whole or not known else look.glyphs.stale
        texts.append(sign + format.kwh(sum(known) if known else None))
    nets = [net for one in sums if (net := _net(one)) is not None]
    return _figures(Row().add(" together"), texts, sum(nets) if nets else None)


def _figures(row: Row, texts: list[str], nano: int | None) -> Line:
    money = format.money(nano, 3, signed=True)
    for text, end in zip((*texts, money), _ENDS, strict=True):
        row.end(text, end + 2)
    return row.segments
