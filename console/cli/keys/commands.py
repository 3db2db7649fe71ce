"""The key's commands: unlock, and the sub-commands of `mosaic key`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from console.cli import asking
from console.cli.keys import passphrases
from console.cli.keys.passphrases import PassphraseFd
from console.cli.keys.rotating import exchange
from console.cli.options import ConfigFile, settings_of
from console.cli.questions import Questions
from console.errors import UsageError

MOST_BYTES = 4096
"""The longest key that is read from a pipe, bytes."""

app = typer.Typer(
    name="key",
    help="The operator's key: restored, sealed with a new passphrase, exchanged.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def unlock(
    context: typer.Context, config: ConfigFile = None, passphrase_fd: PassphraseFd = None
) -> int:
    """Give a locked engine its passphrase; it goes to the engine alone."""
    settings = settings_of(context, config)
    if not asking.command(settings, lambda client: client.status()).locked:
        typer.echo("The engine has its key.")
        return 0
    passphrase = passphrases.present(passphrase_fd)
    asking.command(settings, lambda client: client.unlock(passphrase))
    typer.echo("Unlocked: the engine settles again.")
    return 0


@app.command("import")
def import_(
    context: typer.Context,
    beside: Annotated[
        bool, typer.Option("--beside", help="Beside the key file: another operator's key.")
    ] = False,
    config: ConfigFile = None,
    passphrase_fd: PassphraseFd = None,
) -> int:
    """Seal a known key, from its 24 words or 64 hexadecimal digits at a prompt or through a pipe.

    It restores a lost keystore, gives a present one a new passphrase, and seals a plain key file:
    mosaic key import < operator.key. Another key than the present one is never overwritten.
    """
    settings = settings_of(context, config)
    from console.chain.keyring import restore_beside
    from console.chain.keystore import restore

    path, words, passphrase = settings.key_file, _key(), passphrases.new(passphrase_fd)
    if beside:
        place = restore_beside(path, words, passphrase)
        typer.echo(f"The key is sealed in {place}; the engine opens it at its next start.")
        return 0
    address = restore(path, words, passphrase)
    typer.echo(f"The key of account {address} is sealed in {path}.")
    return 0


@app.command()
def rotate(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    passphrase_fd: PassphraseFd = None,
    new_passphrase_fd: Annotated[
        int | None,
        typer.Option(
            "--new-passphrase-fd",
            metavar="N",
            min=0,
            help="Read the new key's passphrase from this inherited descriptor.",
            show_default=False,
        ),
    ] = None,
    config: ConfigFile = None,
) -> int:
    """Exchange the key for a new one, which signs from the next interval's edge on.

    What was settled stays readable, and what is under way is finished by the present key.
    """
    settings = settings_of(context, config)
    questions = Questions(
        yes=yes, otherwise="mosaic key rotate --yes --passphrase-fd N --new-passphrase-fd M"
    )
    return exchange(settings, questions, passphrase_fd, new_passphrase_fd)


def _key() -> str:
    """Return the words or digits of a key, never from the command's own words."""
    if sys.stdin.isatty():
        return passphrases.secret(
            "The 24 words or 64 digits (not shown): ", "mosaic key import < FILE"
        )
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = ""
    if not text.strip() or len(content) > MOST_BYTES:
        raise UsageError("what came through the pipe is no key.")
    return text
