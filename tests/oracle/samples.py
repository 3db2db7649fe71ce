"""Random transactions of every kind, drawn so that edges of the fields come up often."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from console.chain.codec import (
    AccountMetadata,
    Aggregate,
    Body,
    Inner,
    MosaicAlias,
    MosaicDefinition,
    NamespaceRegistration,
    SupplyChange,
    SupplyRevocation,
    Transaction,
    Transfer,
    address_of,
    mosaic_id,
    namespace_id,
)

MOST_INNER = 100
_NETWORKS = (0x68, 0x98)
_WORD = (1 << 64) - 1
_FIRST = "abcdefghijklmnopqrstuvwxyz0123456789"
_REST = _FIRST + "_-"


class Sample(NamedTuple):
    """A transaction and what is needed to sign it."""

    seed: bytes
    generation_hash: bytes
    transaction: Transaction


def draw(source: random.Random) -> Sample:
    seed, generation_hash = source.randbytes(32), source.randbytes(32)
    signer = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    network = source.choice(_NETWORKS)
    owner = address_of(signer, network)
    body: Body | Aggregate
    if source.random() < 0.5:
        most = source.choice((0, 1, 2, 5, 9, MOST_INNER, MOST_INNER))
        count = most if source.random() < 0.3 else source.randint(0, most)
        body = Aggregate(tuple(Inner(signer, network, _inner(source, owner)) for _ in range(count)))
    else:
        body = source.choice(_SINGLE)(source, owner)
    fee, deadline = _number(source), _number(source)
    return Sample(seed, generation_hash, Transaction(signer, network, fee, deadline, body))


def _inner(source: random.Random, owner: bytes) -> Body:
    return source.choice(_EMBEDDED)(source, owner)


def _transfer(source: random.Random, owner: bytes) -> Transfer:
    count = source.choice((0, 1, 1, 2, 3, 20))
    ids = sorted({_number(source) for _ in range(count)})
    message = source.randbytes(source.choice((0, 0, 1, 7, 38, 100)))
    if source.random() < 0.02:
        ids = sorted({source.getrandbits(64) for _ in range(255)})
        message = source.randbytes(1024)
    mosaics = tuple((mosaic, _number(source)) for mosaic in ids)
    return Transfer(_account(source, owner), mosaics, message)


def _supply_change(source: random.Random, _owner: bytes) -> SupplyChange:
    return SupplyChange(_number(source), _number(source), source.random() < 0.5)


def _supply_revocation(source: random.Random, owner: bytes) -> SupplyRevocation:
    return SupplyRevocation(_account(source, owner), _number(source), _number(source))


def _account_metadata(source: random.Random, owner: bytes) -> AccountMetadata:
    value = source.randbytes(source.choice((0, 1, 9, 64, 64, 64, 1024)))
    delta = source.choice((len(value), -len(value), 0, 32767, -32768))
    return AccountMetadata(owner, _number(source), delta, value)


def _mosaic_definition(source: random.Random, owner: bytes) -> MosaicDefinition:
    nonce = source.getrandbits(32)
    mosaic = mosaic_id(nonce, owner)
    duration, flags, divisibility = _number(source), source.randrange(16), source.randrange(7)
    return MosaicDefinition(mosaic, duration, nonce, flags, divisibility)


def _namespace(source: random.Random, _owner: bytes) -> NamespaceRegistration:
    size = source.choice((1, 2, 16, 64))
    text = source.choice(_FIRST) + "".join(source.choices(_REST, k=size - 1))
    name = text.encode()
    parent = None if source.random() < 0.5 else source.getrandbits(64)
    duration = _number(source) if parent is None else 0
    return NamespaceRegistration(duration, parent, namespace_id(name, parent), name)


def _mosaic_alias(source: random.Random, _owner: bytes) -> MosaicAlias:
    return MosaicAlias(_number(source), _number(source), source.random() < 0.5)


_SINGLE: tuple[Callable[[random.Random, bytes], Body], ...] = (
    _transfer,
    _supply_change,
    _supply_revocation,
    _mosaic_definition,
    _namespace,
    _mosaic_alias,
)
_EMBEDDED = (*_SINGLE, _account_metadata, _transfer, _supply_change)


def _account(source: random.Random, owner: bytes) -> bytes:
    return address_of(source.randbytes(32), owner[0])


def _number(source: random.Random) -> int:
    return source.choice((0, 1, _WORD, source.randrange(1000), source.getrandbits(64)))
