"""The household: who lives in a house, and what it takes minute by minute."""

from __future__ import annotations

import math
from datetime import date
from random import Random
from string import digits

import msgspec

from console.meters.simulated.solar import Roof

_SATURDAY = 5
_HOUR = 60
_COP = 2.9


class Household(msgspec.Struct, frozen=True, kw_only=True):
    """What makes one house differ from the next."""

    house: str
    """The house's id."""
    seed: int
    """The street's seed."""
    base_w: int
    """What never sleeps: ventilation, network, standby, W."""
    people: int
    """How many live there."""
    stays_home: bool
    """Whether somebody cooks lunch on weekdays."""
    heat_w_per_k: float
    """What its heat pump takes for each degree it is colder than 17 °C outside, W."""
    sauna: bool
    """Whether Saturday evening has one."""
    drives: bool
    """Whether its own car charges some nights."""
    charger_w: int
    """What a visitor's car takes, W."""
    roof: Roof | None
    """Its panels, None at a consumer."""
    import_start_wh: int
    """The import register where the simulation begins, Wh."""
    export_start_wh: int
    """The export register where the simulation begins, Wh."""

    def load(self, day: date, minutes: int) -> list[int]:
        """Return what it takes in each minute of a local day, whole W, the same at every call.

        Args:
            day: the local day.
            minutes: how many minutes the day has: 1440 but for two days of a year.
        """
        draw = Random(f"{self.seed}|{self.house}|{day.isoformat()}")
        load = [self.base_w + noise // 4 for noise in draw.randbytes(minutes)]
        self._cool(load, draw)
        self._live(load, draw)
        self._cook(load, draw, day)
        self._wash(load, draw)
        self._heat(load, draw, day)
        self._spend_evening(load, draw, day)
        return load

    def _cool(self, load: list[int], draw: Random) -> None:
        every = draw.randint(48, 64)
        for start in range(draw.randrange(every), len(load), every):
            _add(load, start, 18, 85)

    def _live(self, load: list[int], draw: Random) -> None:
        rises, sleeps = draw.randint(360, 450), draw.randint(1320, 1420)
        for start in range(rises, sleeps, 20):
            _add(load, start, 20, int(self.people * draw.uniform(20, 120)))

    def _cook(self, load: list[int], draw: Random, day: date) -> None:
        _add(load, draw.randint(390, 500), 6, draw.randint(1000, 1400))
        if self.stays_home or day.weekday() >= _SATURDAY:
            _add(load, draw.randint(685, 765), draw.randint(25, 45), draw.randint(500, 1100))
        _add(load, draw.randint(990, 1140), draw.randint(30, 55), draw.randint(1400, 2200))

    def _wash(self, load: list[int], draw: Random) -> None:
        if draw.random() < 0.15 * self.people:
            start = draw.randint(16 * _HOUR, 20 * _HOUR)
            _add(load, start, 18, 1900)
            _add(load, start + 18, 55, 250)

    def _heat(self, load: list[int], draw: Random, day: date) -> None:
        if not self.heat_w_per_k:
            return
        _add(load, draw.randint(2 * _HOUR, 5 * _HOUR), 45, 900)
        need = self.heat_w_per_k * max(0.0, 17 - outdoor_temperature(day))
        runs = max(1800.0, need)
        every = draw.randint(35, 50)
        for start in range(-draw.randrange(every), len(load), every):
            _add(load, start, round(every * need / runs), round(runs))

    def _spend_evening(self, load: list[int], draw: Random, day: date) -> None:
        dark = outdoor_temperature(day) < 8
        _add(load, draw.randint(960, 1080), 330, 80 + 40 * self.people + 120 * dark)
        if self.sauna and day.weekday() == _SATURDAY:
            _add(load, draw.randint(1100, 1200), 75, 6000)
        if self.drives and draw.random() < 0.4:
            _add(load, draw.randint(1290, 1380), draw.randint(60, 150), 3700)


def outdoor_temperature(day: date) -> float:
    """Return a usual temperature of southern Finland on a day of the year, °C.

    A sine through -6 °C late in January and 18 °C late in July.
    """
    return 6 - 12 * math.cos(math.tau * (day.timetuple().tm_yday - 25) / 365)


def settle_in(house: str, seed: int) -> Household:
    """Return the household that lives in a house, the same for the same house and seed."""
    with_roof = has_roof(house, seed)
    draw = Random(f"{seed}|{house}|household")
    people = draw.choice((1, 2, 2, 3, 4, 4, 5))
    export_start = draw.randint(2_000_000, 9_000_000)
    roof = Roof(
        kwp=round(draw.uniform(4, 9), 1),
        azimuth=draw.uniform(-80, 70),
        tilt=draw.uniform(15, 42),
    )
    pump = draw.uniform(90, 190) / _COP if draw.random() < 0.6 else 0.0
    return Household(
        house=house,
        seed=seed,
        base_w=draw.randint(240, 380),
        people=people,
        stays_home=draw.random() < 0.4,
        heat_w_per_k=pump,
        sauna=draw.random() < 0.5,
        drives=draw.random() < 0.4,
        charger_w=draw.choice((7400, 11000)),
        roof=roof if with_roof else None,
        import_start_wh=draw.randint(3_000_000, 30_000_000),
        export_start_wh=export_start if with_roof else 0,
    )


def has_roof(house: str, seed: int) -> bool:
    """Return whether a house has panels: one of three that are numbered in a row, by its id alone.

    So a street has its roofs spread along it, and no newcomer takes one from a neighbour.
    """
    street = house.rstrip(digits)
    place = int(house[len(street) :] or 1) - 1
    draw = Random(f"sun on the roof|{seed}|{street}|{place // 3 * 3 + 1}")
    return draw.randrange(3) == place % 3


def _add(load: list[int], start: int, minutes: int, watts: int) -> None:
    """Add a consumer to the minutes of a day; what lies beyond the day is left out."""
    for minute in range(max(0, start), min(start + minutes, len(load))):
        load[minute] += watts
