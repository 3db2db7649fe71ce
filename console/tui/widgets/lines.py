"""The lines: one widget that draws a list of lines and refreshes only those that changed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest
from typing import ClassVar, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.tui.cells import Line, action_at, text_of
from console.tui.glyphs import plain

State = TypeVar("State")


class Lines(ScrollView, Generic[State], can_focus=False):
    """A line-API widget over a pure function `(state, width) -> lines`.

    `show` draws the lines of a new state, compares text and style with what is on the screen and
    refreshes the changed lines alone. It scrolls where there are more lines than rows. A click on
    a spot does that spot's action; where the mouse merely passes nothing is drawn anew.
    """

    auto_links = False

    DEFAULT_CSS: ClassVar[str] = """
    Lines { scrollbar-size: 0 0; width: 1fr; height: 1fr; background: $background; }
    """

    class Clicked(Message):
        """A line was clicked."""

        def __init__(self, lines: Lines[State], line: int, column: int) -> None:
            """Name the widget, the line from the first one, and the column."""
            super().__init__()
            self.lines = lines
            self.line = line
            self.column = column

    def __init__(
        self,
        draw: Callable[[State, int], list[Line]],
        *,
        id: str | None = None,
        classes: str | None = None,
        ascii: bool = False,
    ) -> None:
        """Begin empty.

        Args:
            draw: the pure function from a state and a width in cells to lines.
            id: the widget's id in stylesheets.
            classes: its classes in stylesheets.
            ascii: whether every character outside ASCII becomes a question mark.
        """
        super().__init__(id=id, classes=classes)
        self._draw = draw
        self._state: State | None = None
        self._lines: list[Line] = []
        self._strips: dict[int, Strip] = {}
        self._ascii = ascii
        self._ground: Style | None = None

    @property
    def text(self) -> str:
        """What is drawn, as plain text."""
        return "\n".join(text_of(line) for line in self._lines)

    def show(self, state: State) -> None:
        """Draw a state; nothing is refreshed where it looks the same."""
        self._state = state
        self._redraw()

    def reveal(self, line: int) -> None:
        """Scroll as little as needed to have a line in sight."""
        top, rows = self.scroll_offset.y, self.size.height
        if line < top:
            self.scroll_to(y=line, animate=False, immediate=True)
        elif line >= top + rows:
            self.scroll_to(y=line - rows + 1, animate=False, immediate=True)

    def on_resize(self, event: Resize) -> None:
        """Draw again at the new width."""
        self._redraw()

    def on_click(self, event: Click) -> None:
        """Do what the clicked spot does, or tell which line was clicked."""
        if action := action_at(event.style):
            self.screen.call_later(self.screen.run_action, action)
        else:
            self.post_message(self.Clicked(self, event.y + self.scroll_offset.y, event.x))

    def notify_style_update(self) -> None:
        """Forget the strips: their ground has changed."""
        super().notify_style_update()
        self._strips.clear()
        self._ground = None

    def render_line(self, y: int) -> Strip:
        """Return the strip of a visible row.

        Args:
            y: the row, from the top of the widget.
        """
        number = y + self.scroll_offset.y
        strip = self._strips.get(number)
        if strip is None:
            line = self._lines[number] if number < len(self._lines) else []
            self._ground = self._ground or self.rich_style
            strip = Strip(line).adjust_cell_length(self.size.width).apply_style(self._ground)
            self._strips[number] = strip
        return strip

    def _redraw(self) -> None:
        if self._state is None or not self.size.width:
            return
        new = self._draw(self._state, self.size.width)
        if self._ascii:
            new = [[Segment(plain(s.text), s.style) for s in line] for line in new]
        old, self._lines = self._lines, new
        size = Size(self.size.width, len(new))
        if self.virtual_size != size:
            self.virtual_size = size
            self._strips.clear()
        self._refresh_changed(old, new)

    def _refresh_changed(self, old: list[Line], new: list[Line]) -> None:
        top = self.scroll_offset.y
        regions = []
        blank: Line = []
        for number, (before, after) in enumerate(zip_longest(old, new, fillvalue=blank)):
            if before == after:
                continue
            self._strips.pop(number, None)
            if top <= number < top + self.size.height:
                first, last = changed_span(before, after)
                regions.append(Region(first, number - top, last - first, 1))
        if regions:
            self.refresh(*regions)


def changed_span(before: Line, after: Line) -> tuple[int, int]:
    """Return the first changed cell of a line and the first after the last changed one."""
    left = _same_cells(before, after)
    lengths = Segment.get_line_length(before), Segment.get_line_length(after)
    if lengths[0] != lengths[1]:
        return left, max(lengths)
    right = _same_cells(before[::-1], after[::-1])
    return left, max(lengths[1] - right, left + 1)


def _same_cells(before: Line, after: Line) -> int:
    same = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        same += one.cell_length
    return same
