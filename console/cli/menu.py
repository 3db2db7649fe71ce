"""What `mosaic` alone does: attach, or offer the three ways to begin."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from console import __version__
from console.cli import asking
from console.cli.attaching import attach, require_terminal
from console.cli.checking.doctor import doctor
from console.cli.demo import demo
from console.cli.houses.commands import add
from console.cli.init import init
from console.cli.questions import say
from console.config import find, read
from console.errors import ConfigError, MosaicError
from console.sockets import sockets_of

_CHOICES = """Mosaic Console {version}: {reason}

  1  try the demo               mosaic demo
  2  set up my neighbourhood    {setup}
  3  help                       mosaic --help
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
    setup = "mosaic doctor" if source else "mosaic init"
    typer.echo(_CHOICES.format(version=__version__, reason=reason, setup=setup))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return 0
    answer = typer.prompt("1, 2 or 3, or enter to leave", default="", show_default=False)
    match answer.strip():
        case "1":
            return demo(ascii=ascii, calm=calm, theme=theme, mouse=mouse)
        case "2":
            return lead(context, source)
        case "3":
            typer.echo(context.get_help())
    return 0


def lead(context: typer.Context, source: Path | None) -> int:
    """Lead from wherever the setting up stands to its next step: the file, the houses, the start.

    Args:
        context: the command's.
        source: the configuration; None where there is none yet.
    """
    if source is None:
        if status := init(context):
            return status
        source = find()
    while not read(source).members or typer.confirm("Add another house?", default=False):
        name = typer.prompt(
            "\nName of a house, or enter to go on later", default="", show_default=False
        )
        if not name.strip():
            break
        try:
            add(context, name.strip(), config=source)
        except MosaicError as error:
            # a wrong turn with one house leads back to the question
            say(error.paragraph)
    return doctor(context, source)


def _found(config: Path | None) -> Path | None:
    try:
        return find(config)
    except ConfigError:
        if config is not None:
            raise
        return None
