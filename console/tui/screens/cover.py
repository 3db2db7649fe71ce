"""The cover: the neighbourhood's frame, painted before anything else is loaded."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from console.tui import keys
from console.tui.key import EVERY
from console.tui.screens.screen import ConsoleScreen
from console.tui.widgets.lines import Lines


class CoverScreen(ConsoleScreen):
    """Stands in the neighbourhood's place until the engine's first word, or its silence."""

    NAME = "neighbourhood"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("neighbourhood")

    def compose_body(self) -> ComposeResult:
        """Give the room that the houses will fill."""
        yield Lines[None](lambda _, cells: [], id="body")

    def arrive(self) -> None:
        """Draw the bars while nothing is known; after that another screen draws."""
        if not self._known:
            super().arrive()

    def on_screen_resume(self) -> None:
        """Go, where the engine's first word came while something stood over the cover."""
        if self._known:
            self.mosaic.uncover()

    @property
    def _known(self) -> bool:
        return self.snapshot is not None or self.mosaic.silent_since is not None

    def reason(self, action: str) -> str:
        """Return why nothing can be done yet."""
        if action != "move" and action in {key.action for key in self.keys if key.screen != EVERY}:
            return "Nothing is here yet: no engine has answered."
        return super().reason(action)
