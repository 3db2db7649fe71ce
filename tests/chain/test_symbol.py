"""The client, against the embedded node and against nodes that lie."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvicorn

from console.chain.codec import (
    AccountMetadata,
    SupplyChange,
    SupplyRevocation,
    Transfer,
    address_text,
    note_key,
)
from console.chain.symbol import SymbolChain
from console.errors import ChainError
from console.model.observed import Delivered, Noted, Place, Revoked, Sealed, Supplied
from tests.chain.town import (
    GENERATION_HASH,
    NEIGHBOUR,
    NEIGHBOUR_ADDRESS,
    NEIGHBOUR_TEXT,
    OPERATOR,
    OPERATOR_ADDRESS,
    START,
    Town,
    define,
    mosaic,
    seal,
    wallet,
)

KEY = OPERATOR.public_key
OPERATOR_TEXT = address_text(OPERATOR_ADDRESS)
MESSAGE = b"\0E1|2026-06-21T09:15Z|15|EUR|0.1|0|1/1"
Answers = dict[str, Any]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path / "chain.db")
    yield town
    town.node.close()


@pytest.fixture
async def chain(town: Town) -> AsyncIterator[SymbolChain]:
    chain = SymbolChain.inside(town.node.app)
    yield chain
    await chain.close()


async def test_the_network_and_its_clock(town: Town, chain: SymbolChain) -> None:
    network = await chain.network()
    assert (network.identifier, network.generation_hash) == (0x98, GENERATION_HASH)
    assert (network.epoch, network.most_inner) == (START, 100)
    assert (network.longest_lifetime_seconds, network.fee_multiplier) == (21_600, 0)
    town.pass_time(minutes=7)
    assert await chain.now() == START + timedelta(minutes=7)


async def test_a_transaction_from_announcement_to_finality(town: Town, chain: SymbolChain) -> None:
    signed = town.signed(seal("a"))
    await chain.announce(signed.payload)
    assert await chain.confirmations([signed.hash]) == {}
    town.pass_time(minutes=15)
    town.node.make_block()
    found = (await chain.confirmations([bytes(32), signed.hash]))[signed.hash]
    assert found.height == 2
    tip = await chain.tip()
    assert (tip.height, tip.final_height) == (2, 1)
    town.node.settle_all()
    assert (await chain.tip()).final_height == 2
    block = await chain.block(2)
    assert block is not None
    assert block.time == START + timedelta(minutes=15)
    assert await chain.block(99) is None
    assert await chain.block(0) is None
    assert await chain.rejection(signed.hash) == ""


async def test_a_rejection_is_told(town: Town, chain: SymbolChain) -> None:
    signed = town.signed(SupplyChange(mosaic(1), 1, True))
    town.settle(signed)
    assert await chain.rejection(signed.hash) == "Failure_Mosaic_Expired"
    assert await chain.confirmations([signed.hash]) == {}
    assert await chain.rejection(bytes(32)) == ""


async def test_the_records_of_an_account(town: Town, chain: SymbolChain) -> None:
    id_ = town.mint(1, 10)
    first = town.signed(
        AccountMetadata(OPERATOR_ADDRESS, note_key("E1"), 9, b"lindenhof"),
        seal("a", b"\1" * 32 + b"\2" * 32),
        SupplyChange(id_, 5, False),
        Transfer(NEIGHBOUR_ADDRESS, ((id_, 3),), MESSAGE),
    )
    assert town.settle(first) == "confirmed"
    alone = town.signed(SupplyRevocation(NEIGHBOUR_ADDRESS, id_, 2), single=True)
    assert town.settle(alone) == "confirmed"
    town.do(Transfer(wallet(1), (), b"\0not ours"), key=NEIGHBOUR)
    page = await chain.records(KEY, from_height=3)
    assert page.offset == ""
    noted, sealed, supplied, delivered, revoked = page.records
    at = Place(height=3, transaction=first.hash, index=0)
    assert noted == Noted(place=at, key=note_key("E1"), delta=9, value=b"lindenhof")
    assert isinstance(sealed, Sealed)
    assert (sealed.inputs_root, sealed.audit_head) == (b"\1" * 32, b"\2" * 32)
    assert isinstance(supplied, Supplied)
    assert supplied.delta == -5
    assert isinstance(delivered, Delivered)
    assert delivered.place == msgspec.structs.replace(at, index=3)
    assert (delivered.recipient, delivered.mosaics) == (NEIGHBOUR_TEXT, ((id_, 3),))
    assert delivered.tag is not None
    assert delivered.tag.interval.name == "2026-06-21T09:15Z"
    assert revoked == Revoked(
        place=Place(height=4, transaction=alone.hash, index=0),
        source=NEIGHBOUR_TEXT, mosaic=id_, amount=2,
    )  # fmt: skip
    assert (await chain.records(KEY, from_height=9)).records == ()


@pytest.mark.parametrize("count", [0, 99, 100, 101, 240])
async def test_pages_give_every_record_once(town: Town, chain: SymbolChain, count: int) -> None:
    for begin in range(0, count, 80):
        town.do(*(Transfer(wallet(n), (), b"\0x") for n in range(begin, min(count, begin + 80))))
    places: list[Place] = []
    offset = ""
    while True:
        page = await chain.records(KEY, offset)
        assert len(page.records) <= 100
        places += [record.place for record in page.records]
        offset = page.offset
        if not offset:
            break
    assert len(places) == len(set(places)) == count
    assert places == sorted(places, key=lambda place: (place.height, place.index))


async def test_the_transaction_behind_a_row(town: Town, chain: SymbolChain) -> None:
    id_ = mosaic(1)
    signed = town.signed(
        define(1), SupplyChange(id_, 5, True), Transfer(NEIGHBOUR_ADDRESS, ((id_, 5),), MESSAGE)
    )
    town.settle(signed)
    detail = await chain.transaction(signed.hash)
    assert detail is not None
    assert (detail.hash, detail.height, detail.inner) == (signed.hash, 2, 3)
    assert detail.size == len(signed.payload)
    assert [type(record) for record in detail.records] == [Supplied, Delivered]
    assert await chain.transaction(bytes(32)) is None


async def test_what_the_chain_holds(town: Town, chain: SymbolChain) -> None:
    assert await chain.holdings(NEIGHBOUR_TEXT) == {}
    assert await chain.mosaic(mosaic(1)) is None
    assert await chain.note(OPERATOR_TEXT, note_key("a")) is None
    id_ = town.mint(1, 10)
    town.give(NEIGHBOUR_ADDRESS, (id_, 3))
    town.do(seal("a", b"\5" * 64))
    assert await chain.holdings(NEIGHBOUR_TEXT) == {id_: 3}
    info = await chain.mosaic(id_)
    assert info is not None
    assert (info.supply, info.owner) == (10, OPERATOR_TEXT)
    assert await chain.note(OPERATOR_TEXT, note_key("a")) == b"\5" * 64
    with pytest.raises(ChainError):
        await chain.holdings("TYPO")


async def test_the_same_over_tcp(town: Town) -> None:
    town.do(seal("a"))
    config = uvicorn.Config(town.node.app, port=0, lifespan="off", log_config=None, ws="none")
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    url = f"http://127.0.0.1:{socket.getsockname()[1]}"
    chain = SymbolChain.over_tcp(url)
    serving = asyncio.create_task(server.serve(sockets=[socket]))
    assert (await chain.tip()).height == 2
    assert len((await chain.records(KEY)).records) == 1
    await chain.close()
    server.should_exit = True
    await serving
    alone = SymbolChain.over_tcp(url)
    with pytest.raises(ChainError, match="cannot be reached"):
        await alone.tip()
    await alone.close()
