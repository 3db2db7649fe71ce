"""The finding: one thing that a verification found not to be as it was."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What a finding is about."""

    READING = "reading"
    """A meter's register or quality at the edge of an interval."""
    PLAN = "plan"
    """A field of a stored plan."""
    SEAL = "seal"
    """An inputs root on the chain."""
    CHAIN = "chain"
    """What stands on the chain, or a row of its file."""
    LEDGER = "ledger"
    """A row of the ledger as stored."""
    BILL = "bill"
    """An approved bill."""
    STORE = "store"
    """A row of another table of the store."""
    AUDIT = "audit"
    """A record of the audit log."""
    NOTE = "note"
    """No difference: something that cannot be compared, and why."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One difference, named."""

    kind: Kind
    """What it is about."""
    text: str
    """One sentence for people."""
    interval: str = ""
    """The interval's name; empty where it is about none."""
    house: str = ""
    """The house's id; empty where it is about none."""
    what: str = ""
    """The field, the table and row, the block or the record's number."""
    expected: str = ""
    """What it was to be; empty where that is not known."""
    found: str = ""
    """What it is; empty where it is gone."""
