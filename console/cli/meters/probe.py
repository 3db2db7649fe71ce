"""The probe: a meter is watched live on the terminal, and what is wrong with it is named."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import typer

from console.cli import asking
from console.cli.meters.certificate import tls_of
from console.cli.meters.probing import take_url
from console.cli.meters.relaying import relay
from console.cli.meters.verdicts import Probed, probed, probed_lines, sight_lines, unread
from console.cli.meters.watching import MOST_WATCHED, Sight, look_for, watch
from console.cli.meters.words import described_of, params_of
from console.cli.printing import left, print_json
from console.cli.questions import Questions, say
from console.clock import Clock
from console.config import values
from console.config.metering import GENERIC, tls_settings
from console.config.values import Wrong
from console.errors import UsageError
from console.meters.configured import plate_of
from console.meters.probing.finding import Attempt, Found
from console.meters.probing.watch import USUAL_TIME, time_for
from console.model.probe import HouseProbe, Outcome
from console.safe_text import safe_text
from console.settings import SIMULATED, MeterSettings, Settings
from console.sockets import sockets_of

_WIDTH = 80


def meter_of(
    place: str,
    settings: Settings | None,
    *,
    profile: str,
    secret: str,
    tls: Sequence[str],
    params: Sequence[str],
    generic: Sequence[str],
) -> MeterSettings:
    """Return the meter that is meant: one at an address, or that of a house.

    Args:
        place: its address, or the id of a house in the configuration.
        settings: the configuration; None without one.
        profile: its profile; empty where nothing is said.
        secret: a reference to its secret; empty where nothing is said.
        tls: by what its certificate is believed, each `KEY=VALUE`.
        params: its parameters, each `NAME=VALUE`.
        generic: its expressions, each `KEY=VALUE`.

    Raises:
        UsageError: an option cannot be, or that house has no meter to ask.
    """
    members = () if settings is None else settings.members
    known = next((member.meter for member in members if member.house.id == place), None)
    described = described_of(generic)
    if described and profile not in ("", GENERIC):
        raise UsageError(f"--generic belongs to --profile {GENERIC}.")
    try:
        meter = known or MeterSettings(profile="", url=take_url(place))
    except Wrong as wrong:
        raise UsageError(f"URL {wrong}.") from None
    try:
        reference = values.secret(Path.cwd())(secret) if secret else meter.secret
    except Wrong as wrong:
        raise UsageError(f"--secret {wrong}.") from None
    if meter.profile == SIMULATED:
        raise UsageError(f"{place} is simulated: it has no meter that could be probed.")
    if meter.from_files:
        raise UsageError(
            f"{place} has no meter that could be probed: its readings come from files."
        )
    is_asked = any(member.meter.url == meter.url for member in members)
    if is_asked and settings is not None and asking.answers(sockets_of(settings).operator):
        say(
            "The engine asks this meter too: one that bears a single client may refuse either. "
            "The id of its house, without other words, is probed through the engine."
        )
    if described or (profile and profile != meter.profile):
        # what was said for another profile does not belong to this one
        meter = MeterSettings(
            profile=GENERIC if described else profile, url=meter.url, tls=meter.tls
        )
    return msgspec.structs.replace(
        meter,
        secret=reference,
        tls=tls_settings(tls_of(tls, Path.cwd()), Path()) if tls else meter.tls,
        params=params_of(params) or meter.params,
        described=described or meter.described,
    )


def probe_meter(
    meter: MeterSettings,
    folder: Path | None,
    clock: Clock,
    *,
    minutes: int | None,
    taking: bool | None,
    as_json: bool,
) -> int:
    """Probe a meter and print what it came to; return the exit status.

    Args:
        meter: where it answers; an empty profile tries all of them.
        folder: a folder of profiles besides the program's own.
        clock: when readings are taken.
        minutes: how long it is watched at most; None for as long as it needs.
        taking: whether its house surely takes power, or gives it; None where nobody knows.
        as_json: whether one JSON document is printed, and nothing else.

    Raises:
        ConfigError: there is no such profile, or what is said for it cannot be.
        MeterDenied: the meter refuses us while it is watched.
    """
    say(f"Asking {safe_text(meter.url, 200)} ...")
    found = look_for(meter, folder, clock)
    first = found.attempts[0] if found.attempts else None
    sight, ways = None, found.reading[:MOST_WATCHED]
    if ways and (not meter.profile or (first is not None and first.said is not None)):
        needed = max(time_for(way.plate) for way in ways if way.plate is not None)
        most = timedelta(minutes=minutes) if minutes else needed
        if needed > USUAL_TIME:
            say(f"Such a meter speaks seldom: it is watched for {left(most)} at most.")
        with _Live() as live:
            sight = watch(
                ways,
                folder,
                clock,
                most=most,
                taking=taking,
                shown=live.show,
            )
        if taking is None and not as_json:
            _ask_direction(sight)
        others = _others(meter, sight, folder, clock) if meter.profile else ()
        told = probed(meter.url, sight, others)
    else:
        told = unread(meter.url, meter.profile, found, folder)
    return _told(told, sight, as_json=as_json)


def read_by_engine(place: str, profile: str, settings: Settings | None) -> MeterSettings | None:
    """Return the meter of a house whose engine reads it by that profile now; None without one.

    Args:
        place: the id of a house; an address is none.
        profile: the profile that is wanted; empty for the house's own.
        settings: the configuration; None without one.
    """
    members = () if settings is None else settings.members
    meter = next((member.meter for member in members if member.house.id == place), None)
    if settings is None or meter is None or meter.profile == SIMULATED or meter.from_files:
        return None
    by_it = profile in ("", meter.profile)
    return meter if by_it and asking.answers(sockets_of(settings).operator) else None


def minutes_for(meter: MeterSettings, settings: Settings) -> int:
    """Return for how many minutes a house's meter is watched where nobody says.

    Args:
        meter: the house's.
        settings: the configuration of the engine that reads it.
    """
    period = timedelta(seconds=settings.engine.poll_seconds)
    return time_for(plate_of(meter, settings.profiles), period) // timedelta(minutes=1)


def probe_house(
    meter: MeterSettings, settings: Settings, clock: Clock, asked: HouseProbe, *, as_json: bool
) -> int:
    """Probe a house's meter by what its engine reads, and print what it came to.

    Args:
        meter: the house's.
        settings: the engine's configuration.
        clock: when this is.
        asked: whose meter, for how long, and what the house does.
        as_json: whether one JSON document is printed, and nothing else.

    Raises:
        EngineError: the engine refuses, or is of an earlier version.
    """
    say(f"The engine reads the meter of {asked.house}: it is watched by that ...")
    way = Attempt(meter=meter, plate=plate_of(meter, settings.profiles))
    with _Live() as live:
        sight = relay(sockets_of(settings).operator, asked, way, clock, shown=live.show)
    seen = sight.ranked[0]
    if seen.said is None:
        why = seen.watch.trouble or "the engine has no reading of it yet"
        absent = Attempt(meter=meter, fault=why, is_absent=True)
        told = unread(meter.url, meter.profile, Found(attempts=(absent,)), settings.profiles)
        return _told(told, None, as_json=as_json)
    if asked.taking is None and not as_json:
        _ask_direction(sight)
    return _told(probed(meter.url, sight), sight, as_json=as_json)


def _told(told: Probed, sight: Sight | None, *, as_json: bool) -> int:
    """Print what a probe came to; return the exit status."""
    if as_json:
        print_json(told)
    else:
        typer.echo("\n".join(probed_lines(told, sight, _width())))
    return 0 if told.outcome is Outcome.AGREES else 1


def _others(
    meter: MeterSettings, sight: Sight, folder: Path | None, clock: Clock
) -> tuple[str, ...]:
    """Return which other profiles read a meter that is not read rightly by the named one."""
    at_fault = sight.ranked[0].watch.verdict.outcome is Outcome.FAULT
    if not (at_fault and meter.url.startswith("http")):
        return ()
    found = look_for(msgspec.structs.replace(meter, profile="", described={}), folder, clock)
    names = (attempt.meter.profile for attempt in found.reading)
    return tuple(name for name in names if name != meter.profile)


def _ask_direction(sight: Sight) -> None:
    """Ask what the house does, where that alone tells what is wrong and somebody can be asked."""
    torn = [one.watch for one in sight.watched if one.watch.verdict.torn]
    questions = Questions(yes=False, otherwise="")
    if not (torn and questions.asks):
        return
    say("Power and registers run against each other: one of them is swapped.")
    taking = questions.take(
        "--now",
        None,
        "Does it take power now, or give it (taking, giving; enter: not known)",
        _take_direction,
    )
    if taking is not None:
        for one in torn:
            one.know(taking=taking)


def _take_direction(text: str) -> bool | None:
    if text not in ("", "taking", "giving"):
        raise Wrong("is neither taking nor giving")
    return text == "taking" if text else None


class _Live:
    """Some lines on standard error that are drawn again and again, and at last wiped away.

    Where that is no terminal nothing is drawn.
    """

    def __init__(self) -> None:
        self._draws = sys.stderr.isatty()
        self._lines = 0

    def __enter__(self) -> _Live:
        return self

    def __exit__(self, *_: object) -> None:
        self._wipe()
        sys.stderr.flush()

    def show(self, sight: Sight) -> None:
        """Draw what is seen in place of what was seen before."""
        if not self._draws:
            return
        self._wipe()
        room = max(1, shutil.get_terminal_size((_WIDTH, 24)).lines - 1)
        width = _width()
        # a line that a narrow terminal breaks could not be wiped again
        lines = [line[: width - 1] for line in sight_lines(sight, width)][:room]
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        sys.stderr.flush()
        self._lines = len(lines)

    def _wipe(self) -> None:
        if self._lines:
            sys.stderr.write(f"\x1b[{self._lines}F\x1b[J")
        self._lines = 0


def _width() -> int:
    return shutil.get_terminal_size((_WIDTH, 24)).columns
