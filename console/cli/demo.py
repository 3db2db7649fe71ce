"""The demo: a simulated neighbourhood with nothing to set up."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from console.cli.attaching import attach, require_terminal
from console.cli.options import Ascii, AsJson, Calm, Mouse, Theme
from console.cli.printing import print_json, progress
from console.cli.summary import summary_lines
from console.errors import UsageError

if TYPE_CHECKING:
    from console.engine.playing.demo import DemoOptions


def demo(
    houses: Annotated[int, typer.Option(metavar="N", help="How many houses, 1 to 1000.")] = 12,
    speed: Annotated[
        float, typer.Option(metavar="X", help="How many times as fast as life its clock runs.")
    ] = 60.0,
    seed: Annotated[int, typer.Option(metavar="N", help="What the street is drawn by.")] = 1,
    season: Annotated[Literal["summer", "winter"], typer.Option(help="Which sun.")] = "summer",
    kiosk: Annotated[
        bool, typer.Option("--kiosk", help="The stand: visitors play; ctrl+x, then q ends it.")
    ] = False,
    headless: Annotated[
        bool, typer.Option("--headless", help="Without a screen, as fast as it goes.")
    ] = False,
    intervals: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="With --headless: how many whole intervals after the start.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    calm: Calm = False,
    ascii: Ascii = False,
    theme: Theme = "",
    mouse: Mouse = None,
) -> int:
    """The whole thing, simulated, private, with nothing to set up."""
    _check(headless=headless, intervals=intervals, as_json=as_json, kiosk=kiosk, speed=speed)
    if intervals is None:
        require_terminal("mosaic demo --headless --intervals 4")
    from console.engine.playing.demo import DemoOptions

    options = DemoOptions(houses=houses, speed=speed, seed=seed, season=season, kiosk=kiosk)
    if intervals is not None:
        return _headless(options, intervals, as_json=as_json)
    return _shown(options, ascii=ascii, calm=calm, theme=theme, mouse=mouse)


def _check(
    *, headless: bool, intervals: int | None, as_json: bool, kiosk: bool, speed: float
) -> None:
    if headless != (intervals is not None):
        raise UsageError("--headless and --intervals N belong together.")
    if as_json and not headless:
        raise UsageError("--json belongs to --headless.")
    if kiosk and headless:
        raise UsageError("--kiosk needs a screen, --headless has none.")
    if not 0.1 <= speed <= 100_000:
        raise UsageError(f"--speed must be from 0.1 to 100000, not {speed:g}.")


def _headless(options: DemoOptions, intervals: int, *, as_json: bool) -> int:
    from console.engine.playing.headless import run_demo

    summary = run_demo(options, intervals, progress())
    if as_json:
        print_json(summary)
    else:
        typer.echo(summary_lines(summary))
    return 0


def _shown(options: DemoOptions, *, ascii: bool, calm: bool, theme: str, mouse: bool | None) -> int:
    from console.engine.process.starter import DemoProcess

    process = DemoProcess(options)
    try:
        sys.stderr.write("Settling the day so far ...\n")
        return attach(
            process.wait().operator,
            ascii=ascii,
            calm=calm,
            theme=theme,
            mouse=mouse,
            kiosk=options.kiosk,
        )
    finally:
        process.close()
