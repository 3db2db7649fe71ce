"""The sealing: an interval part by part, as the chain has it, and the command that accepts it."""

from __future__ import annotations

import msgspec

from console.model.interval import Interval
from console.model.settlement import Settlement


class SealingPart(msgspec.Struct, frozen=True, kw_only=True):
    """One part of an interval: its seal and its transaction, or that they are missing."""

    interval: Interval
    """The interval it says it settles; another one where hours are covered twice."""
    revision: int
    """The interval's revision."""
    part: int
    """Which part."""
    parts: int
    """Of how many, as its messages or the plan say."""
    height: int | None = None
    """The block that holds it; None where none does."""
    transaction: bytes = b""
    """Its hash (32 bytes); empty where none is known."""
    signer: str = ""
    """The address of the account that signed it, base32; empty where no block holds it."""
    inputs_root: bytes = b""
    """The inputs root in its seal (32 bytes); empty where there is no seal."""
    audit_head: bytes = b""
    """The audit head in its seal (32 bytes); empty likewise."""
    rows: int = 0
    """How many ledger rows it makes."""
    wh: int = 0
    """Their energy together, Wh; what was taken back counts negative."""
    size: int = 0
    """Its bytes."""

    @property
    def seen(self) -> bool:
        """Whether a block holds it."""
        return self.height is not None


class Sealing(msgspec.Struct, frozen=True, kw_only=True):
    """All parts of one interval, for an operator who compares them."""

    settlement: Settlement
    """Where the interval stands."""
    planned_root: bytes
    """The inputs root of this engine's own plan (32 bytes); empty where it has none."""
    operator: str
    """The operator's address, base32."""
    final_height: int
    """The chain's final height."""
    parts: tuple[SealingPart, ...]
    """The parts, missing ones too, by interval, revision and number."""

    @property
    def seen(self) -> tuple[SealingPart, ...]:
        """The parts that a block holds."""
        return tuple(part for part in self.parts if part.seen)


class AcceptPartial(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The command that ends a halt: what the chain holds of the interval is all of it."""

    interval: str
    """The interval's name."""
