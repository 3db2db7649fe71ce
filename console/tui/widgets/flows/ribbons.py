"""The ribbons: who gave on the left, who bought on the right, one scale for both."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.style import Style

from console.tui.cells import Line, Row, cut, width
from console.tui.format import kwh
from console.tui.look import Look
from console.tui.widgets.flows.flow import GRID, Buyer, Flow, Giver, fold_buyers, fold_givers

_MARGIN = 3
_GAP = 2
_LONGEST_NAME = 12
_NARROW_TRUNK = 44
_FAR_ABOVE = 4


class Ribbons(msgspec.Struct, frozen=True):
    """The ribbons, drawn."""

    lines: list[Line]
    """The lines."""
    cell_wh: int
    """How much one cell stands for, Wh."""
    givers: tuple[Giver, ...] = ()
    """The producers that are drawn."""


class _Places(msgspec.Struct, frozen=True):
    names: int
    figures: int
    trunk: int
    cell_wh: int
    room_left: int
    room_right: int
    amounts: int


def draw_ribbons(
    flow: Flow,
    room: int,
    height: int,
    look: Look,
    *,
    head: bool = True,
    phase: float | None = None,
    chosen: str = "",
) -> Ribbons:
    """Draw an interval's flow; what does not fit is folded into `N more`.

    Args:
        flow: who gave and who bought.
        room: the cells of a line.
        height: the most lines, the head included.
        look: glyphs and styles.
        head: whether `exported ┃ bought` stands above.
        phase: where the bright cells are on their way, in [0, 1); None without them.
        chosen: the id of the house that is marked.
    """
    rows = max(2, height - head)
    flow = fold_givers(flow, rows, chosen)
    takers = [*fold_buyers(flow, rows - 1, chosen), *([flow.grid] if flow.metered else [])]
    places = _places(flow, takers, room)
    count = max(len(takers), len(flow.givers))
    joins = {
        (2 * index + 1) * count // (2 * len(flow.givers)): giver
        for index, giver in enumerate(flow.givers)
    }
    lines: list[Line] = []
    if head:
        row = Row().end("exported ", places.trunk, look.ink.dim)
        lines.append(row.add(f"{look.glyphs.trunk} bought", look.ink.dim).segments)
    for number in range(count):
        row = Row()
        if number in joins:
            mark = look.glyphs.chosen if joins[number].house == chosen else ""
            row.to(_MARGIN - 1).add(mark, look.ink.accent)
            _add_giver(row, joins[number], places, look, phase)
        trunk = look.glyphs.branch if number in joins else look.glyphs.trunk
        row.to(places.trunk).add(trunk, look.ink.dim)
        if number < len(takers):
            _add_taker(row, takers[number], flow.givers, places, look, phase)
            mark = look.glyphs.chosen if takers[number].name == (chosen or None) else " "
            row.add(f" {mark}", look.ink.accent).add(cut(_name(takers[number]), _LONGEST_NAME))
        lines.append(row.segments)
    return Ribbons(lines, places.cell_wh, flow.givers)


def _places(flow: Flow, takers: Sequence[Buyer], room: int) -> _Places:
    names = min(_LONGEST_NAME, max((width(giver.house) for giver in flow.givers), default=1))
    figures = max(len(kwh(flow.exported_wh)), *(len(kwh(taker.wh)) for taker in takers), 5)
    widest = max((width(cut(_name(taker), _LONGEST_NAME)) for taker in takers), default=1)
    trunk = _NARROW_TRUNK + max(0, min(room, 120) - 80) * 3 // 20 + max(0, room - 120) // 2
    exported = max((giver.exported_wh for giver in flow.givers if giver.shade >= 0), default=0)
    taken = _widest_bar(takers, exported)
    room_left = trunk - _MARGIN - names - _GAP - figures - 1
    room_right = room - trunk - 1 - _GAP - figures - _GAP - widest
    cell_wh = fitting_scale((exported, room_left), (taken, room_right))
    longest = max((_length(taker.wh, cell_wh) for taker in takers), default=0)
    amounts = trunk + 1 + min(longest, room_right) + _GAP
    return _Places(names, figures, trunk, cell_wh, room_left, room_right, amounts)


def _widest_bar(takers: Sequence[Buyer], exported: int) -> int:
    """The longest bar on the right that must fit; a grid far above all houses may be cut."""
    houses = max((taker.wh for taker in takers if taker.name != GRID and not taker.several),
                 default=0)  # fmt: skip
    grid = max((taker.wh for taker in takers if taker.name == GRID), default=0)
    return max(houses, grid) if grid <= _FAR_ABOVE * max(houses, exported) else houses


def fitting_scale(*bars: tuple[int, int]) -> int:
    """Return the smallest of 1, 2, 5, 10, 20 … Wh a cell at which every bar fits.

    Args:
        bars: each bar's energy, Wh, and the cells it may fill.
    """
    power = 1
    while True:
        for cell in (power, 2 * power, 5 * power):
            if all(_length(wh, cell) <= max(1, most) for wh, most in bars):
                return cell
        power *= 10


def _length(wh: int, cell: int) -> int:
    return max(0, (2 * wh + cell) // (2 * cell))


def _name(taker: Buyer) -> str:
    return "the grid" if taker.name == GRID else taker.name


def _add_giver(row: Row, giver: Giver, places: _Places, look: Look, phase: float | None) -> None:
    row.to(_MARGIN).fit(giver.house, places.names).to(_MARGIN + places.names + _GAP)
    row.end(kwh(giver.exported_wh), _MARGIN + places.names + _GAP + places.figures)
    marks = [look.bar(giver.shade)] * _length(giver.exported_wh, places.cell_wh)
    marks = _shortened(marks, places.room_left, look)[::-1]
    row.to(places.trunk - sum(width(glyph) for glyph, _ in marks))
    _add_bar(row, marks, look, phase)


def _add_taker(
    row: Row,
    taker: Buyer,
    givers: Sequence[Giver],
    places: _Places,
    look: Look,
    phase: float | None,
) -> None:
    marks: list[tuple[str, Style]] = []
    total = 0
    for part, giver in zip(taker.parts, givers, strict=True):
        total += part
        marks += [look.bar(giver.shade)] * (_length(total, places.cell_wh) - len(marks))
    _add_bar(row, _shortened(marks, places.room_right, look), look, phase)
    row.to(places.amounts).end(kwh(taker.wh), places.amounts + places.figures)


def _shortened(marks: list[tuple[str, Style]], most: int, look: Look) -> list[tuple[str, Style]]:
    """A bar from the trunk outwards, cut where several houses together outgrow the scale."""
    if len(marks) <= max(1, most):
        return marks
    more = look.glyphs.more
    return [*marks[: max(0, most - width(more))], (more, look.ink.dim)]


def _add_bar(row: Row, marks: Sequence[tuple[str, Style]], look: Look, phase: float | None) -> None:
    """Add a bar with as few segments as its styles allow."""
    bright = -1 if phase is None else int(phase * len(marks))
    text, ink = "", look.ink.text
    for index, (glyph, style) in enumerate(marks):
        shown = look.ink.strong if index == bright else style
        if shown != ink:
            row.add(text, ink)
            text, ink = "", shown
        text += glyph
    row.add(text, ink)
