"""The sealing: asks the chain for every part of an interval, for one who must compare them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from console.chain.chain import TransactionDetail
from console.chain.codec import address_of, address_text
from console.chain.seal import SEAL_SIZE, seal_key
from console.engine.parts import Parts
from console.ledger.ledger import derive
from console.model.entry import Entry
from console.model.interval import LENGTHS, Interval
from console.model.observed import Delivered, Sealed
from console.model.sealing import Sealing, SealingPart
from console.model.settlement import Settlement
from console.model.transaction import Outgoing, TransactionState

MOST_PARTS = 200
"""The most parts that are looked for."""

_LONGEST = timedelta(minutes=max(LENGTHS))


async def sealing_of(parts: Parts, settlement: Settlement) -> Sealing:
    """Return an interval's parts as the chain has them, and which it lacks.

    A transaction is found by the ledger's rows and by the outbox; a seal without either is found
    by its key.

    Args:
        parts: the engine's parts.
        settlement: where the interval stands.

    Raises:
        ChainError: the chain cannot be read.
    """
    interval = settlement.interval
    store = parts.store
    rows = await rows_over(parts, interval)
    legs = [
        leg
        for leg in await store.settlements.legs(interval, settlement.revision)
        if leg.state is not TransactionState.DEAD
    ]
    hashes = dict.fromkeys([row.transaction for row in rows] + [leg.hash for leg in legs])
    found = [await parts.chain.transaction(hash_) for hash_ in list(hashes)[:MOST_PARTS]]
    tip = await parts.chain.tip()
    seen = [
        part
        for detail in found
        if detail is not None
        for part in _part_of(parts, detail)
        if part.interval != interval or part.revision == settlement.revision
    ]
    plan = await store.settlements.plan(interval, settlement.revision)
    return Sealing(
        settlement=settlement,
        planned_root=plan.inputs_root if plan is not None else b"",
        operator=_address(parts, parts.signer(interval).public_key),
        final_height=tip.final_height,
        parts=tuple(sorted([*seen, *await _missing(parts, settlement, seen, legs)], key=_place)),
    )


async def rows_over(parts: Parts, interval: Interval) -> list[Entry]:
    """Return the ledger's rows of all intervals, of whatever length, that share time with one."""
    rows = await parts.store.entries.between(interval.start - _LONGEST, interval.end)
    return [row for row in rows if row.interval.end > interval.start]


def _part_of(parts: Parts, detail: TransactionDetail) -> list[SealingPart]:
    """The part that a transaction is; none where it says no interval."""
    tags = [r.tag for r in detail.records if isinstance(r, Delivered) and r.tag is not None]
    seals = [record for record in detail.records if isinstance(record, Sealed)]
    if not tags:
        return []
    tag = tags[0]
    rows = derive(detail.records, parts.members, detail.height).entries
    return [
        SealingPart(
            interval=tag.interval,
            revision=tag.revision,
            part=tag.part,
            parts=tag.parts,
            height=detail.height,
            transaction=detail.hash,
            signer=_address(parts, detail.signer),
            inputs_root=seals[0].inputs_root if seals else b"",
            audit_head=seals[0].audit_head if seals else b"",
            rows=len(rows),
            wh=sum(row.wh for row in rows),
            size=detail.size,
        )
    ]


async def _missing(
    parts: Parts, settlement: Settlement, seen: Sequence[SealingPart], legs: Sequence[Outgoing]
) -> list[SealingPart]:
    """The parts that no transaction shows; one may have its seal on the chain all the same."""
    interval, revision = settlement.interval, settlement.revision
    own = [part for part in seen if part.interval == interval]
    count = max([settlement.parts, *(p.parts for p in own), *(leg.parts for leg in legs)])
    there = {part.part for part in own}
    signed = {leg.part: leg for leg in legs}
    operator = _address(parts, parts.signer(interval).public_key)
    missing = []
    for number in range(1, min(count, MOST_PARTS) + 1):
        if number in there:
            continue
        key = seal_key(parts.settings.community.id, interval, revision, number)
        value = await parts.chain.note(operator, key) or b""
        sealed = len(value) == SEAL_SIZE
        missing.append(
            SealingPart(
                interval=interval,
                revision=revision,
                part=number,
                parts=count,
                transaction=signed[number].hash if number in signed else b"",
                inputs_root=value[:32] if sealed else b"",
                audit_head=value[32:] if sealed else b"",
            )
        )
    return missing


def _address(parts: Parts, key: bytes) -> str:
    return address_text(address_of(key, parts.network.identifier))


def _place(part: SealingPart) -> tuple[Interval, int, int]:
    return part.interval, part.revision, part.part
