"""The answer: what comes back to one request, as it comes, within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from console.meters.reconnect import reason

MOST_HELD = 128 * 1024
"""How many bytes may wait to be read before no more are taken from the socket."""
MOST_BESIDES = 128 * 1024
"""How many bytes an answer may have besides its body: its head, and how its body is cut."""

_INTERIM = range(100, 200)


class Unanswered(httpx.ReadError):
    """The connection ended before anything of an answer came."""


class Answer:
    """One answer over HTTP/1: its status and head first, then its body piece by piece."""

    def __init__(self, resume: Callable[[], None]) -> None:
        """Await it.

        Args:
            resume: called when what was held has been read, so that more may come.
        """
        self.status = 0
        """Its status; 0 before its head has come."""
        self.headers: list[tuple[bytes, bytes]] = []
        """Its head."""
        self.is_whole = False
        """Whether it has come to its end."""
        self.leaves_open = False
        """Whether its connection can carry another request after it."""
        self._resume = resume
        self._parser = HttpResponseParser(self)
        # a line may end without a carriage return: RFC 9112, 2.2
        self._parser.set_dangerous_leniencies(lenient_optional_cr_before_lf=True)
        self._has_begun = self._has_length = False
        self._besides = 0
        self._held = bytearray()
        self._failure: httpx.TransportError | None = None
        self._waiter: asyncio.Future[None] | None = None

    @property
    def holds_much(self) -> bool:
        """Whether more waits to be read than should."""
        return len(self._held) > MOST_HELD

    async def head(self) -> None:
        """Return when its status and head are there.

        Raises:
            TransportError: it is none, or its connection broke before.
        """
        while not self.status:
            await self._news()

    async def part(self) -> bytes:
        """Return what came of its body since; nothing at its end.

        Raises:
            TransportError: it does not go on as it must, or its connection broke.
        """
        while not self._held and not self.is_whole:
            await self._news()
        taken = bytes(self._held)
        self._held.clear()
        self._resume()
        return taken

    def feed(self, data: bytes) -> None:
        """Take what came over its connection; what comes after its end is not of it."""
        if self._failure is not None:
            return
        self._has_begun = True
        self._besides += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self.fail(httpx.RemoteProtocolError("it switches to another protocol"))
        except HttpParserError as error:
            self.fail(httpx.RemoteProtocolError(_why(error)))
        if self._besides > MOST_BESIDES:
            self.fail(httpx.RemoteProtocolError("its head, or how its body is cut, has no end"))
        self._wake()

    def end(self, error: Exception | None) -> None:
        """Take that its connection has ended.

        Args:
            error: why; None where the other side ended it properly, which may be how it tells that
                this was all.
        """
        if self.status and not self._has_length and error is None and self._failure is None:
            self.is_whole = True
        elif not self._has_begun:
            self.fail(Unanswered(_told(error) or "it ended without an answer"))
        else:
            self.fail(httpx.ReadError(_told(error) or "it ended amid an answer"))
        self._wake()

    def fail(self, failure: httpx.TransportError) -> None:
        """Take that nothing more comes of it; where it is whole only its connection is spoilt."""
        self.leaves_open = False
        if not self.is_whole:
            self._failure = self._failure or failure

    def on_message_begin(self) -> None:
        """Take that another answer begins, which nobody asked for where this one is whole."""
        if self.is_whole:
            self.leaves_open = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a line of its head, or one after its body, of which nothing is used."""
        if self.status:
            return
        self.headers.append((name, value))
        known = name.lower()
        if known == b"transfer-encoding" and value.strip().lower() != b"chunked":
            self.fail(httpx.RemoteProtocolError("it is transferred in an unknown coding"))
        self._has_length = self._has_length or known in (b"transfer-encoding", b"content-length")

    def on_headers_complete(self) -> None:
        """Take the end of its head; that of an interim answer is of no interest."""
        if self.is_whole or self._failure is not None:
            return
        status = self._parser.get_status_code()
        if status in _INTERIM:
            self.headers.clear()
            self._has_length = False
        else:
            self.status = status
            self.leaves_open = self._parser.should_keep_alive()

    def on_body(self, body: bytes) -> None:
        """Take a piece of its body."""
        if not self.is_whole:
            self._besides -= len(body)
            self._held += body

    def on_message_complete(self) -> None:
        """Take its end, or that of an interim answer."""
        self.is_whole = self.status != 0

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _news(self) -> None:
        """Return when something has come."""
        if self._failure is not None:
            raise self._failure
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None


def _why(error: HttpParserError) -> str:
    """Return what its parser finds wrong, one clause."""
    told = str(error.args[0]) if error.args else ""
    return told[:1].lower() + told[1:] or "its answer cannot be read"


def _told(error: Exception | None) -> str:
    return reason(error) if isinstance(error, OSError) else str(error or "")
