"""The identities: addresses, mosaic ids, namespace ids and metadata keys."""

from __future__ import annotations

import re
from base64 import b32decode, b32encode
from hashlib import sha3_256

from Crypto.Hash import RIPEMD160

from console.chain.codec.layout import ADDRESS, ADDRESS_SIZE, KEY_SIZE
from console.errors import CodecError

NETWORKS = (0x68, 0x98)
"""The network bytes: mainnet; testnet and the embedded chain."""
ADDRESS_CHARACTERS = 39
"""The length of an address in base32."""

_TEXT = re.compile(rf"[A-Z2-7]{{{ADDRESS_CHARACTERS}}}", re.ASCII)
_NAME = re.compile(rb"[a-z0-9][a-z0-9_-]{0,63}")
_CHECKSUM_AT = 21
_TOP_BIT = 1 << 63


def address_of(public_key: bytes, network: int) -> bytes:
    """Return an account's address (24 bytes).

    Args:
        public_key: its public key (32 bytes).
        network: the network byte.

    Raises:
        CodecError: the key is not 32 bytes.
    """
    if len(public_key) != KEY_SIZE:
        raise CodecError(f"a public key has {KEY_SIZE} bytes, not {len(public_key)}", code=ADDRESS)
    digest = RIPEMD160.new(sha3_256(public_key).digest()).digest()
    body = bytes((network,)) + digest
    return body + _checksum(body)


def is_address(address: bytes, network: int) -> bool:
    """Whether 24 bytes are an account's address in a network: its byte, its checksum, no alias."""
    return (
        len(address) == ADDRESS_SIZE
        and address[0] == network
        and _checksum(address[:_CHECKSUM_AT]) == address[_CHECKSUM_AT:]
    )


def address_text(address: bytes) -> str:
    """Return an address as people write it, 39 characters of base32.

    Raises:
        CodecError: it is not 24 bytes.
    """
    if len(address) != ADDRESS_SIZE:
        raise CodecError(f"an address has {ADDRESS_SIZE} bytes, not {len(address)}", code=ADDRESS)
    return b32encode(address + b"\0").decode()[:ADDRESS_CHARACTERS]


def address_bytes(text: str) -> bytes:
    """Return the 24 bytes of an address in base32.

    Raises:
        CodecError: it is no address of a known network, such as an alias or a typing error.
    """
    if not _TEXT.fullmatch(text):
        raise CodecError("an address has 39 characters of A-Z and 2-7", code=ADDRESS)
    raw = b32decode(text + "A")
    address = raw[:ADDRESS_SIZE]
    if raw[ADDRESS_SIZE] or not any(is_address(address, network) for network in NETWORKS):
        raise CodecError(f"{text} is no address: its checksum or network is wrong", code=ADDRESS)
    return address


def mosaic_id(nonce: int, owner: bytes) -> int:
    """Return the id of the mosaic that an owner's nonce makes.

    Args:
        nonce: the nonce, 32 bits.
        owner: the owner's address (24 bytes).
    """
    digest = sha3_256(nonce.to_bytes(4, "little") + owner).digest()
    return int.from_bytes(digest[:8], "little") & ~_TOP_BIT


def house_nonce(community: str, house: str) -> int:
    """Return the nonce of a producer's mosaic, so that chain and members' list name the producer.

    Source: first 4 bytes (LE) of sha3-256(`E1|community|house`).
    """
    return int.from_bytes(sha3_256(f"E1|{community}|{house}".encode()).digest()[:4], "little")


def house_mosaic(community: str, house: str, owner: bytes) -> int:
    """Return the id of a producer's mosaic.

    Args:
        community: the community's id.
        house: the producer's id.
        owner: the operator's address (24 bytes).
    """
    return mosaic_id(house_nonce(community, house), owner)


def namespace_id(name: bytes, parent: int | None = None) -> int:
    """Return a namespace's id.

    Args:
        name: its own name, ASCII.
        parent: the parent's id; None for a root.
    """
    digest = sha3_256((parent or 0).to_bytes(8, "little") + name).digest()
    return int.from_bytes(digest[:8], "little") | _TOP_BIT


def is_namespace_name(name: bytes) -> bool:
    """Whether bytes may name a namespace: `[a-z0-9][a-z0-9_-]{0,63}`."""
    return _NAME.fullmatch(name) is not None


def note_key(text: str) -> int:
    """Return the metadata key of a text: the first 8 bytes (LE) of its sha3-256, unchanged."""
    return int.from_bytes(sha3_256(text.encode()).digest()[:8], "little")


def _checksum(body: bytes) -> bytes:
    return sha3_256(body).digest()[: ADDRESS_SIZE - _CHECKSUM_AT]
