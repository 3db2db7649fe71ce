"""The application of all commands, and what `mosaic` alone does."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from inspect import cleandoc
from keyword import iskeyword
from types import ModuleType
from typing import Annotated

import typer

from console import __version__
from console.cli.options import Ascii, Calm, ConfigFile, Mouse, Theme

PANELS = {
    "The console and its engine": {
        "demo": "demo",
        "run": "engine",
        "watch": "engine",
        "engine": "engine",
        "stop": "engine",
        "status": "status",
    },
    "Set up": {
        "init": "init",
        "houses": "houses.commands",
        "meters": "meters.commands",
        "key": "keys.commands",
        "unlock": "keys.commands",
        "doctor": "checking.doctor",
    },
    "Settlement and ledger": {
        "settle": "settling.settle",
        "auto": "status",
        "ledger": "ledger",
        "verify": "checking.verify",
        "receipt": "bills.receipt",
        "compare": "settling.compare",
        "alarms": "alarms",
        "audit": "checking.audit",
    },
    "Bills": {
        "bills": "bills.bills",
        "payout": "bills.payout",
    },
    "Readings, recordings, copies": {
        "import": "files.importing",
        "record": "files.record",
        "replay": "replay",
        "backup": "backup",
        "restore": "backup",
    },
}
"""The module of each command, by the panel of the help in which it stands. The module's function
has the command's name, with a _ where that is a word of Python."""
GROUPS = ("houses", "meters", "key", "alarms", "record")
"""The commands that are groups of others: their modules hold an application."""


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
    every = not any(first in commands for commands in PANELS.values())
    for panel, commands in PANELS.items():
        for name, module in commands.items():
            if every or name == first:
                _add(app, name, _module(module), panel)
    return app


def _add(app: typer.Typer, name: str, module: ModuleType, panel: str) -> None:
    if name in GROUPS:
        for command in module.app.registered_commands:
            command.help = _flowing(command.callback.__doc__)
        app.add_typer(module.app, name=name, rich_help_panel=panel)
    else:
        function = getattr(module, _function(name))
        app.command(name, help=_flowing(function.__doc__), rich_help_panel=panel)(function)


def _flowing(text: str) -> str:
    """Return a docstring whose paragraphs break where the terminal does, not where the code did."""
    return "\n\n".join(" ".join(lines.split()) for lines in cleandoc(text).split("\n\n"))


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
