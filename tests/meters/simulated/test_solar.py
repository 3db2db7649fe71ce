from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from console.meters.simulated.solar import Roof, sun_at

ESPOO = (60.2, 24.66)


def highest(day: datetime, latitude: float, longitude: float) -> float:
    minutes = (day + timedelta(minutes=minute) for minute in range(1440))
    return max(math.degrees(math.asin(sun_at(at, latitude, longitude).up)) for at in minutes)


@pytest.mark.parametrize(
    ("day", "latitude", "degrees"),
    [
        (datetime(2026, 6, 21, tzinfo=UTC), 60.2, 53.3),
        (datetime(2026, 12, 21, tzinfo=UTC), 60.2, 6.4),
        (datetime(2026, 3, 21, tzinfo=UTC), 0.0, 90.0),
        (datetime(2026, 6, 21, tzinfo=UTC), -33.9, 32.7),
    ],
)
def test_the_sun_stands_at_noon_where_it_should(
    day: datetime, latitude: float, degrees: float
) -> None:
    assert highest(day, latitude, 24.66) == pytest.approx(degrees, abs=0.7)


def test_noon_is_when_the_sun_crosses_the_meridian() -> None:
    before = sun_at(datetime(2026, 6, 21, 10, 13, tzinfo=UTC), *ESPOO)
    after = sun_at(datetime(2026, 6, 21, 10, 33, tzinfo=UTC), *ESPOO)
    assert before.east > 0 > after.east
    assert before.north < 0


def test_its_direction_has_length_one_and_by_night_it_gives_nothing() -> None:
    for hour in range(24):
        sun = sun_at(datetime(2026, 6, 21, hour, tzinfo=UTC), *ESPOO)
        assert math.hypot(sun.east, sun.north, sun.up) == pytest.approx(1)
        assert (sun.beam > 0) == (sun.up > 0)
        assert sun.beam < 1000


def test_an_east_roof_gives_more_in_the_morning_and_a_west_roof_in_the_evening() -> None:
    east = Roof(kwp=6, azimuth=-80, tilt=30)
    west = Roof(kwp=6, azimuth=80, tilt=30)
    morning = sun_at(datetime(2026, 6, 21, 5, tzinfo=UTC), *ESPOO)
    evening = sun_at(datetime(2026, 6, 21, 16, tzinfo=UTC), *ESPOO)
    assert east.powers([morning], [1.0])[0] > 2 * west.powers([morning], [1.0])[0]
    assert west.powers([evening], [1.0])[0] > 2 * east.powers([evening], [1.0])[0]


def test_a_south_roof_gives_a_believable_year() -> None:
    roof = Roof(kwp=1, azimuth=0, tilt=40)
    year = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(8760)]
    suns = [sun_at(instant, *ESPOO) for instant in year]
    clear_kwh = sum(roof.powers(suns, [1.0] * len(suns))) / 1000
    assert 1100 < clear_kwh < 2000
