from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from console.chain.codec import (
    AccountMetadata,
    Aggregate,
    Body,
    Inner,
    MosaicAlias,
    MosaicDefinition,
    NamespaceRegistration,
    SupplyChange,
    SupplyRevocation,
    Transaction,
    Transfer,
    address_of,
    parse,
    sign,
    verify,
)
from console.errors import CodecError

SEED = b"\xa1" * 32
KEY = Ed25519PrivateKey.from_private_bytes(b"\x11" * 32)
SIGNER = KEY.public_key().public_bytes_raw()

word = st.integers(0, (1 << 64) - 1)
account = st.binary(min_size=32, max_size=32).map(lambda key: address_of(key, 0x98))
mosaics = st.dictionaries(word, word, max_size=5).map(lambda held: tuple(sorted(held.items())))
name = st.from_regex(rb"[a-z0-9][a-z0-9_-]{0,63}", fullmatch=True)
single: st.SearchStrategy[Body] = st.one_of(
    st.builds(Transfer, account, mosaics, st.binary(max_size=60)),
    st.builds(SupplyChange, word, word, st.booleans()),
    st.builds(SupplyRevocation, account, word, word),
    st.builds(
        MosaicDefinition, word, word, st.integers(0, (1 << 32) - 1), st.integers(0, 15),
        st.integers(0, 255),
    ),
    st.builds(NamespaceRegistration, word, st.none(), word, name),
    st.builds(NamespaceRegistration, st.just(0), word, word, name),
    st.builds(MosaicAlias, word, word, st.booleans()),
)  # fmt: skip
entry = st.builds(
    AccountMetadata, account, word, st.integers(-(1 << 15), (1 << 15) - 1), st.binary(max_size=70)
)
inner = st.builds(Inner, st.just(SIGNER), st.just(0x98), st.one_of(single, entry))
aggregate = st.lists(inner, max_size=6).map(lambda parts: Aggregate(tuple(parts)))
transaction = st.builds(
    Transaction, st.just(SIGNER), st.just(0x98), word, word, st.one_of(single, aggregate)
)


@given(transaction)
def test_what_was_built_is_read_again(built: Transaction) -> None:
    signed = sign(built, SEED, KEY.sign)
    parsed = parse(signed.payload)
    assert parsed.transaction == built
    assert parsed.signature == signed.payload[8:72]
    assert verify(signed.payload, SEED)
    assert not verify(signed.payload, b"\xa2" * 32)


@given(transaction, st.data())
def test_no_changed_bit_passes(built: Transaction, data: st.DataObject) -> None:
    raw = bytearray(sign(built, SEED, KEY.sign).payload)
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    assert not _accepted(bytes(raw))


@given(transaction, st.data())
def test_no_added_or_cut_byte_passes(built: Transaction, data: st.DataObject) -> None:
    raw = sign(built, SEED, KEY.sign).payload
    at = data.draw(st.integers(0, len(raw)))
    added = data.draw(st.binary(min_size=1, max_size=9))
    longer = raw[:at] + added + raw[at:]
    shorter = raw[:at] + raw[at + 1 :]
    assert not _accepted(longer)
    assert not _accepted(_sized(longer))
    assert at == len(raw) or not _accepted(shorter)
    assert at == len(raw) or not _accepted(_sized(shorter))


@given(st.binary(max_size=400))
def test_noise_is_refused_with_a_code(noise: bytes) -> None:
    with pytest.raises(CodecError):
        parse(noise)
    with pytest.raises(CodecError):
        parse(_sized(noise) if len(noise) >= 4 else noise)
    assert not verify(noise, SEED)


@given(st.integers(0, 17), st.integers(1, 255))
def test_uncovered_bytes_of_an_aggregate_have_one_value(place: int, other: int) -> None:
    # Neither signature nor hash covers these; the transfer's padding are the last two bytes.
    raw = bytearray(_raw(Transfer(ADDRESS, ((1, 1),), bytes(38))))
    uncovered = [*range(8), *range(104, 108), *range(164, 168), len(raw) - 2, len(raw) - 1]
    raw[uncovered[place]] ^= other
    with pytest.raises(CodecError):
        parse(bytes(raw))


ADDRESS = address_of(bytes(32), 0x98)
TRANSFER = Transfer(ADDRESS, ((1, 5), (2, 5)), b"\0hello")
ROOT = Transaction(SIGNER, 0x98, 0, 0, TRANSFER)


def _set(at: int, value: bytes) -> Callable[[bytes], bytes]:
    return lambda raw: raw[:at] + value + raw[at + len(value) :]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_set(4, b"\1"), "Failure_Core_Nonzero_Internal_Padding"),
        (_set(104, b"\1"), "Failure_Core_Nonzero_Internal_Padding"),
        (_set(108, b"\2"), "Failure_Core_Invalid_Version"),
        (_set(110, b"\0"), ""),
        (_set(110, (16708).to_bytes(2, "little")), ""),
        (_set(128, b"\x99"), "Failure_Core_Invalid_Address"),
        (_set(152, b"\1"), ""),
        (_set(154, b"\1"), ""),
        (_set(155, b"\1"), "Failure_Core_Nonzero_Internal_Padding"),
        (_set(156, b"\1"), "Failure_Core_Nonzero_Internal_Padding"),
        (_set(160, b"\2"), "Failure_Transfer_Out_Of_Order_Mosaics"),
        (_set(160, b"\3"), "Failure_Transfer_Out_Of_Order_Mosaics"),
        (lambda raw: _sized(raw[:140]), ""),
        (lambda raw: raw[:-1], ""),
        (lambda raw: raw + b"\0", ""),
    ],
)
def test_a_transfer_is_refused_as_a_node_would(change: Callable[[bytes], bytes], code: str) -> None:
    assert _code(change(sign(ROOT, SEED, KEY.sign).payload)) == code


@pytest.mark.parametrize(
    ("body", "at", "value", "code"),
    [
        (SupplyChange(1, 1, True), 144, 2, "Failure_Mosaic_Invalid_Supply_Change_Action"),
        (MosaicDefinition(1, 0, 1, 11, 3), 148, 16, "Failure_Mosaic_Invalid_Flags"),
        (MosaicAlias(1, 1, True), 144, 2, "Failure_Namespace_Alias_Invalid_Action"),
        (
            NamespaceRegistration(1, None, 1, b"e1"), 144, 2,
            "Failure_Namespace_Invalid_Registration_Type",
        ),
        (NamespaceRegistration(1, None, 1, b"e1"), 146, 65, "Failure_Namespace_Invalid_Name"),
        (NamespaceRegistration(1, None, 1, b"e1"), 145, 3, ""),
        (SupplyRevocation(ADDRESS, 1, 1), 128, 0x99, "Failure_Core_Invalid_Address"),
    ],
)  # fmt: skip
def test_other_kinds_are_refused_as_a_node_would(
    body: Body, at: int, value: int, code: str
) -> None:
    raw = sign(Transaction(SIGNER, 0x98, 0, 0, body), SEED, KEY.sign).payload
    assert _code(_set(at, bytes((value,)))(raw)) == code


MISMATCH = "Failure_Aggregate_Transactions_Hash_Mismatch"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_set(108, b"\1"), "Failure_Aggregate_V1_Prohibited"),
        (_set(108, b"\2"), "Failure_Aggregate_V2_Prohibited"),
        (_set(108, b"\4"), "Failure_Core_Invalid_Version"),
        (_set(128, b"\0"), MISMATCH),
        (_set(160, b"\1"), ""),
        (_set(164, b"\1"), "Failure_Core_Nonzero_Internal_Padding"),
        (_set(168, b"\0"), ""),
        (_set(172, b"\1"), "Failure_Core_Nonzero_Internal_Padding"),
        (_set(208, b"\1"), "Failure_Core_Nonzero_Internal_Padding"),
        (_set(212, b"\2"), "Failure_Core_Invalid_Version"),
        (_set(214, (16705).to_bytes(2, "little")), ""),
        (lambda raw: raw[:-1] + b"\1", "Failure_Core_Nonzero_Internal_Padding"),
        (lambda raw: _cosigned(raw, SIGNER), "Failure_Aggregate_Redundant_Cosignatures"),
        (lambda raw: _cosigned(raw, bytes(32)), "Failure_Aggregate_Ineligible_Cosignatories"),
        (lambda raw: _sized(raw + bytes(8)), ""),
        (lambda raw: _sized(raw[:160]), ""),
    ],
)
def test_an_aggregate_is_refused_as_a_node_would(
    change: Callable[[bytes], bytes], code: str
) -> None:
    assert _code(change(_raw(Transfer(ADDRESS, ((1, 1),), bytes(38))))) == code


def test_a_repeated_last_inner_transaction_is_refused() -> None:
    # The odd one is repeated in the root: the very same root comes of both.
    raw = _raw(*(SupplyChange(mosaic, 1, True) for mosaic in (1, 2, 3)))
    last = raw[-72:]
    longer = _set(160, (len(raw) - 168 + 72).to_bytes(4, "little"))(_sized(raw + last))
    assert parse(longer).transactions_hash == parse(raw).transactions_hash
    assert not verify(longer, SEED)


def _raw(*bodies: Body) -> bytes:
    parts = Aggregate(tuple(Inner(SIGNER, 0x98, body) for body in bodies))
    return sign(Transaction(SIGNER, 0x98, 0, 0, parts), SEED, KEY.sign).payload


def _code(raw: bytes) -> str:
    with pytest.raises(CodecError) as refusal:
        parse(raw)
    return refusal.value.code


def _cosigned(raw: bytes, key: bytes) -> bytes:
    return _sized(raw + bytes(8) + key + bytes(64))


def _sized(raw: bytes) -> bytes:
    return len(raw).to_bytes(4, "little") + raw[4:]


def _accepted(raw: bytes) -> bool:
    try:
        parse(raw)
    except CodecError:
        return False
    return verify(raw, SEED)
