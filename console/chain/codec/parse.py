"""Parse: bytes to a transaction's values, refusing all but the one form that can be built.

Neither signature nor hash covers sizes, reserved fields and padding: without this strictness one
hash could have two forms.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from hashlib import sha3_256
from itertools import pairwise

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from console.chain.codec.build import lay_out, signed_bytes
from console.chain.codec.identity import is_namespace_name
from console.chain.codec.kinds import (
    AccountMetadata,
    Aggregate,
    Body,
    Inner,
    Kind,
    MosaicAlias,
    MosaicDefinition,
    NamespaceRegistration,
    Parsed,
    SupplyChange,
    SupplyRevocation,
    Transaction,
    Transfer,
)
from console.chain.codec.layout import (
    ACCOUNT_METADATA,
    ADDRESS,
    AGGREGATE,
    COSIGNATURE_SIZE,
    HEAD,
    INNER,
    KEY_SIZE,
    MOSAIC_ALIAS,
    MOSAIC_DEFINITION,
    NAMESPACE,
    ORDER,
    PADDING,
    PAYLOAD_FROM,
    SILENT,
    SUPPLY_CHANGE,
    SUPPLY_REVOCATION,
    TRANSFER,
    VERSION,
    VERSIONS,
    ZERO_HASH,
    padding_of,
)
from console.chain.codec.merkle import transactions_hash
from console.errors import CodecError

_ALIAS_BIT = 1
_ALL_FLAGS = 15
_OLD_AGGREGATES = {1: "Failure_Aggregate_V1_Prohibited", 2: "Failure_Aggregate_V2_Prohibited"}


def parse(raw: bytes) -> Parsed:
    """Return what a whole transaction says.

    It judges the form only: network, limits, amounts, ids, balances and the signature are the
    node's part.

    Raises:
        CodecError: the bytes are not the one form of a known transaction; `code` is the status
            that a public node would give, `SILENT` where it would give none.
    """
    if len(raw) < HEAD.size:
        raise _malformed("a transaction is shorter than its header")
    (
        size, reserved_1, signature, signer, reserved_2, version, network, kind, fee, deadline,
    ) = HEAD.unpack_from(raw)  # fmt: skip
    if size != len(raw):
        raise _malformed(f"a transaction of {len(raw)} bytes says {size}")
    if kind == Kind.ACCOUNT_METADATA:
        raise _malformed("metadata stands in an aggregate only")
    _check_head(kind, version, reserved_1 | reserved_2)
    body: Body | Aggregate
    if kind == Kind.AGGREGATE_COMPLETE:
        body, root = _aggregate(raw, signer)
    else:
        body, root = _READERS[kind](raw, HEAD.size, size), ZERO_HASH
    transaction = Transaction(signer, network, fee, deadline, body)
    if lay_out(transaction, signature, root) != raw:
        raise _malformed("a transaction's values do not give its bytes again")
    return Parsed(transaction, signature, root)


def verify(raw: bytes, generation_hash: bytes) -> bool:
    """Whether a whole transaction carries its signer's signature.

    Args:
        raw: the whole transaction.
        generation_hash: the network's generation hash seed (32 bytes).
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(raw[72:104])
        key.verify(raw[8:72], signed_bytes(raw, generation_hash))
    except (InvalidSignature, ValueError):
        return False
    return True


def _check_head(kind: int, version: int, reserved: int) -> None:
    if kind not in VERSIONS:
        raise _malformed(f"type {kind} is unknown")
    if version != VERSIONS[kind]:
        old = _OLD_AGGREGATES.get(version) if kind == Kind.AGGREGATE_COMPLETE else None
        raise CodecError(f"type {kind} in version {version} is refused", code=old or VERSION)
    if reserved:
        raise CodecError("a reserved field of a header is not zero", code=PADDING)


def _aggregate(raw: bytes, signer: bytes) -> tuple[Aggregate, bytes]:
    if len(raw) < PAYLOAD_FROM:
        raise _malformed("an aggregate is shorter than its header")
    root, payload_size, reserved = AGGREGATE.unpack_from(raw, HEAD.size)
    end = PAYLOAD_FROM + payload_size
    if reserved:
        raise CodecError("an aggregate's reserved field is not zero", code=PADDING)
    if end > len(raw) or (len(raw) - end) % COSIGNATURE_SIZE:
        raise _malformed("an aggregate's payload does not end where it says")
    inner: list[Inner] = []
    leaves: list[bytes] = []
    at = PAYLOAD_FROM
    while at < end:
        transaction, stop = _inner(raw, at, end)
        inner.append(transaction)
        leaves.append(sha3_256(raw[at:stop]).digest())
        at = stop + padding_of(stop - at)
        if any(raw[stop:at]):
            raise CodecError("padding between inner transactions is not zero", code=PADDING)
    if transactions_hash(leaves) != root:
        code = "Failure_Aggregate_Transactions_Hash_Mismatch"
        raise CodecError("an aggregate's transactions hash is not that of its content", code=code)
    if end != len(raw):
        raise _cosigned(raw, end, signer)
    return Aggregate(tuple(inner)), root


def _inner(raw: bytes, at: int, end: int) -> tuple[Inner, int]:
    if end - at < INNER.size:
        raise _malformed("an inner transaction is shorter than its header")
    size, reserved_1, signer, reserved_2, version, network, kind = INNER.unpack_from(raw, at)
    stop = at + size
    if size < INNER.size or stop + padding_of(size) > end:
        raise _malformed("an inner transaction does not end within the aggregate")
    if kind == Kind.AGGREGATE_COMPLETE:
        raise _malformed("an aggregate stands within an aggregate")
    _check_head(kind, version, reserved_1 | reserved_2)
    return Inner(signer, network, _READERS[kind](raw, at + INNER.size, stop)), stop


def _transfer(raw: bytes, at: int, end: int) -> Transfer:
    _at_least(TRANSFER, at, end)
    recipient, message_size, count, reserved_1, reserved_2 = TRANSFER.unpack_from(raw, at)
    at += TRANSFER.size
    text_at = at + 16 * count
    if text_at + message_size != end:
        raise _malformed("a transfer's counts do not give its size")
    if reserved_1 or reserved_2:
        raise CodecError("a transfer's reserved field is not zero", code=PADDING)
    values = struct.unpack_from(f"<{2 * count}Q", raw, at)
    ids = values[::2]
    if any(after <= before for before, after in pairwise(ids)):
        raise CodecError("a transfer's mosaics are not strictly ascending", code=ORDER)
    mosaics = tuple(zip(ids, values[1::2], strict=True))
    return Transfer(_account(recipient), mosaics, raw[text_at:end])


def _supply_change(raw: bytes, at: int, end: int) -> SupplyChange:
    _exactly(SUPPLY_CHANGE, at, end)
    mosaic, delta, action = SUPPLY_CHANGE.unpack_from(raw, at)
    if action > 1:
        code = "Failure_Mosaic_Invalid_Supply_Change_Action"
        raise CodecError("a supply change neither increases nor decreases", code=code)
    return SupplyChange(mosaic, delta, action == 1)


def _supply_revocation(raw: bytes, at: int, end: int) -> SupplyRevocation:
    _exactly(SUPPLY_REVOCATION, at, end)
    source, mosaic, amount = SUPPLY_REVOCATION.unpack_from(raw, at)
    return SupplyRevocation(_account(source), mosaic, amount)


def _account_metadata(raw: bytes, at: int, end: int) -> AccountMetadata:
    _at_least(ACCOUNT_METADATA, at, end)
    target, key, delta, size = ACCOUNT_METADATA.unpack_from(raw, at)
    at += ACCOUNT_METADATA.size
    if at + size != end:
        raise _malformed("a metadata value's size does not give the entry's size")
    return AccountMetadata(_account(target), key, delta, raw[at:end])


def _mosaic_definition(raw: bytes, at: int, end: int) -> MosaicDefinition:
    _exactly(MOSAIC_DEFINITION, at, end)
    definition = MosaicDefinition(*MOSAIC_DEFINITION.unpack_from(raw, at))
    if definition.flags > _ALL_FLAGS:
        raise CodecError("a mosaic's flags are unknown", code="Failure_Mosaic_Invalid_Flags")
    return definition


def _namespace_registration(raw: bytes, at: int, end: int) -> NamespaceRegistration:
    _at_least(NAMESPACE, at, end)
    first, namespace, child, size = NAMESPACE.unpack_from(raw, at)
    at += NAMESPACE.size
    if at + size != end:
        raise _malformed("a namespace's name does not give the registration's size")
    name = raw[at:end]
    if child > 1:
        code = "Failure_Namespace_Invalid_Registration_Type"
        raise CodecError("a namespace is neither root nor child", code=code)
    if not is_namespace_name(name):
        code = "Failure_Namespace_Invalid_Name"
        raise CodecError("a namespace's name has other characters than a-z 0-9 _ -", code=code)
    if child:
        return NamespaceRegistration(0, first, namespace, name)
    return NamespaceRegistration(first, None, namespace, name)


def _mosaic_alias(raw: bytes, at: int, end: int) -> MosaicAlias:
    _exactly(MOSAIC_ALIAS, at, end)
    namespace, mosaic, action = MOSAIC_ALIAS.unpack_from(raw, at)
    if action > 1:
        code = "Failure_Namespace_Alias_Invalid_Action"
        raise CodecError("an alias neither links nor unlinks", code=code)
    return MosaicAlias(namespace, mosaic, action == 1)


_READERS: dict[int, Callable[[bytes, int, int], Body]] = {
    Kind.TRANSFER: _transfer,
    Kind.SUPPLY_CHANGE: _supply_change,
    Kind.SUPPLY_REVOCATION: _supply_revocation,
    Kind.ACCOUNT_METADATA: _account_metadata,
    Kind.MOSAIC_DEFINITION: _mosaic_definition,
    Kind.NAMESPACE_REGISTRATION: _namespace_registration,
    Kind.MOSAIC_ALIAS: _mosaic_alias,
}


def _account(address: bytes) -> bytes:
    if address[0] & _ALIAS_BIT:
        raise CodecError("an address is an alias", code=ADDRESS)
    return address


def _cosigned(raw: bytes, end: int, signer: bytes) -> CodecError:
    keys = [raw[at + 8 : at + 8 + KEY_SIZE] for at in range(end, len(raw), COSIGNATURE_SIZE)]
    redundant = len({signer, *keys}) <= len(keys)
    kind = "Redundant_Cosignatures" if redundant else "Ineligible_Cosignatories"
    return CodecError("an aggregate carries cosignatures", code=f"Failure_Aggregate_{kind}")


def _at_least(form: struct.Struct, at: int, end: int) -> None:
    if end - at < form.size:
        raise _malformed("a transaction is shorter than its kind")


def _exactly(form: struct.Struct, at: int, end: int) -> None:
    if end - at != form.size:
        raise _malformed("a transaction is not as long as its kind")


def _malformed(message: str) -> CodecError:
    return CodecError(message, code=SILENT)
