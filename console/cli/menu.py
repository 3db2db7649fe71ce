"""What `mosaic` alone does: attach, or offer the three ways to begin."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from console import __version__
from console.cli import asking
from console.cli.attaching import attach, require_terminal
from console.cli.demo import demo
from console.config import find, read
from console.errors import ConfigError
from console.sockets import sockets_of

LEAST_CONFIG = """[community]
id = "lindenhof"
timezone = "Europe/Helsinki"
currency = "EUR"

[[house]]
id = "house1"
meter = { profile = "simulated" }
"""
"""The least that a configuration says."""

_CHOICES = """Mosaic Console {version}: {reason}

  1  try the demo               mosaic demo
  2  set up my neighbourhood    mosaic doctor
  3  help                       mosaic --help
"""

_SET_UP = """To set up a neighbourhood, write this into ./config.toml and change it: an id that
is never changed again, your time zone, and a [[house]] for every member with its meter.

{config}
Then: mosaic doctor says what is missing, and mosaic run starts.
"""

_SET_UP_GOES_ON = """Your configuration is {source}. mosaic doctor says what is missing,
and mosaic run starts.
"""


def offer(
    context: typer.Context,
    config: Path | None,
    *,
    ascii: bool,
    calm: bool,
    theme: str,
    mouse: bool | None,
) -> int:
    """Attach where an engine answers; else offer the demo, the setting up, and help.

    Raises:
        ConfigError: the configuration that was found says what cannot be.
    """
    source = _found(config)
    if source is not None:
        sockets = sockets_of(read(source))
        for socket in (sockets.operator, sockets.watch):
            if asking.answers(socket):
                require_terminal("mosaic status")
                return attach(socket, ascii=ascii, calm=calm, theme=theme, mouse=mouse)
    reason = "no engine is running." if source else "there is no configuration yet."
    typer.echo(_CHOICES.format(version=__version__, reason=reason))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return 0
    answer = typer.prompt("1, 2 or 3, or enter to leave", default="", show_default=False)
    match answer.strip():
        case "1":
            return demo(ascii=ascii, calm=calm, theme=theme, mouse=mouse)
        case "2" if source:
            typer.echo(_SET_UP_GOES_ON.format(source=source))
        case "2":
            typer.echo(_SET_UP.format(config=LEAST_CONFIG))
        case "3":
            typer.echo(context.get_help())
    return 0


def _found(config: Path | None) -> Path | None:
    try:
        return find(config)
    except ConfigError:
        if config is not None:
            raise
        return None
