"""The configured meter: from a house's settings to what asks it, or listens to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from console.clock import Clock
from console.errors import ConfigError
from console.meters.auth import read_secret
from console.meters.catalogue import load_profile
from console.meters.extras import missing
from console.meters.http import HttpMeter
from console.meters.line import PolledMeter
from console.meters.profile import Profile
from console.meters.profile_schema import ProfileTable
from console.model.meter import Plate
from console.settings import MeterSettings, TlsSettings

_LISTENED = frozenset({"mqtt", "p1"})
_ENCRYPTED = ("https", "mqtts")

NOBODY = ""
"""The house of a meter that has none yet."""

Maker = Callable[[str, Profile, MeterSettings, Clock], PolledMeter]
"""Makes a house's meter; nothing is connected before it is read."""


def configured_meter(
    house: str, meter: MeterSettings, folder: Path | None, clock: Clock
) -> PolledMeter:
    """Return a house's meter with its profile, its parameters and its secret.

    Args:
        house: the house's id.
        meter: what the configuration says of it; its url's scheme says how it is reached.
        folder: a folder of profiles besides the program's own.
        clock: by which messages are stamped.

    Raises:
        ConfigError: its profile, url, parameters or secret cannot be; the house is named.
    """
    try:
        profile = load_profile(meter.profile, folder, meter.params, meter.described)
        if meter.tls != TlsSettings() and _scheme(meter.url) not in _ENCRYPTED:
            begins = " or ".join(f"{scheme}://" for scheme in _ENCRYPTED)
            raise ConfigError(f"tls belongs to an address that begins with {begins}")
        return _maker(profile, meter.url)(house, profile, meter, clock)
    except ConfigError as error:
        whose = f"the meter of {house}" if house != NOBODY else "this meter"
        raise ConfigError(f"{whose}: {error.message}", advice=error.advice) from None


def plate_of(meter: MeterSettings, folder: Path | None) -> Plate:
    """Return what a configured meter is, without asking it or reading its secret.

    Args:
        meter: what the configuration says of it.
        folder: a folder of profiles besides the program's own.

    Raises:
        ConfigError: its profile or its parameters cannot be.
    """
    profile = load_profile(meter.profile, folder, meter.params, meter.described)
    return profile.plate(listens=_way(profile.table, meter.url) in _LISTENED)


def reaches(table: ProfileTable, url: str) -> bool:
    """Return whether a kind of meter is reached by urls of this one's scheme.

    Args:
        table: what its profile says.
        url: a url; only its scheme counts.
    """
    return bool(_way(table, url))


def _way(table: ProfileTable, url: str) -> str:
    """Return how a kind of meter is reached by a url; empty where it is not."""
    return next((way for way in table.ways if (way, _scheme(url)) in _MAKERS), "")


def _maker(profile: Profile, url: str) -> Maker:
    ways = profile.table.ways
    for way in ways:
        if maker := _MAKERS.get((way, _scheme(url))):
            return maker
    begins = " or ".join(f"{scheme}://" for way, scheme in _MAKERS if way in ways)
    raise ConfigError(
        f"its url is none by which {profile.name} is read", advice=f"It begins with {begins}."
    )


def _scheme(url: str) -> str:
    return url.partition("://")[0].lower()


def _http(house: str, profile: Profile, meter: MeterSettings, clock: Clock) -> PolledMeter:
    secret = read_secret(meter.secret)
    return HttpMeter(house, profile, meter.url, secret=secret, tls=meter.tls)


def _mqtt(house: str, profile: Profile, meter: MeterSettings, clock: Clock) -> PolledMeter:
    try:
        from console.meters.mqtt.meter import mqtt_meter
    except ModuleNotFoundError:
        raise missing("mqtt", "a meter over MQTT") from None
    return mqtt_meter(house, profile, meter, clock)


def _p1(house: str, profile: Profile, meter: MeterSettings, clock: Clock) -> PolledMeter:
    from console.meters.p1.meter import P1Meter

    return P1Meter(house, profile, meter.url, clock, secret=read_secret(meter.secret))


def _sunspec(house: str, profile: Profile, meter: MeterSettings, clock: Clock) -> PolledMeter:
    from console.meters.sunspec.meter import SunSpecMeter

    if meter.secret:
        raise ConfigError("a meter over Modbus takes no secret")
    return SunSpecMeter(house, profile, meter.url, meter.params)


_MAKERS: dict[tuple[str, str], Maker] = {
    ("http", "http"): _http,
    ("http", "https"): _http,
    ("mqtt", "mqtt"): _mqtt,
    ("mqtt", "mqtts"): _mqtt,
    ("p1", "tcp"): _p1,
    ("sunspec", "tcp"): _sunspec,
}
"""What makes a meter, by how its profile says that it is reached and its url's scheme."""
