"""The frame: what every transaction of one signer has, whatever it does."""

from __future__ import annotations

import msgspec


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What every transaction of one signer has."""

    operator_key: bytes
    """The signer's public key (32 bytes)."""
    network: int
    """The network byte."""
    deadline_ms: int
    """The deadline, milliseconds since the network's epoch."""
    fee_multiplier: int
    """MicroXYM a byte."""
