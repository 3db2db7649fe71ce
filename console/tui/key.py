"""The key: one row of the table of keys, what it shows and what a click on it does."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

import msgspec

EVERY = "every"
"""The table's name for keys that work on every screen."""


class Needs(IntEnum):
    """What an action needs before it can be done."""

    NOTHING = 0
    OPERATE = 1
    """A connection that may command."""
    KEY = 2
    """That, and an engine with its key."""
    LOCK = 3
    """A connection that may command, and an engine without its key."""
    REPLAY = 4
    """A connection that may command, and a recording that is replayed."""


class Key(msgspec.Struct, frozen=True):
    """One row of the table; several keys where they do one thing in several directions."""

    screen: str
    """The screen's name, or `every`."""
    shown: str
    """The keys as the key line and the help write them."""
    binds: tuple[tuple[str, str], ...]
    """Textual's names of the keys, comma-separated, each with its action."""
    label: str
    """The one or two words beside it; empty where the keys alone are shown."""
    help: str
    """The sentence in the help."""
    needs: Needs = Needs.NOTHING
    """What it needs."""
    rank: int = 5
    """How long it stays on a narrow key line: 9 to the end; 0 is in the help alone."""

    @property
    def action(self) -> str:
        """The first action's name."""
        return self.binds[0][1].partition("(")[0]

    @property
    def pieces(self) -> Iterator[tuple[str, str]]:
        """The parts of `shown`, each with what a click on it does; empty where that is nothing."""
        if len(self.binds) == 1:
            yield self.shown, attempt(self.binds[0][1])
            return
        done = {name: attempt(action) for names, action in self.binds for name in names.split(",")}
        for sign in self.shown:
            yield sign, done.get(_ARROWS.get(sign, sign), "")

    @property
    def beside(self) -> str:
        """What a click on the label does: the key's own action, or the list of all screens."""
        if self.action == "screen":
            return attempt("palette")
        return attempt(self.binds[0][1]) if len(self.binds) == 1 else ""


_ARROWS = {"↑": "up", "↓": "down", "←": "left", "→": "right"}


def attempt(action: str) -> str:
    """Return an action that first asks whether it can act; one with an argument always can."""
    return action if "(" in action else f"attempt('{action}')"


def moves(screen: str, shown: str, label: str, help_: str, rank: int = 9) -> Key:
    """Return the arrows and hjkl; `shown` names those that do something on the screen."""
    names = (("up,k", "↑"), ("down,j", "↓"), ("left,h", "←"), ("right,l", "→"))
    binds = tuple((keys, f"move('{_ARROWS[sign]}')") for keys, sign in names if sign in shown)
    return Key(screen, shown, binds, label, help_, Needs.NOTHING, rank)


def pages(screen: str) -> Key:
    """Return the keys that move by a page or all the way."""
    binds = (
        ("pageup,ctrl+b", "move('page_up')"),
        ("pagedown,ctrl+f", "move('page_down')"),
        ("home,g", "move('home')"),
        ("end,G", "move('end')"),
    )
    return Key(screen, "pgup pgdn home end", binds, "", "A page or all the way.", rank=0)
