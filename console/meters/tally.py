"""The tally: what is counted of one meter's polls, in bounded memory."""

from __future__ import annotations

from collections import deque
from datetime import date, datetime, timedelta, tzinfo
from statistics import median

import msgspec

from console.meters.measurement import Measurement
from console.model.meter import STILL_SECONDS, Counted, Movement, Plate, Polls

REMEMBERED = 31
"""Of how many answers the median is told."""

_NEAR_PERIODS = 3
_MILLISECOND = timedelta(milliseconds=1)
_WMS_PER_WH = 3_600_000


class Tally:
    """Counts one meter's polls, how long answers take, and whether its registers move."""

    def __init__(self, began: datetime, period: timedelta, zone: tzinfo) -> None:
        """Begin to count.

        Args:
            began: the present instant, aware UTC.
            period: the time between two polls.
            zone: the zone whose days are counted apart.
        """
        self._began = began
        self._zone = zone
        self._day = self._day_of(began)
        self._today = _Count()
        self._total = _Count()
        self._error = ""
        self._failed: datetime | None = None
        self._serial = ""
        self._behind: int | None = None
        self._milliseconds: deque[int] = deque(maxlen=REMEMBERED)
        self._near_ms = _NEAR_PERIODS * period // _MILLISECOND
        self._power_w = 0
        self._time = began
        self._import = _Register()
        self._export = _Register()

    def answer(self, now: datetime, measurement: Measurement, seconds: float | None) -> None:
        """Count a good answer.

        Args:
            now: the present instant.
            measurement: what it says.
            seconds: how long it took, loop time; None where nothing was asked.
        """
        for count in self._counts(now):
            count.good += 1
        if seconds is not None:
            self._milliseconds.append(round(seconds * 1000))
        self._serial = measurement.serial
        self._behind = _behind(measurement, now)
        power_w, passed_ms = measurement.whole_power_w, (now - self._time) // _MILLISECOND
        # only what surely flowed counts: the smaller power of the two ends of a usual gap
        ends = (power_w, self._power_w) if passed_ms <= self._near_ms else (0, 0)
        self._import.take(now, measurement.whole_import_wh, max(0, min(ends)) * passed_ms)
        self._export.take(now, measurement.whole_export_wh, max(0, -max(ends)) * passed_ms)
        self._power_w, self._time = power_w, now

    def fail(self, now: datetime, cause: str) -> None:
        """Count a bad answer or none.

        Args:
            now: the present instant.
            cause: why, one clause.
        """
        for count in self._counts(now):
            count.failed += 1
        self._error, self._failed = cause, now

    def skip(self, now: datetime) -> None:
        """Count a poll that was due and did not take place."""
        for count in self._counts(now):
            count.skipped += 1

    def doubt(self, plate: Plate, now: datetime) -> str:
        """Return which register has long stood still while power flowed; empty where none has.

        Args:
            plate: what the meter is.
            now: the present instant.
        """
        for what, register in (("import", self._import), ("export", self._export)):
            moved = register.movement.moved or self._began
            if what == "export" and not plate.exports:
                continue
            if register.movement.stands_still and (now - moved).total_seconds() >= STILL_SECONDS:
                since = moved.astimezone(self._zone)
                return f"its {what} register stands since {since:%H:%M} though power flows"
        return ""

    def counted(self, plate: Plate, now: datetime, following: datetime | None) -> Counted:
        """Return what was counted.

        Args:
            plate: what the meter is.
            now: the present instant.
            following: when it is asked next; None where it is asked no more.
        """
        today, total = (count.polls for count in self._counts(now))
        took = self._milliseconds
        return Counted(
            plate=plate,
            serial=self._serial,
            behind_seconds=self._behind,
            since=self._began,
            today=today,
            total=total,
            error=self._error,
            failed=self._failed,
            last_ms=took[-1] if took else None,
            median_ms=round(median(took)) if took else None,
            imported=self._import.movement,
            exported=self._export.movement if plate.exports else Movement(),
            next=following,
        )

    def _counts(self, now: datetime) -> tuple[_Count, _Count]:
        """Return the day's and the whole count; the day's begins anew on another day."""
        day = self._day_of(now)
        if day != self._day:
            self._day, self._today = day, _Count()
        return self._today, self._total

    def _day_of(self, instant: datetime) -> date:
        return instant.astimezone(self._zone).date()


def _behind(said: Measurement, now: datetime) -> int | None:
    """How far a meter's clock lies behind ours, whole s; None where it tells no instant."""
    if said.time is None or said.time.tzinfo is None:
        return None
    return round(((said.taken or now) - said.time).total_seconds())


class _Count:
    """Polls that are still counted."""

    def __init__(self) -> None:
        self.good = self.failed = self.skipped = 0

    @property
    def polls(self) -> Polls:
        return Polls(self.good, self.failed, self.skipped)


class _Register:
    """One register's value, and what flowed since it last moved."""

    def __init__(self) -> None:
        self._wh: int | None = None
        self._flowed_wms = 0
        self.movement = Movement()

    def take(self, now: datetime, wh: int, flowed_wms: int) -> None:
        if self._wh is not None and wh != self._wh:
            self._flowed_wms = 0
            self.movement = Movement(now)
        elif self._wh is not None and flowed_wms:
            self._flowed_wms += flowed_wms
            flowed_wh = self._flowed_wms // _WMS_PER_WH
            self.movement = msgspec.structs.replace(self.movement, flowed_wh=flowed_wh)
        self._wh = wh
