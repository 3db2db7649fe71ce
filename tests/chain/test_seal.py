from __future__ import annotations

import pytest

from console.chain.codec import AccountMetadata
from console.chain.seal import COMMUNITY_KEY, community_entry, seal, seal_key, seal_text
from console.errors import InvariantBroken
from console.model.interval import Interval

ACCOUNT = bytes.fromhex("98AD8BAAB80B1DC684542EC175259711AB2C41D2FE4DA9AD")


def test_texts_and_keys_of_the_reference(interval: Interval) -> None:
    assert seal_text("lindenhof", interval, 0, 1) == "E1|lindenhof|2026-11-23T10:15Z|15|0|1"
    assert seal_key("lindenhof", interval, 0, 1) == 0x0E5A7D0327B3EB45
    assert COMMUNITY_KEY == 0x112087EB889F9585


def test_a_seal_is_64_new_bytes() -> None:
    assert seal(ACCOUNT, 7, b"r" * 32, b"h" * 32) == AccountMetadata(
        ACCOUNT, 7, 64, b"r" * 32 + b"h" * 32
    )
    with pytest.raises(InvariantBroken):
        seal(ACCOUNT, 7, b"r" * 32, b"")


def test_the_first_entry_is_the_community() -> None:
    entry = community_entry(ACCOUNT, "lindenhof")
    assert entry == AccountMetadata(ACCOUNT, COMMUNITY_KEY, 9, b"lindenhof")
