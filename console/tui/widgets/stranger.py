"""The stranger: what is known of an engine that speaks another version."""

from __future__ import annotations

import msgspec

from console.client.glance import Glance
from console.tui import format as written
from console.tui.cells import Line, Row, cut
from console.tui.look import Look

_LABEL = 3
_VALUE = 15


class Stranger(msgspec.Struct, frozen=True, kw_only=True):
    """An engine of another version, as far as it can be read."""

    said: str
    """What is different."""
    advice: str
    """What to do."""
    glance: Glance | None = None
    """Its status; None until it has answered."""
    unread: str = ""
    """Why its status cannot be read; empty where it can, or has not been tried."""
    look: Look
    """How to draw it."""


def draw_stranger(stranger: Stranger, cells: int) -> list[Line]:
    """Draw the engine's version, what to do, and its status.

    Args:
        stranger: what is known.
        cells: the width.
    """
    look, ink = stranger.look, stranger.look.ink
    more = look.glyphs.more
    lines = [
        Row().add(" ").add(cut(f"OTHER VERSION. {stranger.advice}", cells - 2, more), ink.alarm),
        Row().add(" ").add(cut(stranger.said, cells - 2, more)),
        Row(),
    ]
    if stranger.glance is None:
        waiting = stranger.unread or "Asking for its status."
        return [line.segments for line in (*lines, Row().to(_LABEL).add(waiting, ink.dim))]
    for label, value, alarming in _facts(stranger.glance, look):
        row = Row().to(_LABEL).add(label, ink.dim).to(_VALUE)
        lines.append(row.add(cut(value, cells - _VALUE - 1, more), ink.alarm if alarming else None))
    lines += [
        Row(),
        Row().to(_LABEL).add("Only its status is shown; it goes on by itself.", ink.dim),
    ]
    return [line.segments for line in lines]


def _facts(glance: Glance, look: Look) -> list[tuple[str, str, bool]]:
    """What is told: a label, the words, and whether it alarms."""
    settling = {True: "automatic", False: "by hand", None: written.UNKNOWN}[glance.auto]
    locked = ", LOCKED: no key, nothing new is settled" if glance.locked else ""
    power = f"giving {written.kw(glance.giving_w)}, taking {written.kw(glance.taking_w)} kW"
    alarms = written.UNKNOWN if glance.alarms is None else "; ".join(glance.alarms) or "none"
    facts = [
        ("community", f"{glance.name or written.UNKNOWN}   {glance.mode}".rstrip(), False),
        ("engine", f"version {glance.version or written.UNKNOWN}", False),
        ("settling", settling + locked, False),
        ("chain", f"block {_known(glance.height)}, final {_known(glance.final_height)}", False),
        ("meters", f"{_known(glance.live)} live, {_known(glance.stale)} stale,"
                   f" {_known(glance.lost)} lost", False),
        ("power", power, False),
        ("alarms", alarms, bool(glance.alarms)),
    ]  # fmt: skip
    return [*facts, ("HALTED", glance.halted, True)] if glance.halted else facts


def _known(number: int | None) -> str:
    return written.UNKNOWN if number is None else f"{number}"
