"""The meters' checks: every house's meter, asked once, or as the engine that asks them tells it."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

import msgspec

from console.cli import asking
from console.cli.checking.checks import Finding
from console.cli.meters.health import standing_still
from console.cli.meters.traits import traits
from console.cli.printing import local
from console.cli.questions import say
from console.clock import SystemClock
from console.config.metering import WITHOUT_ADDRESS
from console.errors import MeterError, MosaicError
from console.model.figures import UNKNOWN, kilowatts, kwh
from console.model.meter import MeterHealth, Plate
from console.model.reading import MeterState
from console.safe_text import safe_text
from console.settings import SIMULATED, Member, Settings
from console.sockets import sockets_of

AT_ONCE = 64
"""How many meters are asked at the same time."""

LONGEST_SECONDS = 70.0
"""The most that one meter may take in all, loop seconds; a profile allows a request at most 60."""

_MANY = 8


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at one house's meter came to."""

    house: str
    """The house's id."""
    profile: str
    """The meter's profile."""
    fault: str = ""
    """Why it is not as it must be; empty where it is."""
    plate: Plate | None = None
    """What it is; None where that is not known."""
    import_wh: int | None = None
    """Its import register, Wh; None where not known."""
    export_wh: int | None = None
    """Its export register, Wh; None where not known, or where it has none."""
    power_w: int | None = None
    """Its power, W, import positive; None where not known."""
    serial: str = ""
    """Its own id; empty where it tells none."""
    when: str = ""
    """When that was read, or how long it took, in words."""


def check_meters(settings: Settings) -> list[Finding]:
    """Look at every house's meter; simulated ones always answer, files are waited for.

    While an engine runs, it is asked and the meters are not: many serve one client alone. Those
    that it does not know yet are asked all the same.
    """
    simulated = sum(member.meter.profile == SIMULATED for member in settings.members)
    filed = [member.house.id for member in settings.members if member.meter.from_files]
    polled = [one for one in settings.members if one.meter.profile not in WITHOUT_ADDRESS]
    findings = []
    if simulated:
        text = f"{simulated} simulated; their energy is made up"
        findings.append(Finding(good=True, what="meters", text=text))
    told = _told_by_engine(settings) if polled or filed else {}
    findings += [_from_files(house, told.get(house)) for house in filed]
    left = [member for member in polled if member.house.id not in told]
    if len(left) > _MANY and sys.stderr.isatty():
        say(f"Asking {len(left)} meters ...")
    asked = {one.house: one for one in asyncio.run(_ask_all(left, settings))}
    looked = [(told | asked)[member.house.id] for member in polled]
    serials = Counter(one.serial for one in looked if one.serial)
    return findings + [
        _finding(one, [*_twice(member, polled), *_same(one, looked, serials)][:1])
        for member, one in zip(polled, looked, strict=True)
    ]


def _told_by_engine(settings: Settings) -> dict[str, Looked]:
    """What a running engine knows of the meters that it asks."""
    if not asking.answers(sockets_of(settings).operator):
        return {}
    try:
        meters = asking.command(settings, lambda client: client.meters())
    except MosaicError:
        # the finding on the engine tells why; the meters can still be asked
        return {}
    zone = ZoneInfo(settings.community.timezone)
    profiles = {member.house.id: member.meter.profile for member in settings.members}
    return {
        one.house: _looked(one, zone)
        for one in meters
        if one.state is not None and one.profile == profiles.get(one.house)
    }


def _looked(health: MeterHealth, zone: ZoneInfo) -> Looked:
    counted = health.counted
    fault = ""
    if health.state not in (MeterState.LIVE, MeterState.FILES):
        fault = f"{health.state}: {health.reason or 'no reading yet'}"
    elif counted is not None:
        fault = standing_still(counted)
    return Looked(
        house=health.house,
        profile=health.profile,
        fault=fault,
        plate=counted.plate if counted else None,
        import_wh=health.import_wh,
        export_wh=health.export_wh,
        power_w=health.power_w,
        serial=counted.serial if counted else "",
        when=_when(health, zone),
    )


def _when(health: MeterHealth, zone: ZoneInfo) -> str:
    if health.time is None:
        return ""
    how = "the newest is of" if health.state is MeterState.FILES else "read by the engine at"
    return f"{how} {local(health.time, zone)}"


async def _ask_all(members: Sequence[Member], settings: Settings) -> list[Looked]:
    room = asyncio.Semaphore(AT_ONCE)

    async def ask(member: Member) -> Looked:
        async with room:
            return await _ask(member, settings)

    return list(await asyncio.gather(*map(ask, members)))


async def _ask(member: Member, settings: Settings) -> Looked:
    from console.meters.configured import configured_meter

    house, profile = member.house.id, member.meter.profile
    loop = asyncio.get_running_loop()
    try:
        meter = configured_meter(house, member.meter, settings.profiles, SystemClock())
        try:
            began = loop.time()
            async with asyncio.timeout(LONGEST_SECONDS):
                said = await meter.read()
            milliseconds = round((loop.time() - began) * 1000)
        except TimeoutError:
            raise MeterError(f"no answer within {LONGEST_SECONDS:g} s") from None
        finally:
            await meter.close()
    except MosaicError as error:
        why = " ".join(filter(None, (f"{error.message}.", error.advice)))
        return Looked(house=house, profile=profile, fault=why)
    return Looked(
        house=house,
        profile=profile,
        plate=meter.plate,
        import_wh=said.whole_import_wh,
        export_wh=None if said.export_wh is None else said.whole_export_wh,
        power_w=said.whole_power_w,
        serial=said.serial,
        when=f"answered in {milliseconds} ms",
    )


def _from_files(house: str, told: Looked | None) -> Finding:
    """What is known of a house that nobody polls."""
    newest = ""
    if told is not None:
        newest = f"; {told.when}" if told.when else "; none came yet"
    text = f"its readings come from files, taken by mosaic import{newest}"
    return Finding(good=True, what=f"meter {house}", text=text)


def _twice(member: Member, members: Sequence[Member]) -> Iterator[str]:
    """Yield what is to be said of each other house that names the same meter."""
    for other in members:
        if other is not member and member.meter.is_also(other.meter):
            yield f"it is the meter of {safe_text(other.house.id, 32)} too: whose energy is it?"


def _same(one: Looked, looked: Sequence[Looked], serials: Counter[str]) -> Iterator[str]:
    """Yield what is to be said of each other meter that tells the same serial number."""
    if serials[one.serial] < 2:
        return
    for other in looked:
        if other.serial == one.serial and other is not one:
            house = safe_text(other.house, 32)
            yield f"its serial number is that of {house}'s meter: are they one?"


def _finding(one: Looked, same: Sequence[str]) -> Finding:
    doubts = [trait.sentence for trait in traits(one.plate)] if one.plate else []
    doubts += same
    lines = [_reading(one)] if one.import_wh is not None else []
    if one.fault:
        lines.insert(0, safe_text(one.fault, 380))
    return Finding(
        good=not one.fault,
        doubt=bool(doubts),
        what=f"meter {one.house}",
        text="\n".join([*lines, *doubts]),
    )


def _reading(one: Looked) -> str:
    taken, given = (UNKNOWN if wh is None else kwh(wh) for wh in (one.import_wh, one.export_wh))
    doing = "giving" if (one.power_w or 0) < 0 else "taking"
    power = kilowatts(None if one.power_w is None else abs(one.power_w))
    return (
        f"{safe_text(one.profile, 32)}: taken {taken} kWh, given {given} kWh, now {doing} {power}; "
        f"{one.when}"
    )
