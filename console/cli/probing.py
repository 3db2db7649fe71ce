"""The probing: asks a meter once before it is added, and finds the profile that reads it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import msgspec

from console.clock import SystemClock
from console.config import values
from console.config.values import Wrong
from console.errors import MeterAbsent, MeterError, MosaicError
from console.meters.catalogue import load_table, profile_names
from console.meters.configured import configured_meter
from console.meters.measurement import Measurement
from console.model.figures import kilowatts, kwh
from console.settings import MeterSettings

_MOST_FAULTS = 3
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """What asking a meter came to."""

    profile: str
    """The profile that read it, or was wanted; empty where none fits."""
    said: Measurement | None
    """What it said; None where no profile read it."""
    fault: str = ""
    """Why it could not be read, in a sentence or more."""


def take_url(text: str) -> str:
    """Take a meter's address; one without a scheme is http.

    Raises:
        Wrong: it is no address.
    """
    if not text:
        raise Wrong("is needed: such as http://192.168.1.20")
    return values.meter_url(text if _SCHEME.match(text) else f"http://{text}")


def probe(house: str, url: str, wanted: str, folder: Path | None, secret: str = "") -> Probe:
    """Ask a meter once, by a profile or by each until one reads it.

    Args:
        house: the house's id.
        url: where it answers.
        wanted: the profile's name; empty tries them all.
        folder: a folder of profiles besides the program's own.
        secret: a `file:` or `env:` reference to its secret; empty without one.

    Raises:
        ConfigError: there is no such profile, the url is none of a meter, or the secret is not
            there.
    """
    return asyncio.run(_probe(house, url, wanted, folder, secret))


def reading_line(said: Measurement) -> str:
    """Return a reading as a line for the operator."""
    watts = said.whole_power_w
    direction = "giving" if watts < 0 else "taking"
    return (
        f"taken {kwh(said.whole_import_wh)} kWh, given {kwh(said.whole_export_wh)} kWh, "
        f"now {direction} {kilowatts(abs(watts))}"
    )


async def _probe(house: str, url: str, wanted: str, folder: Path | None, secret: str) -> Probe:
    first = MeterSettings(profile=wanted, url=url, secret=secret)
    others = [name for name in profile_names(folder) if name != wanted]
    # what needs a parameter cannot be guessed
    others = [name for name in others if not load_table(name, folder).params]
    tried: list[Probe] = []
    fitting: list[Probe] = []
    for name in [wanted, *others] if wanted else others:
        found, absent = await _ask(house, msgspec.structs.replace(first, profile=name), folder)
        if found.said is not None and (not wanted or name == wanted):
            return found
        (tried if found.said is None else fitting).append(found)
        if absent:
            break
    if not wanted:
        faults = list(dict.fromkeys(found.fault for found in tried))
        more = f"; and {len(faults) - _MOST_FAULTS} more" if len(faults) > _MOST_FAULTS else ""
        return Probe(profile="", said=None, fault="; ".join(faults[:_MOST_FAULTS]) + more)
    names = [found.profile for found in fitting]
    fits = f"; {' and '.join(names)} reads it: --profile {names[0]}" if names else ""
    return msgspec.structs.replace(tried[0], fault=tried[0].fault + fits)


async def _ask(house: str, settings: MeterSettings, folder: Path | None) -> tuple[Probe, bool]:
    """Return what asking came to, and whether nothing is there to be asked in another way."""
    meter = configured_meter(house, settings, folder, SystemClock())
    try:
        return Probe(profile=settings.profile, said=await meter.read()), False
    except MeterError as error:
        silent = Probe(profile=settings.profile, said=None, fault=_sentence(error))
        return silent, isinstance(error, MeterAbsent)
    finally:
        await meter.close()


def _sentence(error: MosaicError) -> str:
    return f"{error.message}. {error.advice}".rstrip(" .") if error.advice else error.message
