"""The matrix: every producer with every consumer of an interval, in kWh."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from console.model.natural import natural
from console.tui.cells import Line, Row, cut, width
from console.tui.format import kwh
from console.tui.look import Look
from console.tui.widgets.flows.flow import Buyer, Flow, Giver, fold_buyers, fold_givers

MOST_COPIED = 4000
"""The largest matrix that is copied, cells; terminals cut longer texts off."""

_NARROWEST = 6


class Cell(msgspec.Struct, frozen=True):
    """A place in a matrix; empty names stand for the first ones."""

    giver: str = ""
    """The producer's id."""
    buyer: str = ""
    """The buyer's id."""


class Frame(msgspec.Struct, frozen=True):
    """Where a matrix stands and what it shows beside the pairs."""

    indent: int = 1
    """Blanks before its first column."""
    column: int = 9
    """A column's width where there is room."""
    marks: bool = True
    """Whether each producer's shade stands before its name."""
    grid: bool = True
    """Whether the last columns are `sold`, `to grid` and `exported`, not `sold` alone."""
    follow: Cell | None = None
    """The cell that stays in sight where not all fit; None folds the rest instead."""


class _Column(msgspec.Struct, frozen=True):
    head: str
    width: int
    value: Callable[[int], int]
    total: int
    house: str = ""


def draw_matrix(flow: Flow, room: int, height: int, look: Look, frame: Frame) -> list[Line]:
    """Draw the pairs of a flow; what does not fit is folded into `N more`, or scrolled away.

    Args:
        flow: who gave and who bought.
        room: the cells of a line.
        height: the most lines, head and sums included.
        look: glyphs and styles.
        frame: where it stands and what it shows.
    """
    if frame.follow is not None:
        return _window(flow, room, height, look, frame)
    flow = fold_givers(flow, max(1, height - 2))
    return _drawn(flow, room, look, frame, _columns)


_Columns = Callable[[Flow, int, Frame], list[_Column]]


def _drawn(flow: Flow, room: int, look: Look, frame: Frame, of: _Columns) -> list[Line]:
    label = _label(flow, frame)
    columns = of(flow, room - label, frame)
    dim = look.ink.dim
    head = Row().to(frame.indent).add("kWh", dim).to(label)
    foot = Row().to(frame.indent).add("bought", dim).to(label)
    cell = frame.follow or Cell()
    for column in columns:
        ink = look.ink.accent if column.house and column.house == cell.buyer else dim
        head.end(cut(column.head, column.width - 1), head.length + column.width, ink)
        _add_value(foot, column.total, column.width, look)
    lines = [head.segments]
    for index, giver in enumerate(flow.givers):
        row = _labelled(giver, label, look, frame, chosen=giver.house == (cell.giver or None))
        for column in columns:
            _add_value(row, column.value(index), column.width, look)
        lines.append(row.segments)
    return [*lines, foot.segments]


def _label(flow: Flow, frame: Frame) -> int:
    """The cells before the first column."""
    names = min(12, max((width(giver.house) for giver in flow.givers), default=0))
    return frame.indent + (2 + max(names, 5) if frame.marks else 1 + max(names, 6))


def _window(flow: Flow, room: int, height: int, look: Look, frame: Frame) -> list[Line]:
    """The producers and buyers around the followed house, heads and sums standing."""
    givers, buyers, cell = flow.givers, flow.buyers, frame.follow or Cell()
    if fits(flow, room, height, frame):
        return _drawn(flow, room, look, frame, _scrolled)
    named = [giver.house for giver in givers]
    first, last = _around(named, cell.giver, max(1, height - 3))
    part = msgspec.structs.replace(
        flow,
        givers=givers[first:last],
        buyers=tuple(_cropped(buyer, first, last) for buyer in buyers),
    )
    lines = _drawn(part, room, look, frame, _scrolled)
    left, right = _columns_in_sight(flow, room - _label(part, frame), frame)
    dash = look.glyphs.dash
    words = f"producers {first + 1}{dash}{last} of {len(givers)}: {look.glyphs.arrows[:2]}   "
    words += f"buyers {left + 1}{dash}{right} of {len(buyers)}: pgup pgdn home end"
    return [*lines, Row().to(frame.indent).add(cut(words, room - 2), look.ink.dim).segments]


def fits(flow: Flow, room: int, height: int, frame: Frame) -> bool:
    """Return whether a whole matrix fits, nothing folded and nothing scrolled away.

    Args:
        flow: who gave and who bought.
        room: the cells of a line.
        height: the most lines, head and sums included.
        frame: where it stands and what it shows.
    """
    left, right = _columns_in_sight(flow, room - _label(flow, frame), frame)
    return len(flow.givers) <= height - 2 and right - left == len(flow.buyers)


def _cropped(buyer: Buyer, first: int, last: int) -> Buyer:
    return msgspec.structs.replace(buyer, parts=buyer.parts[first:last])


def _around(names: Sequence[str], followed: str, most: int) -> tuple[int, int]:
    """The first and the one after the last of at most so many, the followed one among them."""
    at = names.index(followed) if followed in names else 0
    first = max(0, min(at - most // 2, len(names) - most))
    return first, min(first + most, len(names))


def _scrolled(flow: Flow, room: int, frame: Frame) -> list[_Column]:
    """The columns that fit: all wide ones, else narrow ones, the followed house among them."""
    if _has_room(flow, room, frame):
        wide = [_buyer(buyer, frame.column, buyer.name) for buyer in flow.buyers]
        return [*wide, *_ends(flow, frame)]
    figures, ends, _ = _narrow(flow, room, frame)
    shared = _common([buyer.name for buyer in flow.buyers])
    first, last = _columns_in_sight(flow, room, frame)
    shown = flow.buyers[first:last]
    return [*(_buyer(one, figures, one.name[shared:] or one.name) for one in shown), *ends]


def _columns_in_sight(flow: Flow, room: int, frame: Frame) -> tuple[int, int]:
    """The first buyer in sight and the one after the last."""
    if _has_room(flow, room, frame):
        return 0, len(flow.buyers)
    _, _, most = _narrow(flow, room, frame)
    followed = (frame.follow or Cell()).buyer
    return _around([buyer.name for buyer in flow.buyers], followed, most)


def _has_room(flow: Flow, room: int, frame: Frame) -> bool:
    """Whether all columns fit at their full width."""
    return (len(flow.buyers) + len(_ends(flow, frame))) * frame.column <= room


def _narrow(flow: Flow, room: int, frame: Frame) -> tuple[int, list[_Column], int]:
    """The width of narrow columns, the last ones, and how many fit before them."""
    figures = max(_NARROWEST, len(kwh(flow.shared_wh)) + 1)
    ends = [
        msgspec.structs.replace(end, width=max(figures, len(end.head) + 1))
        for end in _ends(flow, frame)
    ]
    return figures, ends, max(1, (room - sum(end.width for end in ends)) // figures)


def _labelled(giver: Giver, label: int, look: Look, frame: Frame, *, chosen: bool) -> Row:
    row = Row().to(frame.indent - 1).add(look.glyphs.chosen if chosen else " ", look.ink.accent)
    if frame.marks:
        row.add(*look.bar(giver.shade)).add(" ")
    return row.fit(giver.house, label - row.length)


def _add_value(row: Row, wh: int, cells: int, look: Look) -> None:
    if wh:
        row.end(kwh(wh), row.length + cells)
    else:
        row.end(look.glyphs.dash, row.length + cells, look.ink.dim)


def _columns(flow: Flow, room: int, frame: Frame) -> list[_Column]:
    """The columns that fit: wide ones, else narrow ones, else the rest folded into one."""
    if _has_room(flow, room, frame):
        wide = [_buyer(buyer, frame.column, buyer.name) for buyer in flow.buyers]
        return [*wide, *_ends(flow, frame)]
    figures, ends, most = _narrow(flow, room, frame)
    shared = _common([buyer.name for buyer in flow.buyers])
    ranked = fold_buyers(flow, most)
    houses = {buyer.name for buyer in flow.buyers}
    kept = sorted(
        (buyer for buyer in ranked if buyer.name in houses), key=lambda buyer: natural(buyer.name)
    )
    columns = [_buyer(buyer, figures, buyer.name[shared:] or buyer.name) for buyer in kept]
    rest = [_buyer(fold, figures, "rest") for fold in ranked if fold.name not in houses]
    return [*columns, *rest, *ends]


def _common(names: Sequence[str]) -> int:
    """How many first letters, digits apart, all names share."""
    first, last = min(names, default=""), max(names, default="")
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return len(first[:same].rstrip("0123456789"))


def _buyer(buyer: Buyer, cells: int, head: str) -> _Column:
    house = "" if buyer.several else buyer.name
    return _Column(head, cells, lambda index: buyer.parts[index], buyer.wh, house)


def _ends(flow: Flow, frame: Frame) -> list[_Column]:
    cells, givers = frame.column, flow.givers
    sold = _Column("sold", cells, lambda index: givers[index].sold_wh, flow.shared_wh)
    if not frame.grid or not flow.metered:
        return [sold]
    return [
        sold,
        _Column("to grid", cells, lambda index: givers[index].to_grid_wh, flow.to_grid_wh),
        _Column("exported", cells, lambda index: givers[index].exported_wh, flow.exported_wh),
    ]


def table_of(flow: Flow) -> str:
    """Return a matrix as a table for another program: tabs between columns, energy in kWh.

    Args:
        flow: who gave and who bought.
    """
    heads = ["kWh", *(buyer.name for buyer in flow.buyers), "sold"]
    heads += ["to grid", "exported"] if flow.metered else []
    lines = [heads]
    for place, giver in enumerate(flow.givers):
        ends = [giver.sold_wh]
        ends += [giver.to_grid_wh, giver.exported_wh] if flow.metered else []
        values = [buyer.parts[place] for buyer in flow.buyers]
        lines.append([giver.house, *(_plain(wh) for wh in (*values, *ends))])
    ends = [flow.shared_wh] + ([flow.to_grid_wh, flow.exported_wh] if flow.metered else [])
    lines.append(["bought", *(_plain(wh) for wh in (*(b.wh for b in flow.buyers), *ends))])
    return "\n".join("\t".join(line) for line in lines) + "\n"


def too_large(flow: Flow) -> str:
    """Return why a matrix is not copied as a table; empty where it is.

    Args:
        flow: who gave and who bought.
    """
    cells = len(flow.givers) * len(flow.buyers)
    if cells <= MOST_COPIED:
        return ""
    return (
        f"The picture was copied: a matrix of {cells:,} cells is too large for a clipboard."
        " mosaic ledger --format csv writes its rows."
    )


def _plain(wh: int) -> str:
    return f"{wh / 1000:.3f}"
