"""The daylight: how high the sun stands, to say when the next surplus comes."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import asin, cos, degrees, pi, radians, sin

SURPLUS_DEGREES = 7.0
"""From about this height of the sun on, roofs give more than a house needs at rest."""
_STEP = timedelta(minutes=30)


def sun_height(instant: datetime, latitude: float, longitude: float) -> float:
    """Return the sun's height over the horizon, degrees, within about half a degree.

    Declination and equation of time by Spencer's series (1971), as in Duffie and Beckman,
    Solar Engineering of Thermal Processes, section 1.5 and 1.6.

    Args:
        instant: aware UTC.
        latitude: degrees north.
        longitude: degrees east.
    """
    hours = instant.hour + instant.minute / 60 + instant.second / 3600
    day = 2 * pi * (instant.timetuple().tm_yday - 1 + hours / 24) / 365
    equation = 229.18 * (
        0.000075 + 0.001868 * cos(day) - 0.032077 * sin(day)
        - 0.014615 * cos(2 * day) - 0.04089 * sin(2 * day)
    )  # fmt: skip
    declination = (
        0.006918 - 0.399912 * cos(day) + 0.070257 * sin(day) - 0.006758 * cos(2 * day)
        + 0.000907 * sin(2 * day) - 0.002697 * cos(3 * day) + 0.00148 * sin(3 * day)
    )  # fmt: skip
    angle = radians((hours + equation / 60 - 12) * 15 + longitude)
    north = radians(latitude)
    height = sin(north) * sin(declination) + cos(north) * cos(declination) * cos(angle)
    return degrees(asin(max(-1.0, min(1.0, height))))


def next_surplus(now: datetime, latitude: float, longitude: float) -> datetime | None:
    """Return about when the sun is next high enough, to the half hour; None within two days.

    Args:
        now: aware UTC.
        latitude: degrees north.
        longitude: degrees east.
    """
    floor = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    for step in range(1, 97):
        instant = floor + step * _STEP
        middle = instant + _STEP / 2
        if sun_height(middle, latitude, longitude) >= SURPLUS_DEGREES:
            return instant
    return None
