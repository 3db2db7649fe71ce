"""The settling: screen 3's picture, from a day of intervals to what settling one would do."""

from __future__ import annotations

from datetime import date

import msgspec

from console.model.settlement import Settlement
from console.model.view import Preview
from console.tui import format as written
from console.tui.cells import Line, Row, cut
from console.tui.look import Look
from console.tui.widgets.settlement.consequences import draw_consequences
from console.tui.widgets.settlement.intervals import Listing, draw_intervals, window
from console.tui.widgets.timeline import Timeline, draw_timeline, local_day, tally

_WIDE = 120
_SHORT = 30
_SHORT_PREVIEW = 3
_SHORT_DIFFERENCES = 6


class Settling(msgspec.Struct, frozen=True, kw_only=True):
    """What screen 3 shows."""

    day: date
    """The local day."""
    minutes: int
    """The intervals' length."""
    everyone: tuple[Settlement, ...]
    """All its intervals, newest first."""
    listing: Listing
    """Those that pass the filter."""
    preview: Preview | None
    """The chosen one's; None until the engine has answered."""
    filter: str = ""
    """The filter's words."""
    answered: bool = True
    """Whether the engine has said which intervals there are."""


class _Parts(msgspec.Struct, frozen=True):
    above: list[Line]
    rows: int
    below: list[Line]


def draw_settling(settling: Settling, room: int, height: int, look: Look) -> list[Line]:
    """Draw screen 3 into a space.

    Args:
        settling: what it shows.
        room: the cells of a line.
        height: the lines there are.
        look: glyphs and styles.
    """
    if not settling.everyone:
        why = _nothing(settling) if settling.answered else "Asking the engine."
        return [_title(settling, room, look), Row().to(3).add(cut(why, room - 4)).segments]
    parts = _parts(settling, room, height, look)
    if settling.listing.settlements:
        listed = draw_intervals(settling.listing, room, parts.rows, look)
    else:
        none = "No interval of this day passes the filter: esc drops it, / changes it."
        listed = [Row().to(3).add(cut(none, room - 4)).segments]
    return [*parts.above, *listed, *parts.below]


def _nothing(settling: Settling) -> str:
    """Why a day has no intervals."""
    if settling.day > settling.listing.now.date():
        return "That day is still to come."
    return f"No interval is known of {written.day(settling.day)}: no engine ran here then."


def listed_at(settling: Settling, line: int, room: int, height: int, look: Look) -> str:
    """Return the name of the interval on a line of the picture; empty where there is none."""
    names = [settlement.interval.name for settlement in settling.listing.settlements]
    if not names:
        return ""
    parts = _parts(settling, room, height, look)
    shown = names[window(names, settling.listing.chosen, parts.rows - 1)]
    index = line - len(parts.above) - 1
    return shown[index] if 0 <= index < len(shown) else ""


def _parts(settling: Settling, room: int, height: int, look: Look) -> _Parts:
    """What stands above the list and below it, and the lines that are left for it."""
    airy = room >= _WIDE and height >= _SHORT
    gap: list[Line] = [[]] if airy else []
    listing = settling.listing
    timeline = Timeline(
        day=settling.day,
        minutes=settling.minutes,
        settlements=settling.everyone,
        now=listing.now,
        chosen=listing.chosen,
        passing=frozenset(one.interval for one in listing.settlements) if settling.filter else None,
    )
    above = [_title(settling, room, look), *gap, *draw_timeline(timeline, room, look), *gap]
    below: list[Line] = []
    if settling.preview is not None:
        most = max(3, (height - len(above)) // 2) if airy else _least(settling.preview)
        below = [*gap, *draw_consequences(settling.preview, room, most, look)]
    return _Parts(above, max(2, height - len(above) - len(below)), below)


def _least(preview: Preview) -> int:
    """The lines of a preview where there is little room: more where something differs."""
    return _SHORT_DIFFERENCES if preview.differences else _SHORT_PREVIEW


def _title(settling: Settling, room: int, look: Look) -> Line:
    row = Row().to(1).add("3 Settlement", look.ink.strong)
    today = settling.day == local_day(settling.listing.now, look.zone)
    row.add(f"   {'today' if today else written.day(settling.day)}")
    if settling.filter:
        row.add(f"   {len(settling.listing.settlements)} of {len(settling.everyone)}   / ")
        row.add(cut(settling.filter, max(8, room // 5), look.glyphs.more), look.ink.accent)
    counts = tally(settling.listing.settlements, look)
    parts = [f"{count} {glyph} {word}" for count, glyph, word in counts]
    closed = f"{sum(count for count, _, _ in counts)} closed: " if room >= _WIDE else ""
    start = max(row.length + 1, room - 1 - len(closed) - len("  ".join(parts)))
    row.to(start).add(closed)
    for index, (part, (_, _, word)) in enumerate(zip(parts, counts, strict=True)):
        ink = look.ink.alarm if word in ("held", "halted") else None
        row.add("  " * (index > 0)).add(part, ink)
    return row.segments
