"""The vouching: the audit log held against the seals, each of which carries the log's head.

A log that was cut off at its end, or written anew with all its hashes, holds in itself; the heads
in the seals on the chain cannot be changed with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from console.ledger.seals import SealedInterval
from console.model.event import AuditRecord
from console.model.tending import SealCheck, SealGap, SealGroup

FREEZE = "freeze by "
"""How the verb of a plan's record begins."""

ADOPT = "adopt"
"""The verb of the record of a seal that the store did not know and took from the chain."""

RESTORE = "restore"
"""The verb of the record of a backup that was put back."""

Body = TypeVar("Body")

_NO_HEAD = bytes(32)


class Frozen(msgspec.Struct, frozen=True):
    """What a plan's record says."""

    interval: str
    """The interval's name."""
    root: str
    """The plan's inputs root, hexadecimal."""


class Adopted(msgspec.Struct, frozen=True, kw_only=True):
    """What the record of a seal that was taken from the chain says."""

    interval: str
    """The interval's name."""
    minutes: int
    """Its length."""
    revision: int
    """Its revision."""
    root: str
    """The inputs root in it, hexadecimal."""

    @classmethod
    def of(cls, sealed: SealedInterval) -> Adopted:
        """Return what is recorded of a seal."""
        return cls(
            interval=sealed.interval.name,
            minutes=sealed.interval.minutes,
            revision=sealed.revision,
            root=min(sealed.roots).hex(),
        )


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What the record of a backup that was put back says."""

    made: str
    """When the backup was begun, UTC."""
    links: int
    """The records of its log."""
    audit_head: str
    """The newest one's head, hexadecimal."""
    height: int
    """The height of its chain."""
    chain: str
    """`kept` where the chain that was there went on from the backup's, else `put back`."""
    chain_height: int
    """The height of the chain that the store was put beside."""
    replaced_links: int | None = None
    """The records of the log that was replaced; None where it could not be read."""
    replaced_head: str = ""
    """The newest one's head, hexadecimal."""


class Vouching:
    """Takes the log's records in order and finds, for each seal, the record that it vouches for."""

    def __init__(self, seals: Iterable[SealedInterval]) -> None:
        """Begin before the first record.

        Args:
            seals: what is sealed on the chain, read before the log is.
        """
        self._seals = tuple(sorted(seals, key=lambda sealed: (sealed.height, sealed.interval)))
        self._wanted = {head: sealed for sealed in self._seals for head in _heads(sealed)}
        self._found: dict[SealedInterval, int] = {}
        self._frozen: dict[Frozen, int] = {}
        self._adopted: set[Adopted] = set()
        self._restored: list[Restored] = []
        self._last: AuditRecord | None = None
        self._newest: AuditRecord | None = None

    def take(self, records: Iterable[AuditRecord]) -> None:
        """Take the next records."""
        for record in records:
            self._take(record)

    def _take(self, record: AuditRecord) -> None:
        before, self._newest = self._newest, record
        if record.verb == ADOPT:
            self._adopted |= set(_read(record, Adopted))
        elif record.verb == RESTORE:
            self._restored += _read(record, Restored)
        elif record.verb.startswith(FREEZE):
            for frozen in _read(record, Frozen):
                self._frozen[frozen] = record.seq
                sealed = self._wanted.get(before.head if before else _NO_HEAD)
                if sealed is not None and frozen == _frozen(sealed):
                    self._found[sealed] = record.seq - 1
                    self._last = before

    @property
    def result(self) -> SealCheck:
        """What the seals say of the records taken so far."""
        without = [sealed for sealed in self._seals if sealed not in self._found]
        newer = [sealed for sealed in without if self._is_newer(sealed)]
        without = [sealed for sealed in without if sealed not in newer]
        taken = [sealed for sealed in without if Adopted.of(sealed) in self._adopted]
        missing = [sealed for sealed in without if sealed not in taken]
        vouched = self._last.seq if self._last else 0
        return SealCheck(
            seals=len(self._seals),
            vouching=len(self._found),
            last=self._last,
            after=(self._newest.seq if self._newest else 0) - vouched,
            newer=_group(newer),
            taken=_group(taken),
            missing=_group(missing),
            first=self._gap(missing[0]) if missing else None,
        )

    def _is_newer(self, sealed: SealedInterval) -> bool:
        """Whether a seal came between a backup and its putting back."""
        return any(one.height < sealed.height <= one.chain_height for one in self._restored)

    def _gap(self, sealed: SealedInterval) -> SealGap:
        at = self._frozen.get(_frozen(sealed))
        earlier = [seq for seq in self._found.values() if at is None or seq < at]
        return SealGap(
            interval=sealed.interval,
            revision=sealed.revision,
            height=sealed.height,
            head=sealed.seen[0].audit_head,
            after=max(earlier, default=0),
            frozen=at,
        )


def _heads(sealed: SealedInterval) -> set[bytes]:
    """The one head that all parts of an interval carry; none where they disagree."""
    heads = {part.audit_head for part in sealed.seen}
    return heads if len(heads) == 1 else set()


def _frozen(sealed: SealedInterval) -> Frozen:
    return Frozen(sealed.interval.name, min(sealed.roots).hex())


def _group(seals: list[SealedInterval]) -> SealGroup | None:
    if not seals:
        return None
    intervals = [sealed.interval for sealed in seals]
    return SealGroup(count=len(seals), first=min(intervals), last=max(intervals))


def _read(record: AuditRecord, kind: type[Body]) -> list[Body]:
    """A record's body as one of the kinds; none where it does not read: its hash tells why."""
    try:
        return [msgspec.json.decode(record.body, type=kind)]
    except (msgspec.DecodeError, RecursionError):
        return []
