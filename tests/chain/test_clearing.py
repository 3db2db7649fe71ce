from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.chain.clearing import (
    clearing_key,
    currency_mosaic,
    format_clearing,
    parse_clearing,
    payout_text,
    retirement_text,
)
from console.chain.clearing_posting import (
    compose_payout,
    compose_retirement,
    cut_payout,
    cut_retirement,
)
from console.chain.codec import (
    AccountMetadata,
    Aggregate,
    MosaicDefinition,
    SupplyChange,
    SupplyRevocation,
    Transfer,
    address_of,
    address_text,
    house_mosaic,
    note_key,
    parse,
    serialize,
)
from console.chain.frame import Frame
from console.chain.keyfile import OperatorKey
from console.chain.message import parse_message
from console.chain.seal import seal
from console.errors import ChainError, InvariantBroken
from console.model.clearing import Cell
from console.model.observed import PayoutTag, RetirementTag

RETIRED = RetirementTag(period="2026-11", part=1, parts=1)
PAID = PayoutTag(period="2026-11", currency="EUR", revision=0, part=1, parts=1)
NETWORK = 0x98

names = st.one_of(
    st.builds("{:04d}-{:02d}".format, st.integers(1990, 2199), st.integers(1, 12)),
    st.builds("{:04d}-W{:02d}".format, st.integers(1990, 2199), st.integers(1, 52)),
    st.just("2026-11-01..2026-11-15"),
)
counts = st.integers(0, 10**9 - 1)


def wallet(number: int, network: int = NETWORK) -> str:
    return address_text(address_of(bytes([number]) * 32, network))


def frame(operator: OperatorKey) -> Frame:
    return Frame(
        operator_key=operator.public_key, network=NETWORK, deadline_ms=1, fee_multiplier=100
    )


def cells(count: int) -> list[Cell]:
    return [Cell(house="H01", wallet=wallet(1), mosaic=n + 1, amount=n) for n in range(count)]


def entry(operator: OperatorKey) -> AccountMetadata:
    return seal(address_of(operator.public_key, NETWORK), 7, bytes(32), bytes(32))


def test_the_messages_and_seals_of_the_design() -> None:
    assert format_clearing(RETIRED) == b"\0E1R|2026-11|1/1"
    assert format_clearing(PAID) == b"\0E1P|2026-11|EUR|0|1/1"
    assert clearing_key("lindenhof", RETIRED, "H03") == note_key("E1R|lindenhof|2026-11|H03|1")
    assert clearing_key("lindenhof", PAID, "") == note_key("E1P|lindenhof|2026-11|0|1")
    assert retirement_text("a", "2026-11", "b", 0, 2) == "E1R|a|2026-11|b|2"
    assert payout_text("a", "2026-11", 1, 2) == "E1P|a|2026-11|1|2"


def test_a_correction_is_retired_by_the_next_revision() -> None:
    tag = RetirementTag(period="2026-11", revision=1, part=2, parts=3)
    assert format_clearing(tag) == b"\0E1R|2026-11|1|2/3"
    assert clearing_key("lindenhof", tag, "H03") == note_key("E1R|lindenhof|2026-11|H03|1|2")
    first = msgspec.structs.replace(tag, revision=0)
    assert format_clearing(first) == b"\0E1R|2026-11|2/3"
    assert clearing_key("lindenhof", first, "H03") == note_key("E1R|lindenhof|2026-11|H03|2")


@given(names, counts, st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_tag_comes_back_from_its_message(
    period: str, revision: int, part: int, more: int
) -> None:
    for tag in (
        RetirementTag(period=period, revision=revision, part=part, parts=part + more),
        PayoutTag(period=period, currency="EUR", revision=revision, part=part, parts=part + more),
    ):
        raw = format_clearing(tag)
        assert parse_clearing(raw) == tag
        assert parse_message(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"E1R|2026-11|1/1",
        b"\0E1R|2026-11|2/1",
        b"\0E1R|2026-11|0/1",
        b"\0E1R|2026-11|01/1",
        b"\0E1R|2026-13|1/1",
        b"\0E1R|2026-11 |1/1",
        b"\0E1R|2026-11|1/1 ",
        b"\0E1R|2026-11|1/1\n",
        b"\0E1R|2026-11|EUR|0|1/1",
        b"\0E1R|2026-11|0|1/1",
        b"\0E1R|2026-11|01|1/1",
        b"\0E1R|2026-11|-1|1/1",
        b"\0E1R|2026-11||1/1",
        b"\0E1R|2026-11|1|1|1/1",
        b"\0E1P|2026-11|1/1",
        b"\0E1P|2026-11|eur|0|1/1",
        b"\0E1P|2026-11|EUR|00|1/1",
        b"\0E1P|2026-11|EUR|-1|1/1",
        b"\0E1|2026-11-23T10:15Z|15|EUR|0.1|0|1/1",
        "\0E1P|2026-11|EUR|0|١/١".encode(),
    ],
)
def test_whatever_is_not_the_one_form_is_none(raw: bytes) -> None:
    assert parse_clearing(raw) is None


def test_what_cannot_be_told_is_refused() -> None:
    with pytest.raises(InvariantBroken):
        format_clearing(RetirementTag(period="November", part=1, parts=1))


def test_a_retirement_takes_back_destroys_and_says_so(operator: OperatorKey) -> None:
    made = compose_retirement(
        reversed(cells(3)), wallet(1), entry(operator), RETIRED, frame(operator)
    )
    assert isinstance(made.body, Aggregate)
    first, *rest, note = [inner.body for inner in made.body.inner]
    account = address_of(b"\x01" * 32, NETWORK)
    assert first == entry(operator)
    assert rest == [
        SupplyRevocation(account, 2, 1),
        SupplyRevocation(account, 3, 2),
        SupplyChange(2, 1, False),
        SupplyChange(3, 2, False),
    ]
    assert note == Transfer(account, (), b"\0E1R|2026-11|1/1")
    assert made.fee == 100 * len(serialize(made))


def test_the_first_payout_makes_its_mosaic(operator: OperatorKey) -> None:
    owner = address_of(operator.public_key, NETWORK)
    mosaic = currency_mosaic("lindenhof", "EUR", owner)
    assert mosaic != house_mosaic("lindenhof", "EUR", owner)
    due = [
        Cell(house=f"H{n}", wallet=wallet(n), mosaic=mosaic, amount=n * 10_000) for n in (2, 1, 3)
    ]
    made = compose_payout(
        due, mosaic, entry(operator), PAID, frame(operator), mint=True, define_for="lindenhof"
    )
    assert isinstance(made.body, Aggregate)
    bodies = [inner.body for inner in made.body.inner]
    assert isinstance(bodies[1], MosaicDefinition)
    assert (bodies[1].divisibility, bodies[1].flags) == (6, 3)
    assert bodies[2] == SupplyChange(mosaic, 60_000, True)
    sent = [body for body in bodies[3:] if isinstance(body, Transfer)]
    assert sorted(body.recipient for body in sent) == [body.recipient for body in sent]
    assert sum(amount for body in sent for _, amount in body.mosaics) == 60_000
    plain = compose_payout(due, mosaic, entry(operator), PAID, frame(operator), mint=False)
    assert isinstance(plain.body, Aggregate)
    assert [type(inner.body) for inner in plain.body.inner] == [AccountMetadata, *[Transfer] * 3]


@pytest.mark.parametrize("most", [5, 100])
def test_what_does_not_fit_one_aggregate_is_cut(operator: OperatorKey, most: int) -> None:
    due = cells(120)
    for part in cut_retirement(due, most):
        made = compose_retirement(part, wallet(1), entry(operator), RETIRED, frame(operator))
        assert isinstance(made.body, Aggregate)
        assert len(made.body.inner) <= most
        assert parse(serialize(made)).transaction == made
    for part in cut_payout(due, most):
        one = compose_payout(
            part, 9, entry(operator), PAID, frame(operator), mint=True, define_for="lindenhof"
        )
        assert isinstance(one.body, Aggregate)
        assert len(one.body.inner) <= most
    assert [cell for part in cut_payout(due, most) for cell in part] == due


def test_a_wallet_of_another_network_is_refused(operator: OperatorKey) -> None:
    with pytest.raises(ChainError, match="another network"):
        compose_retirement([], wallet(1, 0x68), entry(operator), RETIRED, frame(operator))
