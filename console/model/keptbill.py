"""The kept bill: a row of the store as it lies there, for a verification."""

from __future__ import annotations

import msgspec


class KeptBill(msgspec.Struct, frozen=True, kw_only=True):
    """A stored bill, its body not yet read."""

    period: str
    """The period's name, as its row says."""
    first: str
    """The period's first day, likewise."""
    end: str
    """The day after its last one, likewise."""
    house: str
    """The house's id, likewise."""
    number: int
    """Its number among the house's bills of the period, likewise."""
    body: bytes
    """What was approved."""
    digest: str
    """What its row says is the body's SHA-256, hexadecimal."""
    approved_ms: int
    """When it was approved, milliseconds since 1970."""
    approved_by: str
    """By whom."""
    paid_ms: int | None
    """When it was marked as paid; None before."""
    paid_by: str
    """By whom."""

    @property
    def key(self) -> tuple[str, str, int]:
        """Its period, house and number."""
        return self.period, self.house, self.number
