"""The title: the line over the houses."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from console.tui.cells import Line, Row, cut, spot
from console.tui.look import Look
from console.tui.widgets.neighbourhood.order import Sorting

WIDE = 120
"""From this width on the title spells its words out."""
_FILTER = "attempt('filter')"


class View(StrEnum):
    """How the houses are shown."""

    CARDS = "cards"
    ROWS = "rows"
    DOTS = "dots"

    @property
    def next(self) -> View:
        """The view that `v` brings next."""
        every = list(View)
        return every[(every.index(self) + 1) % len(every)]


class Title(msgspec.Struct, frozen=True, kw_only=True):
    """What the title says."""

    shown: int
    """Houses that pass the filter."""
    everyone: int
    """All houses."""
    order: Sorting
    """Their order."""
    groups: str
    """How many houses each group has; empty where they are not grouped."""
    filter: str
    """The filter's words."""
    view: View
    """How they are shown."""
    span: str
    """Which of them are in sight; empty where all are."""
    look: Look
    """How to draw it."""


def draw_title(title: Title, cells: int) -> list[Line]:
    """Draw the screen's name, how many houses, their order, the filter, and the views."""
    look, wide = title.look, cells >= WIDE
    count = f"{title.shown} of {title.everyone}" if title.filter else f"{title.everyone}"
    row = Row().add(" ").add("1 Neighbourhood", look.ink.strong)
    row.add(f"   {count} house{'' if title.everyone == 1 else 's'}")
    if not title.everyone:
        return [row.segments]
    direction = look.glyphs.now if title.order.rises else look.glyphs.falling
    row.add("   " if wide else "  ")
    row.add(f"order {title.order.order.value} {direction}", spot("attempt('order')"))
    views = " ".join(f"[{v.value}]" if v is title.view else v.value for v in View)
    end = cells - 1
    _add_filter(row, title, wide, end - len(views) - 2)
    if title.groups and row.length + 3 + len(title.groups) + 2 + len(views) <= end:
        row.add("   ").add(title.groups, spot("attempt('group')", look.ink.dim))
    if title.span and row.length + 3 + len(title.span) + 2 + len(views) <= end:
        row.add(f"   {title.span}", look.ink.dim)
    row.to(end - len(views))
    for number, (view, word) in enumerate(zip(View, views.split(), strict=True)):
        row.add(" " if number else "").add(word, spot(f"turn_to('{view.value}')"))
    return [row.segments]


def _add_filter(row: Row, title: Title, wide: bool, end: int) -> None:
    if title.filter:
        row.add("   filter " if wide else "  / ")
        text = cut(title.filter, max(1, end - row.length), title.look.glyphs.more)
        row.add(text, spot(_FILTER, title.look.ink.accent))
    elif wide and not title.groups:
        row.add("   ").add("filter none", spot(_FILTER))
