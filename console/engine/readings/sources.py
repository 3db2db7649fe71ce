"""The sources: which meters an engine asks, from its settings."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.clock import Clock
from console.errors import ConfigError
from console.meters.configured import configured_meter
from console.meters.line import PolledMeter
from console.meters.poller import Poller
from console.meters.simulated import SimulatedStreet, demo_street, simulated_meters
from console.meters.source import Playground, Source
from console.settings import SIMULATED, Member, Settings

STREET_SEED = 1
"""What the simulated houses of a configured community are drawn by."""


def configured_source(settings: Settings, clock: Clock, began: datetime) -> Poller:
    """Return the poller of all configured meters.

    Args:
        settings: the settings.
        clock: the business clock.
        began: when this community's chain began, aware; the registers of simulated houses begin
            then too, so that they go on over restarts.

    Raises:
        ConfigError: a meter's profile or url cannot be.
    """
    simulated = [one.house.id for one in settings.members if _simulated(one)]
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
    meters += [_meter(settings, one, clock) for one in settings.members if _polled(one)]
    return Poller(
        meters,
        clock,
        timedelta(seconds=settings.engine.poll_seconds),
        minutes=settings.settlement.minutes,
        playground=playground,
        zone=ZoneInfo(settings.community.timezone),
    )


class Exchange:
    """Lets a configured poller ask the meters of changed settings while it runs."""

    def __init__(self, poller: Poller, clock: Clock) -> None:
        """Take the poller and the business clock."""
        self._poller = poller
        self._clock = clock

    def check(self, before: Settings, after: Settings) -> list[PolledMeter]:
        """Return the meters that would be asked anew, those that refused us among them.

        Simulated ones wait for the next start.

        Args:
            before: the settings by which the poller asks.
            after: the new ones; no house of the former is missing in them.

        Raises:
            ConfigError: a meter's profile or url cannot be.
        """
        changed = {one.house.id for one in _changed(before, after)}
        anew = changed | self._poller.stopped
        polled = [one for one in after.members if _polled(one)]
        return [_meter(after, one, self._clock) for one in polled if one.house.id in anew]

    async def take(self, before: Settings, after: Settings) -> str:
        """Ask them, and those no more whose readings come from files now.

        Returns:
            In words, which meters wait for the next start.

        Raises:
            ConfigError: as for `check`.
        """
        meters = self.check(before, after)
        await self._poller.drop(one.house.id for one in after.members if one.meter.from_files)
        await self._poller.take(meters)
        waiting = [one.house.id for one in _changed(before, after) if _simulated(one)]
        return ", ".join(f"the simulated meter of {house}" for house in waiting)


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
        zone=ZoneInfo(settings.community.timezone),
    )


def _changed(before: Settings, after: Settings) -> list[Member]:
    known = {member.house.id: member.meter for member in before.members}
    return [member for member in after.members if known.get(member.house.id) != member.meter]


def _meter(settings: Settings, member: Member, clock: Clock) -> PolledMeter:
    return configured_meter(member.house.id, member.meter, settings.profiles, clock)


def _polled(member: Member) -> bool:
    return not (_simulated(member) or member.meter.from_files)


def _simulated(member: Member) -> bool:
    return member.meter.profile == SIMULATED


def _position(settings: Settings) -> tuple[float, float]:
    community = settings.community
    if community.latitude is None or community.longitude is None:
        raise ConfigError(
            "[community] latitude and longitude are needed where a meter is simulated."
        )
    return community.latitude, community.longitude
