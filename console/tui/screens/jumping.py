"""The jumping: the places that a screen's jump offers for what is typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from console.model.snapshot import Snapshot
from console.tui import format as written
from console.tui.cells import cut
from console.tui.widgets.bearing import words
from console.tui.widgets.jump import parse_time
from console.tui.widgets.sought import Place
from console.tui.widgets.timeline import local_day
from console.tui.widgets.words import FilterWords

if TYPE_CHECKING:
    from console.tui.look import Look
    from console.tui.screens.everywhere import Everywhere


def meant_zone(look: Look) -> tzinfo:
    """Return the zone in which typed times are meant: the one that is shown."""
    return UTC if look.utc else look.zone


def places(screen: Everywhere, typed: str) -> Iterator[Place]:
    """Yield the places of every screen: houses, today's intervals, a day or an interval by name.

    Args:
        screen: the screen in front, which says what going there does.
        typed: what was typed.
    """
    snapshot = screen.snapshot
    if snapshot is None:
        return
    yield from _houses(screen, snapshot)
    yield from _intervals(screen, snapshot)
    yield from _named(screen, snapshot, typed)


def _houses(screen: Everywhere, snapshot: Snapshot) -> Iterator[Place]:
    for house in snapshot.houses:
        name = "" if house.name == house.id else f"{cut(house.name, 32)}  "
        yield Place(
            words=house.id,
            help=f"house   {name}{words(house)}",
            go=partial(screen.go_to_house, house.id),
            near=screen.has_house(house.id),
        )


def _intervals(screen: Everywhere, snapshot: Snapshot) -> Iterator[Place]:
    look = screen.look
    for interval in reversed(snapshot.day):
        yield Place(
            words=look.clock(interval.start),
            help=f"interval   {interval.state.value}",
            go=partial(screen.go_to_interval, interval.start),
            near=screen.has_interval(interval.start),
        )


def _named(screen: Everywhere, snapshot: Snapshot, typed: str) -> Iterator[Place]:
    """The day, or the interval of another day, that the letters name as a whole."""
    look, minutes = screen.look, snapshot.place.minutes
    zone, now = meant_zone(look), snapshot.head.now
    try:
        start, end = parse_time(typed, zone, minutes, local_day(now, zone))
    except FilterWords:
        return
    day, today = local_day(start, zone), local_day(now, zone)
    if start > now or (day == today and typed.strip() == look.clock(start)):
        return
    if end - start == timedelta(minutes=minutes):
        named, go = f"{_day(day, now, zone)} {look.clock(start)}", screen.go_to_interval
        yield Place(words=named, help="interval", go=partial(go, start), meant=True)
    else:
        named = _day(day, now, zone)
        yield Place(words=named, help="day", go=partial(screen.go_to_day, start), meant=True)


def _day(day: date, now: datetime, zone: tzinfo) -> str:
    year = "" if day.year == local_day(now, zone).year else f" {day.year}"
    return f"{written.day(day)}{year}"
