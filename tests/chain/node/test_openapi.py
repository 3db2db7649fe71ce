"""Every answer of the node is one that Symbol's official OpenAPI document allows."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
import yaml
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from console.chain.codec import (
    MosaicAlias,
    NamespaceRegistration,
    SupplyRevocation,
    address_text,
    namespace_id,
    note_key,
)
from console.chain.symbol import SymbolChain
from tests.chain.town import (
    NEIGHBOUR_ADDRESS,
    NEIGHBOUR_TEXT,
    OPERATOR,
    OPERATOR_ADDRESS,
    Town,
    define,
    seal,
)

DOCUMENT = Path(__file__).parents[4] / "shared" / "data" / "symbol-rest-openapi.yml"
OPERATOR_TEXT = address_text(OPERATOR_ADDRESS)
ROOT = namespace_id(b"e1")
Exchange = tuple[httpx.Request, httpx.Response]

pytestmark = pytest.mark.skipif(not DOCUMENT.exists(), reason="the document is not at hand")


@pytest.fixture(scope="module")
def official() -> OpenAPI:
    document = yaml.load(DOCUMENT.read_text(), Loader=yaml.CSafeLoader)
    document["servers"] = [{"url": "http://node"}]
    # public nodes answer 0 here for accounts without a key or an importance
    account = document["components"]["schemas"]["AccountDTO"]["properties"]
    account["publicKeyHeight"] = account["importanceHeight"] = {"type": "string"}
    return OpenAPI.from_dict(document)


class Listener(httpx.AsyncBaseTransport):
    """Passes on what is said and remembers it."""

    def __init__(self, town: Town) -> None:
        self._inner = httpx.ASGITransport(town.node.app, raise_app_exceptions=False)
        self.heard: list[Exchange] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        status, headers, raw = response.status_code, response.headers, await response.aread()
        self.heard.append((request, httpx.Response(status, headers=headers, content=raw)))
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(raw))


@pytest.fixture
def lively(town: Town) -> Town:
    id_ = town.mint(1, 10)
    town.give(NEIGHBOUR_ADDRESS, (id_, 3), message=b"\0hello")
    town.do(seal("a"), SupplyRevocation(NEIGHBOUR_ADDRESS, id_, 1))
    town.do(NamespaceRegistration(86_400, None, ROOT, b"e1"), MosaicAlias(ROOT, id_, True))
    child = NamespaceRegistration(0, ROOT, namespace_id(b"h", ROOT), b"h")
    town.do(child)
    assert town.settle(town.signed(define(2), single=True)) == "confirmed"
    town.settle(town.signed(seal("a")))
    town.node.announce(town.signed(define(3)).payload)
    return town


def _validate(official: OpenAPI, request: httpx.Request, response: httpx.Response) -> None:
    asked = MockRequest(
        "http://node",
        request.method.lower(),
        request.url.path,
        path_pattern=None,
        args={name: request.url.params.get_list(name) for name in request.url.params},
        data=request.content or None,
        content_type=request.headers.get("content-type", ""),
    )
    media = response.headers["content-type"].partition(";")[0]
    said = MockResponse(response.content, status_code=response.status_code, content_type=media)
    official.validate_response(asked, said)


async def test_what_the_client_asks_for(official: OpenAPI, lively: Town) -> None:
    listener = Listener(lively)
    chain = SymbolChain(listener)
    key = OPERATOR.public_key
    last = lively.node.archive.by_id(1)
    assert last is not None
    assert last.hash is not None
    await chain.network()
    await chain.now()
    await chain.tip()
    await chain.block(2)
    await chain.announce(lively.signed(seal("b")).payload)
    await chain.confirmations([last.hash, *lively.node.pool.waiting, bytes(32)])
    await chain.rejection(next(iter(lively.node.pool.refused)))
    await chain.records(key)
    await chain.transaction(last.hash)
    await chain.note(OPERATOR_TEXT, note_key("a"))
    await chain.holdings(NEIGHBOUR_TEXT)
    await chain.mosaic(next(iter(lively.held(NEIGHBOUR_ADDRESS))))
    assert len(listener.heard) == 15
    for request, response in listener.heard:
        _validate(official, request, response)


@pytest.mark.parametrize(
    "path",
    [
        "/network", "/network/fees/rental", "/node/health", "/blocks", "/blocks?order=desc",
        "/blocks/99", "/blocks/0", "/blocks/x", "/transactions/confirmed",
        "/transactions/confirmed?embedded=true&pageSize=100&order=desc",
        f"/transactions/confirmed?address={NEIGHBOUR_TEXT}",
        "/transactions/confirmed?signerPublicKey=12",
        f"/transactions/confirmed/{'0' * 64}", "/transactions/unconfirmed",
        f"/transactionStatus/{'0' * 64}", "/transactionStatus/12", "/mosaics",
        f"/mosaics?ownerAddress={OPERATOR_TEXT}", "/mosaics/0000000000000001", "/mosaics/1",
        "/metadata", "/metadata?targetId=1",
        f"/metadata?sourceAddress={OPERATOR_TEXT}&metadataType=0",
        f"/accounts/{OPERATOR_TEXT}", f"/accounts/{OPERATOR.public_key.hex()}",
        f"/accounts/{NEIGHBOUR_TEXT}", "/accounts/x",
        f"/accounts/{'0' * 64}", f"/namespaces/{ROOT:016X}",
        f"/namespaces/{namespace_id(b'h', ROOT):016X}", f"/namespaces/{1:016X}",
    ],
)  # fmt: skip
async def test_what_others_ask_for(official: OpenAPI, lively: Town, path: str) -> None:
    listener = Listener(lively)
    async with httpx.AsyncClient(transport=listener, base_url="http://node") as client:
        await client.get(path)
    for request, response in listener.heard:
        _validate(official, request, response)
