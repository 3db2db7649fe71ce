"""The ledger and its proof."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
import typer

from console.cli import asking
from console.cli.attaching import is_plain
from console.cli.options import ConfigFile, settings_of
from console.client import Client
from console.clock import SystemClock
from console.ledger.table import table_lines
from console.model.figures import kwh, money
from console.model.row import csv_lines, json_line
from console.model.view import LedgerPage, LedgerQuery, LedgerTotals
from console.times import parse_instant

Format = Literal["table", "jsonl", "csv"]

ROWS_A_PAGE = 1000
"""How many rows are asked for at once."""

_HOUSE = "H"
_TIME = "T"


def ledger(
    context: typer.Context,
    producer: Annotated[
        str, typer.Option(metavar=_HOUSE, help="Only this producer.", show_default=False)
    ] = "",
    consumer: Annotated[
        str, typer.Option(metavar=_HOUSE, help="Only this consumer.", show_default=False)
    ] = "",
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar=_TIME,
            help="Intervals from here on: 2026-11-23, 2026-11-23T12:15 (local) or ...T10:15Z.",
            show_default=False,
        ),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--to", metavar=_TIME, help="Intervals before here.", show_default=False),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How rows are written.")] = "table",
    config: ConfigFile = None,
) -> int:
    """The ledger, derived from the chain alone; oldest interval first."""
    settings = settings_of(context, config)
    zone = ZoneInfo(settings.community.timezone)
    today = SystemClock().now().astimezone(zone).date()
    query = LedgerQuery(
        producer=producer,
        consumer=consumer,
        start=parse_instant(start, zone, today) if start else None,
        end=parse_instant(end, zone, today) if end else None,
        rises=True,
        limit=ROWS_A_PAGE,
    )
    asking.read(settings, lambda client: _print_pages(client, query, form))
    return 0


async def _print_pages(client: Client, query: LedgerQuery, form: Format) -> None:
    written, first = 0, True
    progress = sys.stderr.isatty() and not sys.stdout.isatty()
    while True:
        page = await client.ledger(query)
        for line in _lines(page, form, first=first):
            sys.stdout.write(line + "\n")
        written += len(page.entries)
        if progress and (page.next or not first):
            whole = f" of {page.rows:,}" if page.rows is not None else ""
            sys.stderr.write(f"\r{written:,}{whole} rows" + "\n" * (not page.next))
            sys.stderr.flush()
        if not page.next:
            break
        first = False
        query = msgspec.structs.replace(query, after=page.next)
    if form == "table":
        totals = await client.ledger_totals(query)
        sys.stdout.write(_totals(totals, page) + "\n")
    sys.stdout.flush()


def _lines(page: LedgerPage, form: Format, *, first: bool) -> Iterator[str]:
    match form:
        case "jsonl":
            yield from map(json_line, page.entries)
            return
        case "csv":
            lines = csv_lines(page.entries)
        case _:
            lines = table_lines(page.entries, ascii_only=is_plain())
    header = next(lines)
    if first:
        yield header
    yield from lines


def _totals(totals: LedgerTotals, page: LedgerPage) -> str:
    currencies = {entry.currency for entry in page.entries}
    currency = f" {currencies.pop()}" if len(currencies) == 1 else ""
    return f"{totals.rows} rows, {kwh(totals.wh)} kWh, {money(totals.amount_nano)}{currency}"
