"""The retirement: what a paid bill's house got by it, mosaic by mosaic, and is to give back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from console.chain.clearing_posting import cut_retirement
from console.engine.parts import Parts
from console.model.bill import Issued
from console.model.clearing import Cell, Clearing, ClearingKind, ClearingName, KeptClearing
from console.model.entry import Entry, EntryState
from console.model.operator import Operator


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
    span = parts.day_span(period.first)[0], parts.day_span(period.end)[0]
    rows = [
        row
        for row in await parts.store.entries.between(*span)
        if row.consumer == bill.house
        and row.state is EntryState.FINAL
        and row.height <= (bill.final_height or 0)
    ]
    before = _due_before(name, await parts.store.clearings.of(period.name))
    cells, signers = [], []
    for operator in parts.line.operators:
        due = _due(parts, rows, operator, bill.house, before)
        pieces = cut_retirement(due, parts.network.most_inner)
        cells += pieces
        signers += [operator.public_key] * len(pieces)
    return Clearing(
        name=name,
        bills=((bill.house, bill.number, issued.digest.hex()),),
        cells=tuple(cells),
        signers=tuple(signers),
    )


def _due_before(name: ClearingName, kept: Iterable[KeptClearing]) -> Counter[int]:
    """Return what was due of a house's bills before, by mosaic id."""
    due: Counter[int] = Counter()
    for one in kept:
        other = one.clearing.name
        if other.house == name.house and other.revision < name.revision:
            for cell in one.cells:
                due[cell.mosaic] += cell.amount
    return due


def _due(
    parts: Parts, rows: Iterable[Entry], operator: Operator, house: str, before: Counter[int]
) -> list[Cell]:
    """Return what a house got of the mosaics of one operator and is due, by mosaic id."""
    mosaics = parts.members.mosaics[operator.public_key]
    wh: Counter[tuple[int, str]] = Counter()
    for row in rows:
        if parts.signer(row.interval) == operator:
            wh[mosaics[row.producer], row.producer] += row.wh
    wallet = parts.members.wallets[house]
    return [
        Cell(house=producer, wallet=wallet, mosaic=mosaic, amount=got - before[mosaic])
        for (mosaic, producer), got in sorted(wh.items())
        if got > before[mosaic]
    ]
