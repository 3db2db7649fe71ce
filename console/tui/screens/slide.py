"""The slide: lines that come in on top, a few at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.timer import Timer

if TYPE_CHECKING:
    from console.tui.screens.body import BodyScreen

SECONDS = 0.07
"""Loop seconds between two steps."""


class Slide:
    """Counts the lines that are still above the picture, down to none."""

    def __init__(self, screen: BodyScreen) -> None:
        """Begin with none.

        Args:
            screen: what is drawn again at each step.
        """
        self._screen = screen
        self._timer: Timer | None = None
        self.lines = 0

    def begin(self, lines: int) -> None:
        """Let so many lines come in."""
        self.stop()
        self.lines = lines
        self._timer = self._screen.set_interval(SECONDS, self._step)

    def stop(self) -> None:
        """Show all of them at once."""
        self.lines = 0
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _step(self) -> None:
        self.lines -= max(1, self.lines // 4)
        if self.lines <= 0:
            self.stop()
        self._screen.redraw()
