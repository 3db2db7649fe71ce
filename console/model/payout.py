"""The payout: what producers are paid for a period, before and after it is done."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from console.model.clearing import ClearedPart


class PayoutState(StrEnum):
    """Where a payout stands."""

    READY = "ready"
    ON_ITS_WAY = "on its way"
    PAID = "paid out"


class Payee(msgspec.Struct, frozen=True, kw_only=True):
    """A house that is paid."""

    house: str
    """Its id."""
    name: str
    """What people call it; may be empty."""
    wallet: str
    """Its wallet's address, base32."""
    cents: int
    """What it is paid."""


class Payout(msgspec.Struct, frozen=True, kw_only=True):
    """A payout of a period."""

    period: str
    """The period's name."""
    currency: str
    """The currency's code."""
    revision: int
    """0 for the period's first one."""
    state: PayoutState
    """Where it stands."""
    mosaic: str
    """The currency mosaic's id, hexadecimal."""
    payees: tuple[Payee, ...]
    """Who is paid, by house."""
    bills: int
    """How many bills it rests on."""
    sha256: str
    """SHA-256 of these bills, hexadecimal; empty where only the chain knows them."""
    set_off_cents: int = 0
    """What these bills come to besides, and payouts paid that only the chain tells of, cents."""
    transactions: int = 1
    """How many transactions it takes or took."""
    parts: tuple[ClearedPart, ...] = ()
    """The parts on the chain, once they are final."""
    token: str = ""
    """What names this very payout while it is ready."""

    @property
    def cents(self) -> int:
        """All that is paid, cents."""
        return sum(payee.cents for payee in self.payees)


class PayOut(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The command that pays out what was shown."""

    token: str = ""
    """The payout that was agreed to; empty for whatever it is now."""
