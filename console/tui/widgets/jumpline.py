"""The jump line: one line of typing that says where to go."""

from __future__ import annotations

from textual.message import Message

from console.tui.widgets.filterline import FilterLine


class JumpLine(FilterLine):
    """Stands in the notice's place while a place is typed; enter goes there, esc does not."""

    class Jumped(Message):
        """Somebody wants to go to a place."""

        def __init__(self, text: str) -> None:
            """Carry what was typed."""
            super().__init__()
            self.text = text

    def __init__(self, placeholder: str) -> None:
        """Begin hidden and empty.

        Args:
            placeholder: what may be typed.
        """
        super().__init__("jump", placeholder)

    def watch_value(self, value: str) -> None:
        """Wait for the whole of it."""

    async def action_submit(self) -> None:
        """Go there and give the keys back."""
        if text := self.value.strip():
            self.post_message(self.Jumped(text))
        self.action_drop()
