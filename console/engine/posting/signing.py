"""The signing: an unsigned transaction made one of the outbox, by the key of who signs it."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from console.chain.codec import Transaction, sign
from console.chain.frame import Frame
from console.engine.parts import Parts
from console.errors import Refused
from console.model.interval import Interval
from console.model.operator import Operator
from console.model.transaction import Outgoing

LIFETIME = timedelta(hours=2)
"""How long after the chain's present a transaction may still confirm; the network may ask less."""


class Signing:
    """Signs with the parts' open keys; stores and announces nothing."""

    def __init__(self, parts: Parts) -> None:
        """Sign for the parts' network."""
        self._parts = parts

    async def deadline(self) -> datetime:
        """Return the chain's instant until which what is signed now may confirm.

        Raises:
            ChainError: the node does not tell its time.
        """
        network = self._parts.network
        lifetime = min(LIFETIME, timedelta(seconds=network.longest_lifetime_seconds))
        now = await self._parts.chain.now()
        return (now + lifetime).replace(microsecond=now.microsecond // 1000 * 1000)

    def milliseconds(self, deadline: datetime) -> int:
        """Return a deadline as transactions say it, ms since the network's epoch."""
        return (deadline - self._parts.network.epoch) // timedelta(milliseconds=1)

    def frame(self, signer: Operator, deadline: datetime) -> Frame:
        """Return what every transaction has that one signs until a deadline."""
        return self._parts.frame(signer.public_key, self.milliseconds(deadline))

    def sign(
        self, signer: Operator, transaction: Transaction, deadline: datetime, **facts: object
    ) -> Outgoing:
        """Return a transaction signed, with what the outbox is to know of it.

        Raises:
            Refused: the signer's key is not open.
        """
        key = self._parts.keys.get(signer.public_key)
        if key is None:
            raise Refused("the operator's key is locked.", advice="Unlock it with: mosaic unlock")
        signed = sign(transaction, self._parts.network.generation_hash, key.sign)
        return msgspec.structs.replace(
            Outgoing(
                hash=signed.hash,
                payload=signed.payload,
                deadline=deadline,
                generation_hash=self._parts.network.generation_hash,
                leg="",
            ),
            **facts,
        )


def require_key(parts: Parts, interval: Interval) -> None:
    """Let an interval be decided only where its signer's key is open.

    Raises:
        Refused: it is not, or nobody may sign it.
    """
    if parts.key is None:
        raise Refused("the operator's key is locked.", advice="Unlock it with: mosaic unlock")
    if parts.line.at(interval.start) is None:
        raise Refused(
            f"nobody signs {interval.name}: the operator's account named a successor that never "
            "took over",
            advice="docs/keys.md says what to do: Exchanging the key.",
        )
    if parts.awaits(interval):
        raise Refused(
            f"the account that signs {interval.name} is not on the chain for good yet",
            advice="Wait a moment.",
        )
    if parts.key_of(interval) is None:
        raise Refused(
            f"{interval.name} is of an earlier key of the community, which is not open",
            advice="Put that key's file back beside the present one and start the engine.",
        )
