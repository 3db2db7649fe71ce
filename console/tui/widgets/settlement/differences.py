"""The differences: house by house, what an interval's last revision changed, or late data would."""

from __future__ import annotations

from collections.abc import Sequence

from console.model.difference import Difference, Posting, Revision
from console.tui import format as written
from console.tui.cells import Line, Row, cut
from console.tui.look import Look

_LONGEST_NAME = 16
_WIDE = 104
_ENDS = (46, 56, 66, 82, 92, 102)
_NARROW_ENDS = (36, 44, 52, 63, 71, 79)
_HEADING = 30


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
    shown = ordered if len(ordered) <= height - 1 else ordered[: height - 2]
    lines = [_head(len(ordered), revision, room, look)]
    lines += [_line(change, room, look) for change in shown]
    if rest := len(ordered) - len(shown):
        lines.append(Row().to(4).add(f"and {rest} more", look.ink.dim).segments)
    return lines[: max(1, height)]


def draw_revisions(revisions: Sequence[Revision], currency: str, room: int, look: Look) -> Line:
    """Draw what each revision posted, the newest ones where not all fit.

    Args:
        revisions: all of an interval, in order.
        currency: the currency's code.
        room: the cells of a line.
        look: glyphs and styles.
    """
    told = [_posted(revision, currency) for revision in revisions]
    while len(told) > 1 and len("   ".join(told)) > room - 3:
        told = told[1:]
    return Row().to(2).add(cut("   ".join(told), room - 3, look.glyphs.more)).segments


def posting_words(posting: Posting, currency: str) -> str:
    """Return what a revision would deliver, take back and cost.

    Args:
        posting: what would be posted.
        currency: the currency's code.
    """
    energies = [written.scaled(wh, 1000, 3, signed=True) for wh in _moved(posting) if wh]
    moved = [f"{energy} kWh" for energy in energies] or ["nothing moves"]
    amount = written.money(posting.amount_nano, signed=True)
    return "   ".join((*moved, f"{amount} {cut(currency, 6)}"))


def _moved(posting: Posting) -> tuple[int, int]:
    return posting.more_wh, -posting.less_wh


def _posted(revision: Revision, currency: str) -> str:
    energy = written.scaled(revision.wh, 1000, 3, signed=revision.number > 0)
    amount = written.money(revision.amount_nano, signed=revision.number > 0)
    rows = f"{revision.rows:,} row{'s' * (revision.rows != 1)}"
    return (
        f"revision {revision.number}: {rows}, {energy} kWh, {amount} {cut(currency, 6)},"
        f" block {revision.height}"
    )


def _head(count: int, revision: int, room: int, look: Look) -> Line:
    wide, ends, dim = room >= _WIDE, _ends(room), look.ink.dim
    word = "rev " if wide else "r"
    then = "then" if wide else "was"
    before, now = (f"{word}{revision - 1}", f"{word}{revision}") if revision else (then, "now")
    heading = _heading(count, revision) if wide or not revision else f"{_houses(count)} changed"
    row = Row().to(2).add(cut(heading, _HEADING), look.ink.strong)
    for side, (at_before, at_now, at_change) in (("sold", ends[:3]), ("bought", ends[3:])):
        row.end(f"{side} {before}", at_before, dim).end(now, at_now, dim).end("kWh", at_change, dim)
    return row.segments


def _heading(count: int, revision: int) -> str:
    houses = _houses(count)
    return f"revision {revision} changed {houses}" if revision else f"now otherwise: {houses}"


def _houses(count: int) -> str:
    return f"{count} house{'s' * (count != 1)}"


def _ends(room: int) -> tuple[int, ...]:
    return _ENDS if room >= _WIDE else _NARROW_ENDS


def _size(change: Difference) -> int:
    sold = abs(change.sold_wh - change.sold_before_wh)
    return max(sold, abs(change.bought_wh - change.bought_before_wh))


def _line(change: Difference, room: int, look: Look) -> Line:
    row, ends = Row().to(4).add(cut(change.house, _LONGEST_NAME, look.glyphs.more)), _ends(room)
    for before, now, (at_before, at_now, at_change) in (
        (change.sold_before_wh, change.sold_wh, ends[:3]),
        (change.bought_before_wh, change.bought_wh, ends[3:]),
    ):
        ink = look.ink.accent if now != before else look.ink.dim
        row.end(written.kwh(before), at_before, look.ink.dim).end(written.kwh(now), at_now, ink)
        change_text = written.scaled(now - before, 1000, 3, signed=True)
        row.end(change_text if now != before else look.glyphs.dash, at_change, ink)
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
