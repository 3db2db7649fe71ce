"""The digits: a number three rows high, readable across a room."""

from __future__ import annotations

_ROWS = {
    "0": ("┏━┓", "┃ ┃", "┗━┛"),
    "1": ("╺┓ ", " ┃ ", "╺┻╸"),
    "2": ("╺━┓", "┏━┛", "┗━╸"),
    "3": ("╺━┓", " ━┫", "╺━┛"),
    "4": ("╻ ╻", "┗━┫", "  ╹"),
    "5": ("┏━╸", "┗━┓", "╺━┛"),
    "6": ("┏━╸", "┣━┓", "┗━┛"),
    "7": ("╺━┓", "  ┃", "  ╹"),
    "8": ("┏━┓", "┣━┫", "┗━┛"),
    "9": ("┏━┓", "┗━┫", "╺━┛"),
    "-": ("   ", "╺━╸", "   "),
    "~": ("   ", "╺━╸", "   "),
    ".": (" ", " ", "."),
}
_ASCII_ROWS = {
    "0": (" _ ", "| |", "|_|"),
    "1": ("   ", "  |", "  |"),
    "2": (" _ ", " _|", "|_ "),
    "3": (" _ ", " _|", " _|"),
    "4": ("   ", "|_|", "  |"),
    "5": (" _ ", "|_ ", " _|"),
    "6": (" _ ", "|_ ", "|_|"),
    "7": (" _ ", "  |", "  |"),
    "8": (" _ ", "|_|", "|_|"),
    "9": (" _ ", "|_|", " _|"),
    "-": ("   ", " _ ", "   "),
    "~": ("   ", " _ ", "   "),
    ".": (" ", " ", "."),
}


def draw_digits(text: str, *, ascii_only: bool = False) -> tuple[str, str, str]:
    """Return the three rows of a number.

    Args:
        text: digits, `.`, `-` and `~`; anything else is left out.
        ascii_only: whether box glyphs fail on this terminal.
    """
    table = _ASCII_ROWS if ascii_only else _ROWS
    shown = [table[character] for character in text if character in table]
    return (
        "".join(rows[0] for rows in shown),
        "".join(rows[1] for rows in shown),
        "".join(rows[2] for rows in shown),
    )
