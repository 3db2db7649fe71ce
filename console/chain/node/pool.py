"""The pool: what was announced and waits for a block, and what was refused.

Both live in memory, as a public node's do: what a restart loses is announced again by its sender,
and a refusal proves nothing anyway.
"""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from console.chain.node.block import Candidate

MOST_WAITING = 10_000
"""Transactions that wait at once."""
MOST_WAITING_BYTES = 64 * 2**20
"""Their bytes together."""
MOST_REFUSALS = 10_000
"""Refusals that are remembered."""


class Refused(msgspec.Struct, frozen=True):
    """A refusal as the status of a transaction."""

    code: str
    """The status code, as in `Failure_Core_Past_Deadline`."""
    deadline: int
    """The transaction's deadline, ms since the epoch."""


class Pool:
    """Waiting transactions in the order of their announcement, and the latest refusals."""

    def __init__(self) -> None:
        self.waiting: dict[bytes, Candidate] = {}
        self.refused: OrderedDict[bytes, Refused] = OrderedDict()
        self._bytes = 0

    def has_room(self, candidate: Candidate) -> bool:
        """Whether one more transaction fits."""
        size = self._bytes + len(candidate.payload)
        return len(self.waiting) < MOST_WAITING and size <= MOST_WAITING_BYTES

    def add(self, candidate: Candidate) -> None:
        """Let a transaction wait; one that waits already stays where it is."""
        if candidate.hash not in self.waiting:
            self.waiting[candidate.hash] = candidate
            self._bytes += len(candidate.payload)
        self.refused.pop(candidate.hash, None)

    def drop(self, candidate: Candidate) -> None:
        """Let a transaction wait no longer."""
        if self.waiting.pop(candidate.hash, None) is not None:
            self._bytes -= len(candidate.payload)

    def refuse(self, hash_: bytes, code: str, deadline: int) -> None:
        """Remember a refusal; the oldest makes room for it.

        Args:
            hash_: the transaction's hash (32 bytes).
            code: the status code.
            deadline: the transaction's deadline, ms since the epoch.
        """
        self.refused[hash_] = Refused(code, deadline)
        self.refused.move_to_end(hash_)
        if len(self.refused) > MOST_REFUSALS:
            self.refused.popitem(last=False)
