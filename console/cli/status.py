"""The status and the switch of automatic settlement."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer

from console.cli import asking
from console.cli.options import AsJson, ConfigFile, settings_of
from console.cli.printing import counted, left, local, print_json
from console.cli.questions import Questions, say
from console.model.apart import apart_sentence
from console.model.awaited import Awaited
from console.model.figures import UNKNOWN, kilowatts, kwh
from console.model.record import Taping
from console.model.view import Status
from console.safe_text import safe_text
from console.settings import Settings

_MOST_ALARMS = 8
"""So many alarms are named."""


def status(context: typer.Context, config: ConfigFile = None, as_json: AsJson = False) -> int:
    """What the top bar shows, in plain text."""
    settings = settings_of(context, config)
    found = asking.read(settings, lambda client: client.status())
    if as_json:
        print_json(found)
    else:
        typer.echo("\n".join(status_lines(found, ZoneInfo(settings.community.timezone))))
    return 0


def auto(
    context: typer.Context,
    switch: Annotated[Literal["on", "off"], typer.Argument(show_default=False)],
    config: ConfigFile = None,
) -> int:
    """Switch automatic settlement on or off; it is off until switched on."""
    settings = settings_of(context, config)
    if switch == "on" and not _agreed(settings):
        typer.echo("Nothing was changed.")
        return 1
    found = asking.command(settings, lambda client: client.auto(switch == "on"))
    typer.echo(f"Automatic settlement is {'on' if found.auto else 'off'}.")
    return 0


def _agreed(settings: Settings) -> bool:
    """Say which meters count each phase by itself, and ask where there is somebody to ask."""
    meters = asking.command(settings, lambda client: client.meters())
    apart = [one.house for one in meters if one.counted is not None and one.counted.plate.apart]
    if not apart:
        return True
    say(apart_sentence(apart))
    questions = Questions(yes=False, otherwise="mosaic auto on")
    asked = "Settle closed intervals by them all the same?"
    return questions.agree(asked, default=not questions.asks)


def status_lines(found: Status, zone: ZoneInfo) -> list[str]:
    """Return a status as lines, each a word and what it stands for."""
    name = safe_text(found.name) if found.name else found.community
    lines = [
        ("community", f"{name} ({found.community}), {found.mode}"),
        ("engine", _engine(found)),
        ("time", f"{local(found.now, zone)} {zone.key}"),
        ("settling", f"{'automatic' if found.auto else 'by hand'}{_locked(found)}"),
        ("interval", _interval(found, zone)),
        ("chain", f"block {found.height}, final {found.final_height}"),
        ("meters", _meters(found)),
        ("power", f"giving {kilowatts(found.giving_w)}, taking {kilowatts(found.taking_w)}"),
        ("alarms", _alarms(found)),
    ]
    lines += [("file", _awaited(one, zone)) for one in found.awaited]
    if found.revisions_due:
        count = f"{found.revisions_due} interval{'s' * (found.revisions_due > 1)}"
        lines.append(("revisions", f"{count} to be settled anew after later readings"))
    if found.open_wh:
        text = f"{kwh(found.open_wh)} kWh could not be taken back yet; taken when it is there again"
        lines.append(("open", text))
    if found.account_since is not None:
        since = local(found.account_since, zone)
        lines.append(("account", f"{safe_text(found.account)} signs since {since}"))
    if found.recording is not Taping.OFF:
        more = "" if found.recording is Taping.ON else "; why: mosaic record status"
        lines.append(("recording", f"{found.recording.value}{more}"))
    if found.halted:
        lines.append(("HALTED", safe_text(found.halted, 300)))
    return [f"{word:<10} {text}" for word, text in lines]


def _engine(found: Status) -> str:
    if not found.running:
        return "not running; this is what it stored last"
    return f"running, process {found.pid}, version {safe_text(found.version, 40)}"


def _meters(found: Status) -> str:
    if found.live is None:
        return f"{found.houses} houses, {UNKNOWN} while no engine asks their meters"
    waiting = f", {found.waiting} not asked yet" if found.waiting else ""
    files = f", {found.from_files} from files" if found.from_files else ""
    return f"{found.live} live, {found.stale} stale, {found.lost} lost{waiting}{files}"


def _alarms(found: Status) -> str:
    told = "; ".join(safe_text(alarm) for alarm in found.alarms[:_MOST_ALARMS]) or "none"
    more = len(found.alarms) - _MOST_ALARMS
    return f"{told}; {more} more: mosaic alarms" if more > 0 else told


def _awaited(one: Awaited, zone: ZoneInfo) -> str:
    waits = f"{counted(one.intervals, 'interval')} wait{'s' * (one.intervals == 1)}"
    return (
        f"{waits} for that of {one.house} since {local(one.since, zone)}; "
        f"settled without it from {local(one.until, zone)}"
    )


def _locked(found: Status) -> str:
    return ", LOCKED: no key, nothing new is settled" if found.locked else ""


def _interval(found: Status, zone: ZoneInfo) -> str:
    parts = []
    if found.open is not None:
        remaining = left(found.open.end - found.now)
        parts.append(f"{local(found.open.start, zone)} open, {remaining} left")
    if found.last is not None:
        start = local(found.last.interval.start, zone)
        parts.append(f"last {start} {found.last.state}, {found.last.rows} rows")
    return "; ".join(parts) or "none yet"
