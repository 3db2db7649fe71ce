"""The retirement: what a paid bill's house got by it, mosaic by mosaic, and is to give back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import zip_longest

import msgspec

from console.chain.clearing_posting import cut_retirement
from console.engine.parts import Parts
from console.model.bill import Issued
from console.model.clearing import Cell, Clearing, ClearingKind, ClearingName
from console.model.operator import Operator
from console.model.period import Period


async def retirement(parts: Parts, issued: Issued) -> Clearing:
    """Return what is to be retired of a paid bill.

    It is all that the house got in the period up to the block on which the bill rests, less what
    was due to be retired of its bills before: a correction retires only what it added. Where
    less was due after all, the revision took it back; what it could not take is set off here
    against what comes later.

    Args:
        parts: the engine's parts.
        issued: the bill.
    """
    bill, period = issued.approval.bill, issued.approval.period
    name = ClearingName(
        kind=ClearingKind.RETIREMENT,
        period=period.name,
        house=bill.house,
        revision=bill.number - 1,
    )
    before = await _due_before(parts, name)
    cells: list[tuple[Cell, ...]] = []
    signers: list[bytes] = []
    for operator, start, end in _spans(parts, period):
        got = await parts.store.entries.received(bill.house, start, end, bill.final_height or 0)
        due = _due(parts, got, operator, bill.house, before)
        pieces = cut_retirement(due, parts.network.most_inner)
        cells += pieces
        signers += [operator.public_key] * len(pieces)
    return Clearing(
        name=name,
        bills=((bill.house, bill.number, issued.digest.hex()),),
        cells=tuple(cells),
        signers=tuple(signers),
    )


async def _due_before(parts: Parts, name: ClearingName) -> Counter[int]:
    """Return what was due of a house's bills before, by mosaic id."""
    due: Counter[int] = Counter()
    for revision in range(name.revision):
        earlier = msgspec.structs.replace(name, revision=revision)
        kept = await parts.store.clearings.named(earlier)
        for cell in kept.cells if kept is not None else ():
            due[cell.mosaic] += cell.amount
    return due


def _spans(parts: Parts, period: Period) -> Iterator[tuple[Operator, datetime, datetime]]:
    """Yield who signed in a period, and from when to when."""
    first, last = parts.day_span(period.first)[0], parts.day_span(period.end)[0]
    for operator, following in zip_longest(parts.line.operators, parts.line.operators[1:]):
        start = max(first, operator.since or first)
        end = min(last, following.since or last) if following is not None else last
        if start < end:
            yield operator, start, end


def _due(
    parts: Parts, got: Mapping[str, int], operator: Operator, house: str, before: Counter[int]
) -> list[Cell]:
    """Return what is due of what a house got of the mosaics of one operator, by mosaic id."""
    mosaics, wallet = parts.members.mosaics[operator.public_key], parts.members.wallets[house]
    by_mosaic = sorted((mosaics[producer], producer, wh) for producer, wh in got.items())
    return [
        Cell(house=producer, wallet=wallet, mosaic=mosaic, amount=wh - before[mosaic])
        for mosaic, producer, wh in by_mosaic
        if wh > before[mosaic]
    ]
