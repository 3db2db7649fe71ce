"""The refusals: why the node does not take what waits, asked for and told once.

A refusal proves nothing: the same bytes are announced until the chain holds them or outlives them.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.chain.refused import LATE, told
from console.engine.parts import Parts
from console.errors import ChainError
from console.model.event import EventKind
from console.model.transaction import Outgoing

MOST_ASKED = 20
"""About so many transactions the node is asked at once."""


class Refusals:
    """Remembers the node's last word on each transaction that waits."""

    def __init__(self, parts: Parts) -> None:
        """Ask the parts' chain."""
        self._parts = parts
        self._codes: dict[bytes, str] = {}

    async def ask(self, waiting: Sequence[Outgoing]) -> None:
        """Ask why some transactions are in no block yet, and tell what is new.

        Args:
            waiting: all that wait; the others are forgotten.
        """
        self._codes = {
            out.hash: self._codes[out.hash] for out in waiting if out.hash in self._codes
        }
        for out in waiting[:MOST_ASKED]:
            try:
                code = await self._parts.chain.rejection(out.hash)
            except ChainError:
                return  # whoever is silent gives no reason
            if code not in ("", LATE, self._codes.get(out.hash)):
                self._codes[out.hash] = code
                text = f"{out.leg} is refused by the node: {told(code)}; it is announced again"
                await self._parts.log.say(EventKind.CHAIN, text, out.hash.hex())

    def reason(self, hash_: bytes) -> str:
        """Return why a transaction was not taken, as a clause; empty where nobody said.

        Args:
            hash_: the transaction's hash (32 bytes).
        """
        code = self._codes.pop(hash_, "")
        return f"; the node refused it: {told(code)}" if code else ""
