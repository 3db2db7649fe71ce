"""The shapes: what Symbol's REST API answers, as JSON values.

Source: the official OpenAPI document 1.0.5, and the REST gateway's code where it differs: inner
transactions stand by themselves in searches, and within their aggregate when asked for by hash.
"""

from __future__ import annotations

from typing import Any

from console.chain.codec import (
    AccountMetadata,
    Aggregate,
    Body,
    Inner,
    MosaicAlias,
    MosaicDefinition,
    NamespaceRegistration,
    Parsed,
    SupplyChange,
    SupplyRevocation,
    Transaction,
    Transfer,
)
from console.chain.codec.layout import VERSIONS
from console.chain.node.archive import Found
from console.chain.node.block import Block, kind_of
from console.chain.node.limits import NETWORK
from console.chain.node.state import Account, Mosaic, Namespace

Json = dict[str, Any]
"""A JSON object that is about to be encoded."""

_STATE_VERSION = 1
_ZERO_HASH = "0" * 64
_ZERO_SIGNATURE = "0" * 128
_BLOCK_TYPE = 33091
_FIRST_BLOCK_TYPE = 32835
_BLOCK_BYTES = 372


def upper(raw: bytes) -> str:
    """Return bytes as REST writes them: hexadecimal, upper case."""
    return raw.hex().upper()


def object_id(number: int) -> str:
    """Return a number as an object id, 24 hexadecimal digits."""
    return f"{number:024X}"


def page(data: list[Json], number: int, size: int) -> Json:
    """Return a page of a search."""
    return {"data": data, "pagination": {"pageNumber": number, "pageSize": size}}


def confirmed(found: Found, says: Transaction | Inner, parsed: Parsed | None, size: int) -> Json:
    """Return a transaction of a block.

    Args:
        found: its place on the chain.
        says: what it says.
        parsed: the whole of it; None for an inner one.
        size: its bytes; anything for an inner one.
    """
    meta: Json = {
        "height": str(found.height),
        "index": found.place,
        "timestamp": str(found.time_ms),
        "feeMultiplier": 0,
    }
    if parsed is None:
        meta["aggregateHash"] = upper(found.aggregate_hash or b"")
        meta["aggregateId"] = object_id(found.aggregate or 0)
        transaction = _head(says)
    else:
        meta["hash"] = meta["merkleComponentHash"] = upper(found.hash or b"")
        transaction = whole(parsed, size)
    return {"id": object_id(found.id), "meta": meta, "transaction": transaction}


def waiting(number: int, hash_: bytes, parsed: Parsed, size: int) -> Json:
    """Return a transaction that waits for a block."""
    name = upper(hash_)
    meta = {"height": "0", "hash": name, "merkleComponentHash": name, "index": 0}
    return {"id": object_id(number), "meta": meta, "transaction": whole(parsed, size)}


def whole(parsed: Parsed, size: int) -> Json:
    """Return what a transaction says that is no inner one."""
    transaction = parsed.transaction
    said = _head(transaction)
    said["size"] = size
    said["signature"] = upper(parsed.signature)
    said["maxFee"] = str(transaction.fee)
    said["deadline"] = str(transaction.deadline)
    if isinstance(transaction.body, Aggregate):
        said["transactionsHash"] = upper(parsed.transactions_hash)
        said["cosignatures"] = []
    return said


def block(head: Block) -> Json:
    """Return a block; what only a network of many nodes has is zero."""
    name = upper(head.hash)
    meta = {
        "hash": name,
        "generationHash": name,
        "totalFee": "0",
        "stateHashSubCacheMerkleRoots": [],
        "transactionsCount": head.single,
        "totalTransactionsCount": head.total,
        "statementsCount": 0,
    }
    said = {
        "size": _BLOCK_BYTES,
        "signature": _ZERO_SIGNATURE,
        "signerPublicKey": _ZERO_HASH,
        "version": 1,
        "network": NETWORK,
        "type": _FIRST_BLOCK_TYPE if head.height == 1 else _BLOCK_TYPE,
        "height": str(head.height),
        "timestamp": str(head.time_ms),
        "difficulty": "100000000000000",
        "proofGamma": _ZERO_HASH,
        "proofVerificationHash": "0" * 32,
        "proofScalar": _ZERO_HASH,
        "previousBlockHash": upper(head.previous),
        "transactionsHash": upper(head.transactions_hash),
        "receiptsHash": _ZERO_HASH,
        "stateHash": _ZERO_HASH,
        "beneficiaryAddress": "0" * 48,
        "feeMultiplier": 0,
    }
    return {"id": object_id(head.height), "meta": meta, "block": said}


def account(number: int, address: bytes, known: Account) -> Json:
    """Return an account."""
    holdings = sorted(known.holdings.items())
    said = {
        "version": _STATE_VERSION,
        "address": upper(address),
        "addressHeight": str(known.height),
        "publicKey": upper(known.public_key),
        "publicKeyHeight": str(known.key_height),
        "accountType": 0,
        "supplementalPublicKeys": {},
        "activityBuckets": [],
        "mosaics": [{"id": f"{id_:016X}", "amount": str(amount)} for id_, amount in holdings],
        "importance": "0",
        "importanceHeight": "0",
    }
    return {"id": object_id(number), "account": said}


def mosaic(number: int, id_: int, known: Mosaic) -> Json:
    """Return a mosaic."""
    said = {
        "version": _STATE_VERSION,
        "id": f"{id_:016X}",
        "supply": str(known.supply),
        "startHeight": str(known.height),
        "ownerAddress": upper(known.owner),
        "revision": known.revision,
        "flags": known.flags,
        "divisibility": known.divisibility,
        "duration": str(known.duration),
    }
    return {"id": object_id(number), "mosaic": said}


def entry(number: int, composite: bytes, key: tuple[bytes, bytes, int], value: bytes) -> Json:
    """Return a metadata entry."""
    source, target, scoped = key
    said = {
        "version": _STATE_VERSION,
        "compositeHash": upper(composite),
        "sourceAddress": upper(source),
        "targetAddress": upper(target),
        "scopedMetadataKey": f"{scoped:016X}",
        "targetId": "0" * 16,
        "metadataType": 0,
        "valueSize": len(value),
        "value": upper(value),
    }
    return {"id": object_id(number), "metadataEntry": said}


def namespace(number: int, known: Namespace, root: Namespace, *, active: bool) -> Json:
    """Return a namespace, with the life of its root."""
    alias: Json = {"type": 0}
    if known.alias is not None:
        alias = {"type": 1, "mosaicId": f"{known.alias:016X}"}
    said = {
        "version": _STATE_VERSION,
        "registrationType": int(len(known.path) > 1),
        "depth": len(known.path),
        **{f"level{level}": f"{id_:016X}" for level, id_ in enumerate(known.path)},
        "alias": alias,
        "parentId": f"{known.path[-2] if len(known.path) > 1 else 0:016X}",
        "ownerAddress": upper(known.owner),
        "startHeight": str(root.height),
        "endHeight": str(root.end),
    }
    meta = {"index": 0, "active": active}
    return {"id": object_id(number), "meta": meta, "namespace": said}


def _head(says: Transaction | Inner) -> Json:
    kind = kind_of(says.body)
    said = {
        "signerPublicKey": upper(says.signer),
        "version": VERSIONS[kind],
        "network": says.network,
        "type": int(kind),
    }
    if not isinstance(says.body, Aggregate):
        said.update(_body(says.body))
    return said


def _body(body: Body) -> Json:
    match body:
        case Transfer(recipient, mosaics, message):
            carried = [{"id": f"{id_:016X}", "amount": str(amount)} for id_, amount in mosaics]
            said: Json = {"recipientAddress": upper(recipient), "mosaics": carried}
            if message:
                said["message"] = upper(message)
            return said
        case SupplyChange(id_, delta, increase):
            return {"mosaicId": f"{id_:016X}", "delta": str(delta), "action": int(increase)}
        case SupplyRevocation(source, id_, amount):
            return {
                "sourceAddress": upper(source),
                "mosaicId": f"{id_:016X}",
                "amount": str(amount),
            }
        case AccountMetadata():
            return _metadata(body)
        case MosaicDefinition():
            return {
                "id": f"{body.mosaic:016X}",
                "duration": str(body.duration),
                "nonce": body.nonce,
                "flags": body.flags,
                "divisibility": body.divisibility,
            }
        case NamespaceRegistration():
            return _registration(body)
        case MosaicAlias(namespace_, id_, link):
            return {
                "namespaceId": f"{namespace_:016X}",
                "mosaicId": f"{id_:016X}",
                "aliasAction": int(link),
            }


def _metadata(body: AccountMetadata) -> Json:
    return {
        "targetAddress": upper(body.target),
        "scopedMetadataKey": f"{body.key:016X}",
        "valueSizeDelta": body.delta,
        "valueSize": len(body.value),
        "value": upper(body.value),
    }


def _registration(body: NamespaceRegistration) -> Json:
    said: Json = {
        "id": f"{body.namespace:016X}",
        "registrationType": int(body.parent is not None),
        "name": upper(body.name),
    }
    if body.parent is None:
        said["duration"] = str(body.duration)
    else:
        said["parentId"] = f"{body.parent:016X}"
    return said
