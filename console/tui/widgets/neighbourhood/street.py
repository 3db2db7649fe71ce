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
from console.tui.widgets.lines import Lines
from console.tui.widgets.neighbourhood.bands import Band, Window, band_at, bands_of, step, window
from console.tui.widgets.neighbourhood.cards import (
    HEIGHT,
    NUMBERS,
    Column,
    Known,
    columns_in,
    draw_cards,
)
from console.tui.widgets.neighbourhood.dots import Dots, draw_dots, house_at, plan, room_for
from console.tui.widgets.neighbourhood.rows import Table, draw_rows
from console.tui.widgets.neighbourhood.title import View

_ROWS_AROUND = 2


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """What the street shows."""

    houses: tuple[HouseNow, ...]
    """The houses that pass the filter, in order."""
    grouped: bool = False
    """Whether each group by state has a heading."""
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
        self._ids: frozenset[str] = frozenset()
        self._columns: list[tuple[Lines[list[Line]], Lines[list[Line]]]] = []
        self._bands: tuple[Band, ...] = ()
        self._known: dict[str, Known] = {}
        self._window = Window(0, (), 0, whole=True)
        self.view = View.CARDS
        self.chosen = ""

    def compose(self) -> ComposeResult:
        """Give the sheet for rows and dots, and as many columns of cards as will fit."""
        yield Lines[Table | Dots](_draw_sheet, id="sheet", ascii=self._ascii)
        self._columns = [
            (self._half(), self._half()) for _ in range(columns_in(self.app.size.width))
        ]
        self._share(self.app.size.width)
        yield from chain(*self._columns)

    @property
    def house(self) -> HouseNow | None:
        """The chosen house; None without any."""
        houses = self._houses
        return next((house for house in houses if house.id == self.chosen), None)

    @property
    def span(self) -> str:
        """Which houses are in sight, as `13–24`; empty where all are."""
        seen = self._window
        if seen.whole or self._sight is None:
            return ""
        return f"{seen.first + 1}{self._sight.look.glyphs.dash}{seen.first + seen.houses}"

    @property
    def _houses(self) -> tuple[HouseNow, ...]:
        return self._sight.houses if self._sight else ()

    @property
    def _height(self) -> int:
        """The lines of a row of houses."""
        return HEIGHT if self.view is View.CARDS else 1

    @property
    def _room(self) -> int:
        """The lines that bands may fill; the blank one below the last card may be cut."""
        if self.view is View.CARDS:
            return self.size.height + 1
        if self.view is View.DOTS:
            return room_for(self.size.height)
        return max(1, self.size.height - _ROWS_AROUND)

    def has(self, house: str) -> bool:
        """Return whether a house, by its id, can be chosen."""
        return house in self._ids

    def show(self, sight: Sight) -> None:
        """Draw the newest picture."""
        self._sight = sight
        self._ids = frozenset(house.id for house in sight.houses)
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
        if self._houses:
            page = max(1, self._room // self._height)
            sideways = self.view is not View.ROWS
            self.choose(step(self._bands, self.chosen, way, page, sideways=sideways))

    def on_resize(self, event: Resize) -> None:
        """Make as many columns as fit."""
        wanted = columns_in(event.size.width)
        while len(self._columns) < wanted:
            pair = self._half(), self._half()
            self._columns.append(pair)
            self.mount(*pair)
        while len(self._columns) > wanted:
            for half in self._columns.pop():
                half.remove()
        self._share(event.size.width)
        self._draw()
        self.post_message(self.Moved())

    def _share(self, cells: int) -> None:
        """Share the width among the columns."""
        pitch = cells // max(1, len(self._columns))
        for left, right in self._columns:
            left.styles.width, right.styles.width = pitch - NUMBERS, NUMBERS

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
        event.stop()
        house = self._house_at(event)
        if house is None:
            return
        if house.id == self.chosen:
            self.post_message(self.Opened())
        self.choose(house.id)

    def _house_at(self, event: Lines.Clicked) -> HouseNow | None:
        if self._sight is None:
            return None
        if self.view is View.DOTS:
            return house_at(self._dots(self._sight), self.size.width, event.line, event.column)
        if self.view is View.ROWS:
            band, column = band_at(self._window.bands, event.line - 1), 0
        else:
            halves: list[object] = [half for pair in self._columns for half in pair]
            band = band_at(self._window.bands, event.line, height=HEIGHT)
            column = halves.index(event.lines) // 2
        return band.houses[column] if band and column < len(band.houses) else None

    def _draw(self) -> None:
        sight = self._sight
        if sight is None or not self.size.width:
            return
        if self.house is None:
            self.chosen = sight.houses[0].id if sight.houses else ""
        self._arrange(sight)
        sheet = self.query_one("#sheet", Lines)
        sheet.display = self.view is not View.CARDS
        for half in chain(*self._columns):
            half.display = self.view is View.CARDS
        if self.view is View.CARDS:
            self._draw_columns(sight)
        elif self.view is View.ROWS:
            sheet.show(self._table(sight))
        else:
            sheet.show(self._dots(sight))

    def _arrange(self, sight: Sight) -> None:
        """Put the houses into bands and find those in sight."""
        cells, height = self.size.width, self.size.height
        joined = False
        if self.view is View.DOTS:
            made = plan(sight.houses, cells, height, grouped=sight.grouped)
            self._bands, joined = made.bands, made.joined
        else:
            per_row = columns_in(cells) if self.view is View.CARDS else 1
            self._bands = bands_of(sight.houses, per_row, grouped=sight.grouped)
        top, room = self._window.top, len(self._bands) if joined else self._room
        self._window = window(self._bands, self.chosen, top, room, height=self._height)

    def _draw_columns(self, sight: Sight) -> None:
        pitch = self.size.width // max(1, len(self._columns))
        for number, (left, right) in enumerate(self._columns):
            column = Column(
                bands=self._window.bands,
                number=number,
                chosen=self.chosen,
                fresh=sight.fresh,
                now=sight.now,
                look=sight.look,
            )
            parts = [
                split(line, pitch - NUMBERS) for line in draw_cards(column, pitch, self._known)
            ]
            left.show([part for part, _ in parts])
            right.show([part for _, part in parts])

    def _table(self, sight: Sight) -> Table:
        return Table(
            bands=self._window.bands,
            everyone=sight.houses,
            chosen=self.chosen,
            fresh=sight.fresh,
            now=sight.now,
            look=sight.look,
        )

    def _dots(self, sight: Sight) -> Dots:
        return Dots(
            houses=sight.houses,
            grouped=sight.grouped,
            chosen=self.chosen,
            top=self._window.top,
            rows=self.size.height,
            now=sight.now,
            look=sight.look,
        )


def _as_drawn(lines: list[Line], cells: int) -> list[Line]:
    return lines


def _draw_sheet(state: Table | Dots, cells: int) -> list[Line]:
    return draw_rows(state, cells) if isinstance(state, Table) else draw_dots(state, cells)
