"""The meter page: how a meter is asked, how it answers, and whether its registers count."""

from __future__ import annotations

from datetime import datetime
from math import floor

import msgspec

from console.model.meter import Counted, MeterHealth, Movement, Polls
from console.model.reading import MeterState
from console.model.view import HouseDay
from console.tui import format
from console.tui.cells import Line, Row, cut
from console.tui.look import Look

_LABEL = 13
_ENDS = (22, 31, 40, 50)
_WH, _MOVED = 26, 29
_WORDS = {
    "device": "its own register",
    "revenue": "the utility's register",
    "meter": "phases balanced",
    "per-phase": "phases counted apart",
    "single": "one phase",
}
_AGREES_SECONDS = 30
"""Clocks that lie so close together agree: a meter may tell values of some seconds ago, s."""


class MeterPage(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a house's meter."""

    health: MeterHealth
    """The meter."""
    day: HouseDay | None
    """The house's day, for its gaps; None until the engine has answered."""
    today: bool
    """Whether that day is the present one."""
    now: datetime
    """The business time."""
    look: Look
    """How to draw it."""


def draw_meter(page: MeterPage, cells: int) -> list[Line]:
    """Draw the meter.

    Args:
        page: what is known of it.
        cells: the width.
    """
    counted = page.health.counted
    lines = [*_identity(page, cells), _state(page, cells), _reading(page)]
    if counted is None:
        why = "its readings come from files" if _from_files(page) else "nothing asks it now"
        lines.append(_labelled(page, "polls").add(f"none: {why}").segments)
    else:
        lines += [*_polls(page, counted), _answers(page, counted), _error(page, counted, cells)]
    return [*lines, _gaps(page), [], *_registers(page), _clock(page)]


def _labelled(page: MeterPage, label: str) -> Row:
    return Row().add(f" {label}", page.look.ink.dim).to(_LABEL)


def _identity(page: MeterPage, cells: int) -> list[Line]:
    """Which kind of meter it is, and where; its serial number and its register."""
    health, counted, more = page.health, page.health.counted, page.look.glyphs.more
    row = _labelled(page, "meter").add(health.profile)
    if counted is None:
        return [row.segments]
    plate = counted.plate
    where = plate.address or "in this computer" * (health.profile == "simulated")
    what = plate.kind if plate.verified else f"{plate.kind} (unverified)"
    kind = cut(what, max(1, cells - row.length - len(where) - 7), more)
    row.add("   ").add(kind, page.look.ink.dim).add("   ").add(where)
    told = (_WORDS.get(word, word) for word in (plate.register, plate.balancing))
    ink = page.look.ink.warn if plate.apart else page.look.ink.text
    second = _labelled(page, "counts").add(", ".join(word for word in told if word), ink)
    if counted.serial:
        room = max(1, cells - second.length - 12)
        second.add("   serial ", page.look.ink.dim).add(cut(counted.serial, room, more))
    return [row.segments, second.segments]


def _state(page: MeterPage, cells: int) -> Line:
    health, look = page.health, page.look
    row = _labelled(page, "state")
    if health.state is None:
        return row.add("not asked yet", look.ink.dim).segments
    if _from_files(page):
        row.add(look.glyphs.dash, look.ink.dim).add(" not polled: its readings come from files")
        return row.add(" (mosaic import)", look.ink.dim).segments
    glyph, ink = {
        MeterState.LIVE: (look.glyphs.balanced, look.ink.text),
        MeterState.STALE: (look.glyphs.stale, look.ink.dim),
        MeterState.LOST: (look.glyphs.lost, look.ink.alarm),
        MeterState.WAITING: (look.glyphs.dot, look.ink.dim),
    }[health.state]
    row.add(glyph, ink).add(f" {health.state.value}")
    if health.since is not None:
        row.add(f" since {_when(page, health.since)}")
    if health.reason:
        room = max(1, cells - row.length - 4)
        row.add("   ").add(cut(health.reason, room, look.glyphs.more), look.ink.warn)
    return row.segments


def _from_files(page: MeterPage) -> bool:
    return page.health.state is MeterState.FILES


def _reading(page: MeterPage) -> Line:
    health, row = page.health, _labelled(page, "reading")
    if health.time is None:
        row.add("none yet")
    else:
        age = format.age((page.now - health.time).total_seconds())
        row.add(f"{_when(page, health.time)}, {age} old")
    counted = health.counted
    if counted is None:
        return row.segments
    if counted.next is None:
        return row.add("   asked no more", page.look.ink.warn).segments
    row.add(f"   next {_when(page, counted.next)}, every {health.period_seconds:g} s")
    return row.segments


def _polls(page: MeterPage, counted: Counted) -> list[Line]:
    dim = page.look.ink.dim
    head = _labelled(page, "polls")
    for word, end in zip(("good", "failed", "skipped", "answered"), _ENDS, strict=True):
        head.end(word, end, dim)
    today, every = _count(page, "  today", counted.today), _count(page, "  all", counted.total)
    every.add(f"   since {_when(page, counted.since)}", dim)
    return [head.segments, today.segments, every.segments]


def _count(page: MeterPage, label: str, polls: Polls) -> Row:
    row = _labelled(page, label)
    ink = page.look.ink.warn if polls.failed else page.look.ink.text
    row.end(f"{polls.good:,}", _ENDS[0]).end(f"{polls.failed:,}", _ENDS[1], ink)
    return row.end(f"{polls.skipped:,}", _ENDS[2]).end(_rate(polls), _ENDS[3])


def _rate(polls: Polls) -> str:
    """The part of the answers that were good; cut, so that 100 % means all of them."""
    rate = polls.rate
    return format.UNKNOWN if rate is None else f"{floor(rate * 1000) / 10:.1f} %"


def _answers(page: MeterPage, counted: Counted) -> Line:
    row = _labelled(page, "answer")
    if counted.listens:
        return row.add("it speaks by itself; each poll takes its newest message").segments
    if counted.last_ms is None:
        return row.add("none yet").segments
    return row.add(f"{_took(counted.last_ms)}   median {_took(counted.median_ms)}").segments


def _took(milliseconds: int | None) -> str:
    if milliseconds is None:
        return format.UNKNOWN
    return f"{milliseconds} ms" if milliseconds else "under 1 ms"


def _error(page: MeterPage, counted: Counted, cells: int) -> Line:
    row = _labelled(page, "last error")
    if counted.failed is None:
        return row.add("none").segments
    row.add(f"{_when(page, counted.failed)}   ")
    room = max(1, cells - row.length - 1)
    return row.add(cut(counted.error, room, page.look.glyphs.more), page.look.ink.warn).segments


def _gaps(page: MeterPage) -> Line:
    row = _labelled(page, "gaps")
    if page.day is None:
        return row.add(format.UNKNOWN).segments
    gaps, every = page.day.gaps, len(page.day.intervals)
    day = "today" if page.today else format.day(page.day.day)
    ink = page.look.ink.warn if gaps else page.look.ink.text
    return row.add(f"{gaps} of {every} intervals {day} are not known", ink).segments


def _registers(page: MeterPage) -> list[Line]:
    health, dim = page.health, page.look.ink.dim
    head = _labelled(page, "registers").end("Wh", _WH, dim).to(_MOVED).add("last moved", dim)
    counted = health.counted
    lines, still = [head.segments], []
    for name, wh, movement in (
        ("in", health.import_wh, counted.imported if counted else None),
        ("out", health.export_wh, counted.exported if counted else None),
    ):
        row = _labelled(page, f"  {name}").end(format.UNKNOWN if wh is None else str(wh), _WH)
        lines.append(_movement(page, row.to(_MOVED), movement, out=name == "out"))
        if movement is not None and movement.stands_still:
            still.append(_still(page, name, movement.flowed_wh))
    return [*lines, *still, *_apart(page, counted)]


def _apart(page: MeterPage, counted: Counted | None) -> list[Line]:
    """What must be known of registers that count each phase by itself."""
    if counted is None or not counted.plate.apart:
        return []
    look = page.look
    row = Row().add(f" {look.glyphs.apart}", look.ink.warn).to(_LABEL)
    return [row.add("where phases flow against each other these are not the bill's").segments]


def _still(page: MeterPage, name: str, flowed_wh: int) -> Line:
    ink = page.look.ink.alarm
    row = Row().add(f" {page.look.glyphs.unknown}", ink).to(_LABEL)
    said = f"{name} has not moved while {format.kwh(flowed_wh)} kWh flowed"
    return row.add(f"{said}, by the meter's own power", ink).segments


def _movement(page: MeterPage, row: Row, movement: Movement | None, *, out: bool) -> Line:
    counted = page.health.counted
    if movement is None or counted is None:
        return row.add(format.UNKNOWN).segments
    if out and not counted.plate.exports:
        return row.add("no such register: it cannot sell", page.look.ink.warn).segments
    moved = movement.moved
    told = _when(page, moved) if moved else f"not since {_when(page, counted.since)}"
    return row.add(told).segments


def _clock(page: MeterPage) -> Line:
    row, ink, counted = _labelled(page, "clock"), page.look.ink, page.health.counted
    behind = None if counted is None else counted.behind_seconds
    if behind is None:
        told = "this meter tells no time" if counted else "the meter's is not known"
        if _from_files(page):
            return row.add("that of the files", ink.dim).segments
        return row.add(f"the engine's own: {told}", ink.dim).segments
    if abs(behind) < _AGREES_SECONDS:
        return row.add("the engine's own, and the meter's agrees", ink.dim).segments
    row.add("the engine's own: ", ink.dim)
    where = "behind" if behind > 0 else "ahead"
    return row.add(f"the meter's is {format.age(abs(behind))} {where}", ink.warn).segments


def _when(page: MeterPage, instant: datetime) -> str:
    """An instant to the second; with its day where that is not the present one."""
    look = page.look
    if look.day(instant) == look.day(page.now):
        return look.seconds(instant)
    return f"{format.day(look.day(instant))} {look.clock(instant)}"
