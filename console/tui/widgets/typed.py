"""The typed line: a line of typing that shows nothing a terminal could obey."""

from __future__ import annotations

from textual.widgets import Input

from console.safe_text import safe_text

LONGEST = 200
"""The longest line, characters."""


class TypedLine(Input):
    """Takes letters only, whether they are typed, pasted, remembered, or come from a file."""

    def validate_value(self, value: str) -> str:
        """Return the text with nothing in it that a terminal could obey."""
        return safe_text(value, LONGEST)

    def validate_placeholder(self, placeholder: str) -> str:
        """Return what may be typed, likewise."""
        return safe_text(placeholder, LONGEST)
