"""The play line: where a replayed recording stands between its start and its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rich.style import Style

from console.model.play import Playing
from console.model.snapshot import Head
from console.tui import format as written
from console.tui.cells import Line, Row, spot
from console.tui.look import Look

Keys = tuple[tuple[str, str], ...]
"""Keys as they are shown, each with what a click on it does."""

_LEAST_BAR = 12
_KEYS: Keys = (
    ("space", "attempt('pause')"),
    ("[", "replay_speed('slower')"),
    ("]", "replay_speed('faster')"),
    (".", "attempt('replay_step')"),
    ("<", "replay_interval('back')"),
    (">", "replay_interval('on')"),
    ("J", "attempt('replay_to')"),
)
_WORDS = {
    "[": "slower",
    "]": "faster",
    ".": "step",
    "<": "interval back",
    ">": "interval on",
    "J": "to a time",
}


def draw_playing(head: Head, playing: Playing, look: Look, cells: int) -> Line:
    """Draw whether it plays, how far it is, and the keys that move it.

    Args:
        head: for the time and the speed.
        playing: where it stands.
        look: how to draw it.
        cells: the terminal's width.
    """
    state, ink = _state(head, playing, look)
    row = Row().add(" ").add(state, spot("attempt('pause')", ink)).add("  ")
    start, end = (_edge(one, head.now, look) for one in (playing.start, playing.end))
    room = cells - row.length - len(start) - len(end) - 3
    fitting = (keys for keys in _keys(playing) if room - width(keys) >= _LEAST_BAR)
    keys = next(fitting, ())
    _add_bar(row.add(f"{start} "), head, playing, look, max(0, room - width(keys)))
    row.add(f" {end}")
    for text, action in keys:
        row.add(text, spot(action, look.ink.dim))
    return row.segments


def width(keys: Keys) -> int:
    """Return how many cells some keys take."""
    return sum(len(text) for text, _ in keys)


def _state(head: Head, playing: Playing, look: Look) -> tuple[str, Style]:
    if playing.target is not None:
        way = "back" if playing.target < head.now else "on"
        return f"going {way} to {look.clock(playing.target)}", look.ink.accent
    if playing.paused:
        return "paused", look.ink.warn
    return f"plays {look.glyphs.times}{head.speed:g}", look.ink.text


def _keys(playing: Playing) -> Iterator[Keys]:
    """Yield the keys, spelled out first, then alone."""
    words = {**_WORDS, "space": "goes on" if playing.paused else "pauses"}
    yield tuple((f"   {key} {words[key]}", action) for key, action in _KEYS)
    yield tuple((f" {key}", action) for key, action in _KEYS)


def _edge(instant: datetime, now: datetime, look: Look) -> str:
    same = look.day(instant) == look.day(now)
    return (
        look.clock(instant) if same else f"{written.day(look.day(instant))} {look.clock(instant)}"
    )


def _add_bar(row: Row, head: Head, playing: Playing, look: Look, room: int) -> None:
    whole = playing.end - playing.start
    done = min(max((head.now - playing.start) / whole, 0.0), 1.0) if whole else 1.0
    full = int(done * room)
    row.add(look.glyphs.bars[0] * full, look.ink.accent)
    row.add(look.glyphs.bars[-1] * (room - full), look.ink.dim)
