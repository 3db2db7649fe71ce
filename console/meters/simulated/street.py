"""The street: houses whose meters run by the sun, the hour and what visitors do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from console.errors import MeterError, invariant
from console.meters.simulated.household import Household, settle_in
from console.meters.simulated.register import MINUTE, WH, Counts, DayRegister
from console.meters.simulated.sky import sky_between
from console.meters.simulated.solar import Sun, sun_at
from console.meters.slots import to_instant, to_milliseconds

CLOUD = timedelta(minutes=10)
"""How long a visitor's cloud takes to pass."""
CHARGE = timedelta(minutes=60)
"""How long a visitor's car charges."""
BEGINNINGS = {
    "summer": datetime(2026, 6, 20, 20, 0, tzinfo=UTC),
    "winter": datetime(2026, 12, 20, 20, 0, tzinfo=UTC),
}
"""Where a demo's registers begin, by season: the evening before its day."""

_LONGEST_NIGHT = 24 * 60
_CLOUD_LETS_THROUGH = 0.25
_HABITS = "Europe/Helsinki"


class MeterNow(msgspec.Struct, frozen=True, kw_only=True):
    """What a simulated meter shows at an instant."""

    import_wh: int
    """The import register, whole Wh."""
    export_wh: int
    """The export register, whole Wh."""
    power_w: int
    """The power, W, import positive."""


class SimulatedStreet:
    """All houses, the same for the same seed, however often and at whichever instants asked.

    A house is what its id and the seed make of it: neighbours who come or go change nothing in it.
    The street is also a playground: an effect changes nothing at or before the instant of its
    command.
    """

    def __init__(
        self,
        houses: Sequence[str],
        seed: int,
        *,
        latitude: float,
        longitude: float,
        timezone: str = _HABITS,
        start: datetime,
    ) -> None:
        """Settle the houses.

        Args:
            houses: their ids; about a third of them have a roof with panels.
            seed: what everything random is drawn from.
            latitude: degrees north.
            longitude: degrees east.
            timezone: the zone of the people's habits.
            start: the instant at which all registers begin, aware; none can be asked before.
        """
        self.houses = tuple(houses)
        """All ids."""
        self._start = to_milliseconds(start)
        self._zone = ZoneInfo(timezone)
        self._weather = _Weather(seed, latitude, longitude)
        self._clouds: list[tuple[int, int]] = []
        self._charges: dict[str, list[tuple[int, int]]] = {house: [] for house in houses}
        self._cars = 0
        self._meters = {house: _Meter(settle_in(house, seed), self) for house in houses}

    @property
    def producers(self) -> tuple[str, ...]:
        """The houses with a roof."""
        return tuple(house for house in self.houses if self._meters[house].household.roof)

    def meter(self, house: str, now: datetime) -> MeterNow:
        """Return what a house's meter shows.

        Raises:
            MeterError: the street begins later, or has no such house.
        """
        instant = to_milliseconds(now)
        meter = self._meters.get(house)
        if meter is None or instant < self._start:
            raise MeterError(f"the simulated street has no meter of {house!r} at {now.isoformat()}")
        return meter.at(instant)

    def cloud(self, now: datetime) -> None:
        """Let a cloud pass over all roofs for some minutes, from this instant."""
        self._clouds.append(_span(now, CLOUD))
        for meter in self._meters.values():
            meter.forget(to_milliseconds(now))

    def plug_in(self, now: datetime) -> str | None:
        """Let a car charge for an hour, from this instant; return its house, None if all do."""
        waiting = [house for house in self.houses if not self.charging(house, now)]
        consumers = [house for house in waiting if house not in self.producers]
        if not waiting:
            return None
        choice = consumers or waiting
        house = choice[self._cars * 5 % len(choice)]
        self._cars += 1
        self._charges[house].append(_span(now, CHARGE))
        self._meters[house].forget(to_milliseconds(now))
        return house

    def charging(self, house: str, now: datetime) -> bool:
        """Return whether a visitor's car charges at a house."""
        return _covers(self._charges.get(house, ()), to_milliseconds(now))

    def dark_until(self, now: datetime) -> datetime | None:
        """Return when the sun rises again where it is night at an instant, else None."""
        return self._weather.dark_until(now)

    def day_of(self, instant: int) -> date:
        """Return the local day in which a millisecond lies."""
        return to_instant(instant).astimezone(self._zone).date()

    def register(self, household: Household, day: date) -> DayRegister:
        """Return a house's local day, integrated with all effects that are known."""
        start, end = self._midnight(day), self._midnight(day + timedelta(days=1))
        minutes = (end - start) // MINUTE
        load = household.load(day, minutes)
        roof = [0] * minutes
        if household.roof is not None:
            roof = household.roof.powers(*self._weather.of(start // MINUTE, minutes))
        clouds = self._clouds if household.roof is not None else []
        charges = self._charges[household.house]

        def power_at(minute: int, inside: int) -> int:
            instant = start + minute * MINUTE + inside
            taken = load[minute] + household.charger_w * _covers(charges, instant)
            given = roof[minute]
            return taken - (int(given * _CLOUD_LETS_THROUGH) if _covers(clouds, instant) else given)

        breaks = sorted(
            edge
            for span in (*clouds, *charges)
            if span[0] < end and start < span[1]
            for edge in span
        )
        powers = [taken - given for taken, given in zip(load, roof, strict=True)]
        return DayRegister(start, powers, breaks, power_at)

    @property
    def start(self) -> int:
        """The millisecond, since 1970, at which all registers begin."""
        return self._start

    def _midnight(self, day: date) -> int:
        local = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        return to_milliseconds(local)


class _Meter:
    """One house's registers: the days' sums so far, and the day that is asked at the moment."""

    def __init__(self, household: Household, street: SimulatedStreet) -> None:
        self.household = household
        self._street = street
        self._sums: list[Counts] = []
        self._first = street.day_of(street.start)
        self._day: DayRegister | None = None
        self._number = 0

    def at(self, instant: int) -> MeterNow:
        day = self._day
        if day is None or not day.start <= instant < day.end:
            day = self._go_to((self._street.day_of(instant) - self._first).days)
        before, within = self._sums[self._number], day.counts_at(instant)
        return MeterNow(
            import_wh=(before.imported + within.imported) // WH,
            export_wh=(before.exported + within.exported) // WH,
            power_w=day.power_at(instant),
        )

    def forget(self, instant: int) -> None:
        """Let days from an instant on be integrated anew."""
        number = (self._street.day_of(instant) - self._first).days
        del self._sums[number + 1 :]
        self._day = None

    def _go_to(self, number: int) -> DayRegister:
        """Integrate up to a day, and keep it and the sums at each midnight before it."""
        if not self._sums:
            first = self._integrate(0)
            self._sums.append(self._before(first.counts_at(self._street.start)))
        while len(self._sums) <= number:
            last, counts = self._sums[-1], self._integrate(len(self._sums) - 1).counts
            self._sums.append(
                Counts(last.imported + counts.imported, last.exported + counts.exported)
            )
        return self._integrate(number)

    def _integrate(self, number: int) -> DayRegister:
        if self._day is None or self._number != number:
            day = self._first + timedelta(days=number)
            self._day, self._number = self._street.register(self.household, day), number
        return self._day

    def _before(self, counted: Counts) -> Counts:
        """Return the registers at the first midnight that make them right at the beginning."""
        return Counts(
            self.household.import_start_wh * WH - counted.imported,
            self.household.export_start_wh * WH - counted.exported,
        )


class _Weather:
    """Sun and clouds over the street, kept for the days that were asked last."""

    def __init__(self, seed: int, latitude: float, longitude: float) -> None:
        self._seed = seed
        self._place = (latitude, longitude)
        self._days: dict[tuple[int, int], tuple[list[Sun], list[float]]] = {}

    def of(self, start: int, minutes: int) -> tuple[list[Sun], list[float]]:
        """Return the sun and what the clouds let through, for each minute since 1970."""
        key = (start, minutes)
        if key not in self._days:
            if len(self._days) >= 3:
                self._days.pop(next(iter(self._days)))
            suns = [
                sun_at(to_instant(minute * MINUTE), *self._place)
                for minute in range(start, start + minutes)
            ]
            self._days[key] = (suns, sky_between(self._seed, start, minutes))
        return self._days[key]

    def dark_until(self, now: datetime) -> datetime | None:
        """Return the next sunrise, to the minute; None by day, and in a polar night."""
        if sun_at(now, *self._place).up > 0:
            return None
        minute = now.replace(second=0, microsecond=0)
        for _ in range(_LONGEST_NIGHT):
            minute += timedelta(minutes=1)
            if sun_at(minute, *self._place).up > 0:
                return minute
        return None


def demo_street(
    houses: Sequence[str], seed: int, latitude: float, longitude: float, season: str = "summer"
) -> SimulatedStreet:
    """Return a street whose registers begin the evening before a demo's day.

    It may be asked for any later instant; every day from there on costs about half a
    millisecond a house, once.

    Args:
        houses: their ids.
        seed: what everything random is drawn from.
        latitude: degrees north.
        longitude: degrees east.
        season: `summer` (21 June 2026) or `winter` (21 December 2026).
    """
    invariant(season in BEGINNINGS, f"no demo begins in {season}")
    return SimulatedStreet(
        houses, seed, latitude=latitude, longitude=longitude, start=BEGINNINGS[season]
    )


def _span(now: datetime, length: timedelta) -> tuple[int, int]:
    start = to_milliseconds(now)
    return start, start + length // timedelta(milliseconds=1)


def _covers(spans: Sequence[tuple[int, int]], instant: int) -> bool:
    return any(start <= instant < end for start, end in spans)
