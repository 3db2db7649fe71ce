"""The wire refuses every answer that is not one, in one sentence."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable

import httpx
import msgspec
import pytest

from console.chain.wire import MOST_ANSWER_BYTES, Absent, Wire
from console.errors import ChainError


class Small(msgspec.Struct):
    height: str


class Body(httpx.AsyncByteStream):
    """A body that comes in pieces, as many as are asked for."""

    def __init__(self, piece: bytes, count: int) -> None:
        self.piece = piece
        self.count = count
        self.sent = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self.count):
            self.sent += len(self.piece)
            yield self.piece

    async def aclose(self) -> None:
        self.closed = True


class Endless(httpx.AsyncByteStream):
    """A body of which nothing ever comes."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""


def _wire(answer: Callable[[httpx.Request], httpx.Response], seconds: float = 10.0) -> Wire:
    return Wire(httpx.MockTransport(answer), "http://node", most_seconds=seconds)


async def test_a_good_answer_is_read() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"height": "1", "more": [1]})

    wire = _wire(answer)
    assert await wire.get("/chain/info?a=1", Small) == Small("1")
    await wire.close()
    assert str(seen[0].url) == "http://node/chain/info?a=1"
    assert seen[0].headers["accept-encoding"] == "identity"
    assert "cookie" not in seen[0].headers


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>504</body></html>",
        b'{"height": 1}',
        b'{"height": NaN}',
        b'{"height": null}',
        b'[{"height": "1"}]',
        b'\xef\xbb\xbf{"height": "1"}',
        b'{"height": "\xff"}',
        b'{"height": "1"',
        pytest.param(b'{"x":' + b"[" * 200_000, id="deep"),
        pytest.param(b'{"height": "' + b"1" * 5_000 + b'"', id="long"),
    ],
)
async def test_what_is_no_answer(content: bytes) -> None:
    wire = _wire(lambda _: httpx.Response(200, content=content))
    with pytest.raises(ChainError) as caught:
        await wire.get("/chain/info", Small)
    assert len(caught.value.message) < 400
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("status", [201, 202, 204, 301, 302, 400, 409, 429, 500, 503])
async def test_another_status(status: int) -> None:
    wire = _wire(lambda _: httpx.Response(status, json={}, headers={"location": "http://x/"}))
    with pytest.raises(ChainError, match=str(status)):
        await wire.get("/chain/info", Small)


async def test_absence_has_its_own_error() -> None:
    wire = _wire(lambda _: httpx.Response(404, json={}))
    with pytest.raises(Absent):
        await wire.get("/blocks/9", Small)


async def test_a_huge_answer_is_left_after_a_mebibyte() -> None:
    body = Body(b" " * 65_536, 160)
    wire = _wire(lambda _: httpx.Response(200, stream=body))
    with pytest.raises(ChainError, match="more than"):
        await wire.get("/chain/info", Small)
    assert body.sent <= MOST_ANSWER_BYTES + 65_536
    assert body.closed


async def test_a_packed_answer_is_not_unpacked() -> None:
    packed = gzip.compress(b" " * 10_000_000)
    wire = _wire(
        lambda _: httpx.Response(200, stream=Body(packed, 1), headers={"content-encoding": "gzip"})
    )
    with pytest.raises(ChainError, match="gzip"):
        await wire.get("/chain/info", Small)


async def test_an_answer_that_never_ends_is_given_up() -> None:
    wire = _wire(lambda _: httpx.Response(200, stream=Endless()), 0.02)
    with pytest.raises(ChainError, match="no whole answer"):
        await wire.get("/chain/info", Small)


@pytest.mark.parametrize(
    "error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError]
)
async def test_a_line_that_breaks(error: type[httpx.TransportError]) -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise error("no\x1b[31m route")

    with pytest.raises(ChainError, match="cannot be reached") as caught:
        await _wire(broken).get("/chain/info", Small)
    assert "\x1b" not in caught.value.message


async def test_what_is_handed_over_must_be_taken() -> None:
    taken = _wire(lambda _: httpx.Response(202, json={}))
    await taken.put("/transactions", {"payload": "00"})


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_what_is_not_taken(status: int) -> None:
    refused = _wire(lambda _: httpx.Response(status))
    with pytest.raises(ChainError):
        await refused.put("/transactions", {"payload": "00"})
