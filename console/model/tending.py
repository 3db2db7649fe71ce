"""What an operator says of alarms and of held intervals, and what the audit log answers."""

from __future__ import annotations

from datetime import datetime

import msgspec

from console.model.clearing import ClearingName
from console.model.event import Alarm, AuditRecord
from console.model.interval import Interval


class Acknowledge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The command that says that alarms were seen."""

    numbers: tuple[int, ...]
    """The alarms' numbers."""


class Shelve(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The command that puts alarms aside."""

    numbers: tuple[int, ...]
    """The alarms' numbers."""
    reason: str
    """Why; one sentence."""
    seconds: int | None = None
    """For how long, business seconds from now; None where `until` tells the end."""
    until: datetime | None = None
    """The end, aware."""


class Unshelve(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The command that takes alarms off the shelf."""

    numbers: tuple[int, ...]
    """The alarms' numbers."""


class Wait(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The command that keeps a held interval waiting for its missing houses."""

    interval: str
    """The interval's name."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a command on alarms."""

    text: str
    """One sentence."""
    alarms: tuple[Alarm, ...] = ()
    """The alarms it was about, as they are now."""


class AuditPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the audit log, oldest first."""

    records: tuple[AuditRecord, ...]
    """The links."""
    next: int | None
    """The seq after which the next page begins; None after the last."""


class SealOf(msgspec.Struct, frozen=True, kw_only=True):
    """What a seal is of: an interval, or a retirement or payout."""

    interval: Interval | None = None
    """The interval; None of a retirement or payout."""
    revision: int = 0
    """The interval's revision."""
    clearing: ClearingName | None = None
    """The retirement or payout; None of an interval."""

    @property
    def name(self) -> str:
        """What sentences call it: the interval's name, or `the retirement of 2026-06 of test3`."""
        if self.interval is not None:
            return self.interval.name
        return self.clearing.told if self.clearing is not None else ""


class SealGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Some seals on the chain."""

    count: int
    """How many."""
    first: SealOf
    """What the first of them is of, by block."""
    last: SealOf
    """What the last is of."""


class SealGap(msgspec.Struct, frozen=True, kw_only=True):
    """A seal on the chain whose head is not where it must be in the audit log."""

    of: SealOf
    """What it seals."""
    height: int
    """The block."""
    head: bytes
    """The head in it (32 bytes)."""
    after: int
    """The last record that an earlier seal vouches for; 0 where none does."""
    decided: int | None
    """The record of the plan or decision before which the head must stand; None without one."""


class SealCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The audit log held against the heads in the seals on the chain."""

    seals: int
    """How many intervals, retirements and payouts are sealed there, each revision by itself."""
    vouching: int
    """How many of their heads stand in the log, each before its own plan's or decision's record."""
    last: AuditRecord | None
    """The last record that a seal vouches for."""
    after: int
    """How many records came after it."""
    newer: SealGroup | None
    """Seals from between a backup and its putting back, by the log's own record of that."""
    taken: SealGroup | None
    """Seals that the log says were taken from the chain, since the store did not know them."""
    missing: SealGroup | None
    """Seals whose heads the log should have and has not: it was cut off or written anew."""
    first: SealGap | None
    """The first of the missing ones, by block."""


class AuditCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The audit log's hash chain, recomputed."""

    records: int
    """How many links were recomputed."""
    broken: int
    """How many of them do not follow from the one before."""
    first: AuditRecord | None
    """The first broken one; None where the chain holds."""
    head: bytes
    """The newest link's head as it is stored (32 bytes; zeros before the first)."""
    seals: SealCheck | None = None
    """The links held against the seals; None where the chain does not answer."""
    trouble: str = ""
    """Why the chain does not answer."""
