"""The alarms: listed, acknowledged, shelved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from console.cli import asking
from console.cli.options import AsJson, ConfigFile, settings_of
from console.cli.printing import local, print_json
from console.client import Client
from console.clock import SystemClock
from console.errors import UsageError
from console.model.alarm import floods
from console.model.event import Alarm, AlarmState
from console.model.tending import Acknowledge, Shelve, Told, Unshelve
from console.safe_text import safe_text
from console.settings import Settings
from console.times import parse_duration, parse_instant

app = typer.Typer(help="What asks for an action: list, acknowledge, shelve.")

MOST_NAMED = 10_000
"""The widest range of numbers."""

_Tell = Callable[[Client, tuple[int, ...]], Awaitable[Told]]

Named = Annotated[
    list[str],
    typer.Argument(metavar="ID...", help="Numbers of alarms: 3, or 3-16.", show_default=False),
]


@app.callback(invoke_without_command=True)
def alarms(
    context: typer.Context,
    every: Annotated[
        bool, typer.Option("--all", help="Shelved ones too, and each alarm of a flood.")
    ] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> int | None:
    """The alarms that stand, those that nobody has seen first."""
    context.obj = config or context.obj
    if context.invoked_subcommand is not None:
        return None
    settings = settings_of(context, config)
    found = asking.read(settings, lambda client: client.alarms())
    if as_json:
        print_json(found)
    else:
        zone = ZoneInfo(settings.community.timezone)
        typer.echo("\n".join(alarm_lines(found, zone, every=every)))
    return 0


@app.command()
def ack(context: typer.Context, number: Named, config: ConfigFile = None) -> int:
    """Say that alarms were seen: by whom and when is kept."""
    return _command(
        settings_of(context, config),
        number,
        lambda client, numbers: client.acknowledge(Acknowledge(numbers=numbers)),
    )


@app.command()
def shelve(
    context: typer.Context,
    number: Named,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.", show_default=False)],
    span: Annotated[
        str, typer.Option("--for", metavar="SPAN", help="For how long: 30m, 1h, 2d.")
    ] = "",
    until: Annotated[
        str,
        typer.Option(
            metavar="T", help="Until when: 2026-11-23T12:15, 12:15 (local) or ...T10:15Z."
        ),
    ] = "",
    config: ConfigFile = None,
) -> int:
    """Put alarms aside, with a reason and an end; an hour where none is said."""
    if span and until:
        raise UsageError("say --for or --until, not both.")
    settings = settings_of(context, config)
    zone = ZoneInfo(settings.community.timezone)
    today = SystemClock().now().astimezone(zone).date()
    end = parse_instant(until, zone, today) if until else None
    seconds = None if end else int(parse_duration(span or "1h").total_seconds())
    return _command(
        settings,
        number,
        lambda client, numbers: client.shelve(
            Shelve(numbers=numbers, reason=reason, seconds=seconds, until=end)
        ),
    )


@app.command()
def unshelve(context: typer.Context, number: Named, config: ConfigFile = None) -> int:
    """Take alarms off the shelf before their time."""
    return _command(
        settings_of(context, config),
        number,
        lambda client, numbers: client.unshelve(Unshelve(numbers=numbers)),
    )


def alarm_lines(found: Sequence[Alarm], zone: ZoneInfo, *, every: bool = False) -> list[str]:
    """Return alarms as lines: a line of facts, what is wrong, what to do; a flood is one line.

    Args:
        found: the alarms, in order.
        zone: the community's zone.
        every: whether shelved ones are listed, and each alarm of a flood.
    """
    shelved = [alarm for alarm in found if alarm.state is AlarmState.SHELVED]
    standing = [alarm for alarm in found if alarm.state is not AlarmState.SHELVED]
    crowds = [] if every else floods(standing)
    crowded = {alarm.number for crowd in crowds for alarm in crowd}
    lines = [line for crowd in crowds for line in _flood_lines(crowd, zone)]
    for alarm in found if every else standing:
        if alarm.number not in crowded:
            lines += _lines(alarm, zone)
    waiting = sum(alarm.waits for alarm in standing)
    count = f"{len(standing)} alarm{'' if len(standing) == 1 else 's'}"
    return [*lines, f"{count}, {waiting} not acknowledged, {len(shelved)} shelved"]


def _lines(alarm: Alarm, zone: ZoneInfo) -> list[str]:
    often = f", {alarm.count} times" if alarm.count > 1 else ""
    over = f", over since {local(alarm.ended, zone)}" if alarm.ended else ""
    lines = [
        f"{alarm.number:>4}  {alarm.priority:<7} {safe_text(alarm.title, 60)} "
        f"since {local(alarm.since, zone)}{often}{over}: {_word(alarm, zone)}",
        f"      {safe_text(alarm.text, 200)}",
    ]
    return [*lines, f"      do: {safe_text(alarm.advice, 200)}"] if alarm.advice else lines


def _word(alarm: Alarm, zone: ZoneInfo) -> str:
    """Say who has seen it, or who put it aside, until when and why."""
    if alarm.shelved_until is not None:
        return (
            f"shelved until {local(alarm.shelved_until, zone)} by {safe_text(alarm.shelved_by)}, "
            f"{safe_text(alarm.shelved_reason, 120)}"
        )
    if alarm.acknowledged_at is None:
        return "not acknowledged"
    return f"seen by {safe_text(alarm.acknowledged_by)} {local(alarm.acknowledged_at, zone)}"


def _flood_lines(crowd: Sequence[Alarm], zone: ZoneInfo) -> list[str]:
    first, last = crowd[0], crowd[-1]
    numbers = sorted(alarm.number for alarm in crowd)
    waiting = sum(alarm.waits for alarm in crowd)
    return [
        f"{numbers[0]}-{numbers[-1]}  {len(crowd)} alarms came from {local(first.since, zone)} to "
        f"{_clock(last.since, zone)}: {waiting} not acknowledged",
        f"      first {safe_text(first.title, 60)}; look for one cause.   Each: --all",
    ]


def _clock(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%H:%M}"


def _command(settings: Settings, words: Sequence[str], tell: _Tell) -> int:
    wanted = _numbers(words)

    async def work(client: Client) -> Told:
        standing = {alarm.number for alarm in await client.alarms()}
        named = {span.start for span in wanted if len(span) == 1}
        ranged = {number for number in standing if any(number in span for span in wanted)}
        return await tell(client, tuple(sorted(named | ranged)))

    typer.echo(safe_text(asking.command(settings, work).text, 300))
    return 0


def _numbers(words: Iterable[str]) -> list[range]:
    """Return what was named; in a range only the alarms that stand are meant."""
    found = []
    for word in words:
        first, _, last = word.partition("-")
        if not all(each.isascii() and each.isdecimal() for each in (first, last or first)):
            raise UsageError(f'"{safe_text(word, 40)}" is no alarm.', advice="See: mosaic alarms")
        span = range(int(first[:12]), int((last or first)[:12]) + 1)
        if not 0 < len(span) <= MOST_NAMED:
            raise UsageError(f'"{safe_text(word, 40)}" is no range of alarms.')
        found.append(span)
    return found
