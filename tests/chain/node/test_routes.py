"""The node's HTTP: searches, errors, and bodies that mean harm."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.chain.codec import SupplyChange, Transfer, address_text
from console.chain.node import EmbeddedNode
from tests.chain.town import (
    NEIGHBOUR,
    NEIGHBOUR_ADDRESS,
    NEIGHBOUR_TEXT,
    OPERATOR,
    OPERATOR_ADDRESS,
    Town,
    seal,
    wallet,
)

OPERATOR_TEXT = address_text(OPERATOR_ADDRESS)
KEY = OPERATOR.public_key.hex().upper()
JSON = {"content-type": "application/json"}


@pytest.fixture
async def http(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(town.node.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://node") as client:
        yield client


async def _rows(http: httpx.AsyncClient, **query: object) -> list[dict[str, Any]]:
    response = await http.get(
        "/transactions/confirmed", params={k: str(v) for k, v in query.items()}
    )
    assert response.status_code == 200
    rows: list[dict[str, Any]] = response.json()["data"]
    return rows


async def test_an_announcement_is_always_taken(http: httpx.AsyncClient, town: Town) -> None:
    good = town.signed(seal("a"))
    for payload in (good.payload.hex(), good.payload.hex().upper(), "00", "AB" * 200):
        answer = await http.put("/transactions", json={"payload": payload})
        assert answer.status_code == 202
        assert answer.json() == {"message": "packet 9 was pushed to the network via /transactions"}
    assert town.node.pending == 1


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "InvalidContent"),
        (b"\xff\xfe", 400, "InvalidContent"),
        (b'{"payload":"\xff"}', 400, "InvalidContent"),
        (b'{"payload":NaN}', 400, "InvalidContent"),
        pytest.param(b'{"x":' + b"[" * 100_000, 400, "InvalidContent", id="deep"),
        pytest.param(b"[" * 100_000, 409, "InvalidArgument", id="deep, and no object"),
        (b"null", 409, "InvalidArgument"),
        (b"{}", 409, "InvalidArgument"),
        (b'{"payload":1}', 409, "InvalidArgument"),
        (b'{"payload":""}', 409, "InvalidArgument"),
        (b'{"payload":"0"}', 409, "InvalidArgument"),
        (b'{"payload":"0g"}', 409, "InvalidArgument"),
        (b'{"payload":" 00"}', 409, "InvalidArgument"),
        pytest.param(b" " * (2**20 + 1), 413, "RequestEntityTooLarge", id="long"),
    ],
)
async def test_a_body_that_is_none(
    http: httpx.AsyncClient, content: bytes, status: int, code: str
) -> None:
    answer = await http.put("/transactions", content=content, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_that_is_not_json(http: httpx.AsyncClient, media: str) -> None:
    answer = await http.put("/transactions", content=b"{}", headers={"content-type": media})
    assert (answer.status_code, answer.json()["code"]) == (415, "UnsupportedMediaType")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/", 404, "ResourceNotFound"),
        ("/blocks/2", 404, "ResourceNotFound"),
        (f"/transactionStatus/{'0' * 64}", 404, "ResourceNotFound"),
        (f"/accounts/{OPERATOR_TEXT}", 404, "ResourceNotFound"),
        ("/mosaics/0123456789ABCDEF", 404, "ResourceNotFound"),
        ("/transactions", 405, "MethodNotAllowed"),
        ("/blocks/-1", 409, "InvalidArgument"),
        ("/blocks/1e3", 409, "InvalidArgument"),
        ("/blocks/" + "9" * 50, 409, "InvalidArgument"),
        ("/accounts/" + OPERATOR_TEXT[:-1] + "A", 409, "InvalidArgument"),
        ("/accounts/" + OPERATOR_ADDRESS.hex(), 409, "InvalidArgument"),
        ("/transactionStatus/00", 409, "InvalidArgument"),
        ("/transactions/confirmed/00", 409, "InvalidArgument"),
        ("/transactions/confirmed/" + "F" * 24, 409, "InvalidArgument"),
        ("/transactions/confirmed?embedded=yes", 409, "InvalidArgument"),
        ("/transactions/confirmed?type=abc", 409, "InvalidArgument"),
        ("/transactions/confirmed?type=1" + "&type=1" * 100, 409, "InvalidArgument"),
        ("/transactions/confirmed?pageSize=-5", 409, "InvalidArgument"),
        ("/transactions/confirmed?pageNumber=" + "9" * 18, 409, "InvalidArgument"),
        ("/transactions/confirmed?offset=12", 409, "InvalidArgument"),
        ("/transactions/confirmed?fromTransferAmount=1", 409, "InvalidArgument"),
        (f"/transactions/confirmed?address={OPERATOR_TEXT}&signerPublicKey={KEY}", 409,
         "InvalidArgument"),
        ("/metadata?scopedMetadataKey=1", 409, "InvalidArgument"),
        ("/mosaics?ownerAddress=x", 409, "InvalidArgument"),
    ],
)  # fmt: skip
async def test_errors(http: httpx.AsyncClient, path: str, status: int, code: str) -> None:
    answer = await http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_statuses_in_a_batch(http: httpx.AsyncClient, town: Town) -> None:
    done, waits = town.signed(seal("a")), town.signed(seal("b"))
    refused = town.signed(SupplyChange(1, 1, True))
    for each in (done, refused):
        town.settle(each)
    town.node.announce(waits.payload)
    hashes = [each.hash.hex() for each in (done, waits, refused, done)] + ["0" * 64]
    answer = await http.post("/transactionStatus", json={"hashes": hashes})
    found = [(each["group"], each["code"]) for each in answer.json()]
    assert found == [
        ("confirmed", "Success"), ("unconfirmed", "Success"), ("failed", "Failure_Mosaic_Expired"),
    ]  # fmt: skip
    many = await http.post("/transactionStatus", json={"hashes": hashes * 300})
    assert many.status_code == 409


async def test_what_waits_is_shown(http: httpx.AsyncClient, town: Town) -> None:
    signed = town.signed(seal("a"))
    town.node.announce(signed.payload)
    page = (await http.get("/transactions/unconfirmed")).json()
    assert [row["meta"]["hash"] for row in page["data"]] == [signed.hash.hex().upper()]
    other = {"signerPublicKey": NEIGHBOUR.public_key.hex()}
    assert (await http.get("/transactions/unconfirmed", params=other)).json()["data"] == []
    one = await http.get(f"/transactions/unconfirmed/{signed.hash.hex()}")
    assert one.json()["transaction"]["size"] == len(signed.payload)


async def test_searches(http: httpx.AsyncClient, town: Town) -> None:
    first, second = town.mint(1, 50), town.mint(2, 50)
    town.give(NEIGHBOUR_ADDRESS, (first, 1), (second, 2))
    town.give(wallet(1), (first, 3))
    town.do(Transfer(wallet(2), ((second, 1),), b""), key=NEIGHBOUR)
    alone = town.signed(Transfer(wallet(2), (), b"\0hello"), key=NEIGHBOUR, single=True)
    assert town.settle(alone) == "confirmed"
    assert [row["transaction"]["type"] for row in await _rows(http)] == [16705] * 5 + [16724]
    inner = await _rows(http, embedded="true", type=16724)
    assert [row["meta"]["height"] for row in inner] == ["4", "5", "6", "7"]
    assert "aggregateHash" in inner[0]["meta"]
    assert "hash" in inner[-1]["meta"]
    theirs = await _rows(http, embedded="true", type=16724, signerPublicKey=KEY)
    assert [row["meta"]["height"] for row in theirs] == ["4", "5"]
    to_two = await _rows(http, embedded="true", recipientAddress=address_text(wallet(2)))
    assert [row["meta"]["height"] for row in to_two] == ["6", "7"]
    touched = await _rows(http, embedded="true", address=NEIGHBOUR_TEXT)
    assert [row["meta"]["height"] for row in touched] == ["4", "6", "7"]
    for query, heights in (
        ({"height": 5}, ["5"]),
        ({"fromHeight": 6}, ["6", "7"]),
        ({"toHeight": 2}, ["2"]),
        ({"fromHeight": 3, "toHeight": 4, "order": "desc"}, ["4", "3"]),
        ({"fromHeight": 99}, []),
    ):
        assert [row["meta"]["height"] for row in await _rows(http, **query)] == heights
    for id_, heights in ((first, ["4", "5"]), (second, ["4", "6"]), (3, [])):
        carrying = await _rows(http, embedded="true", transferMosaicId=f"{id_:016X}")
        assert [row["meta"]["height"] for row in carrying] == heights


async def test_pages_go_on_where_the_last_ended(http: httpx.AsyncClient, town: Town) -> None:
    hello = Transfer(NEIGHBOUR_ADDRESS, (), b"\0hello")
    town.do(*[hello] * 40)
    town.do(*[hello] * 40)
    for order in ("asc", "desc"):
        for count in (10, 25, 100):
            seen: list[str] = []
            offset = ""
            while True:
                query = {"embedded": "true", "order": order, "pageSize": count, "offset": offset}
                rows = await _rows(http, **query)
                seen += [row["id"] for row in rows]
                if len(rows) < count:
                    break
                offset = rows[-1]["id"]
            assert len(seen) == 82
            assert seen == sorted(seen, reverse=order == "desc")
    second = await _rows(http, embedded="true", pageSize=50, pageNumber=2)
    assert len(second) == 32
    assert len(await _rows(http, embedded="true", pageSize=1)) == 10
    assert len(await _rows(http, embedded="true", pageSize=5000)) == 82


async def test_an_aggregate_by_its_hash_holds_its_inner_ones(
    http: httpx.AsyncClient, town: Town
) -> None:
    signed = town.signed(seal("a"), seal("b"))
    town.settle(signed)
    whole = (await http.get(f"/transactions/confirmed/{signed.hash.hex()}")).json()
    inner = whole["transaction"]["transactions"]
    assert [each["meta"]["index"] for each in inner] == [0, 1]
    assert {each["meta"]["aggregateId"] for each in inner} == {whole["id"]}
    again = (await http.get(f"/transactions/confirmed/{inner[1]['id']}")).json()
    assert again == inner[1]
    assert (await http.get(f"/transactions/confirmed/{whole['id']}")).json() == whole


async def test_a_reader_takes_nothing(town: Town) -> None:
    town.do(seal("a"))
    reader = EmbeddedNode.open(town.path, town.clock, read_only=True)
    transport = httpx.ASGITransport(reader.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://node") as client:
        assert (await client.get("/chain/info")).json()["height"] == "2"
        answer = await client.put("/transactions", json={"payload": "00"})
        assert (answer.status_code, answer.json()["code"]) == (503, "ServiceUnavailable")
    reader.close()


async def test_a_chain_that_cannot_be_read_says_so(http: httpx.AsyncClient, town: Town) -> None:
    town.node.database.connection.execute("ALTER TABLE blocks RENAME TO lost")
    answer = await http.get("/chain/info")
    assert (answer.status_code, answer.json()["code"]) == (503, "ServiceUnavailable")
    assert (await http.get("/node/health")).json()["status"]["db"] == "down"
    town.node.database.connection.execute("ALTER TABLE lost RENAME TO blocks")


@settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=8), inner, max_size=3)
            ),
            max_leaves=8,
        ).map(lambda value: json.dumps(value).encode()),
        st.binary(max_size=400).map(lambda raw: json.dumps({"payload": raw.hex()}).encode()),
    )
)
async def test_no_body_harms_it(town: Town, content: bytes) -> None:
    transport = httpx.ASGITransport(town.node.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://node") as client:
        for method, path in (("PUT", "/transactions"), ("POST", "/transactionStatus")):
            answer = await client.request(method, path, content=content, headers=JSON)
            assert answer.status_code in (200, 202, 400, 409)
    assert town.node.pending == 0


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_change_of_a_signed_transaction_is_taken(town: Town, data: st.DataObject) -> None:
    raw = town.signed(seal("a"), Transfer(NEIGHBOUR_ADDRESS, (), b"\0x")).payload
    at = data.draw(st.integers(0, len(raw) - 1))
    bit = data.draw(st.integers(0, 7))
    town.node.announce(raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :])
    assert town.node.pending == 0
