"""The clearing: what follows a paid bill on the chain, its retirement and the payout."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum

import msgspec

from console.safe_text import safe_text

CURRENCY_PLACES = 6
"""Decimal places of the operator's own currency mosaic."""
CENT = 10 ** (CURRENCY_PLACES - 2)
"""Its atomic units in a cent."""


TAKEN = "taken from the chain"
"""How the verb of the audit record ends of what the store did not know."""


class ClearingKind(StrEnum):
    """What clears bills."""

    RETIREMENT = "retirement"
    PAYOUT = "payout"


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One amount of one mosaic of one wallet."""

    house: str
    """Whose energy was delivered, or who is paid."""
    wallet: str
    """The wallet's address, base32."""
    mosaic: int
    """The mosaic's id."""
    amount: int
    """Atomic units."""


class ClearingName(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """What tells one clearing from all others."""

    kind: ClearingKind
    """Which of the two it is."""
    period: str
    """The period's name."""
    house: str = ""
    """Whose bill was paid; empty for a payout."""
    revision: int = 0
    """0 for a period's first payout or a house's first bill; corrections have the next ones."""

    @property
    def number(self) -> int:
        """The bill's number, of a retirement."""
        return self.revision + 1

    @property
    def counted(self) -> str:
        """What tells a later one from the first: ` no. 2`, or ` revision 1` of a payout."""
        if not self.revision:
            return ""
        return f" no. {self.number}" if self.house else f" revision {self.revision}"

    @property
    def told(self) -> str:
        """What sentences call it: `the retirement of 2026-06 of test3 no. 2`."""
        whose = f" of {safe_text(self.house, 32)}" if self.house else ""
        return f"the {self.kind.value} of {safe_text(self.period, 40)}{whose}{self.counted}"


class Clearing(msgspec.Struct, frozen=True, kw_only=True):
    """A decided retirement or payout, as the store keeps it; its transactions are in the outbox."""

    name: ClearingName
    """What it is."""
    currency: str = ""
    """The currency's code, of a payout."""
    bills: tuple[tuple[str, int, str], ...] = ()
    """The bills it rests on: house, number, SHA-256 in hexadecimal."""
    audit_head: bytes = b""
    """The audit log's head before its record (32 bytes)."""
    cells: tuple[tuple[Cell, ...], ...] = ()
    """What is due, by part; empty where it was taken from the chain."""
    signers: tuple[bytes, ...] = ()
    """The public key that signs each part (32 bytes)."""

    @property
    def root(self) -> bytes:
        """SHA-256 of the bills it rests on (32 bytes)."""
        return root_of(self.bills)


class ClearedPart(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a clearing on the chain."""

    part: int
    """Which part."""
    parts: int
    """Of how many."""
    height: int
    """Its block."""
    transaction: bytes
    """The hash of its transaction (32 bytes)."""
    root: bytes
    """What its seal holds of the bills (32 bytes)."""
    audit_head: bytes
    """The audit log's head in it (32 bytes)."""
    cells: tuple[Cell, ...]
    """What was moved."""


class Cleared(msgspec.Struct, frozen=True, kw_only=True):
    """A retirement or a payout as the chain has it."""

    name: ClearingName
    """What it is."""
    currency: str = ""
    """The currency's code, of a payout."""
    parts: tuple[ClearedPart, ...]
    """The parts on the chain, in order."""

    @property
    def whole(self) -> bool:
        """Whether every part is there, all resting on the same bills."""
        numbers = [part.part for part in self.parts]
        agreed = {(part.parts, part.root, part.audit_head) for part in self.parts}
        return len(agreed) == 1 and numbers == list(range(1, self.parts[0].parts + 1))

    @property
    def amount(self) -> int:
        """All that was moved, atomic units."""
        return sum(cell.amount for part in self.parts for cell in part.cells)

    @property
    def height(self) -> int:
        """The block of the last part; 0 where there was nothing to move."""
        return max((part.height for part in self.parts), default=0)


class KeptClearing(msgspec.Struct, frozen=True, kw_only=True):
    """A retirement or a payout as the store keeps it."""

    clearing: Clearing
    """What was decided."""
    cleared: Cleared | None = None
    """How the chain has it, once it is final."""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """What was due; what the chain has where that is all that is known."""
        due = [cell for part in self.clearing.cells for cell in part]
        moved = [cell for part in self.cleared.parts for cell in part.cells] if self.cleared else []
        return tuple(due or moved)

    @property
    def due(self) -> int:
        """All that was due, atomic units."""
        return sum(cell.amount for cell in self.cells)

    def of_bill(self, house: str, number: int) -> bool:
        """Whether it retires a bill's mosaics, or pays out what the bill's house is due for it.

        Where only the chain is known, a payout is taken to be for all of the house's bills.
        """
        name = self.clearing.name
        if name.house:
            return (name.house, name.number) == (house, number)
        bills = {(other, count) for other, count, _ in self.clearing.bills}
        rests = (house, number) in bills or not bills
        return rests and any(cell.house == house and cell.amount for cell in self.cells)

    @property
    def left(self) -> int:
        """What the wallet did not hold any more of what was due, atomic units."""
        return 0 if self.cleared is None else self.due - self.cleared.amount


class ClearingRow(msgspec.Struct, frozen=True):
    """A retirement or a payout as it lies in the store."""

    seq: int
    """Its number in the store."""
    kind: str
    """Which of the two it is."""
    period: str
    """The period's name."""
    house: str
    """Whose bill was paid; empty for a payout."""
    revision: int
    """Its revision."""
    body: bytes
    """What was decided, JSON."""
    cleared: bytes | None
    """How the chain has it, JSON; None before it is final."""


def record_of(clearing: Clearing) -> str:
    """Return what the audit log keeps of a decision, JSON."""
    name = clearing.name
    body = {
        "period": name.period,
        "house": name.house,
        "revision": name.revision,
        "amount": sum(cell.amount for part in clearing.cells for cell in part),
        "sha256": hashlib.sha256(msgspec.json.encode(clearing)).hexdigest(),
    }
    return msgspec.json.encode(body).decode()


def root_of(bills: Iterable[tuple[str, int, str]]) -> bytes:
    """Return SHA-256 of bills: the JSON list of [house, number, SHA-256], in their order."""
    return hashlib.sha256(msgspec.json.encode(sorted(bills))).digest()
