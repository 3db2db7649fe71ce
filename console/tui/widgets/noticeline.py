"""The notice line: one sentence above the keys."""

from __future__ import annotations

from console.tui.cells import Line, Row, cut
from console.tui.look import Look

Notice = tuple[str, Look]
"""A sentence of any origin, and how to draw it."""


def draw_notice(notice: Notice, cells: int) -> list[Line]:
    """Draw a sentence, cut to the width."""
    text, look = notice
    return [Row().add(" ").add(cut(text, cells - 1, look.glyphs.more), look.ink.accent).segments]
