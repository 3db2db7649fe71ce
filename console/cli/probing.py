"""The probing: asks a meter once before it is added, and finds the profile that reads it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from console.clock import SystemClock
from console.config import values
from console.config.values import Wrong
from console.errors import MeterAbsent, MeterError, MosaicError
from console.meters.catalogue import load_table, profile_names
from console.meters.configured import configured_meter, reaches
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
    balancing: str = ""
    """Whether phases are balanced before they are counted, as its profile says."""
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
    wanted = meter.profile
    others = [
        msgspec.structs.replace(meter, profile=name, params=params)
        for name in profile_names(folder)
        if name != wanted
        and reaches(load_table(name, folder), meter.url)
        and (params := _taken(name, meter.params, folder)) is not None
    ]
    tried: list[Probe] = []
    fitting: list[Probe] = []
    for asked in [meter, *others] if wanted else others:
        found, absent = await _ask(house, asked, folder)
        if found.said is not None and (not wanted or asked is meter):
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


def _taken(name: str, params: Mapping[str, str], folder: Path | None) -> dict[str, str] | None:
    """The parameters that a profile knows; None where it needs others, which cannot be guessed."""
    table = load_table(name, folder)
    known = (*table.params, *table.params_optional)
    taken = {key: value for key, value in params.items() if key in known}
    return taken if all(key in taken for key in table.params) else None


async def _ask(house: str, settings: MeterSettings, folder: Path | None) -> tuple[Probe, bool]:
    """Return what asking came to, and whether nothing is there to be asked in another way."""
    meter = configured_meter(house, settings, folder, SystemClock())
    try:
        balancing = meter.plate.balancing
        said = await meter.read()
        return Probe(profile=settings.profile, said=said, balancing=balancing), False
    except MeterError as error:
        silent = Probe(profile=settings.profile, said=None, fault=_sentence(error))
        return silent, isinstance(error, MeterAbsent)
    finally:
        await meter.close()


def _sentence(error: MosaicError) -> str:
    return f"{error.message}. {error.advice}".rstrip(" .") if error.advice else error.message
