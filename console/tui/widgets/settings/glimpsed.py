"""The glimpse: a meter that is probed, as its reading moves and its verdict becomes known."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from rich.style import Style

from console.model.meter import Plate
from console.model.probe import Glimpse, Outcome, Verdict
from console.tui import format
from console.tui.cells import Line, Row, cut
from console.tui.look import Look

_LABEL, _REGISTER, _COUNTED, _FLOWED = 3, 24, 40, 56
_MOST_LINES = 3
_LOOKING = "Its profile is looked for: each that may read it asks it once."


def draw_glimpse(glimpse: Glimpse, cells: int, look: Look) -> list[Line]:
    """Draw what is seen of a meter.

    Args:
        glimpse: what is seen.
        cells: the width.
        look: how to draw it.
    """
    rule = look.glyphs.rule * 2
    title = Row().add(f" {rule} ", look.ink.dim).add("its meter")
    title.add(f" {rule}", look.ink.dim)
    lines = [title.segments]
    if glimpse.plate is not None:
        lines.append(_kind(glimpse, glimpse.plate, cells, look))
    if glimpse.power_w is not None and glimpse.verdict is not None:
        lines += _registers(glimpse, glimpse.verdict, look)
    if glimpse.trouble:
        word = "No answer" if glimpse.power_w is not None else "It cannot be read"
        lines += _told(f"{word}: {glimpse.trouble}.", cells, look.ink.alarm)
    elif glimpse.verdict is None:
        lines += _told(_LOOKING if not glimpse.profile else "It is asked.", cells, look.ink.dim)
    if glimpse.verdict is not None and glimpse.power_w is not None:
        lines += _verdict(glimpse.verdict, cells, look)
    if glimpse.plate is not None:
        lines += _traits(glimpse.plate, cells, look)
    return lines


def _kind(glimpse: Glimpse, plate: Plate, cells: int, look: Look) -> Line:
    row = Row().to(_LABEL).add(cut(glimpse.profile, 32), look.ink.accent)
    mark = "" if plate.verified else " (unverified)"
    others = f"   also read by {', '.join(glimpse.others[:2])}" if glimpse.others else ""
    room = max(1, cells - row.length - 1)
    text = cut(f"{mark}   {plate.kind}{others}", room, look.glyphs.more)
    return row.add(text, look.ink.dim).segments


def _registers(glimpse: Glimpse, verdict: Verdict, look: Look) -> Iterator[Line]:
    dim = look.ink.dim
    head = Row().end("register", _REGISTER, dim).end("counted", _COUNTED, dim)
    yield head.end("flowed", _FLOWED, dim).segments
    for name, wh, counted, flowed in (
        ("in", glimpse.import_wh, verdict.counted.import_wh, verdict.flowed.import_wh),
        ("out", glimpse.export_wh, verdict.counted.export_wh, verdict.flowed.export_wh),
    ):
        row = Row().to(_LABEL).add(name)
        row.end(format.UNKNOWN if wh is None else f"{wh / 1000:,.3f} kWh", _REGISTER)
        row.end(_few(counted), _COUNTED).end(_few(flowed), _FLOWED)
        yield row.segments
    watts = glimpse.power_w or 0
    glyphs = look.glyphs
    sign = glyphs.giving if watts < 0 else glyphs.taking if watts else glyphs.balanced
    ink = look.ink.give if watts < 0 else look.ink.take
    row = Row().to(_LABEL).add("now").end(f"{sign} {format.kw(watts)} kW", _REGISTER, ink)
    minutes, seconds = divmod(verdict.seconds, 60)
    count = f"{verdict.readings} reading{'' if verdict.readings == 1 else 's'}"
    yield row.add(f"   {count} in {minutes}:{seconds:02d}", dim).segments


def _few(wh: float | None) -> str:
    return format.UNKNOWN if wh is None else f"{wh:,.1f} Wh"


def _verdict(verdict: Verdict, cells: int, look: Look) -> Iterator[Line]:
    for fault in verdict.faults[:2]:
        yield from _told(f"{look.glyphs.unknown} {fault.text}", cells, look.ink.alarm)
        yield from _told(fault.advice, cells, look.ink.text)
    if not verdict.faults:
        agrees = verdict.outcome is Outcome.AGREES
        yield from _told(verdict.text, cells, look.ink.accent if agrees else look.ink.dim)


def _traits(plate: Plate, cells: int, look: Look) -> Iterator[Line]:
    if plate.apart:
        text = "each phase is counted by itself: its registers may not be the utility's."
        yield from _told(f"{look.glyphs.apart} {text}", cells, look.ink.warn)
    if not plate.exports:
        text = "No export register: what the house gives is not known, and it cannot sell."
        yield from _told(text, cells, look.ink.warn)


def _told(text: str, cells: int, ink: Style) -> Iterator[Line]:
    for part in textwrap.wrap(text, max(20, cells - _LABEL - 1), max_lines=_MOST_LINES):
        yield Row().to(_LABEL).add(part, ink).segments
