"""The replay's places: the times that a jump within a replayed recording offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from console.model.snapshot import Snapshot
from console.tui.look import Look
from console.tui.screens.jumping import meant_zone
from console.tui.widgets.jump import parse_time
from console.tui.widgets.sought import Place
from console.tui.widgets.timeline import local_day
from console.tui.widgets.words import FilterWords

HELP = "replay to: 13:15   2026-06-21 13:15   start   end"
"""What may be typed."""


def places(
    snapshot: Snapshot, look: Look, go: Callable[[datetime], object], typed: str
) -> Iterator[Place]:
    """Yield the times that are in the recording: the typed one, its ends, the day's intervals.

    Args:
        snapshot: the newest one.
        look: how times are written, and meant.
        go: goes to an instant.
        typed: what was typed.
    """
    playing = snapshot.head.playing
    if playing is None:
        return
    zone = meant_zone(look)
    named = {"start": playing.start, "end": playing.end}
    day = [one.start for one in reversed(snapshot.day) if one.start >= playing.start]
    try:
        today = local_day(snapshot.head.now, zone)
        start, _ = parse_time(typed, zone, snapshot.place.minutes, today)
    except FilterWords:
        pass
    else:
        if playing.start <= start <= playing.end and start not in day:
            yield _place(typed.strip(), start, look, go, meant=True)
    for words, instant in (*named.items(), *((look.clock(one), one) for one in day)):
        yield _place(words, instant, look, go)


def _place(
    words: str,
    instant: datetime,
    look: Look,
    go: Callable[[datetime], object],
    *,
    meant: bool = False,
) -> Place:
    told = f"{look.day(instant)} {look.seconds(instant)}"
    return Place(words=words, help=told, go=partial(go, instant), meant=meant)
