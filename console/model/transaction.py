"""The transaction: what was signed and must reach the chain, and where it stands."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from console.model.interval import Interval


class TransactionState(StrEnum):
    """The states of a transaction (design section 6)."""

    SIGNED = "signed"
    ANNOUNCED = "announced"
    CONFIRMED = "confirmed"
    FINAL = "final"
    DEAD = "dead"


ON_ITS_WAY = (TransactionState.SIGNED, TransactionState.ANNOUNCED)
"""The states of a transaction that no block holds yet."""


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """One signed transaction of the outbox; its bytes never change."""

    hash: bytes
    """Its hash (32 bytes), by which the chain is asked for it."""
    payload: bytes
    """The signed bytes that are announced, any number of times."""
    deadline: datetime
    """The chain's instant after which it can no longer confirm, aware UTC."""
    generation_hash: bytes
    """The network it was signed for (32 bytes)."""
    leg: str
    """What it is for; one live transaction per leg: its seal's or registration's text."""
    interval: Interval | None = None
    """The interval it settles; None for a registration."""
    revision: int = 0
    """The interval's revision."""
    part: int = 1
    """Which part of the interval."""
    parts: int = 1
    """Of how many."""
    attempt: int = 1
    """Counted up only after the proof of the earlier one's death."""
    state: TransactionState = TransactionState.SIGNED
    """Where it stands."""
    height: int | None = None
    """The block that holds it, once confirmed."""
    block_hash: bytes = b""
    """That block's hash, so that a reorganisation is noticed."""


class Tip(msgspec.Struct, frozen=True, kw_only=True):
    """Where a chain stands."""

    height: int
    """The newest block's height."""
    final_height: int
    """The height up to which nothing can change any more."""
