"""The bills: the statements of a period."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import msgspec
import typer

from console.cli import asking
from console.cli.attaching import is_plain
from console.cli.options import ConfigFile, settings_of
from console.errors import UsageError
from console.ledger import bill_files, bill_page, bill_table
from console.model.bill import Bills
from console.model.period import Period
from console.safe_text import safe_text

Format = Literal["table", "json", "csv", "html"]


def bills(
    context: typer.Context,
    period: Annotated[
        str,
        typer.Argument(metavar="PERIOD", help="2026-06, 2026-W25 or 2026-06-01..2026-06-15."),
    ],
    house: Annotated[
        str, typer.Option(metavar="H", help="Only this house's statement.", show_default=False)
    ] = "",
    form: Annotated[Format, typer.Option("--format", help="How they are written.")] = "table",
    config: ConfigFile = None,
) -> int:
    """The statements of a period, from the chain's final rows and the meters."""
    try:
        Period.parse(period)
    except ValueError as error:
        raise UsageError(f'"{safe_text(period, 40)}": {error}.') from None
    settings = settings_of(context, config)
    found = asking.read(settings, lambda client: client.bills(period))
    chosen = _only(found, house)
    for line in _lines(chosen, form, one=bool(house)):
        sys.stdout.write(line + "\n")
    sys.stdout.flush()
    return 0


def _only(bills: Bills, house: str) -> Bills:
    if not house:
        return bills
    mine = tuple(bill for bill in bills.bills if bill.house == house)
    if not mine:
        raise UsageError(
            f'there is no house "{safe_text(house, 40)}".', advice="mosaic houses list names them."
        )
    return msgspec.structs.replace(bills, bills=mine)


def _lines(bills: Bills, form: Format, *, one: bool) -> list[str]:
    match form:
        case "json":
            return [bill_files.json_document(bills)]
        case "csv":
            return list(bill_files.csv_lines(bills))
        case "html":
            return [bill_page.page(bills, bills.bills).rstrip()]
        case _ if one:
            return list(bill_table.statement_lines(bills.bills[0], bills))
        case _:
            none = "-" if is_plain() else bill_table.NONE
            return list(bill_table.table_lines(bills, none=none))
