"""The dialog: a framed question over the screen, with the two words that answer it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

import msgspec
from textual.app import ComposeResult
from textual.screen import ModalScreen

from console.tui.cells import Line, Row, cut, spot, width
from console.tui.look import Look
from console.tui.screens.steady import Steady
from console.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from console.tui.app import MosaicApp

State = TypeVar("State")
Answer = TypeVar("Answer")

_CANCEL = "Cancel"
_CELLS = 66


class Question(msgspec.Struct, frozen=True):
    """What a dialog asks."""

    title: str
    """The question."""
    facts: tuple[str, ...]
    """What would happen, a line each."""
    verb: str
    """The word that does it."""


class Dialog(msgspec.Struct, frozen=True):
    """A dialog as it stands."""

    question: Question
    """What it asks."""
    agreed: bool
    """Whether the focus is on the word that does it."""
    look: Look
    """How to draw it."""


def draw_dialog(dialog: Dialog, cells: int) -> list[Line]:
    """Draw the dialog with its frame, as wide as the widget."""
    look, question = dialog.look, dialog.question
    top_left, top_right, low_left, low_right = tuple(look.glyphs.corners)
    title = cut(question.title, cells - 6, look.glyphs.more)
    head = Row().add(f"{top_left} ").add(title, look.ink.strong).add(" ")
    head.add(look.glyphs.rule * (cells - 1 - head.length)).add(top_right)
    foot = Row().add(low_left + look.glyphs.rule * (cells - 2) + low_right)
    rows = [_side(Row().add(fact), look, cells) for fact in question.facts]
    return [head.segments, *rows, _side(_choice(dialog, cells - 4), look, cells), foot.segments]


def _side(row: Row, look: Look, cells: int) -> Line:
    framed = Row().add(f"{look.glyphs.side} ")
    for segment in row.segments:
        framed.add(cut(segment.text, cells - 2 - framed.length, look.glyphs.more), segment.style)
    return framed.to(cells - 2).add(f" {look.glyphs.side}").segments


def _choice(dialog: Dialog, cells: int) -> Row:
    """The last row: how to go on, then the two words, the focused one in brackets."""
    ink, verb = dialog.look.ink, dialog.question.verb
    hint = "enter does it" if dialog.agreed else "tab, then enter"
    start = cells - width(_CANCEL) - width(verb) - 8
    row = Row().add(hint, ink.dim).to(start)
    cancel, does = spot("leave"), spot("verb")
    if dialog.agreed:
        return row.add(f"  {_CANCEL}  ", ink.text + cancel).add(f"[ {verb} ]", ink.accent + does)
    row.add(f"[ {_CANCEL} ]", ink.accent + cancel).add("    ")
    return row.add(verb, ink.text + does)


class DialogScreen(Steady, ModalScreen[Answer], Generic[State, Answer]):
    """A screen with one framed widget in its middle.

    A subclass calls `draw` with each state of its form, and dismisses with the answer. A click on
    Cancel is its action `leave`, a click on the other word its action `verb`.
    """

    DEFAULT_CSS: ClassVar[str] = f"""
    DialogScreen {{ align: center middle; background: $background 60%; }}
    DialogScreen #dialog {{ width: {_CELLS}; }}
    """

    def __init__(self, drawing: Callable[[State, int], list[Line]]) -> None:
        """Take the pure function from a form and a width in cells to lines."""
        super().__init__()
        self._drawing = drawing

    def compose(self) -> ComposeResult:
        """Give the one widget."""
        yield Lines[State](self._drawing, id="dialog", ascii=self.look.glyphs.ascii)

    @property
    def look(self) -> Look:
        """How to draw it."""
        return cast("MosaicApp", self.app).look

    def draw(self, form: State) -> None:
        """Draw the form as it stands, as high as it is.

        Args:
            form: what the drawing takes.
        """
        lines = self.query_one("#dialog", Lines)
        lines.show(form)
        lines.styles.height = len(self._drawing(form, _CELLS))
