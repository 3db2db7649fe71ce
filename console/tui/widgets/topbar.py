"""The top bar: who, which chain, what flows, and how the last intervals fare."""

from __future__ import annotations

import msgspec
from rich.style import Style

from console.model.reading import MeterState
from console.model.record import Taping
from console.model.settlement import State
from console.model.snapshot import Access, Mode, Snapshot
from console.tui import format
from console.tui.cells import Line, Row, cut, spot, width
from console.tui.look import Look
from console.tui.widgets.events.alarmlist import badge
from console.tui.widgets.playline import draw_playing
from console.tui.widgets.powers import Flow, flow_of

WIDE = 120
"""From this width on the bar spells its words out."""

_LONGEST_NAME = 24
_MIDDLE = 35
_NEIGHBOURHOOD, _FLOWS, _SETTLEMENT, _LEDGER, _EVENTS = (f"screen('{n}')" for n in "12346")
Words = tuple[tuple[str, Style | None], ...]
"""Texts with their styles, side by side."""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """What the top bar shows."""

    snapshot: Snapshot | None
    """The newest snapshot; None before the first."""
    look: Look
    """How to draw it."""
    silent: int | None = None
    """Whole seconds since the engine's last word; None while it talks."""
    alarm: Style
    """The ink of the line that says so, which never fades."""
    compare: str = "3, then enter"
    """The keys that compare the parts of a halted interval."""


def draw_bar(bar: Bar, cells: int) -> list[Line]:
    """Draw the two lines, one more in a replay, and two more while the engine is halted.

    Args:
        bar: what it shows.
        cells: the terminal's width.
    """
    if bar.snapshot is None:
        first = Row().add(" MOSAIC", bar.look.ink.strong).segments
        second = [] if bar.silent is None else _silent(bar)
        return [first, second]
    wide = cells >= WIDE
    first = _first(bar.snapshot, bar.look, cells, wide)
    if bar.silent is not None:
        return [first, _silent(bar)]
    second = (_second_wide if wide else _second_narrow)(bar.snapshot, bar.look, cells)
    return [first, second, *_playing(bar, cells), *_halted(bar, cells)]


def bar_rows(snapshot: Snapshot | None, *, silent: bool) -> int:
    """Return how many lines the bar has.

    Args:
        snapshot: the newest one; None before the first.
        silent: whether the engine is silent.
    """
    if snapshot is None or silent:
        return 2
    return 2 + (snapshot.head.playing is not None) + 2 * bool(snapshot.head.halted)


def _playing(bar: Bar, cells: int) -> list[Line]:
    head = bar.snapshot.head if bar.snapshot is not None else None
    if head is None or head.playing is None:
        return []
    return [draw_playing(head, head.playing, bar.look, cells)]


def _silent(bar: Bar) -> Line:
    row = Row().add(f" ENGINE SILENT for {format.age(bar.silent)}", bar.alarm)
    if bar.snapshot is None:
        return row.add(". Start one with: mosaic run", bar.alarm).segments
    last = bar.look.seconds(bar.snapshot.head.now)
    words = f", last word {last}. Below is old; nothing was lost."
    return row.add(words, bar.alarm).segments


def _halted(bar: Bar, cells: int) -> list[Line]:
    if bar.snapshot is None or not bar.snapshot.head.halted:
        return []
    why = bar.snapshot.head.halted.rstrip(".").removeprefix("at ")
    glyphs = bar.look.glyphs
    halted = f" {glyphs.states[State.HALTED]} HALTED at {why}."
    first = cut(f"{halted} Nothing more is signed.", cells, glyphs.more)
    if len(halted) <= cells < len(f"{halted} Nothing more is signed."):
        first = halted
    second = f"   Compare them: {bar.compare}. To go on: mosaic settle --accept-partial"
    inks = (bar.alarm, bar.look.ink.text)
    return [
        Row().add(words, spot(_SETTLEMENT, ink)).segments
        for words, ink in zip((first, second), inks, strict=True)
    ]


def _first(snapshot: Snapshot, look: Look, cells: int, wide: bool) -> Line:
    now = snapshot.head.now
    when = f"{format.day(look.day(now))} {look.seconds(now)}"
    identity = _identity(snapshot, look)
    room = cells - width(when) - 2
    powers = _powers(snapshot, look) if wide else []
    fitting = (words for words in powers if 1 + _cells(identity) + 2 + _cells(words) <= room)
    row = _put(Row().add(" "), identity)
    if words := next(fitting, ()):
        _put(row.add("  "), words, _FLOWS)
    roomy = row.length < room
    return row.end(when, cells - 1 if roomy else cells, spot("utc", look.ink.text)).segments


def _identity(snapshot: Snapshot, look: Look) -> Words:
    place, head, inks = snapshot.place, snapshot.head, look.ink
    mode = place.mode.value
    if head.speed != 1 and head.playing is None:
        mode += f" {look.glyphs.times}{head.speed:g}"
    access, colour = _access(snapshot, look)
    auto = "AUTO" if head.auto else "MANUAL"
    record = _recording(snapshot, look)
    longest = _LONGEST_NAME - _cells(record)
    return (
        ("MOSAIC ", inks.text),
        (cut(place.name or place.community, longest, look.glyphs.more), inks.text),
        ("  ", None),
        (mode, inks.warn if place.mode is Mode.MAINNET else inks.text),
        ("  ", None),
        (f"{access:7}", spot("attempt('unlock')", colour) if access == "LOCKED" else colour),
        ("  ", None),
        (auto, inks.text),
        *record,
    )


def _recording(snapshot: Snapshot, look: Look) -> Words:
    match snapshot.head.recording:
        case Taping.OFF:
            return ()
        case Taping.ON:
            return (("  REC", look.ink.text),)
        case Taping.PAUSED:
            return (("  REC!", look.ink.warn),)


def draw_identity(bar: Bar, _cells: int) -> list[Line]:
    """Draw the badges alone, for a page that has no room for all of the bar."""
    if bar.snapshot is None:
        return [[]]
    return [_put(Row().add(" "), _identity(bar.snapshot, bar.look)).segments]


def _access(snapshot: Snapshot, look: Look) -> tuple[str, Style]:
    access = snapshot.place.access
    if access is Access.OPERATE and snapshot.head.locked:
        return "LOCKED", look.ink.warn
    return access.value, look.ink.text


def _powers(snapshot: Snapshot, look: Look) -> list[Words]:
    """The powers in words, the longest first."""
    flow, glyphs, inks = flow_of(snapshot.houses), look.glyphs, look.ink
    giving, taking = _sum(flow.giving_w, flow.giving_old), _sum(flow.taking_w, flow.taking_old)
    rest_name, rest = _rest(flow)
    longest: Words = (
        (glyphs.giving, inks.give), (f" {giving:>5} kW  ", inks.strong),
        (glyphs.taking, inks.take), (f" {taking:>5} kW  ", inks.text),
        (f"shared {format.kw(flow.shared_w)} kW  {rest_name} {rest} kW", inks.text),
    )  # fmt: skip
    shorter: Words = (
        (glyphs.giving, inks.give), (f" {giving:>5}  ", inks.strong),
        (glyphs.taking, inks.take), (f" {taking:>5}  ", inks.text),
        (f"shared {format.kw(flow.shared_w)}  {rest_name} {rest} kW", inks.text),
    )  # fmt: skip
    return [longest, shorter, _short_powers(flow, look)]


def _rest(flow: Flow) -> tuple[str, str]:
    if flow.giving_w is None or flow.taking_w is None:
        return "to grid", format.UNKNOWN
    rest = flow.giving_w - flow.taking_w
    return "to grid" if rest >= 0 else "from grid", format.kw(rest)


def _sum(watts: int | None, old: bool) -> str:
    return f"{'~' if old and watts is not None else ''}{format.kw(watts)}"


def _short_powers(flow: Flow, look: Look) -> Words:
    inks = look.ink
    return (
        (look.glyphs.giving, inks.give),
        (f" {_sum(flow.giving_w, flow.giving_old)} ", inks.strong),
        (look.glyphs.taking, inks.take),
        (f" {_sum(flow.taking_w, flow.taking_old)} ", inks.text),
        (f"shared {format.kw(flow.shared_w)} kW", inks.text),
    )


def _second_wide(snapshot: Snapshot, look: Look, cells: int) -> Line:
    alarm = badge(snapshot.head.alarms, look, spelled=True)
    pieces = [
        (_open(snapshot, look, 14, spelled=True), _SETTLEMENT),
        (_last(snapshot, look), _LEDGER),
        ((("chain ", look.ink.text), *_chain(snapshot, look)), _LEDGER),
        (_meters(snapshot, look), _NEIGHBOURHOOD),
    ]
    row = Row().add(" ")
    for number, (piece, leads) in enumerate(pieces):
        if row.length + 3 + _cells(piece) + 3 + _cells(alarm) > cells:
            break
        _put(row.add("   " if number else ""), piece, leads)
    roomy = row.length + 3 + _cells(alarm) <= cells - 1
    return _put(row.to((cells - 1 if roomy else cells) - _cells(alarm)), alarm, _EVENTS).segments


def _second_narrow(snapshot: Snapshot, look: Look, cells: int) -> Line:
    alarm = badge(snapshot.head.alarms, look, spelled=False)
    row = _put(Row().add(" "), _short_powers(flow_of(snapshot.houses), look), _FLOWS)
    row.add("  ").to(_MIDDLE)
    _put(row, _open(snapshot, look, 10, spelled=False), _SETTLEMENT).add("    ")
    _put(row, _chain(snapshot, look), _LEDGER).add("  ")
    return _put(row.to(cells - 1 - _cells(alarm)), alarm, _EVENTS).segments


def _open(snapshot: Snapshot, look: Look, bars: int, *, spelled: bool) -> Words:
    head, glyphs = snapshot.head, look.glyphs
    span = head.open.end - head.open.start
    gone = min(max((head.now - head.open.start) / span, 0.0), 1.0)
    full = int(gone * bars)
    clock = look.clock(head.open.start)
    left = format.left(head.open.end - head.now)
    sign = f" {glyphs.states[State.OPEN]} open " if spelled else ""
    return (
        (f"{clock}{sign} ", look.ink.text),
        (glyphs.bars[0] * full, look.ink.accent),
        (glyphs.bars[-1] * (bars - full), look.ink.dim),
        (f" {left}{' left' if spelled else ''}", look.ink.text),
    )


def _last(snapshot: Snapshot, look: Look) -> Words:
    last = snapshot.head.last
    if last is None:
        return (("last --", look.ink.dim),)
    sign, state, ink = look.state(last.state, last.height)
    word = f" {last.rows} rows" if last.rows else f" {state}"
    return (
        (f"last {look.clock(last.interval.start)} ", look.ink.text),
        (sign, ink),
        (word, look.ink.text),
    )


def _chain(snapshot: Snapshot, look: Look) -> Words:
    head = snapshot.head
    ink = look.ink.warn if head.chain_reason else look.ink.text
    old = "~" if head.chain_reason else ""
    final = look.glyphs.states[State.FINAL]
    return ((f"{old}{head.height} {final}{head.final_height}", ink),)


def _meters(snapshot: Snapshot, look: Look) -> Words:
    states = [house.state for house in snapshot.houses]
    live, stale, lost, waiting, files = (states.count(state) for state in MeterState)
    inks = look.ink
    if waiting == len(states) > 0:
        return ((f"{waiting} not asked yet", inks.dim),)
    return (
        (f"{live} live  ", inks.text),
        (f"{stale} stale  ", inks.text),
        (f"{lost} lost", inks.alarm if lost else inks.text),
        *(((f"  {waiting} not asked yet", inks.dim),) if waiting else ()),
        *(((f"  {files} from files", inks.dim),) if files else ()),
    )


def _cells(words: Words) -> int:
    return sum(width(text) for text, _ in words)


def _put(row: Row, words: Words, leads: str = "") -> Row:
    """Add words, and what a click on them does where it does anything."""
    for text, ink in words:
        row.add(text, spot(leads, ink) if leads else ink)
    return row
