"""The sun: where it stands, and what a roof gets of it.

Geometry and clear sky as in Duffie and Beckman, Solar Engineering of Thermal Processes, chapter 1
(declination by Cooper 1969, equation of time by Spencer 1971); air mass by Kasten and Young 1989;
direct irradiance by Meinel and Meinel 1976 with a tenth of it diffuse, as pveducation.org sums up.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import NamedTuple

import msgspec

_SOLAR_CONSTANT = 1353.0
_DIFFUSE = 0.1
_PERFORMANCE = 0.82


class Sun(NamedTuple):
    """The sun at an instant: a direction and a strength."""

    east: float
    """The direction's part to the east."""
    north: float
    """The direction's part to the north."""
    up: float
    """The direction's part upwards: the sine of the elevation."""
    beam: float
    """What a plane facing it gets directly under a clear sky, W/m²."""


class Roof(msgspec.Struct, frozen=True, kw_only=True):
    """A roof with panels."""

    kwp: float
    """The panels' peak power, kW."""
    azimuth: float
    """Where it faces, degrees from south, west positive."""
    tilt: float
    """How steep it is, degrees."""

    def normal(self) -> tuple[float, float, float]:
        """Return the direction in which it faces: east, north, up."""
        azimuth, tilt = math.radians(self.azimuth), math.radians(self.tilt)
        across = math.sin(tilt)
        return -across * math.sin(azimuth), -across * math.cos(azimuth), math.cos(tilt)

    def powers(self, suns: list[Sun], sky: list[float]) -> list[int]:
        """Return what it gives at each instant, whole W.

        Args:
            suns: the sun at each instant.
            sky: what the clouds let through at each, 0 to 1.
        """
        east, north, up = self.normal()
        scattered = _DIFFUSE * (1 + up) / 2
        peak = self.kwp * _PERFORMANCE
        return [
            int(
                peak
                * clear
                * sun.beam
                * (max(0.0, east * sun.east + north * sun.north + up * sun.up) + scattered)
            )
            for sun, clear in zip(suns, sky, strict=True)
        ]


def sun_at(instant: datetime, latitude: float, longitude: float) -> Sun:
    """Return the sun at an instant.

    Args:
        instant: aware UTC.
        latitude: degrees north.
        longitude: degrees east.
    """
    day = instant.timetuple().tm_yday
    declination = math.radians(23.45) * math.sin(math.tau * (284 + day) / 365)
    minutes = instant.hour * 60 + instant.minute + instant.second / 60
    solar_hour = (minutes + 4 * longitude + _equation_of_time(day)) / 60
    angle = math.radians(15 * (solar_hour - 12))
    place = math.radians(latitude)
    across = math.cos(declination)
    up = math.sin(place) * math.sin(declination) + math.cos(place) * across * math.cos(angle)
    north = math.cos(place) * math.sin(declination) - math.sin(place) * across * math.cos(angle)
    return Sun(-across * math.sin(angle), north, up, _beam(up))


def _equation_of_time(day: int) -> float:
    """Return by how many minutes a sundial is ahead of a clock."""
    turn = math.tau * (day - 1) / 365
    return 229.2 * (
        0.000075
        + 0.001868 * math.cos(turn)
        - 0.032077 * math.sin(turn)
        - 0.014615 * math.cos(2 * turn)
        - 0.04089 * math.sin(2 * turn)
    )


def _beam(up: float) -> float:
    if up <= 0:
        return 0.0
    elevation = math.degrees(math.asin(min(1.0, up)))
    air_mass = 1 / (up + 0.50572 * (elevation + 6.07995) ** -1.6364)
    return float(_SOLAR_CONSTANT * 0.7 ** (air_mass**0.678))
