from __future__ import annotations

from hashlib import sha3_256

import pytest

from console.chain.codec import transactions_hash


@pytest.mark.parametrize(
    ("leaves", "start"),
    [
        (1, "5D53469F20FEF4F8"),
        (2, "D9A58C55807DD1BD"),
        (3, "401CF55366462D1C"),
        (5, "16FC6793CD693F2F"),
        (7, "92AF2B61431C8990"),
    ],
)
def test_roots_of_the_reference(leaves: int, start: str) -> None:
    hashes = [sha3_256(bytes((number,))).digest() for number in range(leaves)]
    assert transactions_hash(hashes).hex().upper().startswith(start)


def test_no_leaves_give_zeros() -> None:
    assert transactions_hash([]) == bytes(32)


def test_the_leaves_are_left_as_they_were() -> None:
    leaves = [bytes(32), bytes(32), bytes(32)]
    transactions_hash(leaves)
    assert len(leaves) == 3
