"""The replay: a recording settled from start to end on a private chain."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from console.cli.options import AsJson
from console.cli.printing import print_json, progress
from console.cli.summary import summary_lines
from console.errors import UsageError

_DECIMAL = "DECIMAL"


def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A recording, CSV with a header.")],
    minutes: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="The interval's length: 5, 15, 30 or 60; else the recording's own step.",
            show_default=False,
        ),
    ] = None,
    rule: Annotated[
        str, typer.Option(metavar="R", help="pro-rata, equal, static, static-rounds, priority.")
    ] = "pro-rata",
    price: Annotated[
        str,
        typer.Option(
            metavar="DECIMAL|mid-market|supply-demand",
            help="Per kWh; the latter two need the grid's prices.",
        ),
    ] = "0.1",
    retail: Annotated[
        str | None,
        typer.Option(metavar=_DECIMAL, help="What the grid charges.", show_default=False),
    ] = None,
    feed_in: Annotated[
        str | None, typer.Option(metavar=_DECIMAL, help="What the grid pays.", show_default=False)
    ] = None,
    matching: Annotated[
        Literal["pairs", "compact"], typer.Option(help="Who is paired with whom.")
    ] = "pairs",
    keys: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The shares of a static rule: lines of house,key.",
            show_default=False,
        ),
    ] = None,
    ledger: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT",
            help="Write the ledger as JSON lines; - is standard output.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Settle a recording from start to end on a private embedded chain, to finality."""
    if as_json and ledger is not None and str(ledger) == "-":
        raise UsageError("--ledger - and --json would both write to standard output.")
    from console.engine.headless import ReplayOptions, run_replay

    options = ReplayOptions(
        file=file,
        minutes=minutes,
        rule=rule,
        price=price,
        retail=retail,
        feed_in=feed_in,
        matching=matching,
        keys=keys,
        ledger=ledger,
    )
    summary = run_replay(options, progress())
    if as_json:
        print_json(summary)
    else:
        sys.stderr.write(summary_lines(summary) + "\n")
    return 0
