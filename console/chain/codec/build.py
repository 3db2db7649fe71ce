"""Build: a transaction's values to its only possible bytes, their hash and signature."""

from __future__ import annotations

import struct
from collections.abc import Callable
from hashlib import sha3_256
from itertools import pairwise

from console.chain.codec.kinds import (
    AccountMetadata,
    Aggregate,
    Body,
    Inner,
    Kind,
    MosaicAlias,
    MosaicDefinition,
    NamespaceRegistration,
    Signed,
    SupplyChange,
    SupplyRevocation,
    Transaction,
    Transfer,
)
from console.chain.codec.layout import (
    ACCOUNT_METADATA,
    ADDRESS_SIZE,
    AGGREGATE,
    AGGREGATE_SIGNED_TO,
    HEAD,
    INNER,
    KEY_SIZE,
    KIND_AT,
    MOSAIC_ALIAS,
    MOSAIC_DEFINITION,
    NAMESPACE,
    ORDER,
    SIGNATURE_SIZE,
    SIGNED_FROM,
    SILENT,
    SUPPLY_CHANGE,
    SUPPLY_REVOCATION,
    TRANSFER,
    VERSIONS,
    padding_of,
)
from console.chain.codec.merkle import transactions_hash
from console.errors import CodecError

UNSIGNED = bytes(SIGNATURE_SIZE)
"""What stands in the signature's place before signing."""

_AGGREGATE_KIND = int(Kind.AGGREGATE_COMPLETE).to_bytes(2, "little")


def serialize(transaction: Transaction, signature: bytes = UNSIGNED) -> bytes:
    """Return a transaction's bytes.

    Args:
        transaction: its values.
        signature: what stands in the signature's place (64 bytes).

    Raises:
        CodecError: a value does not fit its field, or mosaics are not in order.
    """
    return lay_out(transaction, signature)


def lay_out(transaction: Transaction, signature: bytes, root: bytes | None = None) -> bytes:
    """Return a transaction's bytes, with a transactions hash that is known already.

    Args:
        transaction: its values.
        signature: what stands in the signature's place (64 bytes).
        root: the transactions hash (32 bytes); computed where None.

    Raises:
        CodecError: a value does not fit its field, or mosaics are not in order.
    """
    body = transaction.body
    try:
        if isinstance(body, Aggregate):
            kind, rest = Kind.AGGREGATE_COMPLETE, _aggregate(body, root)
        else:
            kind, rest = _body(body)
        if kind is Kind.ACCOUNT_METADATA:
            raise CodecError("metadata stands in an aggregate only", code=SILENT)
        return HEAD.pack(
            HEAD.size + len(rest), 0, _exactly(signature, SIGNATURE_SIZE, "signature"),
            _exactly(transaction.signer, KEY_SIZE, "signer"), 0,
            VERSIONS[kind], transaction.network, kind, transaction.fee, transaction.deadline,
        ) + rest  # fmt: skip
    except struct.error as error:
        raise CodecError(f"a value does not fit its field: {error}", code=SILENT) from None


def signed_bytes(raw: bytes, generation_hash: bytes) -> bytes:
    """Return the bytes that a signature covers.

    Args:
        raw: the whole transaction, with any signature.
        generation_hash: the network's generation hash seed (32 bytes).
    """
    whole = raw[KIND_AT : KIND_AT + 2] != _AGGREGATE_KIND
    return generation_hash + raw[SIGNED_FROM : None if whole else AGGREGATE_SIGNED_TO]


def hash_of(raw: bytes, generation_hash: bytes) -> bytes:
    """Return a signed transaction's hash (32 bytes).

    Args:
        raw: the whole transaction.
        generation_hash: the network's generation hash seed (32 bytes).
    """
    return sha3_256(raw[8:104] + signed_bytes(raw, generation_hash)).digest()


def sign(
    transaction: Transaction, generation_hash: bytes, signer: Callable[[bytes], bytes]
) -> Signed:
    """Return a transaction's signed bytes and hash.

    Args:
        transaction: its values.
        generation_hash: the network's generation hash seed (32 bytes).
        signer: gives the Ed25519 signature (64 bytes) of bytes; the operator key's `sign`.

    Raises:
        CodecError: a value does not fit its field, or mosaics are not in order.
    """
    raw = serialize(transaction)
    signature = _exactly(signer(signed_bytes(raw, generation_hash)), SIGNATURE_SIZE, "signature")
    payload = raw[:8] + signature + raw[8 + SIGNATURE_SIZE :]
    return Signed(payload, hash_of(payload, generation_hash))


def _aggregate(body: Aggregate, root: bytes | None) -> bytes:
    inner = [_inner(transaction) for transaction in body.inner]
    if root is None:
        root = transactions_hash([sha3_256(raw).digest() for raw in inner])
    payload = b"".join([raw + bytes(padding_of(len(raw))) for raw in inner])
    return AGGREGATE.pack(root, len(payload), 0) + payload


def _inner(transaction: Inner) -> bytes:
    kind, rest = _body(transaction.body)
    signer = _exactly(transaction.signer, KEY_SIZE, "signer")
    size = INNER.size + len(rest)
    return INNER.pack(size, 0, signer, 0, VERSIONS[kind], transaction.network, kind) + rest


def _body(body: Body) -> tuple[Kind, bytes]:
    match body:
        case Transfer():
            return Kind.TRANSFER, _transfer(body)
        case SupplyChange(mosaic, delta, increase):
            return Kind.SUPPLY_CHANGE, SUPPLY_CHANGE.pack(mosaic, delta, increase)
        case SupplyRevocation(source, mosaic, amount):
            address = _exactly(source, ADDRESS_SIZE, "source")
            return Kind.SUPPLY_REVOCATION, SUPPLY_REVOCATION.pack(address, mosaic, amount)
        case AccountMetadata(target, key, delta, value):
            address = _exactly(target, ADDRESS_SIZE, "target")
            head = ACCOUNT_METADATA.pack(address, key, delta, len(value))
            return Kind.ACCOUNT_METADATA, head + value
        case MosaicDefinition():
            return Kind.MOSAIC_DEFINITION, _definition(body)
        case NamespaceRegistration():
            return Kind.NAMESPACE_REGISTRATION, _namespace(body)
        case MosaicAlias(namespace, mosaic, link):
            return Kind.MOSAIC_ALIAS, MOSAIC_ALIAS.pack(namespace, mosaic, link)


def _transfer(body: Transfer) -> bytes:
    mosaics = body.mosaics
    for before, after in pairwise(mosaics):
        if after[0] <= before[0]:
            raise CodecError("a transfer's mosaics are not strictly ascending", code=ORDER)
    recipient = _exactly(body.recipient, ADDRESS_SIZE, "recipient")
    head = TRANSFER.pack(recipient, len(body.message), len(mosaics), 0, 0)
    values = [value for mosaic in mosaics for value in mosaic]
    return head + struct.pack(f"<{len(values)}Q", *values) + body.message


def _definition(body: MosaicDefinition) -> bytes:
    return MOSAIC_DEFINITION.pack(
        body.mosaic, body.duration, body.nonce, body.flags, body.divisibility
    )


def _namespace(body: NamespaceRegistration) -> bytes:
    child = body.parent is not None
    if child and body.duration:
        raise CodecError("a child namespace has no duration of its own", code=SILENT)
    first = body.duration if body.parent is None else body.parent
    return NAMESPACE.pack(first, body.namespace, child, len(body.name)) + body.name


def _exactly(raw: bytes, size: int, what: str) -> bytes:
    if len(raw) != size:
        raise CodecError(f"a {what} has {size} bytes, not {len(raw)}", code=SILENT)
    return raw
