"""The block: transactions in order, linked by hash to the block before."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha3_256

import msgspec

from console.chain.codec import (
    Aggregate,
    Body,
    Inner,
    Kind,
    Parsed,
    SupplyRevocation,
    Transfer,
    transactions_hash,
)
from console.chain.codec.kinds import (
    AccountMetadata,
    MosaicAlias,
    MosaicDefinition,
    NamespaceRegistration,
    SupplyChange,
)
from console.chain.node.identity import account_of

FIRST_HEIGHT = 1
"""The height of the block that begins the chain; it holds no transaction."""

_SEPARATION = b"mosaic embedded block 1\0"
_KINDS: dict[type[Body], Kind] = {
    Transfer: Kind.TRANSFER,
    SupplyChange: Kind.SUPPLY_CHANGE,
    SupplyRevocation: Kind.SUPPLY_REVOCATION,
    AccountMetadata: Kind.ACCOUNT_METADATA,
    MosaicDefinition: Kind.MOSAIC_DEFINITION,
    NamespaceRegistration: Kind.NAMESPACE_REGISTRATION,
    MosaicAlias: Kind.MOSAIC_ALIAS,
}


class Genesis(msgspec.Struct, frozen=True):
    """What a chain is made with and never changes."""

    generation_hash: bytes
    """The generation hash seed (32 bytes)."""
    epoch_s: int
    """The instant from which its times count, seconds since 1970."""
    finality_blocks: int
    """By how many blocks finality lags."""


class Block(msgspec.Struct, frozen=True):
    """A block's head."""

    height: int
    """Its height, from 1."""
    hash: bytes
    """Its hash (32 bytes)."""
    previous: bytes
    """The hash of the block before; of the genesis for the first."""
    time_ms: int
    """Its time, ms since the epoch."""
    transactions_hash: bytes
    """The root over its transactions' hashes, zeros without any."""
    single: int
    """How many transactions, an aggregate counted once."""
    total: int
    """How many with the inner ones."""
    first_id: int
    """The id of its first transaction, or of the next one that comes."""

    @property
    def next_id(self) -> int:
        """The id of the first transaction after it."""
        return self.first_id + self.total


class Candidate(msgspec.Struct, frozen=True):
    """An announced transaction that was read."""

    hash: bytes
    """Its hash (32 bytes)."""
    payload: bytes
    """The announced bytes."""
    parsed: Parsed
    """What they say."""

    @property
    def total(self) -> int:
        """How many transactions it is, inner ones counted."""
        return 1 + len(inner_of(self.parsed))


class Record(msgspec.Struct, frozen=True):
    """A transaction as it is kept."""

    id: int
    """Its number in the chain's order."""
    height: int
    """Its block."""
    aggregate: int | None
    """The id of the aggregate that holds it."""
    place: int
    """Its index in the block or in the aggregate."""
    kind: int
    """Its type number."""
    signer: bytes
    """Its signer's address (24 bytes)."""
    recipient: bytes | None
    """A transfer's recipient."""
    hash: bytes | None
    """Its hash; None for an inner one."""
    payload: bytes | None
    """The announced bytes; None for an inner one."""


def first_block(genesis: Genesis) -> Block:
    """Return the block that begins a chain."""
    facts = genesis.generation_hash + genesis.epoch_s.to_bytes(8, "little", signed=True)
    previous = sha3_256(_SEPARATION + facts).digest()
    return _linked(FIRST_HEIGHT, previous, 0, (), 0, 1)


def next_block(before: Block, time_ms: int, candidates: Sequence[Candidate]) -> Block:
    """Return the block that takes transactions after another.

    Args:
        before: the block before.
        time_ms: its time, ms since the epoch.
        candidates: the transactions in order.
    """
    hashes = [candidate.hash for candidate in candidates]
    total = sum(candidate.total for candidate in candidates)
    return _linked(before.height + 1, before.hash, time_ms, hashes, total, before.next_id)


def records_of(block: Block, candidates: Sequence[Candidate]) -> list[Record]:
    """Return a block's transactions as they are kept, inner ones after their aggregate."""
    records: list[Record] = []
    id_ = block.first_id
    for place, candidate in enumerate(candidates):
        top = candidate.parsed.transaction
        signer = account_of(top.signer)
        kind, recipient = kind_of(top.body), _recipient(top.body)
        whole = (candidate.hash, candidate.payload)
        records.append(Record(id_, block.height, None, place, kind, signer, recipient, *whole))
        for index, inner in enumerate(inner_of(candidate.parsed)):
            kind, recipient = kind_of(inner.body), _recipient(inner.body)
            at = id_ + 1 + index
            records.append(
                Record(at, block.height, id_, index, kind, signer, recipient, None, None)
            )
        id_ += candidate.total
    return records


def parties_of(parsed: Parsed) -> set[bytes]:
    """Return the addresses that a transaction touches."""
    top = parsed.transaction
    parties = {account_of(top.signer)}
    bodies = (
        [inner.body for inner in top.body.inner] if isinstance(top.body, Aggregate) else [top.body]
    )
    for body in bodies:
        match body:
            case Transfer(recipient=address) | AccountMetadata(target=address):
                parties.add(address)
            case SupplyRevocation(source=address):
                parties.add(address)
            case _:
                pass
    return parties


def inner_of(parsed: Parsed) -> tuple[Inner, ...]:
    """Return the inner transactions of an aggregate, none of another transaction."""
    body = parsed.transaction.body
    return body.inner if isinstance(body, Aggregate) else ()


def kind_of(body: Body | Aggregate) -> Kind:
    """Return the type number of what a transaction does."""
    return Kind.AGGREGATE_COMPLETE if isinstance(body, Aggregate) else _KINDS[type(body)]


def _recipient(body: Body | Aggregate) -> bytes | None:
    return body.recipient if isinstance(body, Transfer) else None


def _linked(
    height: int, previous: bytes, time_ms: int, hashes: Sequence[bytes], total: int, first_id: int
) -> Block:
    root = transactions_hash(hashes)
    head = height.to_bytes(8, "little") + previous + time_ms.to_bytes(8, "little") + root
    hash_ = sha3_256(_SEPARATION + head).digest()
    return Block(height, hash_, previous, time_ms, root, len(hashes), total, first_id)
