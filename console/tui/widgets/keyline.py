"""The key line: the last line of every screen, fitted to the width."""

from __future__ import annotations

import msgspec

from console.tui.cells import Line, Row, width
from console.tui.keys import SHORT, Key
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
    """Draw the key line in at most so many cells; the least important keys go first."""
    short = cells < ROOMY
    shown = [key for key in state.keys if key.rank > (_FEW if short else 0)]
    while _cells(shown, state, short) > cells and len(shown) > 1:
        short = True
        shown.remove(min(reversed(shown), key=lambda key: key.rank))
    row = Row().add(" ")
    for number, key in enumerate(shown):
        word = _words(key, state, short)
        ink = state.look.ink.dim if key.action in state.idle else None
        row.add("  " if number else "").add(word, ink)
    return [row.segments]


def _cells(keys: list[Key], state: Keys, short: bool) -> int:
    return 1 + sum(width(_words(key, state, short)) + 2 for key in keys) - 2


def _words(key: Key, state: Keys, short: bool) -> str:
    label = state.labels.get(key.action, key.label)
    if short:
        label = SHORT.get(label, label)
    shown = key.shown
    for sign, alternate in zip("↑↓←→", state.look.glyphs.arrows, strict=True):
        shown = shown.replace(sign, alternate)
    shown = shown.replace("–", state.look.glyphs.dash)
    return f"{shown} {label}".rstrip()
