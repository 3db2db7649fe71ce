"""The engine's commands: run, engine, watch, stop."""

from __future__ import annotations

import asyncio
import sys
from functools import partial

import typer

from console.cli import asking
from console.cli.attaching import attach, require_terminal
from console.cli.keys import passphrases
from console.cli.keys.passphrases import PassphraseFd
from console.cli.options import Ascii, Calm, ConfigFile, Mouse, Theme, settings_of
from console.client import Client
from console.errors import EngineAbsent, EngineError, KeyFileError
from console.settings import Settings
from console.sockets import sockets_of

LOOKS = 300
"""How often an engine that was told to end is looked for."""

LOOK_SECONDS = 0.1
"""The time between two looks, s."""

TRIES = 3
"""How often a passphrase is asked for again; u asks for it in the console too."""


def run(
    context: typer.Context,
    config: ConfigFile = None,
    calm: Calm = False,
    ascii: Ascii = False,
    theme: Theme = "",
    mouse: Mouse = None,
) -> int:
    """Show the console; start an engine first if none answers."""
    settings = settings_of(context, config)
    require_terminal("mosaic engine, and mosaic status")
    sockets = sockets_of(settings)
    if not asking.answers(sockets.operator):
        _start(settings)
    status = attach(sockets.operator, ascii=ascii, calm=calm, theme=theme, mouse=mouse)
    if asking.answers(sockets.operator):
        sys.stderr.write("The engine goes on. Come back: mosaic run. End it: mosaic stop\n")
    return status


def _start(settings: Settings) -> None:
    """Start an engine with what its operator knows of its key."""
    from console.engine.process.starter import start_detached

    passphrase = passphrases.to_start(settings)
    start_detached(settings, passphrase)
    if passphrase is not None:
        _open(settings)


def _open(settings: Settings) -> None:
    """Ask again while the passphrase does not open the keystore; the engine runs meanwhile."""
    if not asking.command(settings, lambda client: client.status()).locked:
        return
    sys.stderr.write(f"{settings.key_file} does not open with that. The engine runs, locked.\n")
    for _ in range(TRIES):
        again = passphrases.present(None, prompt="Again (enter alone leaves it locked): ")
        if not again:
            return
        try:
            asking.command(settings, partial(Client.unlock, passphrase=again))
        except (EngineError, KeyFileError) as error:
            sys.stderr.write(f"{error.paragraph}\n")
        else:
            return


def engine(
    context: typer.Context, config: ConfigFile = None, passphrase_fd: PassphraseFd = None
) -> int:
    """Run the engine alone, without a terminal, until it is stopped."""
    settings = settings_of(context, config)
    from console.engine.process.hardening import forbid_dumps
    from console.engine.process.passphrase import given
    from console.engine.process.runner import serve

    forbid_dumps()
    return serve(settings, given(passphrase_fd))


def watch(
    context: typer.Context,
    config: ConfigFile = None,
    calm: Calm = False,
    ascii: Ascii = False,
    theme: Theme = "",
    mouse: Mouse = None,
) -> int:
    """Show the console, read-only: its connection has no command."""
    settings = settings_of(context, config)
    require_terminal("mosaic status")
    socket = sockets_of(settings).watch
    if not asking.answers(socket):
        raise EngineAbsent(f"none answers at {socket}.")
    return attach(socket, ascii=ascii, calm=calm, theme=theme, mouse=mouse)


def stop(context: typer.Context, config: ConfigFile = None) -> int:
    """End the engine."""
    settings = settings_of(context, config)
    asking.command(settings, _end)
    typer.echo("The engine has ended.")
    return 0


async def _end(client: Client) -> None:
    await client.stop()
    for _ in range(LOOKS):
        if not await _answers(client):
            return
        await asyncio.sleep(LOOK_SECONDS)
    raise EngineError(
        f"it was told to end, and still answers after {LOOKS * LOOK_SECONDS:g} s.",
        advice="Look with: mosaic status",
    )


async def _answers(client: Client) -> bool:
    try:
        await client.status()
    except EngineAbsent:
        return False
    except EngineError:
        # an engine on its way out may fail to answer before it is gone
        return True
    return True
