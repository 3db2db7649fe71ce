"""The import: a file of readings shown with what it would change, then taken by the engine."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer

from console.cli import asking
from console.cli.files import layouts
from console.cli.files.imported import imported_lines
from console.cli.options import AsJson, ConfigFile, settings_of
from console.cli.printing import print_json, progress
from console.client import Client
from console.client.wire import failure
from console.errors import EngineAbsent, EngineError, UsageError
from console.meters.files.houses import Houses
from console.meters.files.layout import Layout
from console.meters.files.reading import read_file
from console.meters.files.table import Table, together
from console.model.importing import ROWS_A_LINE, Heading, Imported, Row, Rows
from console.settings import Settings
from console.sockets import sockets_of

_LONG = 2_000_000
_NO_ENGINE = "Only an engine writes the store: start one with mosaic run, then import the file."


def import_(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="A recording, a table of intervals (CSV), or Green Button (XML)."
        ),
    ],
    houses: Annotated[
        list[str] | None,
        typer.Option(
            "--house",
            metavar="NAME=ID",
            help="Which house a name of the file means; NAME=- leaves it out, ID alone is for a "
            "file of one house. Without, names are ids.",
            show_default=False,
        ),
    ] = None,
    minutes: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="How long each row of energy lasts; else the file's own step.",
            show_default=False,
            min=1,
            max=60,
        ),
    ] = None,
    start: layouts.Start = "",
    end: layouts.End = "",
    imports: layouts.Import = "",
    exports: layouts.Export = "",
    energy: layouts.Energy = "",
    direction: layouts.Direction = "",
    given: layouts.Given = None,
    house_column: layouts.HouseColumn = "",
    quality: layouts.QualityColumn = "",
    word: layouts.Word = None,
    unit: layouts.Unit = "",
    zone: layouts.Zone = "",
    dates: layouts.Dates = "ymd",
    decimal: layouts.Decimal = "point",
    repeated_hour: layouts.Repeated = "refuse",
    spread: Annotated[
        bool,
        typer.Option(
            "--spread",
            help="Spread rows longer than an interval evenly, flagged as estimates.",
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> int:
    """Take readings from files: show what they add and where they differ, ask, then store them.

    What the meters said stays as it is; a file fills what they left out. Settled intervals that it
    changes are revised. The same file once more changes nothing. Files that follow each other are
    best taken at once, as are a house's import and export that stand in two files.
    """
    settings = settings_of(context, config)
    known = [house.id for house in settings.houses]
    if not asking.answers(sockets_of(settings).operator):
        raise EngineAbsent(f"none answers for {settings.community.id}.", advice=_NO_ENGINE)
    layout = Layout(
        start=start,
        end=end,
        imports=imports,
        exports=exports,
        energy=energy,
        direction=direction,
        house=house_column,
        quality=quality,
        unit=unit,
        zone=zone,
        dates=dates,
        decimal=decimal,
        minutes=minutes,
        repeated=repeated_hour,
        words=tuple(word or ()),
    )
    if twice := {*files} & {*(given or ())}:
        raise UsageError(f"{min(twice)} cannot be what was taken and, by --given, what was given.")
    taken_layout, given_layout = layout.halves if given else (layout, layout)
    read = [(file, taken_layout) for file in files]
    read += [(file, given_layout) for file in given or ()]
    named = [(file, Houses(str(file), houses or (), known), one) for file, one in read]
    _begin([file for file, _ in read])
    table = together([read_file(*one) for one in named])
    table.spread = spread
    found = asking.command(settings, lambda client: followed(client, table))
    if not as_json:
        local_zone = ZoneInfo(settings.community.timezone)
        typer.echo("\n".join(imported_lines(found, local_zone, table)))
    if not dry_run and found.readings:
        if not yes and not _agreed(found, err=as_json):
            typer.echo("Nothing was changed.", err=as_json)
            return 1
        found = _taken(settings, table, found, err=as_json)
    if as_json:
        print_json(found)
    return 1 if found.differing else 0


def _begin(files: Sequence[Path]) -> None:
    """Tell on a terminal that long files are read."""
    with suppress(OSError):
        size = sum(file.stat().st_size for file in files)
        if sys.stderr.isatty() and size > _LONG:
            sys.stderr.write(f"Reading {size // 1_000_000} MB\n")


def _taken(settings: Settings, table: Table, shown: Imported, *, err: bool) -> Imported:
    taken = asking.command(settings, lambda client: followed(client, table, shown.token))
    word = "reading" if taken.readings == 1 else "readings"
    typer.echo(f"{taken.readings} {word} added.", err=err)
    if taken.settled or taken.waiting:
        typer.echo("What follows from them is told by: mosaic status", err=err)
    return taken


async def followed(client: Client, table: Table, token: str = "") -> Imported:
    """Have a table looked at, or taken where a token is given; show how far it is.

    Raises:
        EngineError: the engine refuses it, or ends before.
    """
    show = _shown()
    async for step in client.import_rows(_lines(table), token):
        if step.fault is not None:
            raise failure(step.fault)
        if step.result is not None:
            return step.result
        if step.of:
            show(step.what, step.done, step.of)
    raise EngineError(
        "the engine ended before the file was through.",
        advice="Start it again, then import the file once more: what is in is not added twice.",
    )


def _shown() -> Callable[[str, int, int], None]:
    """Return what shows progress, a counter for each thing that is counted."""
    counters: dict[str, Callable[[int, int], None]] = {}

    def show(what: str, done: int, of: int) -> None:
        counters.setdefault(what, progress(what))(done, of)

    return show


async def _lines(table: Table) -> AsyncIterator[bytes]:
    """Yield a table as the lines that are sent."""
    heading = Heading(
        files=tuple(Path(file).name for file in table.files),
        registers=table.registers,
        resolution_wh=table.resolution_wh,
        spread=table.spread,
    )
    yield msgspec.json.encode(heading) + b"\n"
    for index, house in enumerate(table.houses):
        for rows in _some(table.rows(index)):
            yield msgspec.json.encode(Rows(house=house, rows=tuple(rows))) + b"\n"


def _some(rows: Iterator[Row]) -> Iterator[list[Row]]:
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == ROWS_A_LINE:
            yield part
            part = []
    if part:
        yield part


def _agreed(found: Imported, *, err: bool) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(
            "importing changes the store; without a terminal to ask on it needs --yes."
        )
    word = "this reading" if found.readings == 1 else f"these {found.readings} readings"
    return typer.confirm(f"Add {word}?", default=False, err=err)
