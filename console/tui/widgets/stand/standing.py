"""The standing: the stand's pictures, one plain sentence on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from rich.style import Style

from console.model.entry import Entry, EntryState
from console.model.natural import natural
from console.model.settlement import State
from console.model.snapshot import HouseNow, Snapshot
from console.model.trade import Trade
from console.model.view import Preview
from console.tui import format as written
from console.tui.cells import Line, Row, cut, width
from console.tui.look import Look
from console.tui.widgets.bearing import power_of, sign, traded
from console.tui.widgets.flows.flow import flow_of
from console.tui.widgets.flows.ribbons import Ribbons, draw_ribbons
from console.tui.widgets.powers import flow_of as power_of_all
from console.tui.widgets.stand import plainly
from console.tui.widgets.stand.digits import draw_digits

SCENES = ("overview", "flows", "ledger", "street")
"""The pictures of the tour, in order."""

_WIDEST_SENTENCE = 92
_LOW = 24
_AROUND = 5
"""Lines above, below and between: the top, the keys, and three that stay blank."""
_KEYS = ("c cloud", "e car", "s settle", "space next")
_STATES = {EntryState.SEALED: State.SEALED, EntryState.FINAL: State.FINAL}


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """What the stand shows."""

    snapshot: Snapshot
    """The newest snapshot."""
    scene: str = SCENES[0]
    """Which picture."""
    said: str = ""
    """What a visitor's key has done; it stands in the sentence's place for a while."""
    preview: Preview | None = None
    """The newest interval with something shared."""
    shade: Mapping[str, int] = {}
    """Each producer's shade."""
    entries: tuple[Entry, ...] = ()
    """The newest rows of the ledger."""
    rows: int = 0
    """How many rows it has."""
    phase: float | None = None
    """Where the bright cells are; None without them."""


def draw_stand(stand: Stand, room: int, height: int, look: Look) -> list[Line]:
    """Draw one picture of the stand, its keys on the last line.

    Args:
        stand: what it shows.
        room: the cells of a line.
        height: the lines there are.
        look: glyphs and styles.
    """
    draw = {"overview": _overview, "flows": _flows, "ledger": _ledger, "street": _street}
    lines = [_top(stand.snapshot, room, look), [], *draw[stand.scene](stand, room, height, look)]
    lines = lines[: height - 1]
    keys = Row().to(2).add("   ".join(_KEYS), look.ink.accent).segments
    return [*lines, *([] for _ in range(height - 1 - len(lines))), keys]


def _top(snapshot: Snapshot, room: int, look: Look) -> Line:
    place, head = snapshot.place, snapshot.head
    speed = f" {look.glyphs.times}{head.speed:g}" if head.speed != 1 else ""
    row = Row().add(" MOSAIC  ").add(cut(place.name or place.community, 24, look.glyphs.more))
    row.add(f"  {place.mode.value}{speed}  {place.access.value}")
    row.add(f"  {'AUTO' if head.auto else 'MANUAL'} ")
    when = f"{written.day(look.day(head.now))} {look.seconds(head.now)}"
    return row.end(when, room - 1).segments


def _sentence(stand: Stand, made: str, room: int, look: Look, most: int = 2) -> list[Line]:
    text = stand.said or made
    ink = look.ink.accent if stand.said else look.ink.text
    lines = plainly.wrapped(text, min(_WIDEST_SENTENCE, room - 4), most)
    lines += [""] * (most - len(lines))
    return [Row().to(2).add(cut(line, room - 4), ink).segments for line in lines]


def _overview(stand: Stand, room: int, height: int, look: Look) -> list[Line]:
    made = stand.snapshot.head.sentence or plainly.overview(stand.snapshot)
    lines = [*_figures(stand.snapshot, room, look), [], *_sentence(stand, made, room, look), []]
    spare = max(0, height - _LOW)
    ribbons = _ribbons(stand, room, 5 + spare * 2 // 3, look)
    left = height - _AROUND - len(lines) - len(ribbons.lines)
    return [*lines, *ribbons.lines, [], *_newest(stand, max(1, left) if spare else 1, look)]


def _figures(snapshot: Snapshot, room: int, look: Look) -> list[Line]:
    flow = power_of_all(snapshot.houses)
    giving, taking = flow.giving_w, flow.taking_w
    rest = None if giving is None or taking is None else giving - taking
    grid = "kW from grid" if rest is not None and rest < 0 else "kW to grid"
    figures = (
        (look.glyphs.giving, look.ink.give, "kW from the roofs", giving),
        (look.glyphs.taking, look.ink.take, "kW used next door", flow.shared_w),
        ("", look.ink.text, grid, rest),
    )
    head, rows = Row(), (Row(), Row(), Row())
    for number, (glyph, ink, label, watts) in enumerate(figures):
        column = 4 + round(number * room / len(figures))
        head.to(column - 2 if glyph else column).add(f"{glyph} " if glyph else "", ink)
        head.add(label, look.ink.dim)
        if watts is None:
            rows[1].to(column).add(written.UNKNOWN)
            continue
        for row, text in zip(
            rows, draw_digits(written.kw(watts), ascii_only=look.glyphs.ascii), strict=True
        ):
            row.to(column).add(text, ink)
    return [head.segments, *(row.segments for row in rows)]


def _ribbons(stand: Stand, room: int, height: int, look: Look) -> Ribbons:
    plan = stand.preview.plan if stand.preview is not None else None
    if plan is None or not plan.trades:
        return Ribbons([], 0)
    flow = flow_of(plan, stand.shade)
    return draw_ribbons(flow, room, height, look, head=False, phase=stand.phase)


def _newest(stand: Stand, most: int, look: Look) -> list[Line]:
    """The greatest trades of the newest interval, and where they stand."""
    preview = stand.preview
    if preview is None or preview.plan is None:
        return []
    settlement = preview.settlement
    state = look.state(settlement.state, settlement.height)
    largest = sorted(
        preview.plan.trades, key=lambda t: (-t.wh, natural(t.producer), natural(t.consumer))
    )
    shown = largest[:most]
    column = _amounts(shown, look)
    return [_trade(trade, preview.plan.currency, column, state, look) for trade in shown]


def _amounts(trades: Sequence[Trade | Entry], look: Look) -> int:
    """The column in which the energy of every line begins."""
    return 6 + max((width(_names(trade, look)) for trade in trades), default=0)


def _names(trade: Trade | Entry, look: Look) -> str:
    return f"{cut(trade.producer, 12)} {look.glyphs.arrow} {cut(trade.consumer, 12)}"


def _trade(
    trade: Trade | Entry, currency: str, column: int, state: tuple[str, str, Style], look: Look
) -> Line:
    glyph, word, _ = state
    row = Row().to(2).add(_names(trade, look)).to(column).add(f"{written.kwh(trade.wh)} kWh    ")
    row.add(f"{written.money(trade.amount_nano)} {cut(currency, 6)}    ")
    ink = look.ink.accent if word == State.SEALED else look.ink.dim
    return row.add(f"{glyph} {word}", ink).segments


def _flows(stand: Stand, room: int, height: int, look: Look) -> list[Line]:
    ribbons = _ribbons(stand, room, height - 9, look)
    plan = stand.preview.plan if stand.preview is not None else None
    made = plainly.flows(plan, ribbons.cell_wh, look)
    lines = [*_sentence(stand, made, room, look, 3), [], *ribbons.lines]
    left = height - _AROUND - len(lines)
    return [*lines, [], *_newest(stand, max(1, left) if height > _LOW else 1, look)]


def _ledger(stand: Stand, room: int, height: int, look: Look) -> list[Line]:
    lines = [*_sentence(stand, plainly.ledger(stand.rows), room, look, 3), []]
    if not stand.entries:
        return [*lines, Row().to(2).add("The first line comes with the next edge.").segments]
    last = None
    shown = sorted(stand.entries, key=_newest_first)[: max(0, height - 10)]
    column = _amounts(shown, look)
    for entry in shown:
        if entry.interval != last:
            last = entry.interval
            glyph, word, ink = look.state(_STATES[entry.state], entry.height)
            row = Row().to(2).add(look.span(entry.interval)).add("   ").add(f"{glyph} {word}", ink)
            lines.append(row.add(f", block {entry.height}", look.ink.dim).segments)
        state = look.state(_STATES[entry.state], entry.height)
        lines.append(_trade(entry, entry.currency, column, state, look))
    return lines


def _newest_first(entry: Entry) -> tuple[object, ...]:
    return (-entry.interval.start.timestamp(), natural(entry.producer), natural(entry.consumer))


def _street(stand: Stand, room: int, height: int, look: Look) -> list[Line]:
    snapshot = stand.snapshot
    lines = [*_sentence(stand, plainly.street(snapshot), room, look, 3), []]
    columns = max(1, room // 39)
    rows = max(1, height - 8)
    shown = snapshot.houses[: columns * rows]
    for first in range(0, len(shown), columns):
        row = Row()
        for number, house in enumerate(shown[first : first + columns]):
            _add_house(row, house, 2 + number * 39, look)
        lines.append(row.segments)
    if rest := len(snapshot.houses) - len(shown):
        lines.append(Row().to(2).add(f"and {rest:,} more", look.ink.dim).segments)
    return lines


def _add_house(row: Row, house: HouseNow, column: int, look: Look) -> None:
    glyph, ink = sign(house, look)
    verb, energy, _, _ = traded(house)
    row.to(column).add(glyph, ink).add(" ").fit(house.name or house.id, 12).add(" ")
    row.end(f"{written.kw(power_of(house))} kW", column + 23)
    row.add(f"  {verb} {energy}", look.ink.dim)
