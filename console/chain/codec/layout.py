"""The layout: offsets and packed forms that building and parsing share. All little endian."""

from __future__ import annotations

from struct import Struct
from typing import Final

from console.chain.codec.kinds import Kind

SILENT: Final = ""
"""The code of a refusal for which a public node never shows a status."""

PADDING: Final = "Failure_Core_Nonzero_Internal_Padding"
VERSION: Final = "Failure_Core_Invalid_Version"
ADDRESS: Final = "Failure_Core_Invalid_Address"
ORDER: Final = "Failure_Transfer_Out_Of_Order_Mosaics"

KEY_SIZE: Final = 32
ADDRESS_SIZE: Final = 24
SIGNATURE_SIZE: Final = 64
HASH_SIZE: Final = 32
ZERO_HASH: Final = bytes(HASH_SIZE)
ALIGNMENT: Final = 8
COSIGNATURE_SIZE: Final = 104

HEAD: Final = Struct("<I I 64s 32s I B B H Q Q")
"""Size, 0, signature, signer, 0, version, network, type, highest fee, deadline."""
INNER: Final = Struct("<I I 32s I B B H")
"""Size without padding, 0, signer, 0, version, network, type."""
AGGREGATE: Final = Struct("<32s I I")
"""Transactions hash, payload size, 0."""
TRANSFER: Final = Struct("<24s H B B I")
"""Recipient, message size, mosaic count, 0, 0; then mosaics and message."""
MOSAIC_DEFINITION: Final = Struct("<Q Q I B B")
"""Id, duration, nonce, flags, divisibility."""
SUPPLY_CHANGE: Final = Struct("<Q Q B")
"""Id, delta, action."""
SUPPLY_REVOCATION: Final = Struct("<24s Q Q")
"""Source, id, amount."""
ACCOUNT_METADATA: Final = Struct("<24s Q h H")
"""Target, key, delta, value size; then the value."""
NAMESPACE: Final = Struct("<Q Q B B")
"""Duration or parent id, id, 0 root or 1 child, name size; then the name."""
MOSAIC_ALIAS: Final = Struct("<Q Q B")
"""Namespace id, mosaic id, action."""

SIGNED_FROM: Final = 108
"""Where the signed bytes begin."""
AGGREGATE_SIGNED_TO: Final = 164
"""Where those of an aggregate end: its transactions hash and payload size stand for the rest."""
PAYLOAD_FROM: Final = HEAD.size + AGGREGATE.size
"""Where the inner transactions begin."""
KIND_AT: Final = 110
"""Where the type number of a whole transaction stands, 2 bytes."""

VERSIONS: Final[dict[int, int]] = {
    kind: 3 if kind is Kind.AGGREGATE_COMPLETE else 1 for kind in Kind
}
"""The one version of each type that is built and read."""


def padding_of(size: int) -> int:
    """Return how many zero bytes follow an inner transaction of `size` bytes."""
    return -size % ALIGNMENT
