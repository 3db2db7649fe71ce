"""The finding: which profiles read a meter, each asked once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import msgspec

from console.clock import Clock
from console.errors import (
    ConfigError,
    MeterAbsent,
    MeterBusy,
    MeterDenied,
    MeterError,
    MosaicError,
)
from console.meters.catalogue import shelf
from console.meters.configured import configured_meter, reaches
from console.meters.line import PolledMeter
from console.meters.measurement import Measurement
from console.meters.profile_schema import ProfileTable
from console.model.meter import Plate
from console.settings import MeterSettings

MOST_FAULTS = 3
"""Of so many different faults is told."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What asking a meter by one profile came to."""

    meter: MeterSettings
    """How it was asked."""
    plate: Plate | None = None
    """What that profile says of it; None where it cannot be asked so."""
    said: Measurement | None = None
    """What it said; None where the profile does not read it."""
    fault: str = ""
    """Why not, a sentence or two without the last stop."""
    is_absent: bool = False
    """Whether nothing is there that could be asked in another way."""
    is_denied: bool = False
    """Whether it answers, but refuses us."""
    rest_seconds: float = 0.0
    """How long it wants to be left alone, s."""

    @property
    def is_last(self) -> bool:
        """Whether it must not be asked in another way: it is absent, or wants to be left alone."""
        return self.is_absent or self.rest_seconds > 0


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What all the asking came to."""

    attempts: tuple[Attempt, ...]
    """In the order of asking; the wanted profile is the first."""

    @property
    def reading(self) -> list[Attempt]:
        """Those that read the meter."""
        return [attempt for attempt in self.attempts if attempt.said is not None]

    @property
    def is_denied(self) -> bool:
        """Whether it answers, but refuses us."""
        return any(attempt.is_denied for attempt in self.attempts)

    @property
    def rest_seconds(self) -> float:
        """How long it wants to be left alone, s."""
        return max((attempt.rest_seconds for attempt in self.attempts), default=0.0)

    @property
    def fault(self) -> str:
        """Why the others did not: that we must wait or are refused, else few of many.

        It is without the last stop.
        """
        if self.rest_seconds:
            return self.attempts[-1].fault
        if denied := [attempt.fault for attempt in self.attempts if attempt.is_denied]:
            return denied[0]
        failed = [attempt for attempt in self.attempts if attempt.said is None]
        faults = list(dict.fromkeys(attempt.fault for attempt in failed))
        more = f"; and {len(faults) - MOST_FAULTS} more" if len(faults) > MOST_FAULTS else ""
        return "; ".join(faults[:MOST_FAULTS]) + more


async def find(
    house: str, meter: MeterSettings, folder: Path | None, clock: Clock, *, every: bool = False
) -> Found:
    """Ask a meter by its profile, and where that does not read it, by every other one.

    Args:
        house: the house's id.
        meter: where it answers, its secret and parameters; an empty profile tries them all, each
            with the parameters that it knows.
        folder: a folder of profiles besides the program's own.
        clock: by which messages are stamped.
        every: whether all are tried although one reads it, where none is wanted.

    Raises:
        ConfigError: there is no such profile, or what is said for it cannot be.
    """
    if not meter.profile:
        attempts = await _try_all(house, _others(meter, folder), folder, clock, every=every)
        return Found(attempts=tuple(attempts))
    wanted = await _ask(configured_meter(house, meter, folder, clock), meter)
    if wanted.said is not None or wanted.is_last:
        return Found(attempts=(wanted,))
    others = await _try_all(house, _others(meter, folder), folder, clock, every=True)
    return Found(attempts=(wanted, *others))


async def _try_all(
    house: str, ways: list[MeterSettings], folder: Path | None, clock: Clock, *, every: bool
) -> list[Attempt]:
    tried: list[Attempt] = []
    refused: list[ConfigError] = []
    made: list[tuple[PolledMeter, MeterSettings]] = []
    for way in ways:
        try:
            made.append((configured_meter(house, way, folder, clock), way))
        except ConfigError as error:
            refused.append(error)
            tried.append(Attempt(meter=way, fault=_sentence(error)))
    if refused and not made:
        # what is wrong lies not in the profiles, but in what was said of the meter
        raise refused[0]
    if made and _is_shared(made[0][1]):
        return tried + await _hear_all(made)
    for one in made:
        # what answers a question does not speak by itself as well, and need not be waited for
        if one[0].listens and any(attempt.said is not None for attempt in tried):
            break
        tried.append(await _ask(*one))
        # who speaks by itself may speak to one of us alone, and need not be heard twice
        enough = tried[-1].said is not None and (one[0].listens or not every)
        if tried[-1].is_last or enough:
            break
    return tried


async def _hear_all(made: list[tuple[PolledMeter, MeterSettings]]) -> list[Attempt]:
    """Listen in all ways at once until a message is read; who reads it too is done then."""
    hearing = [asyncio.ensure_future(_ask(*one)) for one in made]
    waiting = set(hearing)
    while waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if any(task.result().said is not None for task in done):
            break
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    return [task.result() for task in hearing if not task.cancelled()]


def _is_shared(meter: MeterSettings) -> bool:
    """Return whether all may listen at once; a device itself bears one connection at a time."""
    return meter.url.startswith("mqtt")


async def _ask(asked: PolledMeter, way: MeterSettings) -> Attempt:
    try:
        return Attempt(meter=way, plate=asked.plate, said=await asked.read())
    except MeterError as error:
        return Attempt(
            meter=way,
            plate=asked.plate,
            fault=_fault(error, way),
            is_absent=isinstance(error, MeterAbsent),
            is_denied=isinstance(error, MeterDenied),
            rest_seconds=error.seconds if isinstance(error, MeterBusy) else 0.0,
        )
    finally:
        await asked.close()


def _others(meter: MeterSettings, folder: Path | None) -> list[MeterSettings]:
    """Return the same meter by every other profile that takes its parameters."""
    tables = {
        name: table
        for name, table in shelf(folder).tables.items()
        if name != meter.profile and reaches(table, meter.url)
    }
    return [
        msgspec.structs.replace(meter, profile=name, params=params, described={})
        # what answers at once is asked first; who speaks by itself must be waited for
        for name in sorted(tables, key=lambda name: tables[name].p1 is not None)
        if (params := _taken(tables[name], meter.params)) is not None
    ]


def _taken(table: ProfileTable, params: Mapping[str, str]) -> dict[str, str] | None:
    """Return the parameters that a profile knows; None where it needs others."""
    known = (*table.params, *table.params_optional)
    taken = {key: value for key, value in params.items() if key in known}
    return taken if all(key in taken for key in table.params) else None


def _fault(error: MeterError, way: MeterSettings) -> str:
    match error:
        case MeterDenied():
            return _refusal(error, way)
        case MeterBusy():
            return f"{error.message} and asks to be left alone for {error.seconds:.0f} s"
    return _sentence(error)


def _refusal(error: MeterDenied, way: MeterSettings) -> str:
    given = "Its secret may be wrong" if way.secret else "It may need its secret"
    return f"{error.message}. {given}, or local access is off in the meter's own app"


def _sentence(error: MosaicError) -> str:
    return f"{error.message}. {error.advice}".rstrip(" .") if error.advice else error.message
