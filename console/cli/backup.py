"""The backup's commands: backup and restore."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from console.cli import asking
from console.cli.options import AsJson, ConfigFile, settings_of
from console.cli.printing import print_json
from console.client import Client
from console.client.wire import failure
from console.clock import SystemClock
from console.errors import BackupError, EngineAbsent, EngineError, Refused, UsageError
from console.model.backup import Manifest
from console.safe_text import safe_text
from console.settings import Settings
from console.sockets import sockets_of

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", show_default=False)]


def backup(
    context: typer.Context, folder: Folder, as_json: AsJson = False, config: ConfigFile = None
) -> int:
    """Copy the store, the chain, the configuration and the sealed key to a folder, and prove them.

    A running engine makes it and goes on meanwhile. An earlier backup in the folder is replaced
    once the new one is proved.
    """
    settings = settings_of(context, config)
    absolute = folder.expanduser().absolute()
    try:
        manifest = asking.command(settings, lambda client: _followed(client, absolute))
    except EngineAbsent:
        manifest = _made_here(settings, absolute)
    if as_json:
        print_json(manifest)
        return 0
    typer.echo(f"Backup of {manifest.community} to block {manifest.height} in {absolute}")
    typer.echo(f"Put it back with: mosaic restore {absolute}")
    return 0


def restore(
    context: typer.Context,
    folder: Folder,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigFile = None,
) -> int:
    """Prove a backup and put it back; what is there is moved aside, never deleted."""
    settings = settings_of(context, config)
    if asking.answers(sockets_of(settings).operator):
        raise Refused(
            "an engine runs on this data folder.", advice="End it first with: mosaic stop"
        )
    from console.engine.backup.restoring import Restoring, plan_restore
    from console.engine.backup.restoring import restore as put_back
    from console.engine.process.lock import EngineLock
    from console.engine.serving.accounts import account_of

    lock = EngineLock.take(settings.engine.data)
    try:
        now = SystemClock().now()
        plan: Restoring = plan_restore(settings, folder.expanduser().absolute(), now, _say)
        _show(plan.manifest)
        for line in plan.sentences:
            typer.echo(f"  {safe_text(line, 400)}")
        if not yes and not _agreed():
            typer.echo("Nothing was changed.")
            return 1
        put_back(settings, plan, now, account_of(os.getuid()), _say)
    finally:
        lock.release()
    typer.echo("Restored. Start the engine with: mosaic run")
    return 0


async def _followed(client: Client, folder: Path) -> Manifest:
    async for step in client.backup(folder):
        if step.fault is not None:
            raise failure(step.fault)
        if step.manifest is not None:
            return step.manifest
        _say(step.text)
    raise EngineError(
        "the engine ended before the backup was whole; an earlier one in the folder still holds.",
        advice="Start it again, then: mosaic backup FOLDER",
    )


def _made_here(settings: Settings, folder: Path) -> Manifest:
    from console.engine.backup.making import make_backup
    from console.engine.process.lock import EngineLock

    if not settings.engine.data.is_dir():
        raise BackupError(
            f"there is no data folder {settings.engine.data}.",
            advice="Start an engine with: mosaic run",
        )
    lock = EngineLock.take(settings.engine.data)
    try:
        return make_backup(settings, folder, SystemClock().now(), _say)
    finally:
        lock.release()


def _show(manifest: Manifest) -> None:
    typer.echo(f"Backup of {manifest.community}, made {manifest.made:%Y-%m-%d %H:%M}Z:")
    typer.echo(f"  {manifest.intervals} intervals, chain to block {manifest.height}")


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("restoring replaces data; without a terminal to ask on it needs --yes.")
    return typer.confirm("Put it in place?", default=False)


def _say(text: str) -> None:
    typer.echo(safe_text(text, 400), err=True)
