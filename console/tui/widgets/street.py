"""The street: all houses at once, one line-API widget a column of cards."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import MouseScrollDown, MouseScrollUp, Resize
from textual.message import Message

from console.model.snapshot import HouseNow
from console.tui.cells import Line, split
from console.tui.look import Look
from console.tui.widgets.cards import HEIGHT, NUMBERS, Column, columns_in, draw_cards
from console.tui.widgets.dots import Dots, draw_dots, place_of
from console.tui.widgets.lines import Lines
from console.tui.widgets.rows import Table, draw_rows
from console.tui.widgets.title import View

_ROWS_AROUND = 2


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """What the street shows."""

    houses: tuple[HouseNow, ...]
    """The houses that pass the filter, in order."""
    fresh: frozenset[str]
    """Houses whose value has just changed."""
    now: datetime
    """The business time."""
    look: Look
    """How to draw it."""


class Street(Horizontal):
    """Draws the houses in sight and keeps the chosen one, by its id, in sight.

    Columns of cards hold only what is in sight, so a thousand houses cost what fits the terminal.
    A column is two widgets side by side: what changes every second stands in the right one, since
    the terminal is sent everything to the left of a change within its widget.
    """

    DEFAULT_CSS: ClassVar[str] = """
    Street { width: 1fr; height: 1fr; }
    Street .column { height: 1fr; }
    """

    class Moved(Message):
        """Another house was chosen, or others came into sight."""

    class Opened(Message):
        """The chosen house was clicked."""

    def __init__(self, *, id: str | None = None, ascii: bool = False) -> None:
        """Begin with cards and without houses.

        Args:
            id: the widget's id in stylesheets.
            ascii: whether nothing outside ASCII may be drawn.
        """
        super().__init__(id=id)
        self._ascii = ascii
        self._sight: Sight | None = None
        self._columns: list[tuple[Lines[list[Line]], Lines[list[Line]]]] = []
        self._top = 0
        self.view = View.CARDS
        self.chosen = ""

    def compose(self) -> ComposeResult:
        """Give the sheet for rows and dots; columns of cards come with the width."""
        yield Lines[Table | Dots](_draw_sheet, id="sheet", ascii=self._ascii)

    @property
    def house(self) -> HouseNow | None:
        """The chosen house; None without any."""
        houses = self._houses
        return next((house for house in houses if house.id == self.chosen), None)

    @property
    def span(self) -> str:
        """Which houses are in sight, as `13–24`; empty where all are."""
        houses, per_row, rows = self._houses, self._per_row, self._rows
        if self.view is View.DOTS or len(houses) <= per_row * rows or self._sight is None:
            return ""
        first = self._top * per_row + 1
        last = min(len(houses), (self._top + rows) * per_row)
        return f"{first}{self._sight.look.glyphs.dash}{last}"

    @property
    def _houses(self) -> tuple[HouseNow, ...]:
        return self._sight.houses if self._sight else ()

    @property
    def _per_row(self) -> int:
        return columns_in(self.size.width) if self.view is View.CARDS else 1

    @property
    def _rows(self) -> int:
        """How many rows of houses are in sight."""
        if self.view is View.CARDS:
            return max(1, (self.size.height + 1) // HEIGHT)
        return max(1, self.size.height - _ROWS_AROUND)

    def show(self, sight: Sight) -> None:
        """Draw the newest picture."""
        self._sight = sight
        self._draw()

    def turn(self, view: View) -> None:
        """Show the houses in another way; the chosen one stays chosen."""
        self.view = view
        self._draw()

    def choose(self, house: str) -> None:
        """Choose a house by its id."""
        self.chosen = house
        self._draw()
        self.post_message(self.Moved())

    def move(self, way: str) -> None:
        """Choose another house.

        Args:
            way: `up`, `down`, `left`, `right`, `page_up`, `page_down`, `home` or `end`.
        """
        houses = self._houses
        if not houses:
            return
        index = next((n for n, house in enumerate(houses) if house.id == self.chosen), 0)
        if self.view is View.DOTS:
            target = place_of(houses, index, way, self.size.width)
        else:
            target = index + self._steps(way, len(houses))
        self.choose(houses[min(max(target, 0), len(houses) - 1)].id)

    def _steps(self, way: str, houses: int) -> int:
        row, page = self._per_row, self._per_row * self._rows
        sideways = 1 if self.view is View.CARDS else 0
        return {
            "left": -sideways,
            "right": sideways,
            "up": -row,
            "down": row,
            "page_up": -page,
            "page_down": page,
            "home": -houses,
            "end": houses,
        }[way]

    def on_resize(self, event: Resize) -> None:
        """Make as many columns as fit."""
        wanted = columns_in(event.size.width)
        pitch = event.size.width // wanted
        while len(self._columns) < wanted:
            pair = self._half(), self._half()
            self._columns.append(pair)
            self.mount(*pair)
        while len(self._columns) > wanted:
            for half in self._columns.pop():
                half.remove()
        for left, right in self._columns:
            left.styles.width, right.styles.width = pitch - NUMBERS, NUMBERS
        self._draw()
        self.post_message(self.Moved())

    def _half(self) -> Lines[list[Line]]:
        return Lines[list[Line]](_as_drawn, classes="column", ascii=self._ascii)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Go down a row."""
        self.move("down")
        event.stop()

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Go up a row."""
        self.move("up")
        event.stop()

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        """Choose the clicked house; open it where it was chosen already."""
        houses = self._houses
        halves: list[object] = [half for pair in self._columns for half in pair]
        if self.view is View.CARDS and event.lines in halves:
            row = self._top + event.line // HEIGHT
            index = row * self._per_row + halves.index(event.lines) // 2
        elif self.view is View.ROWS:
            index = self._top + event.line - 1
        else:
            return
        event.stop()
        if not 0 <= index < len(houses):
            return
        if houses[index].id == self.chosen:
            self.post_message(self.Opened())
        self.choose(houses[index].id)

    def _draw(self) -> None:
        sight = self._sight
        if sight is None or not self.size.width:
            return
        if self.house is None:
            self.chosen = sight.houses[0].id if sight.houses else ""
        self._keep_in_sight(sight)
        sheet = self.query_one("#sheet", Lines)
        sheet.display = self.view is not View.CARDS
        for half in chain(*self._columns):
            half.display = self.view is View.CARDS
        if self.view is View.CARDS:
            self._draw_columns(sight)
        elif self.view is View.ROWS:
            sheet.show(self._table(sight))
        else:
            sheet.show(
                Dots(houses=sight.houses, chosen=self.chosen, now=sight.now, look=sight.look)
            )

    def _keep_in_sight(self, sight: Sight) -> None:
        houses, per_row, rows = sight.houses, self._per_row, self._rows
        index = next((n for n, house in enumerate(houses) if house.id == self.chosen), 0)
        row, last = index // per_row, max(0, -(-len(houses) // per_row) - rows)
        self._top = min(max(self._top, row - rows + 1), row, max(last, 0))

    def _draw_columns(self, sight: Sight) -> None:
        per_row = self._per_row
        start = self._top * per_row
        shown = sight.houses[start : start + per_row * self._rows]
        pitch = self.size.width // per_row
        for number, (left, right) in enumerate(self._columns):
            column = Column(
                houses=shown[number::per_row],
                chosen=self.chosen,
                fresh=sight.fresh,
                now=sight.now,
                look=sight.look,
            )
            parts = [split(line, pitch - NUMBERS) for line in draw_cards(column, pitch)]
            left.show([part for part, _ in parts])
            right.show([part for _, part in parts])

    def _table(self, sight: Sight) -> Table:
        return Table(
            houses=sight.houses[self._top : self._top + self._rows],
            everyone=sight.houses,
            chosen=self.chosen,
            fresh=sight.fresh,
            now=sight.now,
            look=sight.look,
        )


def _as_drawn(lines: list[Line], cells: int) -> list[Line]:
    return lines


def _draw_sheet(state: Table | Dots, cells: int) -> list[Line]:
    return draw_rows(state, cells) if isinstance(state, Table) else draw_dots(state, cells)
