"""The registers: a house's readings as one steady line, with dips and leaps set aside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from operator import attrgetter

import msgspec

from console.model.figures import kwh, shortest_decimal
from console.model.reading import Quality, Reading

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_MS_PER_HOUR = 3_600_000


class Point(msgspec.Struct, frozen=True):
    """Both registers at an instant, believed."""

    ms: int
    """The instant, milliseconds since 1970 UTC."""
    import_wh: int
    """The import register, whole Wh."""
    export_wh: int
    """The export register, whole Wh."""
    quality: Quality
    """How the registers came to be."""
    doubt: str = ""
    """Why the energy since the point before is not known; empty where it is."""


class Track(msgspec.Struct, frozen=True):
    """A house's registers over a window: never falling, in order of time."""

    points: tuple[Point, ...]
    """The readings that are believed."""
    held: dict[int, str]
    """Why the first reading after the point of this `ms` was left out: one clause each."""


def steady(readings: Iterable[Reading], limit_w: int | None = None) -> Track:
    """Return a house's readings without those that cannot be.

    A lower register is held: it is left out until the register is back where it was, and energy
    is measured from the last good value. A leap over the main fuse is left out where the register
    comes back, and stands with a doubt where it stays.

    Args:
        readings: one house's; of two at the same instant the first counts.
        limit_w: the power that the main fuse allows, W; None for no limit.
    """
    follower = _Follower(limit_w)
    for reading in sorted(readings, key=attrgetter("time")):
        follower.take(
            Point(since_1970(reading.time), reading.import_wh, reading.export_wh, reading.quality)
        )
    return follower.finish()


def since_1970(instant: datetime) -> int:
    """Return an aware instant in milliseconds since 1970 UTC."""
    return (instant - _EPOCH) // _MILLISECOND


def clock_time(ms: int) -> str:
    """Return milliseconds since 1970 as a UTC time of day, as in `11:22Z`."""
    return (_EPOCH + ms * _MILLISECOND).strftime("%H:%MZ")


class _Follower:
    """Follows a house's registers and believes what a meter behind its fuse can count."""

    def __init__(self, limit_w: int | None) -> None:
        self._limit_w = limit_w
        self._points: list[Point] = []
        self._held: dict[int, str] = {}
        self._suspect: Point | None = None
        self._left_out_unknown = False

    def take(self, point: Point) -> None:
        """Believe, hold or suspect the next point."""
        if not self._points:
            self._points.append(point)
            return
        if point.ms <= (self._suspect or self._points[-1]).ms:
            return
        self._judge_suspect(point)
        last = self._points[-1]
        if _lower(point, last):
            self._held.setdefault(last.ms, _fall(last, point))
            self._leave_out(point)
        elif self._leaps(last, point):
            self._suspect = point
        else:
            self._believe(point)

    def finish(self) -> Track:
        """Return all that is believed; a leap without a later word stands with its doubt."""
        if self._suspect is not None:
            self._doubt(self._suspect)
        return Track(tuple(self._points), self._held)

    def _judge_suspect(self, point: Point) -> None:
        if self._suspect is None:
            return
        if not _lower(point, self._suspect):
            self._doubt(self._suspect)
            self._suspect = None
        elif not _lower(point, self._points[-1]):
            self._held.setdefault(self._points[-1].ms, self._leap(self._suspect))
            self._leave_out(self._suspect)
            self._suspect = None

    def _doubt(self, point: Point) -> None:
        self._points.append(msgspec.structs.replace(point, doubt=self._leap(point)))

    def _leap(self, point: Point) -> str:
        last = self._points[-1]
        allowed_wh = (self._limit_w or 0) * (point.ms - last.ms) // _MS_PER_HOUR
        seconds = shortest_decimal(point.ms - last.ms, 1000)
        stepped = f"stepped {kwh(_step_wh(last, point))} kWh in {seconds} s"
        return f"{stepped}; its fuse allows {kwh(allowed_wh)}"

    def _believe(self, point: Point) -> None:
        if self._left_out_unknown or point.quality is Quality.MISSING:
            before, after = clock_time(self._points[-1].ms), clock_time(point.ms)
            point = msgspec.structs.replace(
                point, doubt=f"its energy from {before} to {after} is not known"
            )
            self._left_out_unknown = False
        self._points.append(point)

    def _leave_out(self, point: Point) -> None:
        if point.quality is Quality.MISSING:
            self._left_out_unknown = True

    def _leaps(self, last: Point, point: Point) -> bool:
        if self._limit_w is None:
            return False
        # A register cut to whole Wh may show up to 1 Wh more than has flowed between two readings.
        return (_step_wh(last, point) - 1) * _MS_PER_HOUR >= self._limit_w * (point.ms - last.ms)


def _lower(point: Point, than: Point) -> bool:
    return point.import_wh < than.import_wh or point.export_wh < than.export_wh


def _step_wh(last: Point, point: Point) -> int:
    return max(point.import_wh - last.import_wh, point.export_wh - last.export_wh)


def _fall(last: Point, point: Point) -> str:
    if point.import_wh < last.import_wh:
        name, high, low = "import", last.import_wh, point.import_wh
    else:
        name, high, low = "export", last.export_wh, point.export_wh
    return f"{name} fell from {high} to {low} Wh at {clock_time(point.ms)}"
