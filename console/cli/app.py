"""The application of all commands, and what `mosaic` alone does."""

from __future__ import annotations

from typing import Annotated

import typer

from console import __version__
from console.cli import (
    alarms,
    audit,
    backup,
    bills,
    demo,
    doctor,
    engine,
    houses,
    init,
    keys,
    ledger,
    menu,
    meters,
    receipt,
    replay,
    settle,
    status,
)
from console.cli.options import Ascii, Calm, ConfigFile, Mouse, Theme

app = typer.Typer(
    name="mosaic",
    help="The control console of an energy community: meters in, fair settlement in mosaics, "
    "an honest ledger.",
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mosaic {__version__}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version."),
]


@app.callback(invoke_without_command=True)
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
    return menu.offer(context, config, ascii=ascii, calm=calm, theme=theme, mouse=mouse)


for _command in (
    demo.demo,
    engine.run,
    engine.engine,
    engine.watch,
    engine.stop,
    status.status,
    settle.settle,
    status.auto,
    ledger.ledger,
    replay.replay,
    ledger.verify,
    bills.bills,
    receipt.receipt,
    doctor.doctor,
    backup.backup,
    backup.restore,
    init.init,
    keys.unlock,
    audit.audit,
):
    app.command()(_command)

app.add_typer(keys.app, name="key")
app.add_typer(houses.app, name="houses")
app.add_typer(meters.app, name="meters")
app.add_typer(alarms.app, name="alarms")
