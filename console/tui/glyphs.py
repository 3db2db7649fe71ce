"""The glyphs: every sign that a screen draws, with plain ASCII alternates."""

from __future__ import annotations

import msgspec

from console.model.settlement import State


class Glyphs(msgspec.Struct, frozen=True, kw_only=True):
    """One table of signs; an alternate may be wider than its original."""

    ascii: bool = False
    """Whether nothing outside ASCII may reach the terminal."""
    giving: str = "▲"
    """A house that gives."""
    taking: str = "▼"
    """A house that takes."""
    balanced: str = "●"
    """A house that does neither."""
    stale: str = "~"
    """Old data."""
    lost: str = "✕"
    """A meter that is lost."""
    apart: str = "φ"
    """A meter that counts each phase by itself."""
    states: dict[State, str]
    """One sign a state of an interval."""
    bars: tuple[str, ...] = ("█", "▓", "▒", "░")
    """Producers and bars, fullest first; hues tell more than four apart."""
    sparks: str = "▁▂▃▄▅▆▇█"
    """Eight levels of a spark, lowest first."""
    unknown: str = "!"
    """A value of a plot that is not known."""
    chosen: str = "▸"
    """The chosen row."""
    mark: str = "▌"
    """The left edge of the chosen card."""
    trunk: str = "┃"
    """The line between exported and bought."""
    branch: str = "┣"
    """Where a ribbon leaves that line."""
    axis: str = "│"
    """The line between taking and giving."""
    now: str = "▴"
    """The present instant under a timeline; an ascending order."""
    falling: str = "▾"
    """A descending order."""
    more: str = "…"
    """Where text was cut."""
    arrow: str = "→"
    """From whom to whom."""
    times: str = "×"
    """Times, as in speeds and products."""
    dash: str = "–"
    """From to, and none."""
    dot: str = "·"
    """The smallest house; an open interval."""
    rule: str = "─"
    """The line around a heading or a dialog."""
    corners: str = "╭╮╰╯"
    """A dialog's corners: top left, top right, bottom left, bottom right."""
    side: str = "│"
    """A dialog's side."""
    left: str = "‹"
    """One back."""
    right: str = "›"
    """One on."""
    arrows: str = "↑↓←→"
    """The arrow keys: up, down, left, right."""


BLOCKS = Glyphs(
    states={
        State.OPEN: "·",
        State.CLOSED: "○",
        State.FROZEN: "○",
        State.SIGNED: "◔",
        State.SEALED: "◐",
        State.FINAL: "✓",
        State.IDLE: "–",
        State.HELD: "!",
        State.HALTED: "■",
    }
)
"""For terminals with block glyphs."""

ASCII = Glyphs(
    ascii=True,
    giving="^",
    taking="v",
    balanced="=",
    lost="x",
    apart="&",
    states={
        State.OPEN: ".",
        State.CLOSED: "o",
        State.FROZEN: "o",
        State.SIGNED: "s",
        State.SEALED: "%",
        State.FINAL: "+",
        State.IDLE: "-",
        State.HELD: "!",
        State.HALTED: "#",
    },
    bars=("#", "=", ":", "."),
    sparks="_.-=*#%@",
    chosen=">",
    mark="[",
    trunk="I",
    branch="+",
    axis="|",
    now="^",
    falling="v",
    more="..",
    arrow="->",
    times="x",
    dash="-",
    dot=".",
    rule="-",
    corners="++++",
    side="|",
    left="<",
    right=">",
    arrows="^v<>",
)
"""For everything else."""


_ALIKE = str.maketrans(
    {
        **{BLOCKS.states[state]: sign for state, sign in ASCII.states.items()},
        BLOCKS.apart: ASCII.apart,
        BLOCKS.times: ASCII.times,
        BLOCKS.dash: ASCII.dash,
        BLOCKS.dot: ASCII.dot,
        BLOCKS.arrow: ASCII.right,
        BLOCKS.more: ASCII.dot,
    }
)
"""Our own signs in sentences of the engine, each as one ASCII character of its width."""


def plain(text: str) -> str:
    """Return a text in ASCII alone: our signs by their alternates, all else as question marks."""
    if text.isascii():
        return text
    return text.translate(_ALIKE).encode("ascii", "replace").decode("ascii")
