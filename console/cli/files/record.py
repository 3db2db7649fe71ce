"""The record: what is polled, written into files that can be replayed."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from console.cli import asking
from console.cli.files.taping import write_tape
from console.cli.options import AsJson, ConfigFile, settings_of
from console.cli.printing import counted, print_json
from console.clock import SystemClock
from console.errors import UsageError
from console.model.record import Keep, Record, Recorded, Taping
from console.safe_text import safe_text
from console.times import parse_span

app = typer.Typer(help="What is polled, written into files that can be replayed.")

SHOWN = 20
"""How many of the newest files are listed."""

_DEFAULT = Keep()


@app.callback(invoke_without_command=True)
def record(
    context: typer.Context, config: ConfigFile = None, as_json: AsJson = False
) -> int | None:
    """What is polled, written into files that can be replayed; alone it says how that stands."""
    context.obj = config or context.obj
    if context.invoked_subcommand is not None:
        return None
    return status(context, config, as_json)


@app.command()
def on(
    context: typer.Context,
    days: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            max=3660,
            help=f"Keep so many days; {_DEFAULT.days} where never said.",
            show_default=False,
        ),
    ] = None,
    megabytes: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=10,
            max=1_000_000,
            help=f"Keep at most so much; {_DEFAULT.megabytes} where never said.",
            show_default=False,
        ),
    ] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> int:
    """Write each reading to the end of the day's file, from now on and over restarts."""
    settings = settings_of(context, config)
    keep = None
    if days is not None or megabytes is not None:
        before = asking.command(settings, lambda client: client.recorded()).keep
        keep = Keep(
            days=before.days if days is None else days,
            megabytes=before.megabytes if megabytes is None else megabytes,
        )
    found = asking.command(settings, lambda client: client.record(Record(on=True, keep=keep)))
    _print(found, as_json=as_json)
    return 0


@app.command()
def off(context: typer.Context, config: ConfigFile = None, as_json: AsJson = False) -> int:
    """Write no more; the files stay."""
    settings = settings_of(context, config)
    found = asking.command(settings, lambda client: client.record(Record(on=False)))
    _print(found, as_json=as_json)
    return 0


@app.command()
def status(context: typer.Context, config: ConfigFile = None, as_json: AsJson = False) -> int:
    """Whether it records, where the files lie, and which there are."""
    settings = settings_of(context, config)
    found = asking.read(settings, lambda client: client.recorded())
    _print(found, as_json=as_json)
    return 0


@app.command()
def export(
    context: typer.Context,
    period: Annotated[
        str,
        typer.Argument(
            metavar="PERIOD",
            help="2026-11, 2026-11-23, or 2026-11-23T12:00..2026-11-23T14:00, local or with Z.",
            show_default=False,
        ),
    ],
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A new file; - is standard output."),
    ],
    house: Annotated[
        str, typer.Option(metavar="H", help="Only this house.", show_default=False)
    ] = "",
    config: ConfigFile = None,
) -> int:
    """Write what is stored of a period into a file, whether it was recorded or not."""
    settings = settings_of(context, config)
    if house and house not in {one.id for one in settings.houses}:
        raise UsageError(f"there is no house {safe_text(house, 40)!r}.")
    zone = ZoneInfo(settings.community.timezone)
    start, end = parse_span(period, zone, SystemClock().now().astimezone(zone).date())
    rows = asking.read(settings, partial(write_tape, start=start, end=end, house=house, file=file))
    sys.stderr.write(f"{counted(rows, 'reading')} written.\n")
    return 0


def record_lines(found: Recorded) -> list[str]:
    """Return how recording stands as lines, each a word and what it stands for."""
    lines = [
        ("recording", _state(found)),
        ("folder", safe_text(found.folder, 300)),
        ("kept", f"{counted(found.keep.days, 'day')}, {found.keep.megabytes} MB at most"),
        *([("written", _written(found))] if found.running else []),
        ("files", _files(found)),
    ]
    newest = found.tapes[-SHOWN:]
    width = max((len(f"{tape.bytes:,}") for tape in newest), default=0)
    return [
        *(f"{word:<10} {text}" for word, text in lines),
        *(f"{'':<10} {safe_text(tape.name, 40):<18} {tape.bytes:>{width},} B" for tape in newest),
    ]


def _state(found: Recorded) -> str:
    if found.state is Taping.PAUSED:
        return f"paused: {safe_text(found.trouble, 300)}"
    if found.state is Taping.ON and not found.running:
        return "on, once an engine runs"
    return found.state.value


def _written(found: Recorded) -> str:
    lost = f", {found.lost} lost" if found.lost else ""
    return f"{counted(found.rows, 'reading')} since the engine began{lost}"


def _files(found: Recorded) -> str:
    if not found.tapes:
        return "none yet" if found.state is not Taping.OFF else "none"
    whole = sum(tape.bytes for tape in found.tapes)
    size = f"{whole / 1e6:.1f} MB" if whole >= 1e6 else f"{whole:,} B"
    older = len(found.tapes) - SHOWN
    shown = f", the newest {SHOWN} here" if older > 0 else ""
    return f"{len(found.tapes)}, {size} together{shown}"


def _print(found: Recorded, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        typer.echo("\n".join(record_lines(found)))
