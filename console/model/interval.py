"""The interval: the half-open stretch of time that is settled at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

LENGTHS = (5, 15, 30, 60)
"""The interval lengths in minutes that divide an hour and a metering day alike."""


class Interval(msgspec.Struct, frozen=True, order=True):
    """A stretch `[start, start + minutes)`, aligned in UTC."""

    start: datetime
    """Its first instant, aware UTC, a whole multiple of `minutes` since midnight."""
    minutes: int
    """Its length, one of `LENGTHS`."""

    @property
    def end(self) -> datetime:
        """The instant at which it closes, which no longer belongs to it."""
        return self.start + timedelta(minutes=self.minutes)

    @property
    def name(self) -> str:
        """Its name everywhere: the UTC start, as in `2026-11-23T10:15Z`."""
        return instant_name(self.start)

    @property
    def next(self) -> Interval:
        """The interval that begins where this one ends."""
        return Interval(self.end, self.minutes)

    @property
    def previous(self) -> Interval:
        """The interval that ends where this one begins."""
        return Interval(self.start - timedelta(minutes=self.minutes), self.minutes)

    @classmethod
    def containing(cls, instant: datetime, minutes: int) -> Interval:
        """Return the interval of `minutes` in which an aware instant lies."""
        utc = instant.astimezone(UTC)
        since_midnight = utc.hour * 60 + utc.minute
        start = utc.replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(start + timedelta(minutes=since_midnight // minutes * minutes), minutes)

    @classmethod
    def parse(cls, name: str, minutes: int) -> Interval:
        """Return the interval of a name.

        Raises:
            ValueError: the name is not a UTC minute, or no interval of this length starts there.
        """
        start = instant_of(name)
        interval = cls.containing(start, minutes)
        if interval.start != start or interval.name != name:
            raise ValueError(f"no interval of {minutes} minutes starts at {name}")
        return interval


def instant_name(instant: datetime) -> str:
    """Return an instant to the minute as names and chain messages carry it, in UTC."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def instant_of(name: str) -> datetime:
    """Return the instant of such a name.

    Raises:
        ValueError: the name is not a UTC minute.
    """
    return datetime.strptime(name, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)


def intervals_between(start: datetime, end: datetime, minutes: int) -> Iterator[Interval]:
    """Yield the whole intervals within `[start, end]`, in order."""
    interval = Interval.containing(start, minutes)
    if interval.start < start:
        interval = interval.next
    while interval.end <= end:
        yield interval
        interval = interval.next
