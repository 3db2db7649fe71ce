"""What the node refuses, one by one, with a public node's codes."""

from __future__ import annotations

import struct

import pytest

from console.chain.codec import (
    AccountMetadata,
    Body,
    MosaicAlias,
    MosaicDefinition,
    NamespaceRegistration,
    SupplyChange,
    SupplyRevocation,
    Transfer,
    hash_of,
    namespace_id,
    note_key,
)
from console.chain.node import limits
from tests.chain.town import (
    GENERATION_HASH,
    HOUR_MS,
    NEIGHBOUR,
    NEIGHBOUR_ADDRESS,
    OPERATOR_ADDRESS,
    Town,
    define,
    mosaic,
    seal,
    wallet,
)

HELLO = Transfer(NEIGHBOUR_ADDRESS, (), b"\0hello")


def _patched(raw: bytes, at: int, value: bytes) -> bytes:
    return raw[:at] + value + raw[at + len(value) :]


@pytest.mark.parametrize(
    ("at", "value"),
    [(0, b"\0"), (110, b"\x01\x02"), (110, struct.pack("<H", 16708))],
    ids=["size", "unknown type", "metadata alone"],
)
def test_a_wrong_form_never_gets_a_status(town: Town, at: int, value: bytes) -> None:
    raw = _patched(town.signed(HELLO, single=True).payload, at, value)
    assert town.settle(raw) == ""
    assert town.node.pending == 0


@pytest.mark.parametrize("cut", [-1, 0, 40, 127])
def test_a_wrong_length_never_gets_a_status(town: Town, cut: int) -> None:
    raw = town.signed(HELLO).payload
    town.node.announce(raw[:cut])
    town.node.announce(raw + b"\0")
    assert not town.node.pool.refused
    assert town.node.pending == 0


def test_bytes_of_two_forms_are_refused(town: Town) -> None:
    raw = town.signed(HELLO).payload
    assert town.settle(_patched(raw, 4, b"\1")) == "Failure_Core_Nonzero_Internal_Padding"
    assert town.settle(raw[:-1] + b"\1") == "Failure_Core_Nonzero_Internal_Padding"
    assert town.settle(raw) == "confirmed"


def test_another_network(town: Town) -> None:
    assert town.settle(town.signed(HELLO, network=0x68)) == "Failure_Core_Wrong_Network"


@pytest.mark.parametrize(
    ("version", "code"),
    [
        (1, "Failure_Aggregate_V1_Prohibited"),
        (2, "Failure_Aggregate_V2_Prohibited"),
        (4, "Failure_Core_Invalid_Version"),
    ],
)
def test_another_version(town: Town, version: int, code: str) -> None:
    raw = _patched(town.signed(HELLO).payload, 108, bytes([version]))
    assert town.settle(raw) == code


def test_a_forged_signature(town: Town) -> None:
    raw = _patched(town.signed(HELLO).payload, 8, b"\0\1\2\3")
    assert town.settle(raw) == "Failure_Consumer_Batch_Signature_Not_Verifiable"


def test_a_signature_for_another_seed_leaves_the_hash_unknown(town: Town) -> None:
    signed = town.signed(HELLO, generation_hash=b"\0" * 32)
    town.settle(signed)
    assert town.status(signed.hash) == ""
    other = hash_of(signed.payload, GENERATION_HASH)
    assert town.status(other) == "Failure_Consumer_Batch_Signature_Not_Verifiable"


def test_a_changed_inner_transaction(town: Town) -> None:
    raw = town.signed(HELLO).payload
    at = raw.index(b"hello")
    code = town.settle(_patched(raw, at, b"jello"))
    assert code == "Failure_Aggregate_Transactions_Hash_Mismatch"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (Transfer(NEIGHBOUR_ADDRESS, (), bytes(1025)), "Transfer_Message_Too_Large"),
        (SupplyChange(mosaic(1), 0, True), "Mosaic_Invalid_Supply_Change_Amount"),
        (MosaicDefinition(mosaic(2), 0, 1, 11, 3), "Mosaic_Id_Mismatch"),
        (seal("x", b"", 0), "Metadata_Value_Too_Small"),
        (seal("x", b"\1", 2), "Metadata_Value_Size_Delta_Too_Large"),
        (seal("x", bytes(1025), 1025), "Metadata_Value_Too_Large"),
        (seal("x", bytes(64), 63), "Metadata_Value_Size_Delta_Mismatch"),
        (Transfer(wallet(1)[:-1] + b"\0", (), b""), "Core_Invalid_Address"),
        (Transfer(NEIGHBOUR_ADDRESS, ((mosaic(1), 1),), b""), "Core_Insufficient_Balance"),
        (Transfer(NEIGHBOUR_ADDRESS, ((mosaic(1), 0),), b""), "Mosaic_Expired"),
        (SupplyChange(mosaic(1), 1, True), "Mosaic_Expired"),
        (SupplyRevocation(NEIGHBOUR_ADDRESS, mosaic(1), 1), "Mosaic_Expired"),
        (MosaicDefinition(mosaic(1), 0, 1, 11, 7), "Mosaic_Invalid_Divisibility"),
        (MosaicDefinition(mosaic(1), 2**40, 1, 11, 3), "Mosaic_Invalid_Duration"),
        (AccountMetadata(NEIGHBOUR_ADDRESS, 1, 1, b"x"), "Aggregate_Missing_Cosignatures"),
        (NamespaceRegistration(86_399, None, namespace_id(b"e1"), b"e1"),
         "Namespace_Invalid_Duration"),
        (NamespaceRegistration(86_400, None, namespace_id(b"xym"), b"xym"),
         "Namespace_Root_Name_Reserved"),
        (NamespaceRegistration(86_400, None, 2**63, b"e1"), "Namespace_Name_Id_Mismatch"),
        (MosaicAlias(namespace_id(b"e1"), mosaic(1), True), "Namespace_Unknown"),
    ],
)  # fmt: skip
def test_a_rule_of_its_own(town: Town, body: Body, code: str) -> None:
    assert town.refusal(body) == code


def test_the_longest_message_and_value_pass(town: Town) -> None:
    town.do(Transfer(NEIGHBOUR_ADDRESS, (), bytes(1024)), seal("x", bytes(1024), 1024))


def test_an_aggregate_of_none_and_of_too_many(town: Town) -> None:
    assert town.refusal() == "Aggregate_No_Transactions"
    assert town.refusal(*[HELLO] * 101) == "Aggregate_Too_Many_Transactions"
    town.do(*[HELLO] * 100)


def test_an_inner_transaction_of_another_signer(town: Town) -> None:
    signed = town.signed(HELLO, inner_key=NEIGHBOUR.public_key)
    assert town.settle(signed) == "Failure_Aggregate_Missing_Cosignatures"


def test_deadlines_are_judged_by_the_time_of_the_block(town: Town) -> None:
    lifetime_ms = limits.LONGEST_LIFETIME_SECONDS * 1000
    late, far = (town.signed(HELLO, deadline_ms=ms) for ms in (HOUR_MS, lifetime_ms + 1))
    last, first = (town.signed(HELLO, deadline_ms=ms) for ms in (HOUR_MS + 1, lifetime_ms))
    assert town.settle(far) == "Failure_Core_Future_Deadline"
    assert town.settle(first) == "confirmed"
    town.pass_time(hours=1, milliseconds=1)
    assert town.settle(late) == "Failure_Core_Past_Deadline"
    assert town.settle(last) == "confirmed"


def test_the_same_bytes_confirm_once(town: Town) -> None:
    signed = town.signed(HELLO)
    assert town.settle(signed) == "confirmed"
    height = town.node.database.last_height()
    town.node.announce(signed.payload)
    town.node.announce(signed.payload)
    assert town.node.pending == 1
    town.node.settle_all()
    assert town.node.database.last_height() == height
    assert town.node.pool.refused[signed.hash].code == "Failure_Hash_Already_Exists"


def test_supply_and_flags(town: Town) -> None:
    fixed, tied, kept = (town.mint(nonce, 10, flags) for nonce, flags in ((1, 10), (2, 9), (3, 3)))
    town.do(SupplyChange(fixed, 5, True))
    town.give(NEIGHBOUR_ADDRESS, (fixed, 1), (tied, 1), (kept, 1))
    assert town.refusal(SupplyChange(fixed, 5, True)) == "Mosaic_Supply_Immutable"
    assert town.refusal(SupplyChange(tied, 10, False)) == "Mosaic_Supply_Negative"
    most = limits.HIGHEST_SUPPLY
    assert town.refusal(SupplyChange(tied, most - 9, True)) == "Mosaic_Supply_Exceeded"
    onward = Transfer(wallet(1), ((tied, 1),), b"")
    assert town.refusal(onward, key=NEIGHBOUR, single=True) == "Mosaic_Non_Transferable"
    back = SupplyRevocation(NEIGHBOUR_ADDRESS, kept, 1)
    assert town.refusal(back) == "Mosaic_Required_Property_Flag_Unset"
    foreign = SupplyChange(tied, 1, True)
    assert town.refusal(foreign, key=NEIGHBOUR, single=True) == "Mosaic_Owner_Conflict"
    theirs = SupplyRevocation(OPERATOR_ADDRESS, tied, 1)
    assert town.refusal(theirs, key=NEIGHBOUR, single=True) == "Mosaic_Owner_Conflict"


def test_redefinitions(town: Town) -> None:
    town.do(define(1))
    nothing = MosaicDefinition(mosaic(1), 0, 1, 0, 0)
    assert town.refusal(nothing) == "Mosaic_Modification_No_Changes"
    town.do(SupplyChange(mosaic(1), 1, True))
    assert town.refusal(define(1)) == "Mosaic_Modification_Disallowed"
    town.do(SupplyChange(mosaic(1), 1, False), MosaicDefinition(mosaic(1), 0, 1, 8, 0))
    known = town.node.database.mosaic(mosaic(1))
    assert known is not None
    assert (known.flags, known.divisibility, known.revision) == (3, 3, 2)


def test_an_account_holds_so_many_mosaics_and_no_more(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (town.mint(nonce, 2) for nonce in (1, 2, 3))
    monkeypatch.setattr(limits, "MOST_MOSAICS", 2)
    town.give(NEIGHBOUR_ADDRESS, (first, 1), (second, 1))
    town.give(NEIGHBOUR_ADDRESS, (first, 1))
    beyond = Transfer(NEIGHBOUR_ADDRESS, ((third, 1),), b"")
    assert town.refusal(beyond) == "Mosaic_Max_Mosaics_Exceeded"
    assert town.refusal(define(4), SupplyChange(mosaic(4), 1, True)) == (
        "Mosaic_Max_Mosaics_Exceeded"
    )


def test_a_mosaic_expires(town: Town) -> None:
    town.do(define(1, duration=2), SupplyChange(mosaic(1), 5, True))
    give = Transfer(NEIGHBOUR_ADDRESS, ((mosaic(1), 1),), b"")
    town.do(give)
    assert town.refusal(give) == "Mosaic_Expired"
    assert town.refusal(SupplyChange(mosaic(1), 1, True)) == "Mosaic_Expired"


def test_a_seal_is_set_once(town: Town) -> None:
    key = "E1|lindenhof|2026-06-21T09:15Z|15|0|1"
    town.do(seal(key))
    for value in (b"\x07" * 64, b"\x08" * 64):
        again = town.refusal(seal(key, value))
        assert again == "Metadata_Value_Size_Delta_Mismatch"
    town.do(seal(key.replace("|1", "|2")))
    assert town.node.database.entry((OPERATOR_ADDRESS, OPERATOR_ADDRESS, note_key(key))) == (
        b"\x07" * 64
    )


def test_an_entry_changes_by_difference_and_goes_with_its_last_byte(town: Town) -> None:
    town.do(seal("x", b"abcd", 4))
    mixed = bytes(a ^ b for a, b in zip(b"abcd", b"abxy", strict=True))
    town.do(seal("x", mixed + b"z", 1))
    where = (OPERATOR_ADDRESS, OPERATOR_ADDRESS, note_key("x"))
    assert town.node.database.entry(where) == b"abxyz"
    assert town.refusal(seal("x", b"\0\0\0\0\1", -2)) == "Metadata_Value_Change_Irreversible"
    town.do(seal("x", b"\0\0\0yz", -2))
    assert town.node.database.entry(where) == b"abx"
    town.do(seal("x", b"abx", -3))
    assert town.node.database.entry(where) is None
    town.do(seal("x", b"new", 3))
