"""The key's commands: unlock, and the sub-commands of `mosaic key`."""

from __future__ import annotations

import sys

import typer

from console.cli import asking, passphrases
from console.cli.options import ConfigFile, settings_of
from console.cli.passphrases import PassphraseFd
from console.errors import Refused, UsageError

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
    context: typer.Context, config: ConfigFile = None, passphrase_fd: PassphraseFd = None
) -> int:
    """Seal a known key, from its 24 words or 64 hexadecimal digits at a prompt or through a pipe.

    It restores a lost keystore, gives a present one a new passphrase, and seals a plain key file:
    mosaic key import < operator.key. Another key than the present one is never overwritten.
    """
    settings = settings_of(context, config)
    from console.chain.keystore import restore

    path = settings.key_file
    address = restore(path, _key(), passphrases.new(passphrase_fd))
    typer.echo(f"The key of account {address} is sealed in {path}.")
    return 0


@app.command()
def rotate(context: typer.Context, config: ConfigFile = None) -> int:
    """Exchange the key for a new one: not built, refused with the reason."""
    settings_of(context, config)
    raise Refused(
        "the producers' mosaics belong to the account of the key that made them, so with another "
        "key the ledger would have to be read from two accounts. That is not built.",
        advice="mosaic key import gives the same key a new passphrase. docs/keys.md says what to "
        "do about a key in wrong hands.",
    )


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
