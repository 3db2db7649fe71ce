"""The differences: house by house, what an interval's last revision changed, or late data would."""

from __future__ import annotations

from collections.abc import Sequence

from console.model.difference import Difference
from console.tui import format as written
from console.tui.cells import Line, Row, cut
from console.tui.look import Look

_LONGEST_NAME = 20


def draw_differences(
    changes: Sequence[Difference], revision: int, room: int, height: int, look: Look
) -> list[Line]:
    """Draw the differences, the greatest first, as many as fit.

    Args:
        changes: what differs, one at least.
        revision: the interval's revision; 0 where nothing was posted for them yet.
        room: the cells of a line.
        height: the most lines.
        look: glyphs and styles.
    """
    ordered = sorted(changes, key=_size, reverse=True)
    if height < 3:
        return [_short(ordered, revision, room, look)]
    head = Row().to(2).add(_heading(len(ordered), revision), look.ink.strong)
    head.end("sold kWh", 50, look.ink.dim).end("now", 60, look.ink.dim)
    head.end("bought kWh", 72, look.ink.dim)
    shown = ordered if len(ordered) <= height - 1 else ordered[: height - 2]
    lines = [head.end("now", min(82, room - 1), look.ink.dim).segments]
    lines += [_line(change, room, look) for change in shown]
    if rest := len(ordered) - len(shown):
        lines.append(Row().to(4).add(f"and {rest} more", look.ink.dim).segments)
    return lines[: max(1, height)]


def _heading(count: int, revision: int) -> str:
    houses = f"{count} house{'s' * (count != 1)}"
    return f"revision {revision} changed {houses}" if revision else f"now otherwise: {houses}"


def _size(change: Difference) -> int:
    sold = abs(change.sold_wh - change.sold_before_wh)
    return max(sold, abs(change.bought_wh - change.bought_before_wh))


def _line(change: Difference, room: int, look: Look) -> Line:
    row = Row().to(4).add(cut(change.house, _LONGEST_NAME, look.glyphs.more))
    for before, now, end in (
        (change.sold_before_wh, change.sold_wh, 50),
        (change.bought_before_wh, change.bought_wh, 72),
    ):
        ink = look.ink.accent if now != before else look.ink.dim
        row.end(written.kwh(before), end, look.ink.dim)
        row.end(written.kwh(now), min(end + 10, room - 1), ink)
    return row.segments


def _short(ordered: Sequence[Difference], revision: int, room: int, look: Look) -> Line:
    row = Row().to(2).add(f"{_heading(len(ordered), revision)}   ", look.ink.accent)
    parts = []
    for change in ordered:
        sold, bought = (
            change.sold_wh - change.sold_before_wh,
            change.bought_wh - change.bought_before_wh,
        )
        side = "sells" if abs(sold) >= abs(bought) else "buys"
        wh = sold if side == "sells" else bought
        sign = "+" if wh > 0 else ""
        parts.append(f"{cut(change.house, _LONGEST_NAME)} {side} {sign}{written.kwh(wh)}")
    return row.add(cut("   ".join(parts), max(0, room - 1 - row.length), look.glyphs.more)).segments
