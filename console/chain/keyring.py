"""The keyring: the present keystore and, beside it, those of the community's other operators.

The file of another operator is named after the key file and the account, as in
`operator.key.TC…`. It is kept for as long as anything that key signed is to be proved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from console.chain import keystore
from console.chain.keyfile import OperatorKey
from console.errors import KeyFileError, WrongPassphrase
from console.model.operator import MOST_OPERATORS

_ACCOUNT = re.compile(r"[A-Z2-7]{39}", re.ASCII)


class Keyring(msgspec.Struct, frozen=True):
    """The keys that one passphrase opens."""

    keys: dict[bytes, OperatorKey]
    """By public key; that of the key file among them."""
    notes: tuple[str, ...] = ()
    """What the operator should know of the files beside it, each a sentence for the log."""


def place_beside(path: Path, public_key: bytes) -> Path:
    """Return where the keystore of another operator lies.

    Args:
        path: the key file.
        public_key: that operator's public key (32 bytes).
    """
    address = keystore.PublicPart(public_key=public_key).address()
    return path.with_name(f"{path.name}.{address}")


def files_beside(path: Path) -> Iterator[Path]:
    """Yield the files beside a key file that are named after an account, in order of names."""
    named = (file for file in path.parent.glob(f"{path.name}.*") if _is_named(path, file))
    yield from sorted(named)[:MOST_OPERATORS]


def open_all(path: Path, passphrase: str) -> Keyring:
    """Open a key file and what lies beside it; each takes about half a second and 128 MiB.

    Raises:
        WrongPassphrase: the key file does not open with it.
        KeyFileError: the key file is missing, too open, or no keystore.
    """
    present = keystore.open_keystore(path, passphrase)
    keys, notes = {present.public_key: present}, []
    for file in files_beside(path):
        try:
            if keystore.public_part(file).public_key not in keys:
                key = keystore.open_keystore(file, passphrase)
                keys[key.public_key] = key
        except WrongPassphrase:
            notes.append(f"{file} does not open with the passphrase of {path.name}; it stays shut")
        except KeyFileError as error:
            notes.append(f"{error.message}; it stays shut")
    return Keyring(keys, tuple(notes))


def restore_beside(path: Path, phrase_or_hex: str, passphrase: str) -> Path:
    """Make the keystore of another operator from its words; return where it lies.

    Args:
        path: the key file.
        phrase_or_hex: the 24 words, or the key as 64 hexadecimal digits.
        passphrase: what seals it, the key file's own where one shall open both.

    Raises:
        KeyFileError: this is no key, it is the key file's own, or the file cannot be made.
    """
    key = keystore.key_of(phrase_or_hex)
    if path.exists() and keystore.held_public_key(path) == key.public_key:
        raise KeyFileError(f"{path} holds that key itself", advice="Leave out --beside.")
    place = place_beside(path, key.public_key)
    keystore.seal(place, key, passphrase)
    return place


def _is_named(path: Path, file: Path) -> bool:
    return _ACCOUNT.fullmatch(file.name.removeprefix(f"{path.name}.")) is not None
