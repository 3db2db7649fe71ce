"""The verdicts: what a probe came to, as lines for the operator and as one document."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec

from console.cli.meters.answering import plain
from console.cli.meters.traits import APART, traits
from console.cli.meters.watching import Sight, Watched
from console.cli.printing import left
from console.meters.catalogue import shelf
from console.meters.configured import reaches
from console.meters.measurement import Measurement
from console.meters.probing.finding import Found
from console.model.figures import UNKNOWN
from console.model.meter import Plate
from console.model.probe import Fault, Flaw, Outcome, Verdict
from console.safe_text import safe_text
from console.settings import MeterSettings


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The newest reading."""

    import_wh: int
    """The import register, whole Wh."""
    export_wh: int | None
    """The export register, whole Wh; null where the meter has none."""
    power_w: int | float
    """The power, W, import positive."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A profile that reads the meter."""

    profile: str
    """Its name."""
    verified: bool
    """Whether a real meter's answer proves it."""
    register: str
    """Whose register it tells."""
    balancing: str
    """Whether phases are balanced before they are counted."""
    reading: Reading
    """What it read last."""
    verdict: Verdict
    """What can be said of it."""


class Probed(msgspec.Struct, frozen=True, kw_only=True):
    """What `meters probe --json` prints."""

    url: str
    """Where the meter answers."""
    outcome: Outcome
    """What can be said of it by the profile that fits best."""
    profile: str
    """That profile; empty where none reads it."""
    faults: tuple[Fault, ...]
    """What is wrong by that profile."""
    text: str
    """The outcome in a sentence."""
    candidates: tuple[Candidate, ...] = ()
    """Every profile that it was watched by, the best first."""
    others: tuple[str, ...] = ()
    """Other profiles that read it too, where the named one does so wrongly."""


def unread(url: str, wanted: str, found: Found, folder: Path | None) -> Probed:
    """Return what is told of a meter that no profile reads, or another one than was named.

    Args:
        url: where it answers.
        wanted: the profile that was named; empty where none was.
        found: what asking it came to.
        folder: a folder of profiles besides the program's own.
    """
    names = [attempt.meter.profile for attempt in found.reading]
    if names:
        why = found.attempts[0].fault
        fault = Fault(
            kind=Flaw.WRONG_PROFILE,
            text=f"{wanted} does not read it, {' and '.join(names)} does: {why}.",
            advice=f"Name that one: --profile {names[0]}",
        )
    else:
        by_name = wanted and not (found.is_denied or found.rest_seconds)
        why = found.attempts[0].fault if by_name else found.fault
        fault = Fault(
            kind=Flaw.UNREADABLE,
            text=f"No profile reads it: {why}" + ("" if why.endswith("?") else "."),
            advice=_ways(url, folder, found),
        )
    return Probed(
        url=url,
        outcome=Outcome.FAULT,
        profile=names[0] if names else "",
        faults=(fault,),
        text=fault.text,
    )


def probed(url: str, sight: Sight, others: tuple[str, ...] = ()) -> Probed:
    """Return what is told of a meter that was watched.

    Args:
        url: where it answers.
        sight: what was seen of it.
        others: other profiles that read it too.
    """
    ranked = sight.ranked
    best = ranked[0]
    verdict = best.watch.verdict
    return Probed(
        url=url,
        outcome=verdict.outcome,
        profile=best.way.meter.profile,
        faults=verdict.faults,
        text=verdict.text,
        candidates=tuple(_candidate(one) for one in ranked),
        others=others,
    )


def sight_lines(sight: Sight, width: int) -> list[str]:
    """Return what is seen of a meter while it is watched.

    Args:
        sight: what is seen.
        width: the terminal's, cells.
    """
    lines = []
    for one in sight.ranked:
        verdict = one.watch.verdict
        lines.append(
            f"{one.way.meter.profile}: {left(sight.passed)} of at most {left(sight.most)}, "
            f"{verdict.readings} readings"
        )
        if one.said is not None:
            lines += _table(one.said, verdict)
        trouble = one.watch.trouble
        text = f"No answer now: {trouble}." if trouble else verdict.text
        lines += _wrapped(text, width, "  ")
    return [*lines, "Ctrl-C ends it with what is known so far."]


def probed_lines(told: Probed, sight: Sight | None, width: int) -> Iterator[str]:
    """Yield what a probe came to.

    Args:
        told: what it came to.
        sight: what was seen of the meter; None where nothing reads it.
        width: the terminal's, cells.
    """
    if sight is None:
        yield from _faults(told.faults, width)
        return
    for one in sight.ranked:
        verdict = one.watch.verdict
        name, place = one.way.meter.profile, safe_text(told.url, 80)
        yield f"{name} at {place}: {verdict.readings} readings in {left(sight.passed)}"
        if one.said is not None:
            yield from _table(one.said, verdict)
        yield from _verdict(verdict, width)
        yield from _notes(one.way.plate, verdict, width)
    if told.others:
        names = ", ".join(told.others)
        yield from _wrapped(f"Read by others too: {names}. Probe it by one of those.", width, "")
    if told.outcome is Outcome.AGREES:
        yield _adding(sight.ranked[0].way.meter, told.profile)


def _verdict(verdict: Verdict, width: int) -> Iterator[str]:
    if verdict.faults:
        yield from _faults(verdict.faults, width)
    else:
        yield from _wrapped(verdict.text, width, "")


def _faults(faults: tuple[Fault, ...], width: int) -> Iterator[str]:
    for fault in faults:
        yield from _wrapped(f"! {fault.kind.value}: {fault.text}", width, "  ", first="")
        yield from _wrapped(fault.advice, width, "  ")


def _notes(plate: Plate | None, verdict: Verdict, width: int) -> Iterator[str]:
    named = any(fault.kind is Flaw.PER_PHASE for fault in verdict.faults)
    for trait in [] if plate is None else traits(plate):
        if trait is APART and named:
            continue
        yield from _wrapped(f"Note: {trait.sentence}.", width, "")


def _adding(meter: MeterSettings, profile: str) -> str:
    """Return the command that adds the meter's house."""
    words = ["mosaic houses add NAME --meter-url", safe_text(meter.url, 80), "--profile", profile]
    words += ["--secret", safe_text(meter.secret, 80)] if meter.secret else []
    for key, told in (("ca", meter.tls.ca), ("name", meter.tls.name), ("pin", meter.tls.pin)):
        words += ["--tls", safe_text(f"{key}={told}", 200)] if told else []
    for name, value in meter.params.items():
        words += ["--param", safe_text(f"{name}={value}", 100)]
    more = ", and its --generic as here" if meter.described else ""
    return f"Add its house: {' '.join(words)}{more}"


def _table(said: Measurement, verdict: Verdict) -> Iterator[str]:
    yield f"  {'':<7}{'register':>17}{'counted':>13}{'flowed':>13}"
    counted, flowed = verdict.counted, verdict.flowed
    yield _row("import", said.import_wh, counted.import_wh, flowed.import_wh)
    yield _row("export", said.export_wh, counted.export_wh, flowed.export_wh)
    watts = said.whole_power_w
    way = "giving" if watts < 0 else "taking"
    yield f"  {'power':<7}{f'{watts:+,} W':>17}  {way if watts else ''}".rstrip()


def _row(name: str, wh: Decimal | None, counted: float | None, flowed: float | None) -> str:
    register = UNKNOWN if wh is None else f"{wh / 1000:,.3f} kWh"
    cells = [UNKNOWN if one is None else f"{one:,.1f} Wh" for one in (counted, flowed)]
    return f"  {name:<7}{register:>17}{cells[0]:>13}{cells[1]:>13}"


def _wrapped(text: str, width: int, indent: str, first: str | None = None) -> list[str]:
    return textwrap.wrap(
        safe_text(text, 1000),
        max(40, width - 1),
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
    )


def _candidate(one: Watched) -> Candidate:
    said, plate, name = one.said, one.way.plate, one.way.meter.profile
    return Candidate(
        profile=name,
        verified=plate is not None and plate.verified,
        register="" if plate is None else plate.register,
        balancing="" if plate is None else plate.balancing,
        reading=Reading(
            import_wh=0 if said is None else said.whole_import_wh,
            export_wh=None if said is None or said.export_wh is None else said.whole_export_wh,
            power_w=0 if said is None else plain(said.power_w),
        ),
        verdict=one.watch.verdict,
    )


def _ways(url: str, folder: Path | None, found: Found) -> str:
    """Return what else can be tried where no profile reads a meter."""
    if found.is_denied:
        return "Its secret: --secret file:PATH or env:NAME; docs/meters.md says what it is."
    if found.rest_seconds:
        return "Probe it again then; until then nobody should ask it."
    tried = {attempt.meter.profile for attempt in found.attempts}
    known = shelf(folder)
    others = [
        name for name, table in known.tables.items() if name not in tried and reaches(table, url)
    ]
    ways = []
    if not others or any(attempt.is_absent for attempt in found.attempts):
        ways.append("Is the address right, is the meter on, and its local access allowed?")
    else:
        ways.append(
            f"Not tried, as they need parameters: {', '.join(others)}. Name them with --param "
            "NAME=VALUE; docs/meters.md says which."
        )
    if known.broken:
        ways.append(
            f"Not tried, as their files cannot be read: {', '.join(known.broken)}; "
            "mosaic meters profiles says why."
        )
    return " ".join(ways)
