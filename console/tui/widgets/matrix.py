"""The matrix: every producer with every consumer of an interval, in kWh."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from console.tui.cells import Line, Row, cut, width
from console.tui.format import kwh
from console.tui.look import Look
from console.tui.widgets.flow import Buyer, Flow, Giver, fold_buyers, fold_givers, natural

_NARROWEST = 6


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
    follow: str | None = None
    """The house that stays in sight where not all fit; None folds the rest instead."""


class _Column(msgspec.Struct, frozen=True):
    head: str
    width: int
    value: Callable[[int], int]
    total: int


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
    for column in columns:
        head.end(cut(column.head, column.width - 1), head.length + column.width, dim)
        _add_value(foot, column.total, column.width, look)
    lines = [head.segments]
    for index, giver in enumerate(flow.givers):
        row = _labelled(giver, label, look, frame)
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
    givers, buyers = flow.givers, flow.buyers
    columns = _scrolled(flow, room - _label(flow, frame), frame)
    whole = len(givers) <= height - 2 and len(columns) == len(buyers) + len(_ends(flow, frame))
    if whole:
        return _drawn(flow, room, look, frame, _scrolled)
    named = [giver.house for giver in givers]
    first, last = _around(named, frame.follow, max(1, height - 3))
    part = msgspec.structs.replace(
        flow,
        givers=givers[first:last],
        buyers=tuple(_cropped(buyer, first, last) for buyer in buyers),
    )
    lines = _drawn(part, room, look, frame, _scrolled)
    words = f"producers {first + 1}{look.glyphs.dash}{last} of {len(givers)}, "
    words += f"{len(buyers)} buyers; up and down choose, the matrix follows"
    return [*lines, Row().to(frame.indent).add(cut(words, room - 2), look.ink.dim).segments]


def _cropped(buyer: Buyer, first: int, last: int) -> Buyer:
    return msgspec.structs.replace(buyer, parts=buyer.parts[first:last])


def _around(names: Sequence[str], followed: str | None, most: int) -> tuple[int, int]:
    """The first and the one after the last of at most so many, the followed one among them."""
    at = names.index(followed) if followed in names else 0
    first = max(0, min(at - most // 2, len(names) - most))
    return first, min(first + most, len(names))


def _scrolled(flow: Flow, room: int, frame: Frame) -> list[_Column]:
    """The columns that fit: all wide ones, else narrow ones, the followed house among them."""
    wide = [_buyer(buyer, frame.column, buyer.name) for buyer in flow.buyers]
    if sum(column.width for column in (*wide, *_ends(flow, frame))) <= room:
        return [*wide, *_ends(flow, frame)]
    figures, ends, most = _narrow(flow, room, frame)
    names = [buyer.name for buyer in flow.buyers]
    shared = _common(names)
    first, last = _around(names, frame.follow, most)
    shown = flow.buyers[first:last]
    return [*(_buyer(one, figures, one.name[shared:] or one.name) for one in shown), *ends]


def _narrow(flow: Flow, room: int, frame: Frame) -> tuple[int, list[_Column], int]:
    """The width of narrow columns, the last ones, and how many fit before them."""
    figures = max(_NARROWEST, len(kwh(flow.shared_wh)) + 1)
    ends = [
        msgspec.structs.replace(end, width=max(figures, len(end.head) + 1))
        for end in _ends(flow, frame)
    ]
    return figures, ends, max(1, (room - sum(end.width for end in ends)) // figures)


def _labelled(giver: Giver, label: int, look: Look, frame: Frame) -> Row:
    row = Row().to(frame.indent)
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
    ends = _ends(flow, frame)
    wide = [_buyer(buyer, frame.column, buyer.name) for buyer in flow.buyers]
    if sum(column.width for column in (*wide, *ends)) <= room:
        return [*wide, *ends]
    figures, ends, most = _narrow(flow, room, frame)
    shared = _common([buyer.name for buyer in flow.buyers])
    ranked = fold_buyers(flow.ranked, most)
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
    return _Column(head, cells, lambda index: buyer.parts[index], buyer.wh)


def _ends(flow: Flow, frame: Frame) -> list[_Column]:
    cells, givers = frame.column, flow.givers
    sold = _Column("sold", cells, lambda index: givers[index].sold_wh, flow.shared_wh)
    if not frame.grid:
        return [sold]
    return [
        sold,
        _Column("to grid", cells, lambda index: givers[index].to_grid_wh, flow.to_grid_wh),
        _Column("exported", cells, lambda index: givers[index].exported_wh, flow.exported_wh),
    ]
