from __future__ import annotations

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from console.chain.codec import (
    SILENT,
    AccountMetadata,
    Aggregate,
    Body,
    Inner,
    MosaicDefinition,
    NamespaceRegistration,
    SupplyChange,
    SupplyRevocation,
    Transaction,
    Transfer,
    hash_of,
    serialize,
    sign,
    signed_bytes,
)
from console.errors import CodecError

SEED = b"\xa1" * 32
OPERATOR = Ed25519PrivateKey.from_private_bytes(b"\x11" * 32)
SIGNER = OPERATOR.public_key().public_bytes_raw()
CONSUMER = bytes.fromhex("9887C68BB54134420761157A98AC2D4DF03B761D4ABBCFB1")
MOSAIC = 0x2697F87C7354171F
HASH = "13A43DD418B799E8FE29248222CEBAA36C2F05F89203F29795DF20D00FA5AABB"
WHOLE = (
    "780100000000000046FA0E6E1C9B720F5307B93C00505CF3B49DB692A8CEB9392E5EA352E0BBC79D671C35905B8C0A"
    "D26E7105E3D10C8F703BB0728D2D0287C2405B0109B1968B0AD04AB232742BB4AB3A1368BD4615E4E6D0224AB71A01"
    "6BAF8520A332C97787370000000003984141E09200000000000000DD6D00000000000B96D06BB2301966C30E9CCDEC"
    "6CBB1A13A3B3721643541B62AD01641A29270AD0000000000000004100000000000000D04AB232742BB4AB3A1368BD"
    "4615E4E6D0224AB71A016BAF8520A332C97787370000000001984D421F1754737CF89726FA00000000000000010000"
    "00000000008600000000000000D04AB232742BB4AB3A1368BD4615E4E6D0224AB71A016BAF8520A332C97787370000"
    "0000019854419887C68BB54134420761157A98AC2D4DF03B761D4ABBCFB126000100000000001F1754737CF89726FA"
    "000000000000000045317C323032362D31312D32335431303A31355A7C31357C4555527C302E317C307C312F310000"
)
MESSAGE = b"\0E1|2026-11-23T10:15Z|15|EUR|0.1|0|1/1"


def _inner(body: Body) -> Inner:
    return Inner(SIGNER, 0x98, body)


REFERENCE = Transaction(
    SIGNER,
    0x98,
    37_600,
    7_200_000,
    Aggregate(
        (
            _inner(SupplyChange(MOSAIC, 250, True)),
            _inner(Transfer(CONSUMER, ((MOSAIC, 250),), MESSAGE)),
        )
    ),
)


def test_the_aggregate_of_the_reference() -> None:
    signed = sign(REFERENCE, SEED, OPERATOR.sign)
    assert signed.payload.hex().upper() == WHOLE
    assert len(signed.payload) == 376
    assert signed.hash.hex().upper() == HASH


def test_hash_of_the_payload() -> None:
    raw = bytes.fromhex(WHOLE)
    assert hash_of(raw, SEED).hex().upper() == HASH
    assert serialize(REFERENCE, raw[8:72]) == raw


def test_signed_bytes_of_an_aggregate_end_with_the_payload_size() -> None:
    raw = serialize(REFERENCE)
    assert signed_bytes(raw, SEED) == SEED + raw[108:164]


def test_signed_bytes_of_a_single_one_are_all() -> None:
    single = msgspec.structs.replace(REFERENCE, body=SupplyChange(MOSAIC, 1, False))
    raw = serialize(single)
    assert signed_bytes(raw, SEED) == SEED + raw[108:]


def test_inner_transactions_are_padded_the_last_one_too() -> None:
    raw = serialize(REFERENCE)
    assert int.from_bytes(raw[160:164], "little") == len(raw) - 168
    assert raw.endswith(b"1/1\0\0")


@pytest.mark.parametrize(
    "body",
    [
        Transfer(CONSUMER[:-1], (), b""),
        Transfer(CONSUMER, ((1, -1),), b""),
        Transfer(CONSUMER, ((1 << 64, 1),), b""),
        Transfer(CONSUMER, (), bytes(1 << 16)),
        Transfer(CONSUMER, tuple((number, 1) for number in range(256)), b""),
        SupplyChange(MOSAIC, -1, True),
        SupplyRevocation(CONSUMER + b"\0", MOSAIC, 1),
        MosaicDefinition(MOSAIC, 0, 1 << 32, 11, 3),
        MosaicDefinition(MOSAIC, 0, 1, 256, 3),
        AccountMetadata(CONSUMER, 1, 1, b"x"),
        NamespaceRegistration(5, 7, 8, b"child"),
        NamespaceRegistration(5, None, 8, bytes(256)),
    ],
)
def test_values_that_do_not_fit_are_refused(body: Body) -> None:
    with pytest.raises(CodecError) as refusal:
        serialize(msgspec.structs.replace(REFERENCE, body=body))
    assert refusal.value.code == SILENT


@pytest.mark.parametrize("ids", [(2, 1), (1, 1)])
def test_mosaics_out_of_order_are_refused(ids: tuple[int, ...]) -> None:
    body = Transfer(CONSUMER, tuple((mosaic, 1) for mosaic in ids), b"")
    with pytest.raises(CodecError) as refusal:
        serialize(msgspec.structs.replace(REFERENCE, body=body))
    assert refusal.value.code == "Failure_Transfer_Out_Of_Order_Mosaics"


def test_keys_and_signatures_of_other_sizes_are_refused() -> None:
    with pytest.raises(CodecError):
        serialize(msgspec.structs.replace(REFERENCE, signer=SIGNER[:-1]))
    with pytest.raises(CodecError):
        serialize(REFERENCE, bytes(63))
    with pytest.raises(CodecError):
        sign(REFERENCE, SEED, lambda _: b"")
    inner = Inner(SIGNER + b"\0", 0x98, SupplyChange(MOSAIC, 1, True))
    with pytest.raises(CodecError):
        serialize(msgspec.structs.replace(REFERENCE, body=Aggregate((inner,))))
