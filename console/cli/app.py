"""The application of all commands, and what `mosaic` alone does."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from types import ModuleType
from typing import Annotated

import typer

from console import __version__
from console.cli.options import Ascii, Calm, ConfigFile, Mouse, Theme

COMMANDS = {
    "demo": "demo",
    "run": "engine",
    "engine": "engine",
    "watch": "engine",
    "stop": "engine",
    "status": "status",
    "settle": "settle",
    "auto": "status",
    "ledger": "ledger",
    "replay": "replay",
    "import": "importing",
    "verify": "verify",
    "bills": "bills",
    "payout": "payout",
    "compare": "compare",
    "receipt": "receipt",
    "doctor": "doctor",
    "backup": "backup",
    "restore": "backup",
    "init": "init",
    "unlock": "keys",
    "audit": "audit",
}
"""The module of each command, whose function has the command's name, with a _ where that is a word
of Python; in the order of the help."""
GROUPS = {
    "key": "keys",
    "houses": "houses",
    "meters": "meters",
    "record": "record",
    "alarms": "alarms",
}
"""The module of each group of commands, which holds its application."""


def application(words: Sequence[str] = ()) -> typer.Typer:
    """Return the application of all commands, or of the one alone with which the words begin.

    What one command does not need is not loaded for it: a console has to start soon.

    Args:
        words: the command line after `mosaic`.
    """
    app = typer.Typer(
        name="mosaic",
        help="The control console of an energy community: meters in, fair settlement in mosaics, "
        "an honest ledger.",
        pretty_exceptions_enable=False,
    )
    app.callback(invoke_without_command=True)(alone)
    first = words[0] if words else ""
    every = first not in COMMANDS and first not in GROUPS
    for name, module in COMMANDS.items():
        if every or name == first:
            app.command(name)(getattr(_module(module), _function(name)))
    for name, module in GROUPS.items():
        if every or name == first:
            app.add_typer(_module(module).app, name=name)
    return app


def _function(name: str) -> str:
    return f"{name}_" if iskeyword(name) else name


def _module(name: str) -> ModuleType:
    return import_module(f"console.cli.{name}")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mosaic {__version__}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version."),
]


def alone(
    context: typer.Context,
    config: ConfigFile = None,
    calm: Calm = False,
    ascii: Ascii = False,
    theme: Theme = "",
    mouse: Mouse = None,
    version: Version = False,
) -> int | None:
    """Attach to the engine that answers; else offer the demo, the setting up, and help."""
    context.obj = config
    if context.invoked_subcommand is not None:
        return None
    from console.cli import menu

    return menu.offer(context, config, ascii=ascii, calm=calm, theme=theme, mouse=mouse)
