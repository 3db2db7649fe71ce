"""The timeline: a local day as one glyph an interval, each under its hour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo

import msgspec
from rich.style import Style

from console.model.interval import Interval
from console.model.settlement import Settlement
from console.tui import format as written
from console.tui.cells import Line, Row
from console.tui.look import Look
from console.tui.widgets.words import midnight

_NARROWEST_HOUR = 4
_PACKED_HOUR = 8
"""An hour this wide or wider takes the margin too, so that a day needs fewer rows."""
_LEAST_PAD = 3
_TURNED = Style(reverse=True)
_WIDE = 120


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """A day to be drawn."""

    day: date
    """The local day."""
    minutes: int
    """The intervals' length."""
    settlements: tuple[Settlement, ...]
    """Its intervals so far."""
    now: datetime
    """The business time."""
    chosen: str = ""
    """The name of the chosen interval."""
    passing: frozenset[Interval] | None = None
    """The intervals that pass a filter; None without one."""


def draw_timeline(line: Timeline, room: int, look: Look) -> list[Line]:
    """Draw the day: rows of hours, rows of glyphs under them, and where now is.

    Args:
        line: the day.
        room: the cells of a line.
        look: glyphs and styles.
    """
    start = midnight(line.day, look.zone)
    hours = hours_between(start, midnight(line.day + timedelta(days=1), look.zone))
    hour = max(_NARROWEST_HOUR, 60 // line.minutes)
    pad = 12 if room >= _WIDE else 11
    fitting = max(1, (room - _LEAST_PAD) // hour if hour >= _PACKED_HOUR else (room - pad) // hour)
    per_row = -(-hours // -(-hours // fitting))
    pad = min(pad, max(_LEAST_PAD, room - 1 - per_row * hour))
    by_start = {settlement.interval.start: settlement for settlement in line.settlements}
    lines: list[Line] = []
    for first in range(0, hours, per_row):
        row_start = start + timedelta(hours=first)
        count = min(per_row, hours - first)
        lines.append(_hours(row_start, count, hour, pad, look))
        lines.append(_glyphs(row_start, count, hour, pad, line, by_start, look))
    if room >= _WIDE and per_row >= hours and start <= line.now < start + timedelta(hours=hours):
        lines.append(_now(line, start, hour, pad, room, look))
    return lines


def hours_between(start: datetime, end: datetime) -> int:
    """Return how many hours a local day has: 23 or 25 where the clock is put on or back."""
    return round((end - start) / timedelta(hours=1))


def local_day(instant: datetime, zone: tzinfo) -> date:
    """Return the community's day of an aware instant."""
    return instant.astimezone(zone).date()


def tally(settlements: Iterable[Settlement], look: Look) -> list[tuple[int, str, str]]:
    """Return how many intervals are in each state that is shown: count, glyph and word."""
    counts: dict[tuple[str, str], int] = {}
    for settlement in settlements:
        glyph, word, _ = look.state(settlement.state, settlement.height)
        counts[glyph, word] = counts.get((glyph, word), 0) + 1
    order = ("final", "idle", "sealed", "signed", "frozen", "closed", "held", "halted")
    return [
        (count, glyph, word)
        for wanted in order
        for (glyph, word), count in counts.items()
        if word == wanted
    ]


def _hours(start: datetime, count: int, hour: int, pad: int, look: Look) -> Line:
    row = Row()
    for index in range(count):
        instant = start + timedelta(hours=index)
        label = f"{written.local(instant, look.zone, utc=look.utc):%H}"
        row.to(pad + index * hour).add(label, look.ink.dim)
    return row.segments


def _glyphs(
    start: datetime,
    count: int,
    hour: int,
    pad: int,
    line: Timeline,
    by_start: Mapping[datetime, Settlement],
    look: Look,
) -> Line:
    row = Row()
    step = hour * line.minutes // 60
    interval = Interval(start, line.minutes)
    for index in range(count * 60 // line.minutes):
        settlement = by_start.get(interval.start)
        if settlement is not None:
            glyph, _, ink = look.state(settlement.state, settlement.height)
            if line.passing is not None:
                ink = _picked(ink, look) if interval in line.passing else look.ink.dim
            chosen = interval.name == line.chosen
            row.to(pad + index * step).add(glyph, ink + _TURNED if chosen else ink)
        interval = interval.next
    return row.segments


def _picked(ink: Style, look: Look) -> Style:
    """The style of what a filter lets pass: it stands out where its state would be dim."""
    return look.ink.strong if ink == look.ink.dim else ink


def _now(line: Timeline, start: datetime, hour: int, pad: int, room: int, look: Look) -> Line:
    passed = Interval.containing(line.now, line.minutes).start - start
    column = pad + int(passed / timedelta(hours=1) * hour)
    time = look.clock(line.now)
    if column + 2 + len(time) > room:
        row = Row().end(time + " ", column, look.ink.dim)
    else:
        row = Row().to(column)
    row.add(look.glyphs.now, look.ink.accent)
    return row.segments if column + 2 + len(time) > room else row.add(f" {time}").segments
