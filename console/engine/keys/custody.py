"""The custody: where an engine's keys come from, and the unlocking of one that is locked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from console.chain import keystore
from console.chain.keyfile import OperatorKey, load, load_or_create
from console.chain.keyring import Keyring, open_all
from console.engine.process.passphrase import Given
from console.errors import KeyFileError, Refused, WrongPassphrase
from console.settings import Settings

FIRST_WAIT_SECONDS = 1.0
"""How long the next passphrase is refused after a wrong one, loop time; doubled by each more."""

LONGEST_WAIT_SECONDS = 60.0
"""The longest of these waits, loop time."""


@dataclass(frozen=True)
class Custody:
    """An operator's key with those beside it, or its public part while it is locked."""

    public_key: bytes
    """The public key in the key file, 32 bytes."""
    keys: dict[bytes, OperatorKey]
    """The open keys by public key; empty while it is locked."""
    path: Path
    """The key file."""
    notes: tuple[str, ...] = ()
    """What the operator should know of how it came, each a sentence for the log."""

    @classmethod
    def of_throwaway(cls, settings: Settings) -> Custody:
        """Return a plain key, made where there is none: only for folders that are thrown away.

        Raises:
            KeyFileError: the file is too open, or cannot be made.
        """
        key = load_or_create(settings.key_file)
        return cls(key.public_key, {key.public_key: key}, settings.key_file)

    @classmethod
    def of_settings(cls, settings: Settings, given: Given | None) -> Custody:
        """Return the key of a configured engine; locked without its passphrase.

        A wrong passphrase locks it too: reading the meters must not hang on it.

        Args:
            settings: the settings.
            given: the passphrase that came with the start.

        Raises:
            KeyFileError: there is no key, or its file is too open or damaged.
        """
        path = settings.key_file
        if keystore.is_plain(path):
            key = load(path)
            note = f"the key in {path} is not sealed; seal it with: mosaic key import"
            return cls(key.public_key, {key.public_key: key}, path, (note,))
        public_key = keystore.public_part(path).public_key
        if given is None:
            return cls(public_key, {}, path, ("locked: give the passphrase with mosaic unlock",))
        notes = (given.warning,) if given.warning else ()
        try:
            opened = open_all(path, given.passphrase)
        except WrongPassphrase:
            wrong = f"locked: the passphrase from {given.source} does not open {path}"
            return cls(public_key, {}, path, (*notes, wrong))
        return cls(public_key, opened.keys, path, (*notes, *opened.notes))


class Lock:
    """Opens a locked engine's keystore, one passphrase at a time, each wrong one slower."""

    def __init__(self, path: Path) -> None:
        """Guard a keystore's file."""
        self._path = path
        self._busy = False
        self._wait = 0.0
        self._not_before = 0.0

    async def open(self, passphrase: str) -> Keyring:
        """Return the keys; half a second of work for each is done beside the loop.

        Raises:
            WrongPassphrase: it does not open with this passphrase.
            Refused: another is being tried, or a wrong one came a moment ago.
            KeyFileError: the file is too open or damaged.
        """
        loop = asyncio.get_running_loop()
        left = self._not_before - loop.time()
        if self._busy or left > 0:
            wait = f"{left:.0f} s" if left > 1 else "a moment"
            raise Refused(
                f"a passphrase was tried just now; wait {wait}, then try again.", advice=""
            )
        self._busy = True
        try:
            keys = await asyncio.to_thread(open_all, self._path, passphrase)
        except KeyFileError as error:
            self._wait = min(max(FIRST_WAIT_SECONDS, 2 * self._wait), LONGEST_WAIT_SECONDS)
            self._not_before = loop.time() + self._wait
            if not isinstance(error, WrongPassphrase):
                raise
            next_one = f"the next one is taken in {self._wait:.0f} s"
            raise WrongPassphrase(f"{error.message}; {next_one}") from None
        finally:
            self._busy = False
        self._wait = 0.0
        return keys
