"""The vouching: the audit log held against the seals, each of which carries the log's head.

A log that was cut off at its end, or written anew with all its hashes, holds in itself; the heads
in the seals on the chain cannot be changed with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from console.ledger.seals import SealedInterval
from console.model.clearing import TAKEN, Cleared, ClearingKind, ClearingName
from console.model.event import AuditRecord
from console.model.tending import SealCheck, SealGap, SealGroup, SealOf

FREEZE = "freeze by "
"""How the verb of a plan's record begins."""

ADOPT = "adopt"
"""The verb of the record of a seal that the store did not know and took from the chain."""

RESTORE = "restore"
"""The verb of the record of a backup that was put back."""

Body = TypeVar("Body")

_NO_HEAD = bytes(32)
_CLEARINGS = frozenset(kind.value for kind in ClearingKind)


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

    def __init__(self, seals: Iterable[SealedInterval], cleared: Iterable[Cleared] = ()) -> None:
        """Begin before the first record.

        Args:
            seals: the intervals that are sealed on the chain, read before the log is.
            cleared: the retirements and payouts there.
        """
        whole = [*map(_of_interval, seals), *(_of_clearing(one) for one in cleared if one.parts)]
        self._seals = tuple(sorted(whole, key=lambda seal: (seal.height, seal.of.name)))
        self._wanted = {seal.head: seal for seal in self._seals if seal.agreed}
        self._found: dict[_Seal, int] = {}
        self._decided: dict[_Said, int] = {}
        self._taken: set[_Said] = set()
        self._restored: list[Restored] = []
        self._last: AuditRecord | None = None
        self._newest: AuditRecord | None = None

    def take(self, records: Iterable[AuditRecord]) -> None:
        """Take the next records."""
        for record in records:
            self._take(record)

    def _take(self, record: AuditRecord) -> None:
        before, self._newest = self._newest, record
        if record.verb == RESTORE:
            self._restored += _read(record, Restored)
            return
        self._taken |= set(_taken(record))
        for said in _decided(record):
            self._decided[said] = record.seq
            seal = self._wanted.get(before.head if before else _NO_HEAD)
            if seal is not None and said == seal.decided:
                self._found[seal] = record.seq - 1
                self._last = before

    @property
    def result(self) -> SealCheck:
        """What the seals say of the records taken so far."""
        without = [seal for seal in self._seals if seal not in self._found]
        newer = [seal for seal in without if self._is_newer(seal)]
        without = [seal for seal in without if seal not in newer]
        taken = [seal for seal in without if seal.taken in self._taken]
        missing = [seal for seal in without if seal not in taken]
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

    def _is_newer(self, seal: _Seal) -> bool:
        """Whether a seal came between a backup and its putting back."""
        return any(one.height < seal.height <= one.chain_height for one in self._restored)

    def _gap(self, seal: _Seal) -> SealGap:
        at = self._decided.get(seal.decided)
        earlier = [seq for seq in self._found.values() if at is None or seq < at]
        return SealGap(
            of=seal.of,
            height=seal.height,
            head=seal.head,
            after=max(earlier, default=0),
            decided=at,
        )


class _Named(msgspec.Struct, frozen=True):
    """What the record of a retirement or payout says of its name; its verb says the kind."""

    period: str
    house: str
    revision: int


_Said = Frozen | Adopted | ClearingName
"""What a record says that it decided, or took from the chain."""


class _Seal(msgspec.Struct, frozen=True, kw_only=True):
    """A seal with the records that may explain it."""

    of: SealOf
    height: int
    head: bytes
    agreed: bool
    """Whether all of its parts carry one head."""
    decided: _Said
    """What the record must say before which the head stands."""
    taken: _Said
    """What the record says of one that was taken from the chain."""


def _of_interval(sealed: SealedInterval) -> _Seal:
    return _Seal(
        of=SealOf(interval=sealed.interval, revision=sealed.revision),
        height=sealed.height,
        head=sealed.seen[0].audit_head,
        agreed=len({part.audit_head for part in sealed.seen}) == 1,
        decided=Frozen(sealed.interval.name, min(sealed.roots).hex()),
        taken=Adopted.of(sealed),
    )


def _of_clearing(cleared: Cleared) -> _Seal:
    return _Seal(
        of=SealOf(clearing=cleared.name),
        height=cleared.height,
        head=cleared.parts[0].audit_head,
        agreed=len({part.audit_head for part in cleared.parts}) == 1,
        decided=cleared.name,
        taken=cleared.name,
    )


def _decided(record: AuditRecord) -> Iterator[_Said]:
    if record.verb.startswith(FREEZE):
        yield from _read(record, Frozen)
    elif record.verb in _CLEARINGS:
        yield from _names(record, ClearingKind(record.verb))


def _taken(record: AuditRecord) -> Iterator[_Said]:
    verb, _, end = record.verb.partition(" ")
    if record.verb == ADOPT:
        yield from _read(record, Adopted)
    elif verb in _CLEARINGS and end == TAKEN:
        yield from _names(record, ClearingKind(verb))


def _names(record: AuditRecord, kind: ClearingKind) -> Iterator[ClearingName]:
    for said in _read(record, _Named):
        yield ClearingName(kind=kind, period=said.period, house=said.house, revision=said.revision)


def _group(seals: list[_Seal]) -> SealGroup | None:
    return SealGroup(count=len(seals), first=seals[0].of, last=seals[-1].of) if seals else None


def _read(record: AuditRecord, kind: type[Body]) -> list[Body]:
    """A record's body as one of the kinds; none where it does not read: its hash tells why."""
    try:
        return [msgspec.json.decode(record.body, type=kind)]
    except (msgspec.DecodeError, RecursionError):
        return []
