"""The limits: what the embedded network allows, with a public network's figures."""

from __future__ import annotations

from typing import Final

NETWORK: Final = 0x98
"""The network byte, that of Symbol's test networks."""
MOST_INNER: Final = 100
"""Inner transactions of an aggregate."""
MOST_A_BLOCK: Final = 1_000
"""Transactions of a block, inner ones counted, so that a block never stalls the loop for long."""
LONGEST_MESSAGE: Final = 1_024
"""Bytes of a transfer's message."""
LONGEST_VALUE: Final = 1_024
"""Bytes of a metadata value."""
MOST_MOSAICS: Final = 1_000
"""Mosaics of an account."""
HIGHEST_DIVISIBILITY: Final = 6
"""Decimal places of a mosaic."""
HIGHEST_SUPPLY: Final = 8_999_999_999_000_000
"""Atomic units of a mosaic."""
LONGEST_LIFETIME_SECONDS: Final = 6 * 3_600
"""How far a deadline may lie ahead of the block that takes the transaction."""
BLOCK_SECONDS: Final = 30
"""The time between blocks by which durations in days become blocks, as on public networks."""
BLOCKS_A_DAY: Final = 86_400 // BLOCK_SECONDS
LONGEST_MOSAIC_DAYS: Final = 3_650
"""The longest life of a mosaic that is not eternal."""
SHORTEST_NAMESPACE_DAYS: Final = 30
"""The shortest life of a root namespace."""
LONGEST_NAMESPACE_DAYS: Final = 1_825
"""The longest life of a root namespace."""
GRACE_DAYS: Final = 30
"""How long an expired root namespace stays with its owner."""
DEEPEST_NAMESPACE: Final = 3
"""Levels of namespaces."""
LONGEST_NAME: Final = 64
"""Characters of a namespace's own name."""
RESERVED_NAMES: Final = (
    "symbol", "symbl", "xym", "xem", "nem", "user", "account", "org", "com", "biz", "net", "edu",
    "mil", "gov", "info",
)  # fmt: skip
"""Root namespaces that nobody may register."""
