"""The sources: which meters an engine asks, from its settings."""

from __future__ import annotations

from datetime import datetime, timedelta

from console.clock import Clock
from console.errors import ConfigError
from console.meters.http import HttpMeter
from console.meters.poller import PolledMeter, Poller
from console.meters.profile import load_profile
from console.meters.simulated import SimulatedStreet, demo_street, simulated_meters
from console.meters.source import Playground, Source
from console.settings import Settings

SIMULATED = "simulated"
"""The profile of a house whose meter is simulated, and answers HTTP all the same."""

STREET_SEED = 1
"""What the simulated houses of a configured community are drawn by."""


def configured_source(settings: Settings, clock: Clock, began: datetime) -> Source:
    """Return the poller of all configured meters.

    Args:
        settings: the settings.
        clock: the business clock.
        began: when this community's chain began, aware; the registers of simulated houses begin
            then too, so that they go on over restarts.

    Raises:
        ConfigError: a meter's profile or url cannot be.
    """
    simulated = [one.house.id for one in settings.members if one.meter.profile == SIMULATED]
    meters: list[PolledMeter] = []
    playground: Playground | None = None
    if simulated:
        latitude, longitude = _position(settings)
        street = SimulatedStreet(
            simulated,
            STREET_SEED,
            latitude=latitude,
            longitude=longitude,
            timezone=settings.community.timezone,
            start=began,
        )
        meters += simulated_meters(street, clock)
        playground = street
    for member in settings.members:
        if member.meter.profile != SIMULATED:
            profile = load_profile(member.meter.profile)
            meters.append(HttpMeter(member.house.id, profile, member.meter.url))
    return Poller(
        meters,
        clock,
        timedelta(seconds=settings.engine.poll_seconds),
        minutes=settings.settlement.minutes,
        playground=playground,
    )


def simulated_source(settings: Settings, clock: Clock, seed: int, season: str) -> Source:
    """Return the poller of a demo's street, which visitors may play with."""
    houses = [member.house.id for member in settings.members]
    street = demo_street(houses, seed, *_position(settings), season=season)
    return Poller(
        simulated_meters(street, clock),
        clock,
        timedelta(seconds=settings.engine.poll_seconds),
        minutes=settings.settlement.minutes,
        playground=street,
    )


def _position(settings: Settings) -> tuple[float, float]:
    community = settings.community
    if community.latitude is None or community.longitude is None:
        raise ConfigError(
            "[community] latitude and longitude are needed where a meter is simulated."
        )
    return community.latitude, community.longitude
