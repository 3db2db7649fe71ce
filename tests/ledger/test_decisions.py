"""What was retired and paid out, held against the log, the bills and the chain."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from console.ledger.decisions import Chain, Decisions
from console.ledger.tally import Tally
from console.model.clearing import (
    Cell,
    Cleared,
    ClearedPart,
    Clearing,
    ClearingKind,
    ClearingName,
    ClearingRow,
    record_of,
)
from console.model.event import AuditRecord
from console.model.verification import Verification

NAME = ClearingName(kind=ClearingKind.PAYOUT, period="2026-06")
CELL = Cell(house="H01", wallet="W1", mosaic=7, amount=50)
CLEARING = Clearing(
    name=NAME,
    currency="EUR",
    bills=(("H01", 1, "ab" * 32),),
    audit_head=b"\x05" * 32,
    cells=((CELL,),),
    signers=(bytes(32),),
)
PART = ClearedPart(
    part=1,
    parts=1,
    height=4,
    transaction=b"\x09" * 32,
    root=CLEARING.root,
    audit_head=CLEARING.audit_head,
    cells=(CELL,),
)
CLEARED = Cleared(name=NAME, currency="EUR", parts=(PART,))
BILLS = {("2026-06", "H01", 1, "ab" * 32)}


def row(clearing: Clearing = CLEARING, cleared: Cleared | None = CLEARED) -> ClearingRow:
    return ClearingRow(
        1,
        "payout",
        "2026-06",
        "",
        0,
        msgspec.json.encode(clearing),
        msgspec.json.encode(cleared) if cleared else None,
    )


def compared(
    rows: list[ClearingRow],
    *,
    chain: Cleared | None = CLEARED,
    bills: set[tuple[str, str, int, str]] = BILLS,
    up_to: int = 3,
    final_height: int = 9,
) -> Verification:
    decisions, tally = Decisions(), Tally()
    decisions.take(
        [
            AuditRecord(
                seq=3,
                time=datetime(2026, 7, 1, tzinfo=UTC),
                actor="anna",
                verb="payout",
                body=record_of(CLEARING),
                head=bytes(32),
            )
        ]
    )
    known = Chain(cleared={NAME: chain} if chain else {}, final_height=final_height)
    settled = {NAME} if chain else set()
    decisions.compare(rows, known, bills, settled, up_to, tally)
    return tally.result


def changed(**fields: object) -> Cleared:
    return msgspec.structs.replace(CLEARED, parts=(msgspec.structs.replace(PART, **fields),))


def test_what_agrees_is_counted() -> None:
    found = compared([row()])
    assert (found.differences, found.payouts, found.retirements) == (0, 1, 0)


def test_what_came_while_it_was_compared_is_no_difference() -> None:
    assert compared([], chain=None, up_to=2).differences == 0
    assert compared([row()], chain=None, final_height=3).differences == 0


@pytest.mark.parametrize(
    ("rows", "chain", "told"),
    [
        ([], CLEARED, "stands on the chain, and the store does not know it"),
        ([row()], None, "is not on the chain"),
        ([row(cleared=None)], CLEARED, "the store says that it is not"),
        ([row(cleared=changed(height=5))], CLEARED, "is another one on the chain"),
        ([row(msgspec.structs.replace(CLEARING, currency="CHF"))], CLEARED, "as it was decided"),
        ([msgspec.structs.replace(row(), revision=1)], CLEARED, "is not as it was decided"),
        ([msgspec.structs.replace(row(), body=b"{}")], CLEARED, "its body does not read"),
        ([row()], changed(root=bytes(32)), "is sealed for other bills"),
        (
            [row()],
            changed(cells=(msgspec.structs.replace(CELL, amount=51),)),
            "the chain paid otherwise",
        ),
    ],
)
def test_what_differs_is_named(rows: list[ClearingRow], chain: Cleared | None, told: str) -> None:
    found = compared(rows, chain=chain)
    assert found.differences
    assert any(told in text for text in found.findings)


def test_a_bill_that_is_not_there_is_named() -> None:
    [text] = compared([row()], bills=set()).findings
    assert text == (
        "the payout of 2026-06 rests on a bill of H01 that is not among the approved ones"
    )
