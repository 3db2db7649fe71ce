"""The configured meter: from a house's settings to what asks it."""

from __future__ import annotations

from pathlib import Path

from console.errors import ConfigError
from console.meters.auth import read_secret
from console.meters.catalogue import load_profile
from console.meters.http import HttpMeter
from console.settings import MeterSettings


def http_meter(house: str, meter: MeterSettings, folder: Path | None) -> HttpMeter:
    """Return a house's meter with its profile, its parameters and its secret.

    Args:
        house: the house's id.
        meter: what the configuration says of it.
        folder: a folder of profiles besides the program's own.

    Raises:
        ConfigError: its profile, url, parameters or secret cannot be; the house is named.
    """
    try:
        profile = load_profile(meter.profile, folder, meter.params, meter.described)
        return HttpMeter(house, profile, meter.url, secret=read_secret(meter.secret))
    except ConfigError as error:
        raise ConfigError(f"the meter of {house}: {error.message}", advice=error.advice) from None
