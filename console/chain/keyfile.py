"""The operator's key: what it signs and derives, and the plain file of one that is thrown away."""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from console.chain import private_file
from console.chain.codec import address_of, address_text
from console.errors import KeyFileError
from console.model.interval import Interval

KEY_SIZE: Final = 32
"""The bytes of a private key."""

MOST_BYTES: Final = 66
"""The bytes of a plain file, and one more than it may have."""

_CONTENT = re.compile(rb"([0-9A-Fa-f]{64})\n?")


class OperatorKey:
    """The one key that signs for a community; it never shows, copies or pickles itself."""

    __slots__ = ("_private", "_salt_key", "_seed", "public_key")

    def __init__(self, seed: bytes) -> None:
        """Take the private key's bytes.

        Args:
            seed: the private key (32 bytes).

        Raises:
            KeyFileError: it is not 32 bytes.
        """
        if len(seed) != KEY_SIZE:
            raise KeyFileError(f"a private key has {KEY_SIZE} bytes, not {len(seed)}")
        self._seed = seed
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._salt_key = _derive(seed, "E1 salt")
        self.public_key: bytes = self._private.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return f"OperatorKey({self.public_key.hex().upper()[:8]}…)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("the operator's key is neither pickled nor copied")

    def address(self, network: int) -> str:
        """Return its account's address, base32.

        Args:
            network: the network byte.
        """
        return address_text(address_of(self.public_key, network))

    def sign(self, data: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes, RFC 8032) of bytes."""
        return self._private.sign(data)

    def told_to(self, seal: Callable[[bytes], bytes]) -> bytes:
        """Return what a sealing makes of the private key (32 bytes), which leaves in no other way.

        Args:
            seal: the sealing.
        """
        return seal(self._seed)

    def salt(self, community: str, house: str, interval: Interval, revision: int) -> bytes:
        """Return the salt (32 bytes) of a house's leaf in an interval's inputs root.

        Source: design section 5, HMAC-SHA-256(HKDF(key, "E1 salt"),
        community|house|start|minutes|revision); it is derived again whenever it is needed.
        """
        text = f"{community}|{house}|{interval.name}|{interval.minutes}|{revision}"
        return hmac.digest(self._salt_key, text.encode(), "sha256")

    def wallet(self, community: str, house: str, network: int) -> str:
        """Return the address of a wallet for a house that has none, base32.

        Args:
            community: the community's id.
            house: the house's id.
            network: the network byte.
        """
        seed = _derive(self._seed, f"E1 wallet|{community}|{house}")
        public_key = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        return address_text(address_of(public_key, network))


def load(path: Path) -> OperatorKey:
    """Return the key of a plain file that only its owner can read.

    Raises:
        KeyFileError: it is missing, another's, open to others, or holds no key.
    """
    key = parse(private_file.read(path, MOST_BYTES))
    if key is None:
        raise KeyFileError(
            f"{path} holds no key: 64 hexadecimal digits are expected",
            advice="Restore it from a backup; without it nothing can be signed.",
        )
    return key


def parse(content: bytes) -> OperatorKey | None:
    """Return the key that the bytes of a plain file are; None where they are none."""
    digits = _CONTENT.fullmatch(content)
    return None if digits is None else OperatorKey(bytes.fromhex(digits[1].decode()))


def load_or_create(path: Path) -> OperatorKey:
    """Return a plain file's key, of a new file with a new random key where there is none.

    Only for folders that are private and thrown away: a demo's, a replay's.

    Raises:
        KeyFileError: the file is refused as in `load`, or cannot be written.
    """
    if not os.path.lexists(path):
        private_file.create(path, secrets.token_hex(KEY_SIZE).encode() + b"\n")
    return load(path)


def _derive(seed: bytes, info: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=None, info=info.encode()).derive(seed)
