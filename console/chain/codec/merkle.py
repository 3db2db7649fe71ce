"""The transactions hash: the root over an aggregate's inner transactions."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha3_256

from console.chain.codec.layout import ZERO_HASH


def transactions_hash(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes.

    Source: Symbol's MerkleHashBuilder. A level of odd length repeats its last hash, a parent is
    sha3-256(left ‖ right) without prefixes, one leaf is its own root, none give 32 zero bytes.

    Args:
        leaves: sha3-256 of each inner transaction without its padding, in order.
    """
    level = list(leaves)
    while len(level) > 1:
        if len(level) % 2:
            level.append(level[-1])
        level = [sha3_256(level[i] + level[i + 1]).digest() for i in range(0, len(level), 2)]
    return level[0] if level else ZERO_HASH
