"""The identity: an account's address in the embedded network, remembered because it is dear."""

from __future__ import annotations

from functools import lru_cache

from console.chain.codec import address_of
from console.chain.node.limits import NETWORK


@lru_cache(maxsize=1_024)
def account_of(public_key: bytes) -> bytes:
    """Return the address (24 bytes) of a public key (32 bytes)."""
    return address_of(public_key, NETWORK)
