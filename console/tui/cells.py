"""The cells: the only maker of drawn text, plain and cleaned, never parsed as markup."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from console.safe_text import safe_text

_MOST_CHARACTERS = 400
_SPOT = "spot"

Line = list[Segment]
"""One drawn line."""


@lru_cache(maxsize=8192)
def _clean(text: str) -> str:
    return safe_text(text, _MOST_CHARACTERS)


def cell(text: object, ink: Style | None = None) -> Segment:
    """Return a segment of cleaned text.

    Args:
        text: anything from the model; what a terminal could obey is replaced.
        ink: its style; the widget's own where left out.
    """
    return Segment(_clean(str(text)), ink)


@lru_cache(maxsize=1024)
def spot(action: str, ink: Style | None = None) -> Style:
    """Return an ink whose cells do an action of their screen when they are clicked.

    Args:
        action: the action, one of ours and never of text from outside: `screen('6')`.
        ink: what the cells look like.
    """
    return (ink or Style()) + Style(meta={_SPOT: action})


def action_at(ink: Style) -> str:
    """Return the action of cells of this ink; empty where a click does nothing of its own."""
    return str(ink.meta.get(_SPOT, ""))


def width(text: str) -> int:
    """Return how many cells a text takes once it is cleaned."""
    return cell_len(_clean(text))


def cut(text: object, most: int, more: str = "…") -> str:
    """Return cleaned text that takes at most so many cells, ending in `more` where it was cut.

    Args:
        text: anything.
        most: cells.
        more: what shows that something is missing.
    """
    cleaned = _clean(str(text))
    if cell_len(cleaned) <= most:
        return cleaned
    room = most - len(more)
    kept = ""
    for character in cleaned:
        if cell_len(kept + character) > room:
            break
        kept += character
    return (kept + more)[: max(most, 0)]


class Row:
    """A line under construction, from left to right."""

    def __init__(self) -> None:
        """Begin at column 0."""
        self.segments: Line = []
        self.length = 0

    def add(self, text: object, ink: Style | None = None) -> Row:
        """Put text where the row ends.

        Args:
            text: anything from the model.
            ink: its style.
        """
        segment = cell(text, ink)
        if segment.text:
            self.segments.append(segment)
            self.length += cell_len(segment.text)
        return self

    def to(self, column: int) -> Row:
        """Blank up to a column; nothing where the row is past it."""
        if self.length < column:
            self.add(" " * (column - self.length))
        return self

    def end(self, text: object, column: int, ink: Style | None = None) -> Row:
        """Put text so that it ends before a column.

        Args:
            text: anything from the model.
            column: the first column after the text.
            ink: its style.
        """
        return self.to(column - width(str(text))).add(text, ink)

    def fit(self, text: object, cells: int, ink: Style | None = None) -> Row:
        """Put text in exactly so many cells, cut or blanked on its right."""
        start = self.length
        return self.add(cut(text, cells), ink).to(start + cells)


def split(line: Line, column: int) -> tuple[Line, Line]:
    """Return a line's parts before and from a column on.

    Args:
        line: the drawn line.
        column: the first cell of the second part.
    """
    first: Line = []
    second: Line = []
    room = column
    for segment in line:
        before, after = segment.split_cells(max(room, 0))
        first += [before] if before.text else []
        second += [after] if after.text else []
        room -= segment.cell_length
    return first, second


def text_of(line: Line) -> str:
    """Return a drawn line's text without blanks at its end."""
    return "".join(segment.text for segment in line).rstrip()
