"""The probing: asks a meter once before it is added, and finds the profile that reads it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import msgspec

from console.cli.printing import kilowatts, kwh
from console.config import values
from console.config.values import Wrong
from console.errors import MeterError, MosaicError
from console.meters.http import HttpMeter
from console.meters.measurement import Measurement
from console.meters.profile import load_profile, profile_names

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
    return values.url(text if _SCHEME.match(text) else f"http://{text}")


def probe(house: str, url: str, wanted: str, folder: Path | None) -> Probe:
    """Ask a meter once, by a profile or by each until one reads it.

    Args:
        house: the house's id.
        url: where it answers.
        wanted: the profile's name; empty tries them all.
        folder: a folder of profiles besides the program's own.

    Raises:
        ConfigError: there is no such profile, or the url is none of a meter.
    """
    return asyncio.run(_probe(house, url, wanted, folder))


def reading_line(said: Measurement) -> str:
    """Return a reading as a line for the operator."""
    watts = said.whole_power_w
    direction = "giving" if watts < 0 else "taking"
    return (
        f"taken {kwh(said.whole_import_wh)} kWh, given {kwh(said.whole_export_wh)} kWh, "
        f"now {direction} {kilowatts(abs(watts))}"
    )


async def _probe(house: str, url: str, wanted: str, folder: Path | None) -> Probe:
    names = [wanted] if wanted else profile_names(folder)
    tried = [await _ask(house, url, name, folder) for name in names]
    for found in tried:
        if found.said is not None:
            return found
    if not wanted:
        faults = dict.fromkeys(found.fault for found in tried)
        return Probe(profile="", said=None, fault="; ".join(faults))
    others = [name for name in profile_names(folder) if name != wanted]
    fitting = [name for name in others if (await _ask(house, url, name, folder)).said is not None]
    fits = f"; {' and '.join(fitting)} reads it: --profile {fitting[0]}" if fitting else ""
    return msgspec.structs.replace(tried[0], fault=tried[0].fault + fits)


async def _ask(house: str, url: str, name: str, folder: Path | None) -> Probe:
    meter = HttpMeter(house, load_profile(name, folder), url)
    try:
        return Probe(profile=name, said=await meter.read())
    except MeterError as error:
        return Probe(profile=name, said=None, fault=_sentence(error))
    finally:
        await meter.close()


def _sentence(error: MosaicError) -> str:
    return f"{error.message}. {error.advice}".rstrip(" .") if error.advice else error.message
