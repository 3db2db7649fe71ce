"""A transport that was tried for `meters`: httpcore's connection, one a meter, on anyio."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpcore
import httpx

from console.meters.connection import KEEP_SECONDS


class OneConnection(httpx.AsyncBaseTransport):
    """Carries requests over one connection of httpcore's, called directly."""

    def __init__(self) -> None:
        """Connect to nothing yet."""
        self._connection: httpcore.AsyncHTTPConnection | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask once."""
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=request.headers.raw,
        )
        if self._connection is None or not self._connection.is_available():
            self._connection = httpcore.AsyncHTTPConnection(
                asked.url.origin, keepalive_expiry=KEEP_SECONDS
            )
        answered = await self._connection.handle_async_request(asked)
        return httpx.Response(answered.status, headers=answered.headers, stream=_Body(answered))

    async def aclose(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            await self._connection.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, answered: httpcore.Response) -> None:
        self._answered = answered

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._answered.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._answered.aclose()
