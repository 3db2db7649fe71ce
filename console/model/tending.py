"""What an operator says of alarms and of held intervals, and what the audit log answers."""

from __future__ import annotations

from datetime import datetime

import msgspec

from console.model.event import Alarm, AuditRecord


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
