"""The bills: the statements of a period, approved and marked as paid."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from console.cli import asking
from console.cli.attaching import is_plain
from console.cli.bills.approving import DECISIONS, decide, only, period_of
from console.cli.options import ConfigFile, settings_of
from console.clock import SystemClock
from console.errors import MosaicError, UsageError
from console.ledger import bill_files, bill_page, bill_table
from console.model.bill import Bills
from console.model.period import month_of
from console.safe_text import safe_text

Format = Literal["table", "json", "csv", "html"]


def _complete(context: typer.Context, incomplete: str) -> list[str]:
    """Return what may come next: what is decided, the two newest months, then a house."""
    words = tuple(context.params.get("words") or ())
    offered: list[str] = []
    if not words:
        offered = [*DECISIONS, *_months()]
    elif words[0] in DECISIONS:
        offered = _months() if len(words) == 1 else _houses(context) if len(words) == 2 else []
    return [word for word in offered if word.startswith(incomplete)]


def _complete_house(context: typer.Context, incomplete: str) -> list[str]:
    return [house for house in _houses(context) if house.startswith(incomplete)]


def _months() -> list[str]:
    month = month_of(SystemClock().now().date())
    return [month.name, month.previous.name]


def _houses(context: typer.Context) -> list[str]:
    try:
        settings = settings_of(context, context.params.get("config"))
    except MosaicError:
        return []
    return [house.id for house in settings.houses]


def bills(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="PERIOD | approve|paid PERIOD [HOUSE]",
            help="A period is 2026-06, 2026-W25 or 2026-06-01..2026-06-15.",
            show_default=False,
            autocompletion=_complete,
        ),
    ],
    house: Annotated[
        str,
        typer.Option(
            metavar="H",
            help="Only this house's statement.",
            show_default=False,
            autocompletion=_complete_house,
        ),
    ] = "",
    form: Annotated[Format, typer.Option("--format", help="How they are written.")] = "table",
    yes: Annotated[bool, typer.Option("--yes", help="approve, paid: do not ask.")] = False,
    config: ConfigFile = None,
) -> int:
    """The statements of a period, from the chain's final rows and the meters.

    `approve` keeps its drafts as they are: they never change again, what comes later is a
    correction of its own. `paid` says that approved bills are paid. Of all houses, or of one.
    """
    settings = settings_of(context, config)
    if words[0] in DECISIONS:
        return decide(settings, words, house, yes=yes)
    if len(words) > 1:
        raise UsageError(f'"{safe_text(words[1], 40)}" is one word too many.')
    period = period_of(words[0])
    found = asking.read(settings, lambda client: client.bills(period))
    chosen = only(found, house)
    for line in _lines(chosen, form, one=bool(house)):
        sys.stdout.write(line + "\n")
    sys.stdout.flush()
    return 0


def _lines(bills: Bills, form: Format, *, one: bool) -> list[str]:
    match form:
        case "json":
            return [bill_files.json_document(bills)]
        case "csv":
            return list(bill_files.csv_lines(bills))
        case "html":
            return [bill_page.page(bills, bills.bills).rstrip()]
        case _ if one:
            lines: list[str] = []
            for bill in bills.bills:
                lines += ["", *bill_table.statement_lines(bill, bills)]
            return lines[1:]
        case _:
            none = "-" if is_plain() else bill_table.NONE
            return list(bill_table.table_lines(bills, none=none))
