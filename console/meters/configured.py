"""The configured meter: from a house's settings to what asks it, or listens to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from console.clock import Clock
from console.errors import ConfigError
from console.meters.auth import read_secret
from console.meters.catalogue import load_profile
from console.meters.http import HttpMeter
from console.meters.line import PolledMeter
from console.meters.profile import Profile
from console.model.meter import Plate
from console.settings import MeterSettings

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
        return _maker(meter.url)(house, profile, meter, clock)
    except ConfigError as error:
        raise ConfigError(f"the meter of {house}: {error.message}", advice=error.advice) from None


def plate_of(meter: MeterSettings, folder: Path | None) -> Plate:
    """Return what a configured meter is, without asking it or reading its secret.

    Args:
        meter: what the configuration says of it.
        folder: a folder of profiles besides the program's own.

    Raises:
        ConfigError: its profile or its parameters cannot be.
    """
    return load_profile(meter.profile, folder, meter.params, meter.described).plate()


def _maker(url: str) -> Maker:
    scheme = url.partition("://")[0].lower()
    # what has no known scheme is told by HTTP's own check of its address
    return _MAKERS.get(scheme, _http)


def _http(house: str, profile: Profile, meter: MeterSettings, clock: Clock) -> PolledMeter:
    return HttpMeter(house, profile, meter.url, secret=read_secret(meter.secret))


def _mqtt(house: str, profile: Profile, meter: MeterSettings, clock: Clock) -> PolledMeter:
    try:
        from console.meters.mqtt.meter import mqtt_meter
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"a meter over MQTT needs {error.name}, which is not installed",
            advice="Install the extra: pip install 'mosaic-console[mqtt]'",
        ) from None
    return mqtt_meter(house, profile, meter, clock)


_MAKERS: dict[str, Maker] = {"http": _http, "https": _http, "mqtt": _mqtt, "mqtts": _mqtt}
