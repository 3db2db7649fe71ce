"""The routes of the network: blocks, the chain's tip, the node, and what the network allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import apsw
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.chain.node import asking, limits, shapes
from console.errors import StoreError

if TYPE_CHECKING:
    from console.chain.node.node import EmbeddedNode

VERSION = 0x01_00_00_00
"""The node's version as Symbol writes it, a byte a part."""
_PORT = 3000
_API_ROLE = 2
_NO_KEY = "0" * 64
_NO_FEES = {
    "averageFeeMultiplier": 0,
    "medianFeeMultiplier": 0,
    "highestFeeMultiplier": 0,
    "lowestFeeMultiplier": 0,
    "minFeeMultiplier": 0,
}
_NO_RENTS = {
    "effectiveRootNamespaceRentalFeePerBlock": "0",
    "effectiveChildNamespaceRentalFee": "0",
    "effectiveMosaicRentalFee": "0",
}


class NetworkRoutes:
    """Answers about blocks, the node and its network."""

    def __init__(self, node: EmbeddedNode) -> None:
        """Take the node."""
        self._node = node
        self._database = node.database
        self.routes = [
            Route("/blocks", self._blocks),
            Route("/blocks/{height}", self._block),
            Route("/chain/info", self._chain),
            Route("/network", self._network),
            Route("/network/properties", self._properties),
            Route("/network/fees/transaction", self._fees),
            Route("/network/fees/rental", self._rents),
            Route("/node/info", self._info),
            Route("/node/health", self._health),
            Route("/node/time", self._time),
        ]

    async def _block(self, request: Request) -> Response:
        name = request.path_params["height"]
        block = self._database.block(asking.parsed("height", name, asking.number))
        if block is None:
            raise asking.absent(name)
        return asking.answer(shapes.block(block))

    async def _blocks(self, request: Request) -> Response:
        span, page = asking.span_of(request.query_params)
        tip = self._database.tip().height
        step = 1 if span.ascending else -1
        first = 1 if span.ascending else tip
        if span.after is not None:
            first = max(1, span.after + 1) if span.ascending else min(tip, span.after - 1)
        first += step * span.skip
        heights = range(first, first + step * span.size, step)
        found = [self._database.block(height) for height in heights if 1 <= height <= tip]
        data = [shapes.block(block) for block in found if block is not None]
        return asking.answer(shapes.page(data, page, span.size))

    async def _chain(self, _request: Request) -> Response:
        tip = self._database.tip()
        final = self._database.block(self._database.final_height(tip.height)) or tip
        finalized = {
            "finalizationEpoch": 1,
            "finalizationPoint": final.height,
            "height": str(final.height),
            "hash": shapes.upper(final.hash),
        }
        return asking.answer(
            {
                "height": str(tip.height),
                "scoreHigh": "0",
                "scoreLow": str(tip.height),
                "latestFinalizedBlock": finalized,
            }
        )

    async def _network(self, _request: Request) -> Response:
        words = "embedded: a private chain on this computer, not independent"
        return asking.answer({"name": "testnet", "description": words})

    async def _properties(self, _request: Request) -> Response:
        genesis = self._node.genesis
        network = {
            "identifier": "testnet",
            "nodeEqualityStrategy": "host",
            "nemesisSignerPublicKey": _NO_KEY,
            "generationHashSeed": shapes.upper(genesis.generation_hash),
            "epochAdjustment": f"{genesis.epoch_s}s",
        }
        return asking.answer(
            {
                "network": network,
                "chain": _chain_limits(),
                "plugins": _plugin_limits(),
                "forkHeights": {},
            }
        )

    async def _fees(self, _request: Request) -> Response:
        return asking.answer(_NO_FEES)

    async def _rents(self, _request: Request) -> Response:
        return asking.answer(_NO_RENTS)

    async def _info(self, _request: Request) -> Response:
        return asking.answer(
            {
                "version": VERSION,
                "publicKey": _NO_KEY,
                "networkGenerationHashSeed": shapes.upper(self._node.genesis.generation_hash),
                "roles": _API_ROLE,
                "port": _PORT,
                "networkIdentifier": limits.NETWORK,
                "friendlyName": "mosaic embedded node",
                "host": "localhost",
            }
        )

    async def _health(self, _request: Request) -> Response:
        try:
            self._database.tip()
        except (StoreError, apsw.Error):
            return asking.answer({"status": {"apiNode": "up", "db": "down"}}, 503)
        return asking.answer({"status": {"apiNode": "up", "db": "up"}})

    async def _time(self, _request: Request) -> Response:
        now = str(self._node.now_ms())
        stamps = {"sendTimestamp": now, "receiveTimestamp": now}
        return asking.answer({"communicationTimestamps": stamps})


def grouped(number: int) -> str:
    """Return a number as the properties write it, as in `6'000`."""
    return f"{number:,}".replace(",", "'")


def _chain_limits() -> dict[str, Any]:
    return {
        "enableVerifiableState": False,
        "enableVerifiableReceipts": False,
        "blockGenerationTargetTime": f"{limits.BLOCK_SECONDS}s",
        "maxRollbackBlocks": "0",
        "defaultDynamicFeeMultiplier": "0",
        "maxTransactionLifetime": f"{limits.LONGEST_LIFETIME_SECONDS // 3600}h",
        "maxMosaicAtomicUnits": grouped(limits.HIGHEST_SUPPLY),
        "maxTransactionsPerBlock": grouped(limits.MOST_A_BLOCK),
    }


def _plugin_limits() -> dict[str, Any]:
    return {
        "aggregate": {
            "maxTransactionsPerAggregate": grouped(limits.MOST_INNER),
            "maxCosignaturesPerAggregate": "0",
            "enableStrictCosignatureCheck": True,
            "enableBondedAggregateSupport": False,
        },
        "metadata": {"maxValueSize": grouped(limits.LONGEST_VALUE)},
        "mosaic": {
            "maxMosaicsPerAccount": grouped(limits.MOST_MOSAICS),
            "maxMosaicDuration": f"{limits.LONGEST_MOSAIC_DAYS}d",
            "maxMosaicDivisibility": grouped(limits.HIGHEST_DIVISIBILITY),
            "mosaicRentalFee": "0",
        },
        "namespace": {
            "maxNameSize": grouped(limits.LONGEST_NAME),
            "maxNamespaceDepth": grouped(limits.DEEPEST_NAMESPACE),
            "minNamespaceDuration": f"{limits.SHORTEST_NAMESPACE_DAYS}d",
            "maxNamespaceDuration": f"{limits.LONGEST_NAMESPACE_DAYS}d",
            "namespaceGracePeriodDuration": f"{limits.GRACE_DAYS}d",
            "reservedRootNamespaceNames": ", ".join(limits.RESERVED_NAMES),
            "rootNamespaceRentalFeePerBlock": "0",
            "childNamespaceRentalFee": "0",
        },
        "transfer": {"maxMessageSize": grouped(limits.LONGEST_MESSAGE)},
    }
