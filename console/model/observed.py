"""The observed: what the operator's account did on the chain, as a node tells it.

One record an inner transaction, in the chain's order. The ledger is derived from these alone.
"""

from __future__ import annotations

import msgspec

from console.model.interval import Interval


class IntervalTag(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery's message, parsed: `E1|start|minutes|currency|prices|revision|part/parts`."""

    interval: Interval
    """The interval it delivers."""
    currency: str
    """The currency's code."""
    prices_micro_per_kwh: tuple[int, ...]
    """One price for all mosaics of the transfer, or one for each in its order."""
    revision: int
    """The interval's revision."""
    part: int
    """Which part."""
    parts: int
    """Of how many."""


class RetirementTag(msgspec.Struct, frozen=True, kw_only=True, tag="retirement"):
    """A retirement's message, parsed: `E1R|period|part/parts`.

    That of a correction has its revision before the part: `E1R|period|revision|part/parts`.
    """

    period: str
    """The name of the period whose bill was paid."""
    revision: int = 0
    """0 for the house's first bill of the period, 1 for its first correction."""
    part: int
    """Which part."""
    parts: int
    """Of how many."""


class PayoutTag(msgspec.Struct, frozen=True, kw_only=True, tag="payout"):
    """A payout's message, parsed: `E1P|period|currency|revision|part/parts`."""

    period: str
    """The name of the period that is paid out."""
    currency: str
    """The currency's code."""
    revision: int
    """0 for a period's first payout."""
    part: int
    """Which part."""
    parts: int
    """Of how many."""


ClearingTag = RetirementTag | PayoutTag
"""The message of what clears bills; no ledger row comes of it."""


class Place(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Where on the chain a record stands."""

    height: int
    """The block's height."""
    transaction: bytes
    """The hash of the aggregate that holds it (32 bytes)."""
    index: int
    """Its index within the aggregate."""


class Delivered(msgspec.Struct, frozen=True, kw_only=True, tag="delivered"):
    """A transfer of mosaics by the operator."""

    place: Place
    """Where it stands."""
    recipient: str
    """The wallet's address, base32."""
    mosaics: tuple[tuple[int, int], ...]
    """Mosaic id and amount (atomic units = Wh), in the transaction's order."""
    message: str
    """The message's text, cleaned; empty where there is none."""
    tag: IntervalTag | None
    """The message parsed; None where it is not one of an interval."""
    clearing: ClearingTag | None = None
    """The message parsed where it is one of a retirement or a payout."""


class Supplied(msgspec.Struct, frozen=True, kw_only=True, tag="supplied"):
    """A supply change of one of the operator's mosaics."""

    place: Place
    """Where it stands."""
    mosaic: int
    """The mosaic's id."""
    delta: int
    """Atomic units minted, negative where destroyed."""


class Revoked(msgspec.Struct, frozen=True, kw_only=True, tag="revoked"):
    """Mosaics taken back from a wallet."""

    place: Place
    """Where it stands."""
    source: str
    """The wallet's address, base32."""
    mosaic: int
    """The mosaic's id."""
    amount: int
    """Atomic units taken back."""


class Sealed(msgspec.Struct, frozen=True, kw_only=True, tag="sealed"):
    """An entry of 64 new bytes on the operator's account: the seal of an interval's part."""

    place: Place
    """Where it stands."""
    key: int
    """The scoped metadata key."""
    inputs_root: bytes
    """The interval's inputs root (32 bytes)."""
    audit_head: bytes
    """The audit log's head at the freeze (32 bytes)."""


class Noted(msgspec.Struct, frozen=True, kw_only=True, tag="noted"):
    """Any other metadata entry on the operator's account, such as the community's id."""

    place: Place
    """Where it stands."""
    key: int
    """The scoped metadata key."""
    delta: int
    """The value's size change, bytes."""
    value: bytes
    """The value's bytes as sent."""


Observed = Delivered | Supplied | Revoked | Sealed | Noted
"""Any record of the operator's account."""
