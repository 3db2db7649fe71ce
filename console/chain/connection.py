"""The connection: one node, asked only while it is of the pinned network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from console.chain import reading
from console.chain.answers import Fees, NodeInfo, Properties
from console.chain.chain import Network
from console.chain.codec.identity import NETWORKS
from console.chain.wire import Absent, Wire
from console.errors import ChainError, WrongNetwork

LEAST_MULTIPLIER = 100
"""MicroXYM a byte that is offered at least, where fees are taken."""

Form = TypeVar("Form")


class Connection:
    """Asks a node, after making sure at first and after every failure which network it is of."""

    def __init__(self, wire: Wire, pinned: bytes | None) -> None:
        """Take the way to a node.

        Args:
            wire: asks it.
            pinned: the generation hash seed that it must have (32 bytes); where None, the one
                that it has at first.
        """
        self._wire = wire
        self._pinned = pinned
        self._network: Network | None = None
        self._is_sure = False

    async def network(self) -> Network:
        """Return the network's facts, asked once.

        Raises:
            WrongNetwork: the node is of another network than pinned.
            ChainError: the node does not answer as it must.
        """
        if self._network is not None and self._is_sure:
            return self._network
        info = await self._fact("/node/info", NodeInfo)
        seed = reading.unhex(info.network_generation_hash_seed, 32)
        if seed != (self._pinned or seed):
            raise WrongNetwork(
                f"The node is of the network {seed.hex()[:16]}…,"
                f" not of {(self._pinned or seed).hex()[:16]}… as pinned."
            )
        if self._network is None:
            self._network = await self._learn(info.network_identifier, seed)
        self._pinned = seed
        self._is_sure = True
        return self._network

    async def get(self, path: str, form: type[Form]) -> Form:
        """Return the answer to a question.

        Raises:
            Absent: the node knows nothing of that name.
            ChainError: the node does not answer, or not as it must.
        """
        await self.network()
        with self._doubting():
            return await self._wire.get(path, form)

    async def post(self, path: str, body: object, form: type[Form]) -> Form:
        """Return the answer to a question with a body.

        Raises:
            ChainError: the node does not answer, or not as it must.
        """
        await self.network()
        with self._doubting():
            return await self._wire.post(path, body, form)

    async def put(self, path: str, body: object) -> None:
        """Hand something over.

        Raises:
            ChainError: the node does not say that it took it.
        """
        await self.network()
        with self._doubting():
            await self._wire.put(path, body)

    async def close(self) -> None:
        """End it."""
        await self._wire.close()

    @contextmanager
    def _doubting(self) -> Iterator[None]:
        try:
            yield
        except Absent:
            raise
        except ChainError:
            self._is_sure = False
            raise

    async def _learn(self, identifier: int, seed: bytes) -> Network:
        if identifier not in NETWORKS:
            raise ChainError(f"A node is of a network {identifier} that is not known here.")
        properties = await self._fact("/network/properties", Properties)
        fees = await self._fact("/network/fees/transaction", Fees)
        chain, aggregate = properties.chain, properties.plugins.aggregate
        return Network(
            identifier=identifier,
            generation_hash=seed,
            epoch=reading.unix_instant(reading.milliseconds(properties.network.epoch_adjustment)),
            most_inner=reading.grouped(aggregate.max_transactions_per_aggregate),
            longest_lifetime_seconds=reading.milliseconds(chain.max_transaction_lifetime) // 1_000,
            fee_multiplier=_multiplier(fees, reading.grouped(chain.default_dynamic_fee_multiplier)),
        )

    async def _fact(self, path: str, form: type[Form]) -> Form:
        try:
            return await self._wire.get(path, form)
        except Absent as error:
            raise ChainError(f"{error.message}, as every node must.") from error


def _multiplier(fees: Fees, usual: int) -> int:
    """Return the microXYM a byte to offer; 0 where nothing costs a fee (the embedded chain)."""
    asked = max(fees.median_fee_multiplier, fees.min_fee_multiplier)
    return 0 if asked == usual == 0 else max(asked, LEAST_MULTIPLIER)
