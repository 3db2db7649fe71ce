"""Retirements and payouts among records: listed apart, and no rows."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from console.ledger.clearings import find_clearings
from console.ledger.ledger import derive
from console.ledger.members import Members
from console.ledger.readback import Readback
from console.ledger.seals import find_seals
from console.model.clearing import ClearingKind
from console.model.observed import (
    ClearingTag,
    Delivered,
    Observed,
    PayoutTag,
    Place,
    RetirementTag,
    Revoked,
    Sealed,
    Supplied,
)

KEYS: dict[tuple[ClearingTag, str], int] = {
    (RetirementTag(period="2026-06", part=1, parts=1), "H03"): 11,
    (PayoutTag(period="2026-06", currency="EUR", revision=0, part=1, parts=1), ""): 12,
}
[(RETIRED, _), (PAID, _)] = KEYS


def key_of(tag: ClearingTag, house: str) -> int:
    return KEYS.get((tag, house), 0)


@pytest.fixture
def retired(place: Callable[..., Place]) -> list[Observed]:
    at = {"height": 5, "transaction": 5}
    return [
        Sealed(place=place(0, **at), key=11, inputs_root=b"\x0a" * 32, audit_head=bytes(32)),
        Revoked(place=place(1, **at), source="W3", mosaic=1, amount=30),
        Supplied(place=place(2, **at), mosaic=1, delta=-30),
        Delivered(
            place=place(3, **at), recipient="W3", mosaics=(), message="", tag=None, clearing=RETIRED
        ),
    ]


@pytest.fixture
def paid(place: Callable[..., Place]) -> list[Observed]:
    at = {"height": 6, "transaction": 6}
    return [
        Sealed(place=place(0, **at), key=12, inputs_root=b"\x0b" * 32, audit_head=bytes(32)),
        Supplied(place=place(1, **at), mosaic=77, delta=50),
        Delivered(
            place=place(2, **at),
            recipient="W1",
            mosaics=((77, 50),),
            message="",
            tag=None,
            clearing=PAID,
        ),
    ]


def test_they_are_found_and_make_no_rows(
    members: Members, retired: list[Observed], paid: list[Observed]
) -> None:
    records = [*paid, *retired]
    first, second = find_clearings(records, members, key_of).cleared
    assert (first.name.kind, first.name.house, first.amount) == (ClearingKind.PAYOUT, "", 50)
    assert [cell.house for cell in first.parts[0].cells] == ["H01"]
    assert (second.name.kind, second.name.house, second.amount) == (
        ClearingKind.RETIREMENT,
        "H03",
        30,
    )
    assert (second.height, second.whole, second.parts[0].root) == (5, True, b"\x0a" * 32)
    derived = derive(records, members, final_height=9)
    assert (derived.entries, derived.unsolicited_count) == ((), 0)
    seals = find_seals(records, lambda *_: 0)
    assert (seals.intervals, seals.unexplained) == ((), ())


def test_a_retirement_leaves_minted_less_delivered_as_it_was(
    members: Members, retired: list[Observed]
) -> None:
    read = Readback(retired, members, 9)
    assert (read.balance[1], read.rows.total()) == (0, 0)


def test_one_without_its_seal_is_unexplained(
    members: Members, retired: list[Observed], paid: list[Observed]
) -> None:
    seal, *rest = paid
    assert isinstance(seal, Sealed)
    wrong = msgspec.structs.replace(seal, key=99)
    elsewhere = [
        msgspec.structs.replace(one, recipient="W2") if isinstance(one, Delivered) else one
        for one in retired
    ]
    for records in (rest, [wrong, *rest], [seal, seal, *rest], elsewhere):
        found = find_clearings(records, members, key_of)
        assert found.cleared == ()
        assert found.unexplained == tuple(one for one in records if isinstance(one, Delivered))


def test_a_correction_is_another_one_than_the_first_bill(
    members: Members, retired: list[Observed], place: Callable[..., Place]
) -> None:
    tag = RetirementTag(period="2026-06", revision=1, part=1, parts=1)
    later = [
        msgspec.structs.replace(one, place=place(number, height=7, transaction=7))
        for number, one in enumerate(retired)
    ]
    later[3:] = [
        msgspec.structs.replace(one, clearing=tag)
        for one in later[3:]
        if isinstance(one, Delivered)
    ]
    first, second = find_clearings([*retired, *later], members, lambda *_: 11).cleared
    assert (first.name.number, second.name.number) == (1, 2)
    assert (first.amount, second.amount, second.height) == (30, 30, 7)
    assert second.name.told == "the retirement of 2026-06 of H03 no. 2"


def test_a_part_that_is_missing_is_seen(members: Members, retired: list[Observed]) -> None:
    tag = RetirementTag(period="2026-06", part=1, parts=2)
    records = [
        msgspec.structs.replace(one, clearing=tag) if isinstance(one, Delivered) else one
        for one in retired
    ]
    [found] = find_clearings(records, members, lambda *_: 11).cleared
    assert not found.whole
