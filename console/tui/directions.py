"""The directions: where a typed line of the palette leads, as a pure function of its words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from console.model.snapshot import Snapshot
from console.tui.tones import NAMES

_CLOCK = re.compile(r"(?:(\d{4}-\d{2}-\d{2})[ T])?(\d{1,2}):(\d{2})(Z?)")
_LONGEST = 100


class Kind(StrEnum):
    """What is opened or changed."""

    FILTER = "filter"
    """The filter of a screen."""
    DATE = "date"
    """A local day on the settlement screen."""
    INTERVAL = "interval"
    """One interval on the settlement screen."""
    HOUSE = "house"
    """One house."""
    THEME = "theme"
    """Another theme."""
    QUIT = "quit"
    """Away."""


class Direction(msgspec.Struct, frozen=True, kw_only=True):
    """One direction that was understood."""

    kind: Kind
    """What is opened or changed."""
    words: str = ""
    """A filter's words, a house's id or a theme's name."""
    screen: str = ""
    """The screen that is filtered; empty for the one in front."""
    at: datetime | None = None
    """The first instant of the day or the interval, aware UTC."""

    @property
    def said(self) -> str:
        """What it does, in a few words."""
        if self.screen:
            return "this screen with this filter"
        return {
            Kind.FILTER: "on this screen; without words all is shown",
            Kind.DATE: "this day's intervals",
            Kind.INTERVAL: "this interval",
            Kind.HOUSE: "this house",
            Kind.THEME: "remembered",
            Kind.QUIT: "the engine goes on",
        }[self.kind]

    @property
    def key(self) -> str:
        """The key that leads there in its own way; empty where there is none."""
        return {
            Kind.FILTER: "/", Kind.DATE: "t", Kind.INTERVAL: "t", Kind.THEME: "T", Kind.QUIT: "q",
        }.get(self.kind, "")  # fmt: skip


FILTERED = ("neighbourhood", "settlement", "ledger", "events")
"""The screens with a filter, which their names and its words lead to."""


def direction(line: str, snapshot: Snapshot, zone: ZoneInfo, *, utc: bool) -> Direction | None:
    """Return where a line leads; None where it names no place that is known.

    Args:
        line: what was typed: `ledger test3`, `date 2026-06-21`, `interval 10:15`, `theme light`.
        snapshot: the newest one, which knows the houses and today.
        zone: the community's zone.
        utc: whether times are shown, and so meant, in UTC.
    """
    verb, _, rest = line.strip()[:_LONGEST].partition(" ")
    words = " ".join(rest.split())
    meant = ZoneInfo("UTC") if utc else zone
    match verb.lower():
        case screen if screen in FILTERED and words:
            return Direction(kind=Kind.FILTER, screen=screen, words=words)
        case "filter":
            return Direction(kind=Kind.FILTER, words=words)
        case "house" if house := _house(words, snapshot):
            return Direction(kind=Kind.HOUSE, words=house)
        case "theme" if words in NAMES:
            return Direction(kind=Kind.THEME, words=words)
        case "date" if (at := _day(words, snapshot, meant)) is not None:
            return Direction(kind=Kind.DATE, at=at)
        case "interval" if (at := _start(words, snapshot, meant)) is not None:
            return Direction(kind=Kind.INTERVAL, at=at)
        case "quit" | "q" | "exit" if not words:
            return Direction(kind=Kind.QUIT)
    return None


def _house(words: str, snapshot: Snapshot) -> str:
    """The id that is meant: exactly, or without regard to case."""
    low = words.lower()
    return next((house.id for house in snapshot.houses if house.id.lower() == low), "")


def _day(words: str, snapshot: Snapshot, zone: ZoneInfo) -> datetime | None:
    today = snapshot.head.now.astimezone(zone).date()
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        return _instant(named.get(words) or date.fromisoformat(words), time(), zone)
    except (ValueError, OverflowError):
        return None


def _start(words: str, snapshot: Snapshot, zone: ZoneInfo) -> datetime | None:
    """The start of the interval that holds a time of today, or of the day before it."""
    match = _CLOCK.fullmatch(words)
    if match is None:
        return None
    day, hour, minute, zulu = match.groups()
    meant = ZoneInfo("UTC") if zulu else zone
    today = snapshot.head.now.astimezone(meant).date()
    try:
        clock = time(int(hour), int(minute))
        at = _instant(date.fromisoformat(day) if day else today, clock, meant)
    except (ValueError, OverflowError):
        return None
    length = timedelta(minutes=snapshot.place.minutes)
    return at - (at - datetime(1970, 1, 1, tzinfo=UTC)) % length


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
