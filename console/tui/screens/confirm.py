"""The dialog: what is about to happen, with Cancel in focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from console.tui.cells import Line, Row, cut, width
from console.tui.look import Look
from console.tui.screens.steady import Steady
from console.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from console.tui.app import MosaicApp

_CANCEL = "Cancel"


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
    if dialog.agreed:
        return row.add(f"  {_CANCEL}  ", ink.text).add(f"[ {verb} ]", ink.accent)
    return row.add(f"[ {_CANCEL} ]", ink.accent).add(f"    {verb}", ink.text)


class ConfirmScreen(Steady, ModalScreen[bool]):
    """Asks; answers True only after the focus was moved to the word that does it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,n", "answer(False)", show=False),
        Binding("tab,shift+tab,left,right,h,l", "turn", show=False),
        Binding("enter", "take", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    ConfirmScreen { align: center middle; background: $background 60%; }
    ConfirmScreen #dialog { width: 66; }
    """

    def __init__(self, question: Question) -> None:
        """Take what to ask; the focus is on Cancel."""
        super().__init__()
        self._question = question
        self._agreed = False

    def compose(self) -> ComposeResult:
        """Give the one widget."""
        yield Lines[Dialog](draw_dialog, id="dialog", ascii=self._look.glyphs.ascii)

    def on_mount(self) -> None:
        """Draw the question as high as it is."""
        self.query_one("#dialog", Lines).styles.height = len(self._question.facts) + 3
        self._draw()

    @property
    def _look(self) -> Look:
        return cast("MosaicApp", self.app).look

    def _draw(self) -> None:
        self.query_one("#dialog", Lines).show(Dialog(self._question, self._agreed, self._look))

    def action_turn(self) -> None:
        """Move the focus to the other word."""
        self._agreed = not self._agreed
        self._draw()

    def action_take(self) -> None:
        """Answer with the focused word."""
        self.dismiss(self._agreed)

    def action_answer(self, agreed: bool) -> None:
        """Answer at once."""
        self.dismiss(agreed)
