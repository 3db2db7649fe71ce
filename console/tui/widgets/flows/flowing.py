"""The flowing: screen 2's picture, one interval's ribbons and its matrix."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from console.model.interval import Interval
from console.model.settlement import Settlement, State
from console.model.view import Preview
from console.tui import format as written
from console.tui.cells import Line, Row, cut, width
from console.tui.look import Look
from console.tui.widgets.flows.flow import Flow, flow_of, flow_of_pairs
from console.tui.widgets.flows.matrix import Cell, Frame, draw_matrix, fits
from console.tui.widgets.flows.ribbons import Ribbons, draw_ribbons
from console.tui.widgets.timeline import local_day

WIDE = 120
_DAY_CELLS = 24
_BUYERS = 5
"""So many buyers a page key goes on."""
BOTH = 20
"""From this height on ribbons and matrix stand together on a wide screen."""


class Flowing(msgspec.Struct, frozen=True, kw_only=True):
    """What screen 2 shows."""

    preview: Preview | None
    """The interval; None until the engine has answered, or where none is closed yet."""
    flow: Flow | None = None
    """Who gave and who bought; None where nothing was shared or nothing is known."""
    matrix: bool = False
    """Whether the matrix is wanted where both do not fit whole."""
    phase: float | None = None
    """Where the bright cells are; None without them."""
    chosen: str = ""
    """The chosen house's id."""
    cell: Cell = Cell()
    """The matrix's cell that stays in sight."""
    notice: str = ""
    """What is told where there is no interval."""
    today: str = ""
    """The local day of now, ISO, whose intervals need no date."""


def draw_flowing(flowing: Flowing, room: int, height: int, look: Look) -> list[Line]:
    """Draw screen 2 into a space.

    Args:
        flowing: what it shows.
        room: the cells of a line.
        height: the lines there are.
        look: glyphs and styles.
    """
    preview = flowing.preview
    if preview is None:
        head = Row().to(1).add("2 Flows", look.ink.strong).segments
        return [head, Row().to(3).add(flowing.notice or "Asking the engine.").segments]
    flow = flowing.flow
    if flow is None:
        return _without(flowing, preview, room, look)
    if flowing.matrix and not both_whole(flow, room, height):
        frame = Frame(follow=flowing.cell)
        pairs = draw_matrix(flow, room, height - 3, look, frame)
        return [_title(flowing, preview.settlement, room, look), _totals(flow, room), [], *pairs]
    both = room >= WIDE and height >= BOTH
    pairs = draw_matrix(flow, room, height // 3, look, Frame()) if both else []
    left = height - 3 - (len(pairs) + 1 if pairs else 0)
    ribbons = draw_ribbons(flow, room, left, look, phase=flowing.phase, chosen=flowing.chosen)
    title = _title(flowing, preview.settlement, room, look)
    if room >= WIDE:
        title = _with_legend(title, ribbons, room, look)
    gap: list[Line] = [[]]
    below = [*gap, *pairs] if pairs else []
    return [title, _totals(flow, room), *gap, *ribbons.lines, *below]


def both_whole(flow: Flow, room: int, height: int) -> bool:
    """Return whether ribbons and the whole matrix stand together.

    Args:
        flow: the interval's flow.
        room: the cells of a line.
        height: the lines there are.
    """
    return room >= WIDE and height >= BOTH and fits(flow, room, height // 3, Frame())


def flow_in(preview: Preview, shade: Mapping[str, int]) -> Flow | None:
    """Return an interval's flow by its plan, else by the ledger; None where neither shares any.

    Args:
        preview: the interval.
        shade: each producer's shade.
    """
    if preview.plan is not None and preview.plan.trades:
        return flow_of(preview.plan, shade)
    return flow_of_pairs(preview.pairs, shade) if preview.pairs else None


class FlowMade:
    """The flow of the last preview, made once for each answer and each order of shades."""

    def __init__(self) -> None:
        """Begin without one."""
        self._preview: Preview | None = None
        self._shade: Mapping[str, int] = {}
        self._flow: Flow | None = None

    def of(self, preview: Preview | None, shade: Mapping[str, int]) -> Flow | None:
        """Return a preview's flow; arguments as `flow_in`."""
        if self._preview is not preview or self._shade != shade:
            self._preview, self._shade = preview, shade
            self._flow = flow_in(preview, shade) if preview is not None else None
        return self._flow


def chosen_after(flow: Flow, chosen: str, way: str) -> str:
    """Return the house that is chosen after a move: the producers, then who bought.

    Args:
        flow: the interval's flow.
        chosen: the house before; empty where none was.
        way: `up` or `down`.
    """
    houses = list(dict.fromkeys([g.house for g in flow.givers] + [b.name for b in flow.ranked]))
    if not houses:
        return ""
    if chosen not in houses:
        return houses[0 if way == "down" else -1]
    step = {"up": -1, "down": 1}.get(way, 0)
    return houses[min(max(0, houses.index(chosen) + step), len(houses) - 1)]


def cell_after(flow: Flow, cell: Cell, way: str) -> Cell:
    """Return the matrix's cell after a move.

    Args:
        flow: the interval's flow.
        cell: the cell before.
        way: `up` and `down` go through the producers; `page_up`, `page_down`, `home` and `end`
            through the buyers.
    """
    givers, buyers = [g.house for g in flow.givers], [b.name for b in flow.buyers]
    row = givers.index(cell.giver) if cell.giver in givers else -1
    column = buyers.index(cell.buyer) if cell.buyer in buyers else -1
    down = {"up": -1, "down": 1}.get(way)
    right = {"page_up": -_BUYERS, "page_down": _BUYERS, "home": -len(buyers), "end": len(buyers)}
    if down is not None and givers:
        return Cell(givers[min(max(0, row + down), len(givers) - 1)], cell.buyer)
    if way in right and buyers:
        return Cell(cell.giver, buyers[min(max(0, column + right[way]), len(buyers) - 1)])
    return cell


def playing(interval: Interval, seconds: float, look: Look) -> str:
    """Return where in its local day a played interval is, and how fast it goes.

    Args:
        interval: the one in sight.
        seconds: for how long each stands, loop time.
        look: the zone and the signs.
    """
    local = interval.start.astimezone(look.zone)
    gone = (local.hour * 60 + local.minute) * _DAY_CELLS // (24 * 60)
    bar = look.glyphs.bars[0] * (gone + 1) + look.glyphs.bars[-1] * (_DAY_CELLS - gone - 1)
    speed = f"one interval in {seconds:g} s"
    return f"{written.day(look.day(interval.start))} {bar} {look.span(interval)}   {speed}"


def _without(flowing: Flowing, preview: Preview, room: int, look: Look) -> list[Line]:
    """An interval without a flow, and why."""
    settlement = preview.settlement
    if preview.plan is not None or settlement.state is State.IDLE:
        text = "Nothing was shared: no house gave while another took."
    elif not settlement.plan_known:
        text = "The plan is not known: this interval's seal was found on the chain."
    else:
        text = preview.note or settlement.reason or "There is no plan yet."
    lines = [_title(flowing, settlement, room, look)]
    if settlement.exported_wh or settlement.imported_wh:
        energy = f"exported {written.kwh(settlement.exported_wh)}   "
        energy += f"imported {written.kwh(settlement.imported_wh)} kWh"
        lines.append(Row().to(11 if room >= WIDE else 1).add(energy).segments)
    return [*lines, [], Row().to(3).add(cut(text, room - 4, look.glyphs.more)).segments]


def _title(flowing: Flowing, settlement: Settlement, room: int, look: Look) -> Line:
    gap = "   " if room >= WIDE else "  "
    row = Row().to(1).add("2 Flows", look.ink.strong).add(gap)
    start = settlement.interval.start
    if local_day(start, look.zone).isoformat() != flowing.today:
        row.add(f"{written.day(look.day(start))} ")
    glyph, word, ink = look.state(settlement.state, settlement.height)
    row.add(f"{look.span(settlement.interval)}  ").add(glyph, ink).add(f" {word}", ink)
    if settlement.height is not None:
        row.add(f", block {settlement.height}")
    if settlement.revision:
        row.add(f", revision {settlement.revision}")
    return row.segments


def _with_legend(title: Line, ribbons: Ribbons, room: int, look: Look) -> Line:
    cell_wh = ribbons.cell_wh
    row = Row()
    for segment in title:
        row.add(segment.text, segment.style)
    scale = f"one cell {cell_wh} Wh" if cell_wh < 1000 else f"one cell {cell_wh // 1000:,} kWh"
    marks = [
        (f"{cut(giver.house, 12, look.glyphs.more)} ", *look.bar(giver.shade))
        for giver in ribbons.givers
        if giver.shade >= 0
    ]
    space = room - 1 - row.length - len(scale) - 2
    kept = []
    for name, glyph, ink in marks:
        space -= width(name) + width(glyph) + 3
        if space < 0:
            break
        kept.append((name, glyph, ink))
    cells = sum(width(name) + width(glyph) + 3 for name, glyph, _ in kept) + len(scale)
    row.to(room - 1 - cells)
    for name, glyph, ink in kept:
        row.add(name).add(glyph, ink).add("   ")
    return row.add(scale, look.ink.dim).segments


def _totals(flow: Flow, room: int) -> Line:
    gap = "   " if room >= WIDE else " "
    start = 11 if room >= WIDE else 1
    if not flow.metered:
        words = f"shared {written.kwh(flow.shared_wh)} kWh by the ledger"
        words += "; exported and imported are not known"
        return Row().to(start).add(cut(words, room - start)).segments
    fitting = (text for places in (3, 1) if start + width(text := _sums(flow, places, gap)) <= room)
    text = next(fitting, _sums(flow, 0, gap))
    return Row().to(start).add(cut(text, room - start)).segments


def _sums(flow: Flow, places: int, gap: str) -> str:
    """The interval's five sums in one line, with so many decimals."""
    energy = {
        "exported": flow.exported_wh,
        "imported": flow.imported_wh,
        "shared": flow.shared_wh,
        "to grid": flow.to_grid_wh,
        "from grid": flow.from_grid_wh,
    }
    told = [f"{word} {written.scaled(wh, 1000, places)}" for word, wh in energy.items()]
    return f"{gap.join(told)} kWh"
