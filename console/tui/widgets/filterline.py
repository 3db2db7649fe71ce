"""The filter line: one line of typing that filters while it is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from console.tui.widgets.typed import TypedLine


class FilterLine(TypedLine):
    """Stands in the notice's place while a filter is typed; enter keeps it, esc drops it."""

    DEFAULT_CSS: ClassVar[str] = """
    FilterLine { display: none; background: $background; }
    FilterLine.-textual-compact { padding: 0 1; }
    FilterLine:focus { background: $background; }
    FilterLine.typing { display: block; }
    Screen.typing #notice { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "drop", show=False)]

    class Filtered(Message):
        """The filter is another one now; also posted when it was dropped (empty text)."""

        def __init__(self, text: str) -> None:
            """Carry the text."""
            super().__init__()
            self.text = text

    class Kept(Message):
        """The filter's words are kept; they are not empty."""

        def __init__(self, text: str) -> None:
            """Carry the words."""
            super().__init__()
            self.text = text

    def __init__(
        self, name: str = "filter", placeholder: str = "letters; enter keeps, esc drops"
    ) -> None:
        """Begin hidden and empty.

        Args:
            name: the widget's id.
            placeholder: what may be typed.
        """
        super().__init__(placeholder=placeholder, max_length=160, compact=True, id=name)

    def open(self) -> None:
        """Begin to type, with what was there."""
        self.add_class("typing")
        self.screen.add_class("typing")
        self.focus()

    def watch_value(self, value: str) -> None:
        """Tell every change of the text."""
        self.post_message(self.Filtered(value))

    async def action_submit(self) -> None:
        """Keep the filter and give the keys back."""
        if words := " ".join(self.value.split()):
            self.post_message(self.Kept(words))
        self._close()

    def action_drop(self) -> None:
        """Drop the filter and give the keys back."""
        self.value = ""
        self._close()

    def _close(self) -> None:
        self.remove_class("typing")
        self.screen.remove_class("typing")
        self.screen.set_focus(None)
