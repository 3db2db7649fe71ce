"""The connection: carries a meter's requests, one at a time, over a wire of its own.

A pool walks over all its connections for every request; a meter needs but one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

from console.meters.answer import Answer, Unanswered
from console.meters.tls import Trust
from console.meters.wire import Connect, Wire, connect

KEEP_SECONDS = 65.0
"""How long an idle connection is kept, so that a meter polled once a minute keeps its own."""
CONNECT_SECONDS = 3.0
"""The most that connecting may take, loop seconds."""

_WRITTEN = "written"
_PORTS = {"http": 80, "https": 443}


class MeterConnection(httpx.AsyncBaseTransport):
    """Keeps one connection to one meter, and opens another when it has ended."""

    def __init__(self, trust: Trust | None, connect: Connect = connect) -> None:
        """Connect to nothing yet.

        Args:
            trust: by what the meter's certificate is believed; None where it is spoken to openly.
            connect: what opens a wire.
        """
        self._trust = trust
        self._connect = connect
        self._wire: Wire | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask once; the answer's body comes as it is read, and must be closed.

        A meter may end an idle connection just as it is asked again: that is no fault of its, and
        it is asked once more over another.
        """
        asked = request.extensions.get(_WRITTEN) or _written(request)
        used = self._wire
        wire = await self._free(request.url)
        try:
            answer = await wire.ask(asked)
        except Unanswered:
            if wire is not used:
                raise
            wire = await self._free(request.url)
            answer = await wire.ask(asked)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(wire, answer))

    async def aclose(self) -> None:
        """Let go of the connection."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.end()

    async def _free(self, url: httpx.URL) -> Wire:
        """Return the wire where it can be used again, else another."""
        if self._wire is not None and self._wire.is_free(KEEP_SECONDS):
            return self._wire
        await self.aclose()
        port = url.port or _PORTS[url.scheme]
        self._wire = await self._connect(url.host, port, self._trust, CONNECT_SECONDS)
        return self._wire


def final(request: httpx.Request) -> httpx.Request:
    """Note in a request that is sent again and again, and never changes, how it is sent.

    Raises:
        LocalProtocolError: a line of it would end before its end.
    """
    request.extensions[_WRITTEN] = _written(request)
    return request


class _Body(httpx.AsyncByteStream):
    """An answer's body."""

    def __init__(self, wire: Wire, answer: Answer) -> None:
        self._wire = wire
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while part := await self._answer.part():
            yield part

    async def aclose(self) -> None:
        if not self._answer.is_whole:
            self._wire.end()


def _written(request: httpx.Request) -> bytes:
    """Return a request without a body as it is sent.

    Raises:
        LocalProtocolError: a line of it would end before its end.
    """
    lines = [
        b"%s %s HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path),
        *(b"%s: %s" % header for header in request.headers.raw),
    ]
    written = b"\r\n".join((*lines, b"", b""))
    if written.count(b"\n") != len(lines) + 1 or written.count(b"\r") != len(lines) + 1:
        raise httpx.LocalProtocolError("a line of the request holds another")
    return written
