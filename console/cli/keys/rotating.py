"""The rotating: shows what an exchange of the key means, makes the new key, has it begun."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from console.cli import asking
from console.cli.keys import passphrases
from console.cli.printing import local
from console.cli.questions import Questions, say
from console.errors import EngineAbsent, EngineError, Refused
from console.model.rotation import KeyNow, Rotate, Rotated
from console.safe_text import safe_text
from console.settings import Settings


def exchange(
    settings: Settings, questions: Questions, present_fd: int | None, new_fd: int | None
) -> int:
    """Show what it means, ask, make the new key and have the engine begin; return the exit status.

    The key itself never leaves this process but for its sealed file, which the engine opens.

    Args:
        settings: the settings.
        questions: what asks.
        present_fd: an inherited pipe with the present key's passphrase; None asks.
        new_fd: an inherited pipe with the new key's; None asks.

    Raises:
        EngineAbsent: no engine answers.
        Refused: the key cannot be exchanged now; with the reason.
        UsageError: there is nobody to ask and no `--yes`.
        KeyFileError: a key file cannot be read or written, or does not open.
    """
    questions.require_answers()
    now = _state(settings)
    zone = ZoneInfo(settings.community.timezone)
    say("\n".join(consequences(now, settings.key_file, zone)))
    if questions.asks and not questions.agree("Exchange the key?", default=False):
        return 1
    present = _present(settings, now, present_fd)
    say("The new key's passphrase opens the present key too from now on.")
    passphrase = passphrases.choose(questions, new_fd)
    account, place = _make(settings.key_file, questions, passphrase)
    command = Rotate(account=account, passphrase=passphrase, present=present)
    rotated = _begin(settings, command, place)
    typer.echo(
        f"From {local(rotated.edge, zone)} on account\n{rotated.account} signs.\n"
        "Its entries are final in a while; until then it signs nothing.\n"
        "The new passphrase holds from now on: change it wherever the engine's start\n"
        "takes it from."
    )
    return 0


def consequences(now: KeyNow, key_file: Path, zone: ZoneInfo) -> list[str]:
    """Return what exchanging the key means, as lines."""
    since = "the beginning" if now.since is None else local(now.since, zone)
    waiting = f"; {now.waiting} of them wait" if now.waiting else ""
    return [
        "The operator's key is exchanged for a new one.",
        f"  now     {safe_text(now.account)} signs,",
        f"          since {since}",
        f"  then    a new account signs, from the next edge on: {local(now.edge, zone)}",
        f"  before  all intervals stay the present key's{waiting}.",
        "          What was settled stays readable, what is under way is finished",
        "  files   the new key takes its place in",
        f"          {safe_text(key_file)};",
        "          the present one stays beside it, named after its account.",
        "          Keep both files, and the 24 words of both",
        "  after   each producer has a new mosaic; wallets stay as they are.",
        "          It is not undone",
    ]


def _state(settings: Settings) -> KeyNow:
    try:
        now = asking.command(settings, lambda client: client.key())
    except EngineAbsent as absent:
        raise EngineAbsent(
            f"{absent.message} The engine that holds the key exchanges it.",
            advice="Start one with mosaic run, then again: mosaic key rotate",
        ) from None
    if now.hindrance:
        raise Refused(now.hindrance, advice=now.advice)
    return now


def _present(settings: Settings, now: KeyNow, descriptor: int | None) -> str:
    """Return the present key's passphrase, tried here so that no words are shown in vain."""
    from console.chain.keystore import open_keystore

    if not now.sealed:
        return ""
    present = passphrases.present(descriptor, prompt="Present passphrase: ")
    open_keystore(settings.key_file, present)
    return present


def _make(key_file: Path, questions: Questions, passphrase: str) -> tuple[str, Path]:
    """Make the new key and its keystore beside the present one; return its account and place."""
    from console.chain.keyfile import KEY_SIZE, OperatorKey
    from console.chain.keyring import place_beside
    from console.chain.keystore import restore
    from console.chain.phrase import phrase_of

    phrase = phrase_of(seed := secrets.token_bytes(KEY_SIZE))
    passphrases.hand_over(questions, phrase)
    place = place_beside(key_file, OperatorKey(seed).public_key)
    return restore(place, phrase, passphrase), place


def _begin(settings: Settings, command: Rotate, place: Path) -> Rotated:
    try:
        return asking.command(settings, lambda client: client.rotate(command))
    except EngineError as error:
        if not _never_begun(settings, command.account):
            raise EngineError(
                f"{error.message} Keep the 24 words.",
                advice="Whether the exchange was begun is told by: mosaic doctor",
            ) from None
        with suppress(OSError):
            place.unlink()
        say("The 24 words that were shown are of no key: throw them away.")
        raise


def _never_begun(settings: Settings, account: str) -> bool:
    """Return whether the engine is sure not to have begun, so that a key will never sign."""
    try:
        now = asking.command(settings, lambda client: client.key())
    except EngineError:
        return False
    return account not in (now.coming, now.account)
