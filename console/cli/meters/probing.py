"""The probing: asks a meter once before it is added, and finds the profile that reads it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import msgspec

from console.clock import SystemClock
from console.config import values
from console.config.values import Wrong
from console.meters.measurement import Measurement
from console.meters.probing.finding import find
from console.model.figures import kilowatts, kwh
from console.settings import MeterSettings

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """What asking a meter came to."""

    profile: str
    """The profile that read it, or was wanted; empty where none fits."""
    said: Measurement | None
    """What it said; None where no profile read it."""
    balancing: str = ""
    """Whether phases are balanced before they are counted, as its profile says."""
    fault: str = ""
    """Why it could not be read, in a sentence or more."""
    is_denied: bool = False
    """Whether it answers, but refuses us."""


def take_url(text: str) -> str:
    """Take a meter's address; one without a scheme is http.

    Raises:
        Wrong: it is no address.
    """
    if not text:
        raise Wrong("is needed: such as http://192.168.1.20")
    return values.meter_url(text if _SCHEME.match(text) else f"http://{text}")


def probe(house: str, meter: MeterSettings, folder: Path | None) -> Probe:
    """Ask a meter once, by its profile or by each until one reads it.

    Args:
        house: the house's id.
        meter: where it answers, its secret and parameters; an empty profile tries them all, each
            with the parameters that it knows.
        folder: a folder of profiles besides the program's own.

    Raises:
        ConfigError: there is no such profile, the url is none of a meter, or the secret is not
            there.
    """
    return asyncio.run(_probe(house, meter, folder))


def reading_line(said: Measurement) -> str:
    """Return a reading as a line for the operator."""
    watts = said.whole_power_w
    direction = "giving" if watts < 0 else "taking"
    given = "--" if said.export_wh is None else kwh(said.whole_export_wh)
    return (
        f"taken {kwh(said.whole_import_wh)} kWh, given {given} kWh, "
        f"now {direction} {kilowatts(abs(watts))}"
    )


async def _probe(house: str, meter: MeterSettings, folder: Path | None) -> Probe:
    found = await find(house, meter, folder, SystemClock())
    reading = found.reading
    if reading and (not meter.profile or reading[0].meter is meter):
        first = reading[0]
        balancing = "" if first.plate is None else first.plate.balancing
        return Probe(profile=first.meter.profile, said=first.said, balancing=balancing)
    if found.is_denied or not meter.profile:
        denied = found.is_denied
        return Probe(profile=meter.profile, said=None, fault=found.fault, is_denied=denied)
    names = [attempt.meter.profile for attempt in reading]
    fits = f"; {' and '.join(names)} reads it: --profile {names[0]}" if names else ""
    return Probe(profile=meter.profile, said=None, fault=found.attempts[0].fault + fits)
