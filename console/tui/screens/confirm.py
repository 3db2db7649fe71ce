"""The confirmation: what is about to happen, with Cancel in focus."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from console.tui.screens.dialog import Dialog, DialogScreen, Question, draw_dialog


class ConfirmScreen(DialogScreen[Dialog, bool]):
    """Asks; answers True only after the focus was moved to the word that does it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,n", "leave", show=False),
        Binding("tab,shift+tab,left,right,h,l", "turn", show=False),
        Binding("enter", "take", show=False),
    ]

    def __init__(self, question: Question) -> None:
        """Take what to ask; the focus is on Cancel."""
        super().__init__(draw_dialog)
        self._question = question
        self._agreed = False

    def on_mount(self) -> None:
        """Draw the question."""
        self._turn(agreed=False)

    def action_turn(self) -> None:
        """Move the focus to the other word."""
        self._turn(agreed=not self._agreed)

    def action_take(self) -> None:
        """Answer with the focused word."""
        self.dismiss(self._agreed)

    def action_verb(self) -> None:
        """Take a click on the word that does it: the first moves the focus, the next answers."""
        if self._agreed:
            self.dismiss(True)
        else:
            self._turn(agreed=True)

    def action_leave(self) -> None:
        """Do nothing."""
        self.dismiss(False)

    def _turn(self, *, agreed: bool) -> None:
        self._agreed = agreed
        self.draw(Dialog(self._question, agreed, self.look))
