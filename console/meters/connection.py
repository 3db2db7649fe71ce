"""The connection: carries a meter's requests, one at a time, over a socket of its own.

A pool walks over all its connections for every request; a meter needs but one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpcore
import httpx

from console.meters.network import Network, Stream, Unproven
from console.meters.tls import Trust

KEEP_SECONDS = 65.0
"""How long an idle connection is kept, so that a meter polled once a minute keeps its own."""


class UnprovenMeter(httpx.ConnectError):
    """A meter's certificate is not believed; the message says why."""


_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    Unproven: UnprovenMeter,
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
}
_FAILURES = tuple(_ERRORS)
_OPEN = Network()


class MeterConnection(httpx.AsyncBaseTransport):
    """Keeps one connection to one meter, and opens another when it has ended."""

    def __init__(
        self, trust: Trust | None, network: httpcore.AsyncNetworkBackend | None = None
    ) -> None:
        """Connect to nothing yet.

        Args:
            trust: by what the meter's certificate is believed; None where it is spoken to openly.
            network: what opens sockets, if not our own.
        """
        self._network = network or (Network(trust) if trust else _OPEN)
        self._context = trust.context if trust else None
        self._named = {"sni_hostname": trust.name} if trust and trust.name else {}
        self._connection: httpcore.AsyncHTTPConnection | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask once; the answer's body comes as it is read, and must be closed.

        Of the request's timeouts only `connect` counts.
        """
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=request.headers.raw,
            extensions={**request.extensions, **self._named},
        )
        with _as_httpx():
            connection = await self._opened(asked.url.origin)
            answered = await connection.handle_async_request(asked)
            if _is_stale(answered):
                await self.aclose()
                raise httpcore.RemoteProtocolError("it answered before it was asked")
        return httpx.Response(answered.status, headers=answered.headers, stream=_Body(answered))

    async def aclose(self) -> None:
        """Let go of the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.aclose()

    async def _opened(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection:
        """Return the connection where it can be used again, else one that is yet to connect."""
        known = self._connection
        if known is not None and known.is_available() and not known.has_expired():
            return known
        await self.aclose()
        self._connection = httpcore.AsyncHTTPConnection(
            origin,
            ssl_context=self._context,
            keepalive_expiry=KEEP_SECONDS,
            network_backend=self._network,
        )
        return self._connection


class _Body(httpx.AsyncByteStream):
    """An answer's body."""

    def __init__(self, answered: httpcore.Response) -> None:
        self._answered = answered

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx():
            async for part in self._answered.aiter_stream():
                yield part

    async def aclose(self) -> None:
        with _as_httpx():
            await self._answered.aclose()


def _is_stale(answered: httpcore.Response) -> bool:
    """Return whether an answer had come with the one before, so that it is to no request."""
    stream = answered.extensions["network_stream"]
    return isinstance(stream, Stream) and not stream.heard


@contextmanager
def _as_httpx() -> Iterator[None]:
    """Tell a failure of the connection in httpx's terms."""
    try:
        yield
    except _FAILURES as error:
        raise _ERRORS[type(error)](str(error)) from error
