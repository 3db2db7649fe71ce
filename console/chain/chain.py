"""The chain: what the engine asks of a blockchain, whichever it is."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec

from console.model.observed import Observed
from console.model.transaction import Tip


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """What a network asks of every transaction; pinned at the first connection."""

    identifier: int
    """The network byte, 0x68 or 0x98."""
    generation_hash: bytes
    """The generation hash seed (32 bytes)."""
    epoch: datetime
    """The instant from which deadlines count, aware UTC."""
    most_inner: int
    """The most inner transactions of an aggregate."""
    longest_lifetime_seconds: int
    """The furthest a deadline may lie ahead."""
    fee_multiplier: int
    """MicroXYM a byte to offer; 0 on the embedded chain."""


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """Where a transaction was found."""

    hash: bytes
    """The transaction's hash (32 bytes)."""
    height: int
    """Its block's height."""


class BlockHead(msgspec.Struct, frozen=True, kw_only=True):
    """A block's head."""

    height: int
    """Its height, from 1."""
    hash: bytes
    """Its hash (32 bytes)."""
    time: datetime
    """Its timestamp, aware UTC."""


class MosaicInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A mosaic as the chain knows it."""

    id: int
    """Its id."""
    supply: int
    """Atomic units in being."""
    owner: str
    """Its owner's address, base32."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the operator's records in the chain's order."""

    records: tuple[Observed, ...]
    """The records."""
    offset: str
    """Where the next page begins; empty when this was the last."""


class TransactionDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A confirmed transaction as a whole, for the proof of a ledger row."""

    hash: bytes
    """Its hash (32 bytes)."""
    height: int
    """Its block's height."""
    size: int
    """Its bytes."""
    inner: int
    """How many inner transactions it has."""
    signer: bytes
    """The public key that signed it (32 bytes)."""
    records: tuple[Observed, ...]
    """What it did, in its order."""


class Chain(Protocol):
    """A blockchain seen through one node's REST API. Every call may raise ChainError."""

    async def network(self) -> Network:
        """Return the network's facts, asked once."""

    async def now(self) -> datetime:
        """Return the node's clock, aware UTC."""

    async def tip(self) -> Tip:
        """Return the height and the final height."""

    async def block(self, height: int) -> BlockHead | None:
        """Return a block's head, None where there is none."""

    async def announce(self, payload: bytes) -> None:
        """Hand signed bytes to the node; its answer proves nothing."""

    async def confirmations(self, hashes: list[bytes]) -> dict[bytes, Confirmation]:
        """Return those of the hashes that a block holds; the others are left out."""

    async def rejection(self, hash_: bytes) -> str:
        """Return the node's failure code for a hash, empty where it has none. Proves nothing."""

    async def records(self, operator_key: bytes, offset: str = "", from_height: int = 1) -> Page:
        """Return a page of what an account's transactions did, in the chain's order.

        Args:
            operator_key: the account's public key (32 bytes).
            offset: where the page before ended; empty for the first.
            from_height: leave out what stands below this block.
        """

    async def entries(self, operator_key: bytes, offset: str = "") -> Page:
        """Return a page of the entries that an account made on itself, seals among them.

        Args:
            operator_key: the account's public key (32 bytes).
            offset: where the page before ended; empty for the first.
        """

    async def transaction(self, hash_: bytes) -> TransactionDetail | None:
        """Return a confirmed transaction with what it did, None where no block holds it."""

    async def note(self, address: str, key: int) -> bytes | None:
        """Return the value of an account's metadata entry on itself, None where there is none."""

    async def holdings(self, address: str) -> dict[int, int]:
        """Return an account's atomic units by mosaic id; empty for an unknown account."""

    async def mosaic(self, mosaic: int) -> MosaicInfo | None:
        """Return what the chain knows of a mosaic, None where there is none."""

    async def close(self) -> None:
        """End the connections."""
