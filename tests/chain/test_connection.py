"""The client against nodes of other networks, and nodes that lie."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from console.chain.symbol import SymbolChain
from console.errors import ChainError, WrongNetwork
from tests.chain.town import (
    NEIGHBOUR,
    NEIGHBOUR_ADDRESS,
    OPERATOR,
    OPERATOR_ADDRESS,
    Town,
    seal,
)

KEY = OPERATOR.public_key
Answers = dict[str, Any]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path / "chain.db")
    yield town
    town.node.close()


async def test_another_network_is_refused_at_first_and_after_a_failure(town: Town) -> None:
    pinned = SymbolChain.inside(town.node.app, generation_hash=b"\5" * 32)
    with pytest.raises(WrongNetwork):
        await pinned.announce(town.signed(seal("a")).payload)
    assert town.node.pending == 0
    node = Node()
    chain = node.chain()
    await chain.tip()
    node.answers["/node/info"]["networkGenerationHashSeed"] = "5" * 64
    await chain.tip()
    height = node.answers["/chain/info"].pop("height")
    with pytest.raises(ChainError, match="no answer"):
        await chain.tip()
    node.answers["/chain/info"]["height"] = height
    with pytest.raises(WrongNetwork):
        await chain.tip()


class Node:
    """Answers whatever it was told to, as a public node's client sees it."""

    def __init__(self) -> None:
        properties = {
            "network": {"epochAdjustment": "1615853185s"},
            "chain": {"maxTransactionLifetime": "6h"},
            "plugins": {"aggregate": {"maxTransactionsPerAggregate": "1'000"}},
        }
        self.answers: Answers = {
            "/node/info": {
                "networkIdentifier": 104, "networkGenerationHashSeed": "A1" * 32,
            },
            "/network/properties": properties,
            "/network/fees/transaction": {"medianFeeMultiplier": 0, "minFeeMultiplier": 10},
            "/chain/info": {"height": "9", "latestFinalizedBlock": {"height": "7"}},
            "/node/time": {"communicationTimestamps": {"receiveTimestamp": "1000"}},
        }  # fmt: skip

    def chain(self) -> SymbolChain:
        return SymbolChain(httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        found = copy.deepcopy(self.answers.get(request.url.path))
        return httpx.Response(404 if found is None else 200, json=found or {})


async def test_a_public_network_takes_fees() -> None:
    node = Node()
    network = await node.chain().network()
    assert (network.fee_multiplier, network.most_inner) == (100, 1000)
    node.answers["/network/fees/transaction"]["medianFeeMultiplier"] = 350
    assert (await node.chain().network()).fee_multiplier == 350


def _set(*path: str) -> Callable[[Answers, object], None]:
    def change(answers: Answers, value: object) -> None:
        for key in path[:-1]:
            answers = answers[key]
        answers[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "value"),
    [
        (_set("/node/info", "networkIdentifier"), 1),
        (_set("/node/info", "networkIdentifier"), True),
        (_set("/node/info", "networkGenerationHashSeed"), "A1" * 31),
        (_set("/node/info"), None),
        (_set("/network/properties", "network", "epochAdjustment"), "soon"),
        (_set("/network/properties", "chain", "maxTransactionLifetime"), 6),
        (_set("/network/properties", "plugins", "aggregate"), {}),
        (_set("/network/fees/transaction", "medianFeeMultiplier"), -1),
        (_set("/network/fees/transaction", "minFeeMultiplier"), 1e3),
        (_set("/chain/info", "height"), "0"),
        (_set("/chain/info", "height"), "6"),
        (_set("/chain/info", "latestFinalizedBlock"), None),
        (_set("/node/time", "communicationTimestamps", "receiveTimestamp"), str(2**64 - 1)),
    ],
)
async def test_a_node_that_answers_otherwise(
    change: Callable[[Answers, object], None], value: object
) -> None:
    node = Node()
    change(node.answers, value)
    chain = node.chain()

    async def ask() -> None:
        await chain.tip()
        await chain.now()

    with pytest.raises(ChainError) as caught:
        await ask()
    assert "\n" not in caught.value.message


def _transfer(height: str = "5", index: int = 0, **more: object) -> Answers:
    said = {
        "type": 16724, "signerPublicKey": KEY.hex(), "recipientAddress": NEIGHBOUR_ADDRESS.hex(),
        "mosaics": [{"id": "0" * 15 + "1", "amount": "5"}], **more,
    }  # fmt: skip
    meta = {"height": height, "aggregateHash": "AB" * 32, "index": index}
    return {"id": f"{index:024X}", "meta": meta, "transaction": said}


async def _records(*data: Answers, page_size: int = 100) -> tuple[list[int], str]:
    node = Node()
    node.answers["/transactions/confirmed"] = {
        "data": list(data), "pagination": {"pageNumber": 1, "pageSize": page_size},
    }  # fmt: skip
    page = await node.chain().records(KEY)
    return [record.place.index for record in page.records], page.offset


async def test_nested_and_flat_answers_give_the_same_records() -> None:
    flat = [_transfer(index=index) for index in range(3)]
    aggregate = {
        "id": "F" * 24,
        "meta": {"height": "5", "hash": "AB" * 32, "index": 0},
        "transaction": {"type": 16705, "signerPublicKey": KEY.hex(), "transactions": flat},
    }
    assert await _records(*flat) == ([0, 1, 2], "")
    assert await _records(aggregate) == ([0, 1, 2], "")
    assert await _records(aggregate, *flat) == ([0, 1, 2], "")
    assert await _records(*flat, page_size=3) == ([0, 1, 2], f"{2:024X}")


@pytest.mark.parametrize(
    "row",
    [
        _transfer(height="0"),
        _transfer(height="x"),
        _transfer(index=-1),
        _transfer(signerPublicKey=NEIGHBOUR.public_key.hex()),
        _transfer(signerPublicKey="00"),
        _transfer(recipientAddress="TCWYXKVYBMO4NBCUF3AXKJMXCGVSYQOS7ZG2TLI"),
        _transfer(mosaics=None),
        _transfer(mosaics=[{"id": "1", "amount": "5"}]),
        _transfer(mosaics=[{"id": "0" * 16, "amount": 5}]),
        _transfer(mosaics=[{"id": "0" * 16, "amount": "-5"}]),
        _transfer(mosaics=[{"id": "0" * 16, "amount": str(2**64)}]),
        _transfer(message="xyz"),
        _transfer(message=None),
        _transfer(type="16724"),
        _transfer(type=16973),
        _transfer(type=16708, targetAddress="00", value="00"),
    ],
)
async def test_a_row_that_is_none(row: Answers) -> None:
    with pytest.raises(ChainError):
        await _records(row)


async def test_entries_on_other_accounts_and_other_kinds_are_no_records() -> None:
    elsewhere = _transfer(
        type=16708, targetAddress=NEIGHBOUR_ADDRESS.hex(), scopedMetadataKey="0" * 16,
        valueSizeDelta=1, value="00",
    )  # fmt: skip
    assert await _records(elsewhere, _transfer(index=1, type=16717, mosaics=7)) == ([], "")


async def test_an_answer_about_something_else_is_refused() -> None:
    node = Node()
    name = "0" * 64
    node.answers["/blocks/5"] = {
        "meta": {"hash": name}, "block": {"height": "6", "timestamp": "1"},
    }  # fmt: skip
    node.answers[f"/transactions/confirmed/{name}"] = {
        **_transfer(), "meta": {"height": "5", "hash": "AB" * 32, "index": 0},
    }  # fmt: skip
    node.answers[f"/mosaics/{1:016X}"] = {
        "mosaic": {"id": f"{2:016X}", "supply": "1", "ownerAddress": OPERATOR_ADDRESS.hex()}
    }
    chain = node.chain()
    for question in (chain.block(5), chain.transaction(bytes(32)), chain.mosaic(1)):
        with pytest.raises(ChainError, match="another"):
            await question
