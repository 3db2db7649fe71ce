"""The reconnecting: why a connection failed, and how long to wait before it is made anew."""

from __future__ import annotations

import os
import socket
from hashlib import blake2b

from console.safe_text import safe_text

SHORTEST_SECONDS = 1.0
"""The wait after a first failure, loop seconds, before it is spread."""
LONGEST_SECONDS = 60.0
"""The longest wait, loop seconds."""

_MOST_DOUBLINGS = 6


def pause_seconds(name: str, failures: int) -> float:
    """Return how long to wait, loop seconds: twice as long after each failure, spread by name.

    Args:
        name: whose connection it is; others wait otherwise, so that not all come back at once.
        failures: how many in a row there were, from 1.
    """
    draw = blake2b(f"{name}|{failures}".encode(), digest_size=4).digest()
    spread = 0.5 + int.from_bytes(draw) / 2**33
    doubled = SHORTEST_SECONDS * 2.0 ** min(failures - 1, _MOST_DOUBLINGS)
    return min(doubled, LONGEST_SECONDS) * spread


def reason(error: OSError) -> str:
    """Return why a connection failed or broke, in the system's words, one clause."""
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    if error.errno is not None:
        return os.strerror(error.errno).lower()
    return safe_text(error, 80) or "no answer"
