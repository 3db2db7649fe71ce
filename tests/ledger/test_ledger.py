from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.ledger import ledger
from console.ledger.ledger import MOST_WH, derive
from console.ledger.members import Members
from console.model.entry import EntryState
from console.model.observed import (
    Delivered,
    IntervalTag,
    Noted,
    Observed,
    Place,
    Revoked,
    Sealed,
    Supplied,
)

MakeTag = Callable[..., IntervalTag]
MakeDelivered = Callable[..., Delivered]
MakePlace = Callable[..., Place]


def test_a_transfer_makes_a_row_of_each_mosaic(
    members: Members, delivered: MakeDelivered, tag: MakeTag
) -> None:
    record = delivered("W3", ((2, 40), (1, 158)), tag(prices=(90_000, 100_000), part=2, parts=3))
    first, second = derive([record], members, final_height=2).entries
    assert (first.producer, first.consumer, first.wh) == ("H01", "H03", 158)
    assert (first.price_micro_per_kwh, first.part, first.height) == (100_000, 2, 2)
    assert first.transaction == bytes([1]) * 32
    assert first.state is EntryState.FINAL
    assert (second.producer, second.wh, second.price_micro_per_kwh) == ("H02", 40, 90_000)


def test_above_the_final_height_rows_are_only_sealed(
    members: Members, delivered: MakeDelivered, tag: MakeTag
) -> None:
    [row] = derive([delivered("W1", ((1, 5),), tag())], members, final_height=1).entries
    assert row.state is EntryState.SEALED
    assert row.producer == row.consumer == "H01"


def test_what_was_taken_back_is_a_negative_row(
    members: Members, correction: Callable[..., list[Observed]]
) -> None:
    derived = derive(correction(), members, final_height=9)
    assert [(row.producer, row.consumer, row.wh) for row in derived.entries] == [
        ("H01", "H03", -30),
        ("H02", "H03", -4),
    ]
    assert {row.revision for row in derived.entries} == {1}
    assert derived.entries[0].amount_nano == -3_000_000
    assert derived.unsolicited_count == 0
    priced = derive(correction((70_000, 80_000)), members, final_height=9).entries
    assert [row.price_micro_per_kwh for row in priced] == [70_000, 80_000]


def test_a_revocation_without_its_message_is_set_apart(
    members: Members, correction: Callable[..., list[Observed]]
) -> None:
    *revoked, note = correction()
    derived = derive(revoked, members, final_height=9)
    assert derived.entries == ()
    assert [one.record for one in derived.unsolicited] == revoked
    elsewhere = derive([*revoked, note, note], members, final_height=9)
    assert elsewhere.entries == ()
    assert elsewhere.unsolicited_count == 4
    assert derive(correction((1, 2, 3)), members, 9).entries == ()


@pytest.mark.parametrize(
    ("recipient", "mosaics", "prices", "reason"),
    [
        ("W9", ((1, 5),), (1,), "no member's wallet"),
        ("W1", ((9, 5),), (1,), "no producer's mosaic"),
        ("W1", ((1, 5),), (1, 2), "as many prices as mosaics are needed"),
        ("W1", ((1, 5),), None, "no interval's message"),
        ("W1", (), (1,), "a message without mosaics"),
        ("W1", ((1, 0),), (1,), "an amount out of range"),
        ("W1", ((1, MOST_WH + 1),), (1,), "an amount out of range"),
        ("W1", ((1, 10**10),), (10**10,), "an amount out of range"),
    ],
)
def test_everything_else_is_unsolicited(
    members: Members,
    delivered: MakeDelivered,
    tag: MakeTag,
    recipient: str,
    mosaics: tuple[tuple[int, int], ...],
    prices: tuple[int, ...] | None,
    reason: str,
) -> None:
    record = delivered(recipient, mosaics, tag(prices=prices) if prices else None)
    derived = derive([record], members, final_height=9)
    assert derived.entries == ()
    assert [(one.record, one.reason) for one in derived.unsolicited] == [(record, reason)]


def test_unsolicited_records_are_capped_and_counted(
    members: Members, delivered: MakeDelivered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "MOST_UNSOLICITED", 3)
    dust = [delivered("W1", ((1, 1),), None, index=index) for index in range(5)]
    derived = derive(reversed(dust), members, final_height=9)
    assert [one.record for one in derived.unsolicited] == dust[:3]
    assert derived.unsolicited_count == 5


def test_supplies_seals_and_notes_make_no_rows(members: Members, place: MakePlace) -> None:
    records: list[Observed] = [
        Supplied(place=place(0), mosaic=1, delta=5),
        Sealed(place=place(1), key=1, inputs_root=bytes(32), audit_head=bytes(32)),
        Noted(place=place(2), key=2, delta=9, value=b"lindenhof"),
    ]
    derived = derive(records, members, final_height=9)
    assert (derived.entries, derived.unsolicited) == ((), ())


@given(order=st.permutations(range(7)), cut=st.integers(0, 6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_reading_changes_nothing(
    members: Members,
    delivered: MakeDelivered,
    tag: MakeTag,
    correction: Callable[..., list[Observed]],
    order: list[int],
    cut: int,
) -> None:
    records = [
        *correction(),
        delivered("W2", ((1, 10), (3, 3)), tag(1), height=2, transaction=7),
        delivered("W1", ((1, 10),), tag(1), height=2, transaction=7, index=1),
        delivered("W2", ((1, 4),), tag(0), height=3, transaction=8),
        delivered("W2", ((1, 9),), tag(0, revision=1), height=5, transaction=9, index=4),
    ]
    whole = derive(records, members, final_height=3)
    assert derive([records[index] for index in order], members, final_height=3) == whole
    assert list(whole.entries) == sorted(whole.entries, key=lambda row: row.key)
    low = derive([one for one in records if one.place.height < cut], members, final_height=3)
    high = derive([one for one in records if one.place.height >= cut], members, final_height=3)
    parts = sorted([*low.entries, *high.entries], key=lambda row: row.key)
    assert parts == list(whole.entries)


def test_the_house_of_a_revocation_must_be_a_member(
    members: Members, delivered: MakeDelivered, place: MakePlace, tag: MakeTag
) -> None:
    records: list[Observed] = [
        Revoked(place=place(0), source="W9", mosaic=1, amount=3),
        delivered("W9", (), tag(revision=1), index=1),
    ]
    derived = derive(records, members, final_height=9)
    assert [one.reason for one in derived.unsolicited] == ["no member's wallet"] * 2
