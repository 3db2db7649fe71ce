"""The shelving: why and for how long an alarm is put aside, with Cancel in focus."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

import msgspec
from textual.binding import Binding, BindingType
from textual.events import Key, Paste

from console.safe_text import safe_text
from console.tui.cells import Line
from console.tui.look import Look
from console.tui.screens.dialog import Dialog, DialogScreen, Question, draw_dialog

SPANS = (("30 min", 1800), ("1 hour", 3600), ("4 hours", 14400), ("1 day", 86400),
         ("7 days", 604800))  # fmt: skip
"""How long an alarm may be put aside: the words, and seconds."""

LONGEST_REASON = 120
"""The longest reason, characters."""

_SEEN = 44


class Place(IntEnum):
    """Where the focus of the form is."""

    REASON = 0
    SPAN = 1
    CANCEL = 2
    SHELVE = 3


class Shelf(msgspec.Struct, frozen=True):
    """What the form answers."""

    reason: str
    """Why."""
    seconds: int
    """For how long, business seconds."""


class Form(msgspec.Struct, frozen=True):
    """The form as it stands."""

    title: str
    """What is put aside."""
    look: Look
    """How to draw it."""
    reason: str = ""
    """What was typed."""
    span: int = 1
    """The chosen one of `SPANS`."""
    place: Place = Place.CANCEL
    """Where the focus is."""
    wanting: bool = False
    """Whether shelving was tried without a reason."""


def draw_form(form: Form, cells: int) -> list[Line]:
    """Draw the form with its frame, as wide as the widget."""
    glyphs = form.look.glyphs
    signs = [glyphs.chosen if form.place is place else " " for place in Place]
    cursor = "_" if form.place is Place.REASON else ""
    shown = form.reason[-_SEEN:] + cursor
    if not form.reason and not cursor:
        shown = "a reason is needed: type it" if form.wanting else "type it"
    spans = "".join(
        f"[{words}] " if number == form.span else f" {words}  "
        for number, (words, _) in enumerate(SPANS)
    )
    facts = (
        f"{signs[Place.REASON]} why   {shown}",
        f"{signs[Place.SPAN]} for  {spans}",
        "  It comes back by itself, to be seen anew.",
    )
    question = Question(f"Shelve {form.title}?", facts, "Shelve")
    return draw_dialog(Dialog(question, form.place is Place.SHELVE, form.look), cells)


class ShelvingScreen(DialogScreen[Form, Shelf | None]):
    """Asks why and for how long; answers only after the focus was moved to the word that does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("tab,down", "turn(1)", show=False),
        Binding("shift+tab,up", "turn(-1)", show=False),
        Binding("left", "choose(-1)", show=False),
        Binding("right", "choose(1)", show=False),
        Binding("enter", "take", show=False),
        Binding("backspace", "erase", show=False),
    ]

    def __init__(self, title: str) -> None:
        """Take what is to be put aside; the focus is on Cancel."""
        super().__init__(draw_form)
        self._asked = title
        self._form: Form | None = None

    def on_mount(self) -> None:
        """Draw the empty form."""
        self._change()

    @property
    def form(self) -> Form:
        """The form as it stands."""
        return self._form or Form(self._asked, self.look)

    def on_key(self, event: Key) -> None:
        """Take what is typed into the reason, wherever the focus is."""
        if event.is_printable and event.character:
            event.stop()
            event.prevent_default()
            self._type(event.character)

    def on_paste(self, event: Paste) -> None:
        """Take what is pasted into the reason."""
        event.stop()
        self._type(event.text[:LONGEST_REASON])

    def action_erase(self) -> None:
        """Take the last character of the reason back."""
        self._change(reason=self.form.reason[:-1], place=Place.REASON)

    def action_turn(self, steps: int) -> None:
        """Move the focus to the next place, or the one before.

        Args:
            steps: 1 or -1.
        """
        self._change(place=Place((self.form.place + steps) % len(Place)))

    def action_choose(self, steps: int) -> None:
        """Choose another span where the focus is on it; elsewhere move the focus.

        Args:
            steps: 1 or -1.
        """
        if self.form.place is Place.SPAN:
            self._change(span=min(max(0, self.form.span + steps), len(SPANS) - 1))
        elif self.form.place in (Place.CANCEL, Place.SHELVE):
            other = Place.SHELVE if self.form.place is Place.CANCEL else Place.CANCEL
            self._change(place=other)

    def action_take(self) -> None:
        """Answer where the focus is on a word that does; else go on to the next place."""
        match self.form.place:
            case Place.REASON | Place.SPAN:
                done = self.form.place is Place.SPAN and self.form.reason
                self._change(place=Place.SHELVE if done else Place(self.form.place + 1))
            case Place.CANCEL:
                self.dismiss(None)
            case Place.SHELVE if not self.form.reason.strip():
                self._change(place=Place.CANCEL, wanting=True)
            case Place.SHELVE:
                self.dismiss(Shelf(self.form.reason.strip(), SPANS[self.form.span][1]))

    def action_verb(self) -> None:
        """Take a click on the word that does it: the first moves the focus, the next answers."""
        if self.form.place is Place.SHELVE:
            self.action_take()
        else:
            self._change(place=Place.SHELVE)

    def action_leave(self) -> None:
        """Put nothing aside."""
        self.dismiss(None)

    def _type(self, text: str) -> None:
        reason = (self.form.reason + safe_text(text, LONGEST_REASON))[:LONGEST_REASON]
        self._change(reason=reason, place=Place.REASON)

    def _change(self, **changes: object) -> None:
        self._form = msgspec.structs.replace(self.form, **changes)
        self.draw(self._form)
