"""The clearings: retirements and payouts found among the chain's records, never ledger rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

import msgspec

from console.ledger.members import Members
from console.model.clearing import Cell, Cleared, ClearedPart, ClearingKind, ClearingName
from console.model.observed import (
    ClearingTag,
    Delivered,
    Observed,
    PayoutTag,
    Revoked,
    Sealed,
)

ClearingKey = Callable[[ClearingTag, str], int]
"""The metadata key that the seal beside a message to a house must have, in this community."""


class Clearings(msgspec.Struct, frozen=True, kw_only=True):
    """The retirements and payouts among records."""

    cleared: tuple[Cleared, ...]
    """What was retired and paid out, by kind, period, house and revision."""
    unexplained: tuple[Delivered, ...]
    """Messages of retirements and payouts that no seal of theirs stands beside."""


def find_clearings(records: Iterable[Observed], members: Members, key_of: ClearingKey) -> Clearings:
    """Return what was retired and paid out, each checked against its seal's key.

    Args:
        records: what the operator's account did; whole aggregates, from any height on.
        members: the houses behind mosaics and wallets.
        key_of: the key that a seal of this community must have.
    """
    aggregates: defaultdict[bytes, list[Observed]] = defaultdict(list)
    for record in sorted(records, key=lambda one: one.place):
        aggregates[record.place.transaction].append(record)
    found: defaultdict[ClearingName, dict[int, ClearedPart]] = defaultdict(dict)
    currencies: dict[ClearingName, str] = {}
    unexplained: list[Delivered] = []
    for aggregate in aggregates.values():
        told = [one for one in aggregate if isinstance(one, Delivered) and one.clearing]
        if not told:
            continue
        part = _part_of(aggregate, told, members, key_of)
        if part is None:
            unexplained += told
            continue
        name, tag, seen = part
        found[name][seen.part] = seen
        currencies[name] = tag.currency if isinstance(tag, PayoutTag) else ""
    return Clearings(
        cleared=tuple(
            Cleared(
                name=name,
                currency=currencies[name],
                parts=tuple(part for _, part in sorted(parts.items())),
            )
            for name, parts in sorted(found.items())
        ),
        unexplained=tuple(unexplained),
    )


def _part_of(
    aggregate: list[Observed], told: list[Delivered], members: Members, key_of: ClearingKey
) -> tuple[ClearingName, ClearingTag, ClearedPart] | None:
    """The part that an aggregate is; None where its seal is not the one of its message."""
    tags = {one.clearing for one in told}
    seals = [one for one in aggregate if isinstance(one, Sealed)]
    tag = told[0].clearing
    if tag is None or len(tags) != 1 or len(seals) != 1:
        return None
    payout = isinstance(tag, PayoutTag)
    house = "" if payout else members.house_of_wallet.get(told[0].recipient, "")
    if key_of(tag, house) != seals[0].key or (not payout and len(told) != 1):
        return None
    name = ClearingName(
        kind=ClearingKind.PAYOUT if payout else ClearingKind.RETIREMENT,
        period=tag.period,
        house=house,
        revision=tag.revision,
    )
    cells = _paid(told, members) if payout else _taken(aggregate, told[0], members)
    place = told[0].place
    return (
        name,
        tag,
        ClearedPart(
            part=tag.part,
            parts=tag.parts,
            height=place.height,
            transaction=place.transaction,
            root=seals[0].inputs_root,
            audit_head=seals[0].audit_head,
            cells=cells,
        ),
    )


def _paid(told: list[Delivered], members: Members) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            house=members.house_of_wallet.get(one.recipient, ""),
            wallet=one.recipient,
            mosaic=mosaic,
            amount=amount,
        )
        for one in told
        for mosaic, amount in one.mosaics
    )


def _taken(aggregate: list[Observed], note: Delivered, members: Members) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            house=members.house_of_mosaic.get(one.mosaic, ""),
            wallet=one.source,
            mosaic=one.mosaic,
            amount=one.amount,
        )
        for one in aggregate
        if isinstance(one, Revoked) and one.source == note.recipient
    )
