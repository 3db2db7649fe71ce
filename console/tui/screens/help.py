"""The help: the keys of the screen below, made from the key table."""

from __future__ import annotations

from textwrap import wrap
from typing import ClassVar

import msgspec
from textual.binding import BindingType

from console.tui import keys
from console.tui.cells import Line, Row, width
from console.tui.key import EVERY, Key, Needs
from console.tui.keys import keys_of
from console.tui.look import Look
from console.tui.screens import REGISTRY, entry_of
from console.tui.screens.page import PageScreen

_SENTENCE = 22
_SIGNS = 12
_LEGEND = (
    ("giving", "giving"),
    ("taking", "taking"),
    ("balanced", "balanced"),
    ("stale", "stale, old data"),
    ("lost", "lost"),
    ("dash", "from files"),
    ("apart", "phases apart"),
)


class Help(msgspec.Struct, frozen=True):
    """What the help shows."""

    screen: str
    """The screen's name in the key table."""
    look: Look
    """How to draw it."""
    idle: frozenset[str] = frozenset()
    """The actions that cannot act now; their keys are dim."""


def draw_help(state: Help, cells: int) -> list[Line]:
    """Draw the keys of a screen and the legend of the signs."""
    inks = state.look.ink
    entry = entry_of(state.screen)
    title = entry.title if entry else state.screen.capitalize()
    own = [key for key in keys_of(state.screen) if key.screen != EVERY]
    common = [key for key in keys_of(state.screen) if key.screen == EVERY]
    lines = [Row().add(" Keys").add(f"   {title}", inks.strong).segments, []]
    lines += [line for key in own for line in _key(key, state, cells)]
    if common:
        lines += [[], Row().add(" Everywhere", inks.dim).segments]
        lines += [line for key in common for line in _key(key, state, cells)]
    return [
        *lines,
        [],
        *_legend(state.look, cells),
        *_others(state, cells),
    ]


def _others(state: Help, cells: int) -> list[Line]:
    """The keys of all other screens, so that the whole table can be read here."""
    lines: list[Line] = []
    for entry in REGISTRY if state.screen != "stand" else ():
        own = [key for key in keys_of(entry.name) if key.screen == entry.name]
        if entry.digit and entry.name != state.screen and own:
            title = f" {entry.digit} {entry.title}"
            lines += [[], Row().add(title, state.look.ink.dim).segments]
            lines += [
                line for key in own for line in _key(key, Help(entry.name, state.look), cells)
            ]
    return lines


def _key(key: Key, state: Help, cells: int) -> list[Line]:
    """The keys and their sentence, on more lines where one is too narrow."""
    look, shown = state.look, key.shown
    ink = look.ink.dim if key.action in state.idle else look.ink.accent
    for sign, alternate in zip("↑↓←→", look.glyphs.arrows, strict=True):
        shown = shown.replace(sign, alternate)
    shown = shown.replace("–", look.glyphs.dash)
    # whoever replays a recording is its operator
    alone = key.needs not in (Needs.NOTHING, Needs.REPLAY)
    sentence = f"{key.help} Operators only." if alone else key.help
    lines: list[Line] = []
    for part in wrap(sentence, max(20, cells - _SENTENCE - 1)):
        row = Row().add("  ").add(shown if not lines else "", ink)
        lines.append(row.to(_SENTENCE).add(part).segments)
    return lines


def _legend(look: Look, cells: int) -> list[Line]:
    houses = [f"{getattr(look.glyphs, name)} {words}" for name, words in _LEGEND]
    states = [f"{sign} {state.value}" for state, sign in look.glyphs.states.items()]
    return [*_signs("houses", houses, look, cells), *_signs("intervals", states, look, cells)]


def _signs(label: str, signs: list[str], look: Look, cells: int) -> list[Line]:
    """Signs with their words, on more lines where one is too narrow."""
    rows = [Row().add(f" {label}", look.ink.dim).to(_SIGNS)]
    for sign in signs:
        if rows[-1].length + width(sign) > cells:
            rows.append(Row().to(_SIGNS))
        rows[-1].add(sign).add("   ")
    return [row.segments for row in rows]


class HelpScreen(PageScreen[Help]):
    """Shows the keys; any of esc, ? and q leaves."""

    NAME = "help"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("help")

    def __init__(self, screen: str, idle: frozenset[str] = frozenset()) -> None:
        """Take the screen whose keys are shown, and which of them cannot act."""
        super().__init__(draw_help)
        self._screen, self._idle = screen, idle

    def on_mount(self) -> None:
        """Draw the keys."""
        self.draw(Help(self._screen, self.look, self._idle))

    def action_move(self, way: str) -> None:
        """Scroll by a line, by a page, or all the way.

        Args:
            way: `up`, `down`, `page_up`, `page_down`, `home` or `end`.
        """
        page = max(1, self.page.size.height - 1)
        steps = {"up": -1, "down": 1, "page_up": -page, "page_down": page}
        if way in steps:
            self.page.scroll_relative(y=steps[way], animate=False)
        else:
            self.page.scroll_to(
                y=0 if way == "home" else self.page.virtual_size.height, animate=False
            )
