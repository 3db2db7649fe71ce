"""The seals: which parts of which intervals stand on the chain, under which inputs root."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from console.model.interval import Interval
from console.model.observed import Delivered, IntervalTag, Observed, Place, Sealed

SealKey = Callable[[Interval, int, int], int]
"""The metadata key of an interval's revision and part, in this community."""


class SealedPart(msgspec.Struct, frozen=True, kw_only=True):
    """One part's seal."""

    part: int
    """Which part."""
    parts: int
    """Of how many, as its messages say."""
    place: Place
    """Where the seal stands."""
    inputs_root: bytes
    """The inputs root in it (32 bytes)."""
    audit_head: bytes
    """The audit head in it (32 bytes)."""


class SealedInterval(msgspec.Struct, frozen=True, kw_only=True):
    """All that is sealed of one revision of an interval."""

    interval: Interval
    """The interval."""
    revision: int
    """Its revision."""
    seen: tuple[SealedPart, ...]
    """The parts on the chain, in order."""

    @property
    def parts(self) -> int:
        """How many parts there must be."""
        return max(part.parts for part in self.seen)

    @property
    def roots(self) -> frozenset[bytes]:
        """The inputs roots of the parts; more than one is a reason to halt."""
        return frozenset(part.inputs_root for part in self.seen)

    @property
    def agreed(self) -> bool:
        """Whether all parts seen have one root, one audit head and one number of parts."""
        return len({(part.inputs_root, part.audit_head, part.parts) for part in self.seen}) == 1

    @property
    def complete(self) -> bool:
        """Whether every part is there and they agree."""
        numbers = [part.part for part in self.seen]
        return self.agreed and numbers == list(range(1, self.parts + 1))

    @property
    def height(self) -> int:
        """The block of the last part seen."""
        return max(part.place.height for part in self.seen)


class Seals(msgspec.Struct, frozen=True, kw_only=True):
    """The seals among records."""

    intervals: tuple[SealedInterval, ...]
    """What is sealed, by interval and revision."""
    unexplained: tuple[Sealed, ...]
    """Seals that no interval's message in their transaction explains, in the chain's order."""


def find_seals(records: Iterable[Observed], key_of: SealKey) -> Seals:
    """Return what is sealed, each seal's key checked against its aggregate's messages.

    The seals of retirements and payouts are left to `clearings`.

    Args:
        records: what the operator's account did; whole aggregates, from any height on.
        key_of: the key that a seal of this community must have.
    """
    tags: dict[bytes, set[tuple[Interval, int, int, int]]] = {}
    sealed: list[Sealed] = []
    clearing: set[bytes] = set()
    for record in records:
        if isinstance(record, Sealed):
            sealed.append(record)
        elif isinstance(record, Delivered) and record.tag is not None:
            tags.setdefault(record.place.transaction, set()).add(_named(record.tag))
        elif isinstance(record, Delivered) and record.clearing is not None:
            clearing.add(record.place.transaction)
    found: dict[tuple[Interval, int], dict[int, SealedPart]] = {}
    unexplained = []
    for seal in sorted(sealed, key=lambda seal: seal.place):
        named = tags.get(seal.place.transaction, set())
        if not named and seal.place.transaction in clearing:
            continue
        interval, revision, part, parts = next(iter(named), (None, 0, 0, 0))
        if interval is None or len(named) > 1 or key_of(interval, revision, part) != seal.key:
            unexplained.append(seal)
            continue
        found.setdefault((interval, revision), {})[part] = SealedPart(
            part=part,
            parts=parts,
            place=seal.place,
            inputs_root=seal.inputs_root,
            audit_head=seal.audit_head,
        )
    return Seals(
        intervals=tuple(
            SealedInterval(
                interval=interval,
                revision=revision,
                seen=tuple(part for _, part in sorted(parts_seen.items())),
            )
            for (interval, revision), parts_seen in sorted(found.items())
        ),
        unexplained=tuple(unexplained),
    )


def _named(tag: IntervalTag) -> tuple[Interval, int, int, int]:
    return tag.interval, tag.revision, tag.part, tag.parts
