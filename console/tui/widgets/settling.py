"""The settling: screen 3's picture, from a day of intervals to what settling one would do."""

from __future__ import annotations

from datetime import date

import msgspec

from console.model.view import Preview
from console.tui import format as written
from console.tui.cells import Line, Row
from console.tui.look import Look
from console.tui.widgets.consequences import draw_consequences
from console.tui.widgets.intervals import Listing, draw_intervals
from console.tui.widgets.timeline import Timeline, draw_timeline, local_day, tally

_WIDE = 120
_SHORT = 30


class Settling(msgspec.Struct, frozen=True, kw_only=True):
    """What screen 3 shows."""

    day: date
    """The local day."""
    minutes: int
    """The intervals' length."""
    listing: Listing
    """Its intervals."""
    preview: Preview | None
    """The chosen one's; None until the engine has answered."""
    notice: str = ""
    """What is told instead of a list: why there is none."""


def draw_settling(settling: Settling, room: int, height: int, look: Look) -> list[Line]:
    """Draw screen 3 into a space.

    Args:
        settling: what it shows.
        room: the cells of a line.
        height: the lines there are.
        look: glyphs and styles.
    """
    airy = room >= _WIDE and height >= _SHORT
    gap: list[Line] = [[]] if airy else []
    lines = [_title(settling, room, look), *gap]
    listing = settling.listing
    if not listing.settlements:
        return [*lines, Row().to(3).add(settling.notice or "Asking the engine.").segments]
    timeline = Timeline(
        day=settling.day,
        minutes=settling.minutes,
        settlements=listing.settlements,
        now=listing.now,
        chosen=listing.chosen,
    )
    lines += [*draw_timeline(timeline, room, look), *gap]
    consequences: list[Line] = []
    if settling.preview is not None:
        most = max(3, (height - len(lines)) // 2) if airy else 3
        consequences = [*gap, *draw_consequences(settling.preview, room, most, look)]
    listed = draw_intervals(listing, room, height - len(lines) - len(consequences), look)
    return [*lines, *listed, *consequences]


def _title(settling: Settling, room: int, look: Look) -> Line:
    row = Row().to(1).add("3 Settlement", look.ink.strong)
    today = settling.day == local_day(settling.listing.now, look.zone)
    row.add(f"   {'today' if today else written.day(settling.day)}")
    counts = tally(settling.listing.settlements, look)
    parts = [f"{count} {glyph} {word}" for count, glyph, word in counts]
    closed = f"{sum(count for count, _, _ in counts)} closed: " if room >= _WIDE else ""
    start = max(row.length + 1, room - 1 - len(closed) - len("  ".join(parts)))
    row.to(start).add(closed)
    for index, (part, (_, _, word)) in enumerate(zip(parts, counts, strict=True)):
        ink = look.ink.alarm if word in ("held", "halted") else None
        row.add("  " * (index > 0)).add(part, ink)
    return row.segments
