"""The bar: the widget of the top bar, which moves once a second and no oftener."""

from __future__ import annotations

import msgspec

from console.tui.widgets.lines import Lines
from console.tui.widgets.topbar import Bar, draw_bar


class TopBar(Lines[Bar]):
    """Draws the top bar where the second, a state or the look has changed.

    Sums of powers change with every reading; that a line as wide as the terminal follows them
    once a second is enough, and is a third of what a slow line would carry.
    """

    def __init__(self, *, id: str | None = None, ascii: bool = False) -> None:
        """Begin empty.

        Args:
            id: the widget's id in stylesheets.
            ascii: whether nothing outside ASCII may be drawn.
        """
        super().__init__(draw_bar, id=id, ascii=ascii)
        self._drawn: tuple[object, ...] | None = None

    def show(self, state: Bar) -> None:
        """Draw a state unless only powers have changed within the second."""
        snapshot = state.snapshot
        head = snapshot and msgspec.structs.replace(
            snapshot.head, now=snapshot.head.now.replace(microsecond=0)
        )
        key = (
            head,
            snapshot and snapshot.place,
            state.look,
            state.silent,
            state.compare,
        )
        if key != self._drawn:
            self._drawn = key
            super().show(state)
