"""The key line: the last line of every screen, fitted to the width."""

from __future__ import annotations

import msgspec

from console.tui.cells import Line, Row, spot, width
from console.tui.key import Key
from console.tui.keys import SHORT
from console.tui.look import Look

ROOMY = 100
"""Below this width only what is needed often is shown."""
_FEW = 2


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """What a key line shows."""

    keys: tuple[Key, ...]
    """The screen's keys in their order."""
    labels: dict[str, str] = {}
    """Labels by action, where they differ from the table's at the moment."""
    idle: frozenset[str] = frozenset()
    """The actions that cannot act at the moment."""
    look: Look
    """How to draw it."""


def draw_keys(state: Keys, cells: int) -> list[Line]:
    """Draw the key line in at most so many cells; the least important keys go first.

    A click on a key is that key. Where one stands for several, a click on its sign is that one,
    and a click beside them opens the palette.
    """
    short = cells < ROOMY
    shown = [key for key in state.keys if key.rank > (_FEW if short else 0)]
    while _cells(shown, state, short) > cells and len(shown) > 1:
        short = True
        shown.remove(min(reversed(shown), key=lambda key: key.rank))
    row = Row().add(" ")
    for number, key in enumerate(shown):
        row.add("  " if number else "")
        _put(row, key, state, short)
    return [row.segments]


def _put(row: Row, key: Key, state: Keys, short: bool) -> None:
    """Add a key, each of its signs with what a click on it does."""
    ink = state.look.ink.dim if key.action in state.idle else None
    for text, action in key.pieces:
        row.add(_written(text, state.look), spot(action, ink) if action else ink)
    if label := _label(key, state, short):
        row.add(f" {label}", spot(key.beside, ink) if key.beside else ink)


def _label(key: Key, state: Keys, short: bool) -> str:
    label = state.labels.get(key.action, key.label)
    return SHORT.get(label, label) if short else label


def _written(shown: str, look: Look) -> str:
    for sign, alternate in zip("↑↓←→", look.glyphs.arrows, strict=True):
        shown = shown.replace(sign, alternate)
    return shown.replace("–", look.glyphs.dash)


def _cells(keys: list[Key], state: Keys, short: bool) -> int:
    return 1 + sum(width(_words(key, state, short)) + 2 for key in keys) - 2


def _words(key: Key, state: Keys, short: bool) -> str:
    return f"{_written(key.shown, state.look)} {_label(key, state, short)}".rstrip()
