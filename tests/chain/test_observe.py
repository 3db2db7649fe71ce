from __future__ import annotations

from console.chain.codec import (
    AccountMetadata,
    Body,
    MosaicAlias,
    MosaicDefinition,
    NamespaceRegistration,
    SupplyChange,
    SupplyRevocation,
    Transfer,
    address_bytes,
)
from console.chain.message import parse_message
from console.chain.observe import observe
from console.model.observed import (
    Delivered,
    Noted,
    Observed,
    Place,
    Revoked,
    Sealed,
    Supplied,
)

TEXT = "TCWYXKVYBMO4NBCUF3AXKJMXCGVSYQOS7ZG2TLI"
ACCOUNT = address_bytes(TEXT)
PLACE = Place(height=7, transaction=bytes(32), index=3)
MESSAGE = b"\0E1|2026-11-23T10:15Z|15|EUR|0.1|0|1/1"
TWO_PRICES = MESSAGE.replace(b"0.1", b"0.1,0.2")


def _seen(body: Body) -> Observed | None:
    return observe(body, PLACE)


def test_a_delivery() -> None:
    assert _seen(Transfer(ACCOUNT, ((1, 250), (2, 5)), MESSAGE)) == Delivered(
        place=PLACE,
        recipient=TEXT,
        mosaics=((1, 250), (2, 5)),
        message=MESSAGE[1:].decode(),
        tag=parse_message(MESSAGE),
    )


def test_a_message_alone_keeps_its_tag() -> None:
    record = _seen(Transfer(ACCOUNT, (), TWO_PRICES))
    assert isinstance(record, Delivered)
    assert record.tag == parse_message(TWO_PRICES)


def test_prices_that_do_not_fit_the_mosaics_are_no_tag() -> None:
    record = _seen(Transfer(ACCOUNT, ((1, 1), (2, 1), (3, 1)), TWO_PRICES))
    assert isinstance(record, Delivered)
    assert record.tag is None


def test_a_message_from_outside_is_cleaned() -> None:
    record = _seen(Transfer(ACCOUNT, (), b"\0\x1b[31mred\xff"))
    assert isinstance(record, Delivered)
    assert record.tag is None
    assert record.message == "�[31mred�"
    empty = _seen(Transfer(ACCOUNT, (), b""))
    assert isinstance(empty, Delivered)
    assert empty.message == ""


def test_supply_goes_up_and_down() -> None:
    assert _seen(SupplyChange(9, 5, True)) == Supplied(place=PLACE, mosaic=9, delta=5)
    assert _seen(SupplyChange(9, 5, False)) == Supplied(place=PLACE, mosaic=9, delta=-5)


def test_a_revocation() -> None:
    assert _seen(SupplyRevocation(ACCOUNT, 9, 5)) == Revoked(
        place=PLACE, source=TEXT, mosaic=9, amount=5
    )


def test_only_64_new_bytes_are_a_seal() -> None:
    value = b"r" * 32 + b"h" * 32
    assert _seen(AccountMetadata(ACCOUNT, 9, 64, value)) == Sealed(
        place=PLACE, key=9, inputs_root=b"r" * 32, audit_head=b"h" * 32
    )
    for delta, other in ((-64, value), (0, value), (64, value[:-1]), (9, b"lindenhof")):
        assert _seen(AccountMetadata(ACCOUNT, 9, delta, other)) == Noted(
            place=PLACE, key=9, delta=delta, value=other
        )


def test_definitions_and_names_are_no_records() -> None:
    assert _seen(MosaicDefinition(1, 0, 1, 11, 3)) is None
    assert _seen(NamespaceRegistration(1, None, 1, b"e1")) is None
    assert _seen(MosaicAlias(1, 1, True)) is None
