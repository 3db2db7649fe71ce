"""The wire: one request to a node, bounded in time and size, and its answer strictly read."""

from __future__ import annotations

import asyncio
from typing import TypeVar

import httpx
import msgspec

from console.errors import ChainError, InvariantBroken
from console.safe_text import safe_text

MOST_ANSWER_BYTES = 2**20
"""The longest answer, counted as it comes over the line."""
MOST_SECONDS = 10.0
"""The longest time for a request with its whole answer, s of loop time."""

_HEADERS = {"accept": "application/json", "accept-encoding": "identity"}
_JSON_HEADERS = {**_HEADERS, "content-type": "application/json"}

Value = TypeVar("Value")


class Absent(ChainError):
    """The node knows nothing of that name (404)."""


class Wire:
    """Asks one node, through whichever transport leads to it.

    The transport is called directly: no redirects, no cookies, no proxies of the environment.
    """

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport,
        base_url: str,
        *,
        most_seconds: float = MOST_SECONDS,
    ) -> None:
        """Take the way to a node.

        Args:
            transport: carries the requests; closed with this.
            base_url: the node's address, without a path.
            most_seconds: the longest time for a request with its answer, s.
        """
        self._transport = transport
        self._base = httpx.URL(base_url.rstrip("/"))
        self._seconds = most_seconds
        self._name = safe_text(self._base.host, 80)

    async def get(self, path: str, form: type[Value]) -> Value:
        """Return the answer to a question.

        Args:
            path: the path with its query.
            form: what the answer must be.

        Raises:
            Absent: the node knows nothing of that name.
            ChainError: the node does not answer, or not as it must.
        """
        return self._read(await self._send("GET", path, None, 200), path, form)

    async def post(self, path: str, body: object, form: type[Value]) -> Value:
        """Return the answer to a question with a body.

        Raises:
            ChainError: the node does not answer, or not as it must.
        """
        return self._read(await self._send("POST", path, body, 200), path, form)

    async def put(self, path: str, body: object) -> None:
        """Hand something over.

        Raises:
            ChainError: the node does not say that it took it.
        """
        await self._send("PUT", path, body, 202)

    async def close(self) -> None:
        """End the connections."""
        await self._transport.aclose()

    async def _send(self, method: str, path: str, body: object, wanted: int) -> bytes:
        content = None if body is None else msgspec.json.encode(body)
        request = httpx.Request(
            method,
            self._base.copy_with(raw_path=path.encode("ascii")),
            headers=_HEADERS if body is None else _JSON_HEADERS,
            content=content,
            extensions={
                "timeout": dict.fromkeys(("connect", "read", "write", "pool"), self._seconds)
            },
        )
        try:
            async with asyncio.timeout(self._seconds):
                status, raw = await self._exchange(request)
        except TimeoutError:
            raise self._odd(path, f"gave no whole answer in {self._seconds:g} s") from None
        except httpx.HTTPError as error:
            reason = safe_text(error, 120) or type(error).__name__
            raise self._odd(path, f"cannot be reached: {reason}") from error
        if status == 404:
            raise Absent(f"the node {self._name} knows nothing of {_short(path)}")
        if status != wanted:
            raise self._odd(path, f"answered with status {status}")
        return raw

    async def _exchange(self, request: httpx.Request) -> tuple[int, bytes]:
        response = await self._transport.handle_async_request(request)
        try:
            return response.status_code, await self._whole(response, request.url.path)
        finally:
            await response.aclose()

    async def _whole(self, response: httpx.Response, path: str) -> bytes:
        encoding = response.headers.get("content-encoding", "identity")
        if encoding != "identity":
            raise self._odd(path, f"sent {safe_text(encoding, 40)}, not plain bytes")
        stream = response.stream
        if not isinstance(stream, httpx.AsyncByteStream):
            raise InvariantBroken("an asynchronous transport gave a synchronous stream")
        raw = bytearray()
        async for chunk in stream:
            raw += chunk
            if len(raw) > MOST_ANSWER_BYTES:
                raise self._odd(path, f"sent more than {MOST_ANSWER_BYTES} bytes")
        return bytes(raw)

    def _read(self, raw: bytes, path: str, form: type[Value]) -> Value:
        try:
            return msgspec.json.decode(raw, type=form)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._odd(
                path, f"sent what is no answer to it: {safe_text(error, 120)}"
            ) from None

    def _odd(self, path: str, what: str) -> ChainError:
        return ChainError(f"The node {self._name}, asked for {_short(path)}, {what}.")


def _short(path: str) -> str:
    return safe_text(path.partition("?")[0], 80)
