"""The state: accounts, mosaics, entries and namespaces as of the block that is being made."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from console.chain.node.shelf import Shelf

UNKNOWN_KEY = bytes(32)
"""Stands for the public key of an account that has not signed yet."""


class Account(msgspec.Struct, frozen=True):
    """An account that the chain has seen."""

    public_key: bytes
    """Its public key (32 bytes), zeros until it has signed."""
    height: int
    """The block in which it was first seen."""
    key_height: int
    """The block in which it first signed, 0 before."""
    holdings: dict[int, int]
    """Atomic units by mosaic id, none of them 0."""


class Mosaic(msgspec.Struct, frozen=True):
    """A mosaic's definition and supply."""

    owner: bytes
    """Its owner's address."""
    supply: int
    """Atomic units in being."""
    height: int
    """The block of its definition."""
    revision: int
    """How often it was defined."""
    flags: int
    """A sum of `codec.kinds.MosaicFlag`."""
    divisibility: int
    """Decimal places that wallets show."""
    duration: int
    """Its life in blocks, 0 for ever."""

    def is_active(self, height: int) -> bool:
        """Whether it lives in a block."""
        return not self.duration or height < self.height + self.duration


class Namespace(msgspec.Struct, frozen=True):
    """A namespace; a child carries its root's life."""

    path: tuple[int, ...]
    """The ids from its root down to itself."""
    name: str
    """Its own name."""
    owner: bytes
    """Its owner's address."""
    height: int
    """The block of its registration."""
    end: int
    """The first block in which it no longer lives; a child lives as long as its root."""
    alias: int | None
    """The mosaic that it names."""


EntryKey = tuple[bytes, bytes, int]
"""Source address, target address and scoped key of a metadata entry."""


class Reader(Protocol):
    """Where the state of the last block is read."""

    def account(self, address: bytes) -> Account | None:
        """Return an account, None where never seen."""

    def mosaic(self, mosaic: int) -> Mosaic | None:
        """Return a mosaic, None where never defined."""

    def entry(self, key: EntryKey) -> bytes | None:
        """Return a metadata value, None where there is none."""

    def namespace(self, namespace: int) -> Namespace | None:
        """Return a namespace, None where never registered."""


class State:
    """Everything that a transaction may change, to be kept or undone one transaction at a time."""

    def __init__(self, reader: Reader) -> None:
        """Begin with the state of the last block."""
        self.accounts: Shelf[bytes, Account | None] = Shelf(reader.account)
        self.mosaics: Shelf[int, Mosaic | None] = Shelf(reader.mosaic)
        self.entries: Shelf[EntryKey, bytes | None] = Shelf(reader.entry)
        self.namespaces: Shelf[int, Namespace | None] = Shelf(reader.namespace)
        self._shelves: tuple[Shelf[Any, Any], ...] = (
            self.accounts, self.mosaics, self.entries, self.namespaces,
        )  # fmt: skip
        self._open: dict[bytes, dict[int, int]] = {}

    def holdings(
        self, address: bytes, height: int, public_key: bytes | None = None
    ) -> dict[int, int]:
        """Return an account's holdings, to be changed in place by the transaction in hand.

        An account that was never seen comes into being.

        Args:
            address: the account (24 bytes).
            height: the block that is being made.
            public_key: its key, where it signs.
        """
        held = self._open.get(address)
        if held is not None and public_key is None:
            return held
        account = self.accounts.get(address) or Account(UNKNOWN_KEY, height, 0, {})
        held = dict(account.holdings) if held is None else held
        key, key_height = account.public_key, account.key_height
        if public_key is not None and not key_height:
            key, key_height = public_key, height
        self.accounts.put(address, Account(key, account.height, key_height, held))
        self._open[address] = held
        return held

    def keep(self) -> None:
        """Make the changes of the transaction in hand part of the block."""
        self._open.clear()
        for shelf in self._shelves:
            shelf.keep()

    def undo(self) -> None:
        """Take back the changes of the transaction in hand."""
        self._open.clear()
        for shelf in self._shelves:
            shelf.undo()

    def settle(self) -> None:
        """Go on from the block that was just written."""
        for shelf in self._shelves:
            shelf.settle()

    def forget(self) -> None:
        """Go back to the last block that was written."""
        self._open.clear()
        for shelf in self._shelves:
            shelf.forget()
