"""The body: a screen whose whole picture is one pure function of a state and a space."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual.app import ComposeResult
from textual.events import Resize

from console.tui.cells import Line
from console.tui.screens.screen import ConsoleScreen
from console.tui.widgets.lines import Lines

WIDE = 120
"""From this width on a picture has its wide form."""
_HIGH = 36


class BodyScreen(ConsoleScreen):
    """A screen under the top bar with one body of lines.

    A subclass draws it in `picture`; `redraw` is called whenever its state has changed.
    """

    DEFAULT_CSS: ClassVar[str] = """
    BodyScreen #body { height: 1fr; }
    BodyScreen.roomy #body { margin: 1 0 0 0; }
    """

    def compose_body(self) -> ComposeResult:
        """Give the body."""
        yield Lines[bool](lambda _, room: self._drawn(room), id="body", ascii=self._ascii)

    @property
    def _ascii(self) -> bool:
        return self.look.glyphs.ascii

    @property
    def body(self) -> Lines[bool]:
        """The body's widget."""
        return self.query_one("#body", Lines)

    @property
    def rows(self) -> int:
        """How many lines the body has."""
        return self.body.size.height

    @property
    def room(self) -> int:
        """How many cells a line of the body has."""
        return self.body.size.width

    @abstractmethod
    def picture(self, room: int, height: int) -> list[Line]:
        """Return the body's lines, at most `height` of them.

        Args:
            room: the cells of a line.
            height: the lines there are.
        """

    def redraw(self) -> None:
        """Draw the body again."""
        if self.is_mounted:
            self.body.show(True)

    def redraw_all(self) -> None:
        """Draw the body and the bars again: other keys can act now."""
        if self.is_mounted:
            self.draw_bars()
            self.redraw()

    def on_resize(self, event: Resize) -> None:
        """Draw again once the body has its new size; give it air where there is some."""
        self.set_class(event.size.width >= WIDE and event.size.height >= _HIGH, "roomy")
        self.call_after_refresh(self.redraw)

    def _drawn(self, room: int) -> list[Line]:
        return self.picture(room, self.rows)[: self.rows]


def moved(index: int, way: str, count: int, page: int) -> int:
    """Return the index after a move in a list, kept within it.

    Args:
        index: the index before.
        way: `up`, `down`, `page_up`, `page_down`, `home` or `end`; others change nothing.
        count: how long the list is.
        page: the lines of a page.
    """
    steps = {
        "up": -1,
        "down": 1,
        "page_up": -max(1, page - 1),
        "page_down": max(1, page - 1),
        "home": -count,
        "end": count,
    }
    return min(max(0, index + steps.get(way, 0)), max(0, count - 1))
