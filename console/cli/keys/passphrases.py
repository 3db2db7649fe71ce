"""The passphrases: asked for at a prompt without an echo, or read from an inherited pipe."""

from __future__ import annotations

import os
import sys
from getpass import getpass
from typing import Annotated

import typer

from console.cli.questions import MOST_TRIES, Questions, say, show_until_enter
from console.errors import KeyFileError, UsageError
from console.settings import Settings

PassphraseFd = Annotated[
    int | None,
    typer.Option(
        "--passphrase-fd",
        metavar="N",
        min=0,
        help="Read the passphrase from this inherited descriptor instead of a prompt.",
        show_default=False,
    ),
]


def present(descriptor: int | None, *, prompt: str = "Passphrase: ") -> str:
    """Return the passphrase of a keystore that there is.

    Args:
        descriptor: an inherited pipe's number; None asks.
        prompt: what is asked.

    Raises:
        UsageError: there is neither a pipe nor a terminal.
    """
    if descriptor is not None:
        from console.engine.process.passphrase import read_pipe

        return read_pipe(descriptor)
    return secret(prompt, "--passphrase-fd N")


def new(descriptor: int | None) -> str:
    """Return the passphrase of a keystore that is made, asked for twice.

    Args:
        descriptor: an inherited pipe's number; None asks.

    Raises:
        UsageError: there is neither a pipe nor a terminal, or the two differ.
    """
    if descriptor is not None:
        return present(descriptor)
    first = present(None, prompt="New passphrase (8 characters or more): ")
    if first != present(None, prompt="The same once more: "):
        raise UsageError("the two passphrases differ.", advice="Nothing was changed; try again.")
    return first


def choose(questions: Questions, descriptor: int | None) -> str:
    """Return the passphrase of a new keystore, asked for again where it cannot be.

    Args:
        questions: tells whether there is somebody to ask.
        descriptor: an inherited pipe's number; None asks.

    Raises:
        UsageError: none was given that can be.
    """
    from console.chain.keystore import LEAST_CHARACTERS

    for left in reversed(range(MOST_TRIES)):
        try:
            passphrase = new(descriptor)
            if len(passphrase) < LEAST_CHARACTERS:
                raise UsageError(
                    f"the passphrase has less than {LEAST_CHARACTERS} characters.",
                    advice="Four or more random words are a good one.",
                )
            return passphrase
        except UsageError as error:
            if not (left and questions.asks and descriptor is None):
                raise
            say(error.paragraph)
    raise UsageError("no passphrase; nothing was changed.")


def hand_over(questions: Questions, phrase: str) -> None:
    """Show a backup phrase once to who is there, or print it for who asked to be asked nothing."""
    if questions.asks:
        show_once(phrase)
        return
    typer.echo(phrase)
    say(
        "These 24 words are the backup of the operator's key, shown this once: keep them on\n"
        "paper. Whoever has them has the key."
    )


def to_start(settings: Settings) -> str | None:
    """Return what opens the keystore of an engine that is to be started; None to leave it locked.

    It comes from a systemd credential or the environment where it is there, else from a prompt. A
    community that has neither a key nor a store yet gets its key here.

    Raises:
        KeyFileError: a community has lost its key, or its file is too open or damaged.
        UsageError: there is no terminal to ask at.
    """
    from console.chain.keystore import is_plain
    from console.engine.process.passphrase import given

    if not os.path.lexists(settings.key_file):
        return first_key(settings)
    if is_plain(settings.key_file):
        return None
    found = given(None)
    if found is not None:
        if found.warning:
            sys.stderr.write(f"{found.warning}\n")
        return found.passphrase
    return present(None, prompt="Passphrase (enter alone leaves the engine locked): ") or None


def first_key(settings: Settings) -> str:
    """Make a community's first key, show its backup phrase once, and return its passphrase.

    Raises:
        KeyFileError: the community had a key, or the keystore cannot be made.
        UsageError: there is no terminal to ask at.
    """
    from console.chain.keystore import create

    path = settings.key_file
    if (settings.engine.data / "store.db").exists():
        raise KeyFileError(
            f"there is no key at {path}, and {settings.community.id} has settled with one",
            advice="Restore it from its 24 words: mosaic key import",
        )
    sys.stderr.write(f"{settings.community.id} has no key yet: one is made now in {path}.\n")
    passphrase = new(None)
    create(path, passphrase, show_once)
    return passphrase


def show_once(phrase: str) -> None:
    """Show a backup phrase until enter is pressed, on a screen that leaves nothing behind."""
    words = phrase.split()
    rows = [
        "   ".join(f"{place + 1:2} {words[place]:<8}" for place in range(row, len(words), 6))
        for row in range(6)
    ]
    lines = (
        "The backup of the operator's key. Write these 24 words on paper, in this order:",
        "",
        *(f"  {row}" for row in rows),
        "",
        "They are shown this once. Who has them has the key; without them and without the",
        "passphrase nothing can ever be settled again.",
        "",
        "Press enter when they are written down: ",
    )
    show_until_enter("\n".join(lines))


def secret(prompt: str, otherwise: str) -> str:
    """Return what is typed at a prompt that shows nothing of it.

    Args:
        prompt: what is asked.
        otherwise: the option that does without a terminal.

    Raises:
        UsageError: there is no terminal, or nobody answers.
    """
    if not (sys.stderr.isatty() and (sys.stdin.isatty() or _has_terminal())):
        raise UsageError("there is no terminal to ask at.", advice=f"Without one: {otherwise}")
    from console.engine.process.hardening import forbid_dumps

    forbid_dumps()
    try:
        return getpass(prompt, stream=sys.stderr)
    except (EOFError, UnicodeDecodeError):
        raise UsageError("nothing was typed.", advice="Nothing was changed; try again.") from None


def _has_terminal() -> bool:
    """Return whether a prompt can be answered though the input is a pipe."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
