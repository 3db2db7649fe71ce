"""The replay: a recording settled from start to end on a private chain."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from console.cli.options import Ascii, AsJson, Calm, Mouse, Theme
from console.cli.printing import print_json, progress
from console.cli.summary import summary_lines
from console.errors import UsageError

_DECIMAL = "DECIMAL"
_SETTLING = ("minutes", "rule", "price", "retail", "feed_in", "matching", "keys")
"""The options that a configuration stands for."""


def replay(
    context: typer.Context,
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
    console: Annotated[
        bool, typer.Option("--console", help="Play it in the console: pause, step, back, on.")
    ] = False,
    speed: Annotated[
        float | None,
        typer.Option(
            metavar="X",
            help="With --console: recorded seconds in a real one; 60 where left out.",
            show_default=False,
        ),
    ] = None,
    at: Annotated[
        str,
        typer.Option(
            metavar="T",
            help="With --console: begin there: 13:15, 2026-11-23T13:15 (local) or ...T11:15Z.",
            show_default=False,
        ),
    ] = "",
    zone: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="With --console: whose days and clock; else the configuration's, or UTC.",
            show_default=False,
        ),
    ] = "",
    config: Annotated[
        Path | None,
        typer.Option(
            "-c",
            "--config",
            metavar="FILE",
            help="Settle by this configuration: its rules, prices, length and houses' names.",
            show_default=False,
        ),
    ] = None,
    calm: Calm = False,
    ascii: Ascii = False,
    theme: Theme = "",
    mouse: Mouse = None,
) -> int:
    """Settle a recording from start to end on a private embedded chain, to finality."""
    if as_json and ledger is not None and str(ledger) == "-":
        raise UsageError("--ledger - and --json would both write to standard output.")
    if console and (as_json or ledger is not None):
        raise UsageError("--console shows it; --json and --ledger are for a run without a screen.")
    if not console and (speed is not None or at or zone):
        raise UsageError("--speed, --at and --zone belong to --console.")
    named = config or (context.obj if isinstance(context.obj, Path) else None)
    if named is not None and (other := _given(context)):
        raise UsageError(f"{other} and -c both say how it is settled.", advice="Leave one out.")
    from console.engine.playing.recorded import ReplayOptions

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
        config=named,
    )
    if console:
        from console.cli.playing import Shown, play, zone_of
        from console.engine.playing.playback import PlayOptions

        options = msgspec.structs.replace(options, timezone=zone_of(named, zone))
        playing = PlayOptions(replay=options, speed=60.0 if speed is None else speed, at=at)
        return play(playing, Shown(ascii=ascii, calm=calm, theme=theme, mouse=mouse))
    from console.engine.playing.headless import run_replay

    summary = run_replay(options, progress())
    if as_json:
        print_json(summary)
    else:
        sys.stderr.write(summary_lines(summary) + "\n")
    return 0


def _given(context: typer.Context) -> str:
    """Return the first option that says how to settle; empty where none is given."""
    for name in _SETTLING:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            return f"--{name.replace('_', '-')}"
    return ""
