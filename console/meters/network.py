"""The network: sockets for httpcore on asyncio alone, with only what a meter's connection needs.

httpcore's own way there goes through anyio, which opens a scope of cancellation for every read and
every write: a fifth of a poll. Here only connecting is timed; whoever asks times the whole.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Iterable

import httpcore

from console.meters.reconnect import reason
from console.meters.tls import Trust

NEXT_SECONDS = 0.25
"""After how long a name's next address is tried too, loop seconds."""
MOST_HELD = 128 * 1024
"""How many bytes may wait to be read before no more are taken from the socket."""


class Unproven(httpcore.ConnectError):
    """The other side's certificate is not believed; the message says why."""


class Network(httpcore.AsyncNetworkBackend):
    """Opens connections over TCP."""

    def __init__(self, trust: Trust | None = None) -> None:
        """Take by what certificates are believed; None where nothing is encrypted."""
        self._trust = trust

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to an address, or to that of a name's that takes it first.

        Raises:
            ConnectTimeout: it takes longer than `timeout` seconds.
            ConnectError: nothing takes the connection.
        """
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                _, wire = await loop.create_connection(
                    _Wire, host, port, happy_eyeballs_delay=_delay(host)
                )
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(_why(error)) from error
        return Stream(wire, self._trust)


class _Wire(asyncio.Protocol):
    """One socket: holds what came until it is read."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self.held = bytearray()
        self.ended = False
        self.error: Exception | None = None
        self._paused = False
        self._waiter: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.held += data
        if len(self.held) > MOST_HELD and not self._paused:
            self._paused = True
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        self.ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended, self.error = True, exc
        self._wake()

    async def take(self, most: int) -> bytes:
        """Return what came, at most so many bytes; nothing where the other side has ended."""
        if not self.held and not self.ended:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        if not self.held and self.error is not None:
            raise self.error
        taken = bytes(self.held[:most])
        del self.held[:most]
        if self._paused and len(self.held) <= MOST_HELD:
            self._paused = False
            self.transport.resume_reading()
        return taken

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Stream(httpcore.AsyncNetworkStream):
    """A socket as httpcore reads and writes it."""

    def __init__(self, wire: _Wire, trust: Trust | None) -> None:
        """Take the socket, and by what the other side's certificate is believed."""
        self.heard = False
        """Whether anything was read since something was written."""
        self._wire = wire
        self._trust = trust

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what came, at most so many bytes; nothing where the other side has ended."""
        self.heard = True
        try:
            return await self._wire.take(max_bytes)
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send a request, which is shorter than any socket's buffer: nobody waits for it."""
        self.heard = False
        if self._wire.ended:
            raise httpcore.WriteError("the meter has ended the connection")
        self._wire.transport.write(buffer)

    async def aclose(self) -> None:
        """End at once: what the meter still sends is of no interest, nor is its farewell."""
        self._wire.transport.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Speak encrypted from now on.

        Raises:
            ConnectTimeout: it takes longer than `timeout` seconds.
            Unproven: the certificate is not believed.
            ConnectError: the other side speaks otherwise.
        """
        wire = self._wire
        try:
            if wire.held:
                raise ssl.SSLError("bytes came before the encryption")
            encrypted = await asyncio.get_running_loop().start_tls(
                wire.transport,
                wire,
                ssl_context,
                server_hostname=server_hostname,
                ssl_handshake_timeout=timeout,
            )
        except TimeoutError as error:
            wire.transport.abort()
            raise httpcore.ConnectTimeout(str(error)) from error
        except ssl.SSLCertVerificationError as error:
            wire.transport.abort()
            raise Unproven(error.verify_message.rstrip(".")) from error
        except OSError as error:
            wire.transport.abort()
            raise httpcore.ConnectError(_why(error)) from error
        if encrypted is None:
            raise httpcore.ConnectError("the meter has ended the connection")
        wire.transport = encrypted
        shown = encrypted.get_extra_info("ssl_object").getpeercert(binary_form=True)
        if self._trust is not None and (why := self._trust.refused(shown)):
            encrypted.abort()
            raise Unproven(why)
        return self

    def get_extra_info(self, info: str) -> object:
        """Tell what httpcore asks: whether an idle socket has anything to read."""
        if info == "is_readable":
            return bool(self._wire.held) or self._wire.ended
        return self._wire.transport.get_extra_info(info)


def _delay(host: str) -> float | None:
    """Return after how long the next address of a name is tried beside the first, s."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return NEXT_SECONDS
    return None


def _why(error: OSError) -> str:
    """Return why nothing takes a connection, without the address, which the reader knows."""
    if isinstance(error, ssl.SSLError):
        return f"it does not speak TLS properly ({error.reason or error})"
    return reason(error)
