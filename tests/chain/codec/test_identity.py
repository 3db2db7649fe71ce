from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from console.chain.codec import (
    address_bytes,
    address_of,
    address_text,
    house_mosaic,
    house_nonce,
    is_address,
    namespace_id,
    note_key,
)
from console.errors import CodecError

OPERATOR = bytes.fromhex("D04AB232742BB4AB3A1368BD4615E4E6D0224AB71A016BAF8520A332C9778737")
ADDRESS = bytes.fromhex("98AD8BAAB80B1DC684542EC175259711AB2C41D2FE4DA9AD")
TEXT = "TCWYXKVYBMO4NBCUF3AXKJMXCGVSYQOS7ZG2TLI"
TESTNET = 0x98
MAINNET = 0x68
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def test_address_of_the_reference_key() -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"\x11" * 32).public_key().public_bytes_raw()
    assert key == OPERATOR
    assert address_of(key, TESTNET) == ADDRESS
    assert address_text(ADDRESS) == TEXT
    assert address_bytes(TEXT) == ADDRESS


def test_consumer_of_the_reference() -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"\x22" * 32).public_key().public_bytes_raw()
    expected = "9887C68BB54134420761157A98AC2D4DF03B761D4ABBCFB1"
    assert address_of(key, TESTNET).hex().upper() == expected


@given(st.binary(min_size=32, max_size=32), st.sampled_from((TESTNET, MAINNET)))
def test_address_and_text_are_one_to_one(key: bytes, network: int) -> None:
    address = address_of(key, network)
    assert address_bytes(address_text(address)) == address
    assert is_address(address, network)
    assert not is_address(address, TESTNET + MAINNET - network)


@given(st.integers(0, 38), st.sampled_from(BASE32))
def test_every_mistyped_character_is_refused(place: int, character: str) -> None:
    typed = TEXT[:place] + character + TEXT[place + 1 :]
    if typed == TEXT:
        return
    with pytest.raises(CodecError):
        address_bytes(typed)


@pytest.mark.parametrize(
    "text",
    ["", TEXT[:-1], TEXT + "A", TEXT.lower(), TEXT[:-1] + "1", TEXT[:-1] + "\n", "Ä" * 39],
)
def test_other_texts_are_no_addresses(text: str) -> None:
    with pytest.raises(CodecError) as refusal:
        address_bytes(text)
    assert refusal.value.code == "Failure_Core_Invalid_Address"


def test_an_alias_is_no_address() -> None:
    alias = bytes((TESTNET | 1,)) + ADDRESS[1:]
    assert not is_address(alias, TESTNET)
    with pytest.raises(CodecError):
        address_bytes(address_text(alias))


def test_sizes_are_checked() -> None:
    assert not is_address(ADDRESS[:-1], TESTNET)
    with pytest.raises(CodecError):
        address_text(ADDRESS[:-1])
    with pytest.raises(CodecError):
        address_of(OPERATOR[:-1], TESTNET)


def test_ids_of_the_reference() -> None:
    assert house_nonce("lindenhof", "test1") == 2870937448
    assert house_mosaic("lindenhof", "test1", ADDRESS) == 0x2697F87C7354171F
    assert namespace_id(b"e1") == 0xDC7A49C078E3D512
    assert namespace_id(b"h01", namespace_id(b"e1")) == 0x85BC325DDFFB4B66
    assert note_key("E1") == 0x112087EB889F9585
    assert note_key("E1|lindenhof|2026-11-23T10:15Z|15|0|1") == 0x0E5A7D0327B3EB45
