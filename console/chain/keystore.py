"""The keystore: the operator's key in a file, sealed with a passphrase.

Source: RFC 7914 (scrypt), NIST SP 800-38D (AES-GCM), BIP 39 (the backup phrase).
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from console.chain import private_file
from console.chain.codec import address_of, address_text
from console.chain.keyfile import KEY_SIZE, OperatorKey, load
from console.chain.node.limits import NETWORK
from console.chain.phrase import bytes_of, phrase_of
from console.errors import KeyFileError, WrongPassphrase

LEAST_CHARACTERS: Final = 8
"""The shortest passphrase of a new keystore, characters."""

MOST_CHARACTERS: Final = 1024
"""The longest passphrase, characters."""

MOST_BYTES: Final = 4096
"""The longest keystore file, bytes."""

FOLDER_MODE: Final = 0o710
"""The mode of a folder that is made for a keystore: the data folder's."""

_N: Final = 131_072
_R: Final = 8
_P: Final = 1
_SALT_SIZE: Final = 16
_NONCE_SIZE: Final = 12
_TAG_SIZE: Final = 16
_HEX = re.compile(r"[0-9A-Fa-f]{64}", re.ASCII)


class PublicPart(msgspec.Struct, frozen=True, kw_only=True):
    """What a keystore says without its passphrase."""

    public_key: bytes
    """The operator's public key, 32 bytes; it is proved only by opening the keystore."""

    def address(self, network: int = NETWORK) -> str:
        """Return its account's address, base32.

        Args:
            network: the network byte; the embedded chain's where left out.
        """
        return address_text(address_of(self.public_key, network))


def create(path: Path, passphrase: str, show: Callable[[str], None] = lambda _phrase: None) -> str:
    """Make a keystore with a new random key and return its backup phrase, to be shown once.

    Args:
        path: where it will lie; nothing may be there.
        passphrase: what seals it.
        show: shows the phrase before anything is written, so that who breaks off there has not
            got a key without its backup.

    Returns:
        24 English words.

    Raises:
        KeyFileError: the passphrase is too short or too long, or the file cannot be made.
    """
    seed = secrets.token_bytes(KEY_SIZE)
    content, phrase = _sealed(seed, passphrase), phrase_of(seed)
    show(phrase)
    _create(path, content)
    return phrase


def restore(path: Path, phrase_or_hex: str, passphrase: str) -> str:
    """Make a keystore with a known key; one of the same key is replaced, another key never.

    Args:
        path: where it will lie.
        phrase_or_hex: the 24 words, or the key as 64 hexadecimal digits.
        passphrase: what seals it.

    Returns:
        The account's address on the embedded chain.

    Raises:
        KeyFileError: this is no key, another key lies there, or the file cannot be made.
    """
    seed = _seed_of(phrase_or_hex)
    public_key = OperatorKey(seed).public_key
    if path.exists() or path.is_symlink():
        if held_public_key(path) != public_key:
            raise KeyFileError(
                f"{path} holds another key, and is left as it is",
                advice="A new key takes its place by: mosaic key rotate. An earlier one goes "
                "beside it: mosaic key import --beside",
            )
        private_file.replace(path, _sealed(seed, passphrase))
    else:
        _create(path, _sealed(seed, passphrase))
    return PublicPart(public_key=public_key).address()


def key_of(phrase_or_hex: str) -> OperatorKey:
    """Return the key of 24 words or 64 hexadecimal digits.

    Raises:
        KeyFileError: this is no key.
    """
    return OperatorKey(_seed_of(phrase_or_hex))


def seal(path: Path, key: OperatorKey, passphrase: str) -> None:
    """Make a keystore of an open key, in the place of whatever lies there.

    Raises:
        KeyFileError: the passphrase is too short or too long, or the file cannot be made.
    """
    private_file.replace(path, key.told_to(lambda seed: _sealed(seed, passphrase)))


def open_keystore(path: Path, passphrase: str) -> OperatorKey:
    """Return the key of a keystore; it takes about half a second and 128 MiB.

    Raises:
        WrongPassphrase: it does not open with this passphrase.
        KeyFileError: it is missing, too open, or no keystore.
    """
    form = _read(path)
    public_key = bytes.fromhex(form.public_key)
    secret = _derived(form.salt, _normal(passphrase))
    try:
        seed = AESGCM(secret).decrypt(form.nonce, form.sealed, _bound(public_key))
    except InvalidTag:
        raise WrongPassphrase(f"{path} does not open with this passphrase") from None
    key = OperatorKey(seed)
    if key.public_key != public_key:
        raise KeyFileError(f"{path} holds another key than it says")
    return key


def public_part(path: Path) -> PublicPart:
    """Return what a keystore says without its passphrase.

    Raises:
        KeyFileError: it is missing, too open, or no keystore.
    """
    return PublicPart(public_key=bytes.fromhex(_read(path).public_key))


def public_part_of(content: bytes, name: str) -> PublicPart:
    """Return what a keystore's bytes say without its passphrase.

    Args:
        content: the bytes.
        name: what they are called in an error.

    Raises:
        KeyFileError: they are no keystore.
    """
    return PublicPart(public_key=bytes.fromhex(_parsed(content, name).public_key))


def is_plain(path: Path) -> bool:
    """Return whether a file is a plain key of the time before keystores.

    Raises:
        KeyFileError: it is missing or too open.
    """
    return private_file.read(path, MOST_BYTES)[:1] != b"{"


def held_public_key(path: Path) -> bytes:
    """Return the public key of a keystore or of a plain key file, 32 bytes.

    Raises:
        KeyFileError: it is missing, too open, or neither.
    """
    return load(path).public_key if is_plain(path) else public_part(path).public_key


class _Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file; its parameters are those of its version."""

    version: Literal[1] = 1
    public_key: Annotated[str, msgspec.Meta(pattern="^[0-9A-F]{64}$")]
    kdf: Literal["scrypt"] = "scrypt"
    n: Literal[131_072] = _N
    r: Literal[8] = _R
    p: Literal[1] = _P
    salt: Annotated[bytes, msgspec.Meta(min_length=_SALT_SIZE, max_length=_SALT_SIZE)]
    cipher: Literal["aes-256-gcm"] = "aes-256-gcm"
    nonce: Annotated[bytes, msgspec.Meta(min_length=_NONCE_SIZE, max_length=_NONCE_SIZE)]
    sealed: Annotated[
        bytes, msgspec.Meta(min_length=KEY_SIZE + _TAG_SIZE, max_length=KEY_SIZE + _TAG_SIZE)
    ]


def _create(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise KeyFileError(f"{path.parent} cannot be made: {error.strerror}") from None
    if not private_file.create(path, content):
        raise KeyFileError(f"{path} is there already, and is left as it is", advice="")


def _read(path: Path) -> _Form:
    return _parsed(private_file.read(path, MOST_BYTES + 1), str(path))


def _parsed(content: bytes, name: str) -> _Form:
    try:
        if len(content) <= MOST_BYTES:
            return msgspec.json.decode(content, type=_Form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    raise KeyFileError(
        f"{name} is no keystore of this program",
        advice="Restore it from a backup, or from its 24 words with: mosaic key import",
    )


def _seed_of(phrase_or_hex: str) -> bytes:
    text = phrase_or_hex.strip()
    return bytes.fromhex(text) if _HEX.fullmatch(text) else bytes_of(text)


def _sealed(seed: bytes, passphrase: str) -> bytes:
    text = _normal(passphrase)
    if len(text) < LEAST_CHARACTERS:
        raise KeyFileError(
            f"the passphrase is shorter than {LEAST_CHARACTERS} characters",
            advice="Four or more random words are a good one.",
        )
    public_key = OperatorKey(seed).public_key
    salt, nonce = secrets.token_bytes(_SALT_SIZE), secrets.token_bytes(_NONCE_SIZE)
    sealed = AESGCM(_derived(salt, text)).encrypt(nonce, seed, _bound(public_key))
    form = _Form(public_key=public_key.hex().upper(), salt=salt, nonce=nonce, sealed=sealed)
    return msgspec.json.format(msgspec.json.encode(form)) + b"\n"


def _normal(passphrase: str) -> str:
    """Return a passphrase as one keyboard and another would both give it."""
    if len(passphrase) > MOST_CHARACTERS:
        raise KeyFileError(f"the passphrase is longer than {MOST_CHARACTERS} characters")
    try:
        passphrase.encode()
    except UnicodeEncodeError:
        raise KeyFileError("the passphrase is no text in UTF-8") from None
    return unicodedata.normalize("NFKC", passphrase)


def _derived(salt: bytes, passphrase: str) -> bytes:
    return Scrypt(salt=salt, length=KEY_SIZE, n=_N, r=_R, p=_P).derive(passphrase.encode())


def _bound(public_key: bytes) -> bytes:
    """Return what is sealed along, so that no file's parts fit another's: version and account."""
    return b"mosaic keystore 1 " + PublicPart(public_key=public_key).address().encode()
