"""The unlocking: the passphrase typed unseen and handed to the engine; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from textwrap import wrap
from typing import ClassVar

import msgspec
from textual.binding import Binding, BindingType
from textual.events import Key, Paste

from console.errors import MosaicError
from console.tui.cells import Line
from console.tui.look import Look
from console.tui.screens.dialog import Dialog, DialogScreen, Question, draw_dialog

MOST_CHARACTERS = 1024
"""The longest passphrase, characters, as the keystore takes it."""

_MASK = "*"
_SEEN = 44
_WIDTH = 62
_SAID = 3
_FIRST = "It goes to the engine alone; nothing of it is kept here."


class Typed:
    """What was typed so far; no picture, log or traceback of it shows more than its length."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._characters: list[str] = []

    def __repr__(self) -> str:
        return "Typed(…)"

    def __len__(self) -> int:
        return len(self._characters)

    def add(self, text: str) -> None:
        """Take more characters, up to the longest passphrase; a pasted line's end is none."""
        room = MOST_CHARACTERS - len(self._characters)
        self._characters += text.rstrip("\r\n")[:room]

    def erase(self) -> None:
        """Take the last character back."""
        del self._characters[-1:]

    def take(self) -> str:
        """Return all of it and forget it."""
        whole = "".join(self._characters)
        self._characters.clear()
        return whole


class Asked(msgspec.Struct, frozen=True):
    """The dialog as it stands, without what was typed."""

    look: Look
    """How to draw it."""
    length: int = 0
    """How many characters were typed."""
    said: str = _FIRST
    """What is said below the field, of any origin."""
    agreed: bool = True
    """Whether the focus is on the word that does it."""


def draw_asked(asked: Asked, cells: int) -> list[Line]:
    """Draw the dialog with its frame, as wide as the widget."""
    said = wrap(asked.said, _WIDTH, max_lines=_SAID, placeholder=f" {asked.look.glyphs.more}")
    facts = (
        f"passphrase  {_MASK * min(asked.length, _SEEN)}_",
        "",
        *said,
        *[""] * (_SAID - len(said)),
    )
    question = Question("Unlock the engine", facts, "Unlock")
    return draw_dialog(Dialog(question, asked.agreed, asked.look), cells)


class UnlockingScreen(DialogScreen[Asked, bool]):
    """Asks for the passphrase; answers True once the engine has its key."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("tab,shift+tab,left,right", "turn", show=False),
        Binding("enter", "take", show=False),
        Binding("backspace", "erase", show=False),
        Binding("ctrl+u", "clear", show=False),
    ]

    def __init__(self, unlock: Callable[[str], Awaitable[object]]) -> None:
        """Begin with an empty field.

        Args:
            unlock: hands a passphrase to the engine.
        """
        super().__init__(draw_asked)
        self._unlock = unlock
        self._typed = Typed()
        self._asked: Asked | None = None
        self._trying = False

    def on_mount(self) -> None:
        """Draw the empty field."""
        self._change()

    def on_key(self, event: Key) -> None:
        """Take what is typed, wherever the focus is."""
        if event.is_printable and event.character:
            event.stop()
            event.prevent_default()
            self._add(event.character)

    def on_paste(self, event: Paste) -> None:
        """Take what is pasted."""
        event.stop()
        self._add(event.text)

    def action_erase(self) -> None:
        """Take the last character back."""
        self._typed.erase()
        self._change()

    def action_clear(self) -> None:
        """Take all of it back."""
        self._typed.take()
        self._change()

    def action_turn(self) -> None:
        """Move the focus to the other word."""
        asked = self._asked
        self._change(agreed=asked is not None and not asked.agreed)

    def action_take(self) -> None:
        """Hand the passphrase to the engine, or leave where the focus is on Cancel."""
        if self._asked is None or not self._asked.agreed:
            self.action_leave()
        elif not self._typed and not self._trying:
            self._change(said="Type the passphrase first.")
        elif not self._trying:
            self._trying = True
            self._change(length=0, said="The engine tries it.")
            self.run_worker(self._try(), group="unlock", exclusive=True)

    def action_leave(self) -> None:
        """Forget what was typed and leave."""
        self._typed.take()
        self.dismiss(False)

    async def _try(self) -> None:
        try:
            await self._unlock(self._typed.take())
        except MosaicError as error:
            self._change(said=f"{error.message}.".replace("..", "."))
        else:
            self.dismiss(True)
        finally:
            self._trying = False

    def _add(self, text: str) -> None:
        if not self._trying:
            self._typed.add(text)
            self._change(said=_FIRST, agreed=True)

    def _change(self, **changes: object) -> None:
        before = self._asked or Asked(self.look)
        self._asked = msgspec.structs.replace(before, **{"length": len(self._typed), **changes})
        self.draw(self._asked)
