"""The seal: the metadata entry that lets an interval's part settle once, and its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from console.chain.codec import AccountMetadata, note_key
from console.errors import invariant
from console.model.interval import Interval

COMMUNITY_KEY: Final = note_key("E1")
"""The key of the operator's first entry, whose value is the community's id."""
SEAL_SIZE: Final = 64
"""The bytes of a seal: the inputs root, then the audit log's head."""


def seal_text(community: str, interval: Interval, revision: int, part: int) -> str:
    """Return the text that names an interval's part: `E1|community|start|minutes|revision|part`."""
    return f"E1|{community}|{interval.name}|{interval.minutes}|{revision}|{part}"


def seal_key(community: str, interval: Interval, revision: int, part: int) -> int:
    """Return the metadata key of an interval's part."""
    return note_key(seal_text(community, interval, revision, part))


def key_in(community: str) -> Callable[[Interval, int, int], int]:
    """Return what tells the metadata key of an interval's revision and part in a community."""
    return lambda interval, revision, part: seal_key(community, interval, revision, part)


def seal(account: bytes, key: int, inputs_root: bytes, audit_head: bytes) -> AccountMetadata:
    """Return the entry that consensus takes once: 64 new bytes under one key.

    Args:
        account: the operator's address (24 bytes).
        key: the part's key.
        inputs_root: the plan's inputs root (32 bytes).
        audit_head: the audit log's head as frozen with the plan (32 bytes).

    Raises:
        InvariantBroken: the two are not 64 bytes together.
    """
    value = inputs_root + audit_head
    invariant(len(value) == SEAL_SIZE, "a seal is an inputs root and an audit head of 32 bytes")
    return AccountMetadata(account, key, SEAL_SIZE, value)


def community_entry(account: bytes, community: str) -> AccountMetadata:
    """Return the operator's first entry, which binds its key to one community.

    Args:
        account: the operator's address (24 bytes).
        community: the community's id.
    """
    value = community.encode()
    return AccountMetadata(account, COMMUNITY_KEY, len(value), value)
