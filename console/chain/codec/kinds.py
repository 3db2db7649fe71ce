"""The kinds of transactions: frozen values that say what the bytes say."""

from __future__ import annotations

from enum import IntEnum, IntFlag

import msgspec


class Kind(IntEnum):
    """The type numbers of Symbol's transactions that are known here."""

    AGGREGATE_COMPLETE = 16705
    ACCOUNT_METADATA = 16708
    MOSAIC_DEFINITION = 16717
    NAMESPACE_REGISTRATION = 16718
    TRANSFER = 16724
    SUPPLY_CHANGE = 16973
    SUPPLY_REVOCATION = 17229
    MOSAIC_ALIAS = 17230


class MosaicFlag(IntFlag):
    """What a mosaic's definition allows."""

    SUPPLY_MUTABLE = 1
    TRANSFERABLE = 2
    RESTRICTABLE = 4
    REVOKABLE = 8


class Transfer(msgspec.Struct, frozen=True):
    """Mosaics and a message to an account."""

    recipient: bytes
    """The recipient's address (24 bytes)."""
    mosaics: tuple[tuple[int, int], ...]
    """Mosaic id and amount in atomic units, ids strictly ascending."""
    message: bytes
    """The message with its marker byte; empty for none."""


class MosaicDefinition(msgspec.Struct, frozen=True):
    """A new mosaic of the signer."""

    mosaic: int
    """Its id, made of the nonce and the signer's address."""
    duration: int
    """Its life in blocks, 0 for ever."""
    nonce: int
    """The nonce of its id."""
    flags: int
    """A sum of `MosaicFlag`."""
    divisibility: int
    """Decimal places that wallets show."""


class SupplyChange(msgspec.Struct, frozen=True):
    """Atomic units of one of the signer's mosaics minted or destroyed."""

    mosaic: int
    """The mosaic's id."""
    delta: int
    """How many atomic units."""
    increase: bool
    """Whether they are minted."""


class SupplyRevocation(msgspec.Struct, frozen=True):
    """Atomic units of one of the signer's mosaics taken back from an account."""

    source: bytes
    """The address they are taken from (24 bytes)."""
    mosaic: int
    """The mosaic's id."""
    amount: int
    """How many atomic units."""


class AccountMetadata(msgspec.Struct, frozen=True):
    """A change of an entry of the signer on an account; only within an aggregate."""

    target: bytes
    """The account's address (24 bytes)."""
    key: int
    """The scoped metadata key."""
    delta: int
    """The change of the value's size, bytes, signed."""
    value: bytes
    """The new value; the difference to the old one where there is an old one."""


class NamespaceRegistration(msgspec.Struct, frozen=True):
    """A new namespace of the signer."""

    duration: int
    """Its life in blocks; 0 for a child."""
    parent: int | None
    """The parent's id; None for a root."""
    namespace: int
    """Its id."""
    name: bytes
    """Its own name, ASCII."""


class MosaicAlias(msgspec.Struct, frozen=True):
    """A namespace made or no longer made a name of a mosaic."""

    namespace: int
    """The namespace's id."""
    mosaic: int
    """The mosaic's id."""
    link: bool
    """Whether it is made one."""


Body = (
    Transfer
    | SupplyChange
    | SupplyRevocation
    | AccountMetadata
    | MosaicDefinition
    | NamespaceRegistration
    | MosaicAlias
)
"""What a single transaction does."""


class Inner(msgspec.Struct, frozen=True):
    """A transaction within an aggregate."""

    signer: bytes
    """The public key of the account that acts (32 bytes)."""
    network: int
    """The network byte."""
    body: Body
    """What it does."""


class Aggregate(msgspec.Struct, frozen=True):
    """Inner transactions that happen all or not at all: complete, version 3, no cosignatures."""

    inner: tuple[Inner, ...]
    """The inner transactions in their order."""


class Transaction(msgspec.Struct, frozen=True):
    """A whole transaction without its signature."""

    signer: bytes
    """The signer's public key (32 bytes)."""
    network: int
    """The network byte."""
    fee: int
    """The highest fee, microXYM."""
    deadline: int
    """The deadline, milliseconds since the network's epoch."""
    body: Body | Aggregate
    """What it does."""


class Signed(msgspec.Struct, frozen=True):
    """A signed transaction, ready to be announced."""

    payload: bytes
    """The whole bytes."""
    hash: bytes
    """The hash by which the chain knows it (32 bytes)."""


class Parsed(msgspec.Struct, frozen=True):
    """A transaction read from its only possible bytes."""

    transaction: Transaction
    """The transaction."""
    signature: bytes
    """The signature as it stands (64 bytes), not verified."""
    transactions_hash: bytes
    """The root over the inner transactions (32 bytes); zeros for a single one."""
