"""The kept: rows of the store as they lie there, for a verification."""

from __future__ import annotations

import msgspec

from console.model.settlement import Plan, Settlement
from console.model.transaction import Outgoing


class KeptPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A stored plan."""

    seq: int
    """Its number in the order of freezing."""
    row: str
    """What its row says it is: the interval's name, minutes and revision."""
    digest: str
    """SHA-256 of its bytes as stored, hexadecimal."""
    plan: Plan | None
    """What the bytes say; None where they say nothing, or of another interval than the row."""


class KeptSettlement(msgspec.Struct, frozen=True, kw_only=True):
    """A stored settlement."""

    row: str
    """What its row says it is: the interval's name, minutes, revision and state."""
    settlement: Settlement | None
    """What its body says; None where it says nothing, or something else than the row."""


class KeptOutgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction of the outbox."""

    seq: int
    """Its number in the order of signing."""
    outgoing: Outgoing
    """What was signed, and how far it came."""
