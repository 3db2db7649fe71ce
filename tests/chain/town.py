"""An embedded node with an operator and neighbours, for the tests of the node and its client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.chain.codec import (
    AccountMetadata,
    Aggregate,
    Body,
    Inner,
    MosaicDefinition,
    Signed,
    SupplyChange,
    Transaction,
    Transfer,
    address_of,
    address_text,
    hash_of,
    mosaic_id,
    note_key,
    sign,
)
from console.chain.keyfile import OperatorKey
from console.chain.node import EmbeddedNode
from console.clock import FrozenClock

START = datetime(2026, 6, 21, 9, 29, tzinfo=UTC)
NETWORK = 0x98
GENERATION_HASH = b"\xa1" * 32
HOUR_MS = 3_600_000
ALL_FLAGS = 11
OPERATOR = OperatorKey(b"\x11" * 32)
NEIGHBOUR = OperatorKey(b"\x22" * 32)
OPERATOR_ADDRESS = address_of(OPERATOR.public_key, NETWORK)
NEIGHBOUR_ADDRESS = address_of(NEIGHBOUR.public_key, NETWORK)
NEIGHBOUR_TEXT = address_text(NEIGHBOUR_ADDRESS)


def wallet(number: int) -> bytes:
    """The address of a house that never signs."""
    return address_of(number.to_bytes(32), NETWORK)


def mosaic(nonce: int, owner: bytes = OPERATOR_ADDRESS) -> int:
    return mosaic_id(nonce, owner)


def define(nonce: int, flags: int = ALL_FLAGS, duration: int = 0) -> MosaicDefinition:
    return MosaicDefinition(mosaic(nonce), duration, nonce, flags, 3)


def seal(text: str, value: bytes = b"\x07" * 64, delta: int = 64) -> AccountMetadata:
    return AccountMetadata(OPERATOR_ADDRESS, note_key(text), delta, value)


class Town:
    """A node on a clock that stands still until it is moved."""

    def __init__(self, path: Path, *, finality_blocks: int = 2) -> None:
        self.path = path
        self.clock = FrozenClock(START)
        self.finality_blocks = finality_blocks
        self.node = self._open()
        self._signed = 0

    def reopen(self) -> None:
        self.node.close()
        self.node = self._open()

    def pass_time(self, **by: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(**by))

    def signed(
        self,
        *bodies: Body,
        key: OperatorKey = OPERATOR,
        single: bool = False,
        network: int = NETWORK,
        deadline_ms: int | None = None,
        inner_key: bytes | None = None,
        generation_hash: bytes = GENERATION_HASH,
    ) -> Signed:
        """An aggregate of these, or one of them alone; no two have the same bytes."""
        self._signed += 1
        near = self.node.now_ms() + 2 * HOUR_MS + self._signed
        deadline = near if deadline_ms is None else deadline_ms
        signer = key.public_key
        inner = tuple(Inner(inner_key or signer, network, body) for body in bodies)
        body: Body | Aggregate = bodies[0] if single else Aggregate(inner)
        transaction = Transaction(signer, network, 0, deadline, body)
        return sign(transaction, generation_hash, key.sign)

    def settle(self, payload: Signed | bytes) -> str:
        """Announce, make a block, return `confirmed`, the failure code, or nothing if silent."""
        raw = payload if isinstance(payload, bytes) else payload.payload
        self.node.announce(raw)
        self.node.make_block()
        return self.status(hash_of(raw, GENERATION_HASH))

    def status(self, hash_: bytes) -> str:
        if self.node.archive.by_hash(hash_) is not None:
            return "confirmed"
        refused = self.node.pool.refused.get(hash_)
        return "" if refused is None else refused.code

    def do(self, *bodies: Body, key: OperatorKey = OPERATOR) -> None:
        """Let these happen in one block, or fail the test."""
        assert self.settle(self.signed(*bodies, key=key)) == "confirmed"

    def refusal(self, *bodies: Body, key: OperatorKey = OPERATOR, single: bool = False) -> str:
        """The code with which these are refused, without its `Failure_`."""
        before = self.node.database.last_height()
        code = self.settle(self.signed(*bodies, key=key, single=single))
        assert self.node.database.last_height() == before
        return code.removeprefix("Failure_")

    def mint(self, nonce: int, amount: int, flags: int = ALL_FLAGS) -> int:
        """Define a mosaic with a supply; return its id."""
        id_ = mosaic(nonce)
        self.do(define(nonce, flags), SupplyChange(id_, amount, True))
        return id_

    def give(self, recipient: bytes, *holdings: tuple[int, int], message: bytes = b"") -> None:
        self.do(Transfer(recipient, tuple(sorted(holdings)), message))

    def held(self, address: bytes) -> dict[int, int]:
        account = self.node.database.account(address)
        return {} if account is None else account.holdings

    def supply(self, id_: int) -> int:
        known = self.node.database.mosaic(id_)
        return 0 if known is None else known.supply

    def everyone(self) -> Sequence[bytes]:
        rows = self.node.database.connection.execute("SELECT address FROM accounts")
        return [address for (address,) in rows]

    def _open(self) -> EmbeddedNode:
        return EmbeddedNode.open(
            self.path,
            self.clock,
            epoch=START,
            finality_blocks=self.finality_blocks,
            generation_hash=GENERATION_HASH,
        )
