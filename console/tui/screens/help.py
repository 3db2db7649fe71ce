"""The help: the keys of the screen below, made from the key table."""

from __future__ import annotations

from textwrap import wrap
from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from console.tui.cells import Line, Row, spot, width
from console.tui.keys import EVERY, Key, Needs, keys_of
from console.tui.look import Look
from console.tui.screens import REGISTRY, entry_of
from console.tui.screens.steady import Steady
from console.tui.widgets.lines import Lines

_SENTENCE = 22
_SIGNS = 12
_LEGEND = (
    ("giving", "giving"),
    ("taking", "taking"),
    ("balanced", "balanced"),
    ("stale", "stale, old data"),
    ("lost", "lost"),
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
        [],
        Row().add(" ").add("esc leaves", spot("dismiss", inks.dim)).segments,
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
    sentence = key.help if key.needs is Needs.NOTHING else f"{key.help} Operators only."
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


class HelpScreen(Steady, ModalScreen[None]):
    """Shows the keys; any of esc, ? and q leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,f1,enter", "dismiss", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    HelpScreen { background: $background; padding: 1 2; }
    """

    def __init__(self, screen: str, look: Look, idle: frozenset[str] = frozenset()) -> None:
        """Take the screen whose keys are shown, how to draw them, and which cannot act."""
        super().__init__()
        self._help = Help(screen, look, idle)

    def compose(self) -> ComposeResult:
        """Give the one widget."""
        yield Lines[Help](draw_help, id="help", ascii=self._help.look.glyphs.ascii)

    def on_mount(self) -> None:
        """Draw the keys."""
        self.query_one("#help", Lines).show(self._help)

    async def action_dismiss(self, result: None = None) -> None:
        """Leave."""
        self.dismiss(result)

    def action_scroll(self, lines: int) -> None:
        """Scroll by some lines."""
        self.query_one("#help", Lines).scroll_relative(y=lines, animate=False)
