"""The wire: a socket to one meter, over which one request goes after another."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Awaitable, Callable

import httpx

from console.meters.answer import Answer
from console.meters.reconnect import reason
from console.meters.tls import Trust

NEXT_SECONDS = 0.25
"""After how long a name's next address is tried too, loop seconds."""

Connect = Callable[[str, int, Trust | None, float], Awaitable["Wire"]]
"""Opens a wire, as `connect`."""


class UnprovenMeter(httpx.ConnectError):
    """A meter's certificate is not believed; the message says why."""


class Wire(asyncio.Protocol):
    """An open socket."""

    def __init__(self) -> None:
        """Have asked nothing yet."""
        self._transport: asyncio.Transport | None = None
        self._answer: Answer | None = None
        self._is_sound = True
        self._is_paused = False
        self._idle_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket's transport."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take what came; what nobody asked for spoils the wire."""
        answer = self._answer
        if answer is None or answer.is_whole:
            self._is_sound = False
            return
        answer.feed(data)
        if answer.is_whole:
            self._is_sound = self._is_sound and answer.leaves_open
            self._idle_since = asyncio.get_running_loop().time()
        elif answer.holds_much and not self._is_paused and self._transport is not None:
            self._is_paused = True
            self._transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Take that the socket has ended."""
        self._is_sound = False
        if self._answer is not None:
            self._answer.end(exc)

    def is_free(self, seconds: float) -> bool:
        """Return whether it can carry another request, having been idle for less than so long."""
        if not self._is_sound or (self._answer is not None and not self._answer.is_whole):
            return False
        return asyncio.get_running_loop().time() < self._idle_since + seconds

    async def ask(self, request: bytes) -> Answer:
        """Send a request, which is shorter than any socket's buffer; return once its head is there.

        Where none comes the wire is ended.

        Raises:
            Unanswered: it ended before anything came.
            TransportError: what came is no answer, or the meter spoke before it was asked.
        """
        if not self._is_sound or self._transport is None:
            raise httpx.RemoteProtocolError("it answered before it was asked")
        self._answer = Answer(self._resume)
        self._transport.write(request)
        try:
            await self._answer.head()
        except BaseException:
            self.end()
            raise
        return self._answer

    async def encrypt(self, trust: Trust, host: str, seconds: float) -> None:
        """Speak encrypted from now on; where that fails the wire is ended.

        Args:
            trust: by what the other side's certificate is believed.
            host: the name or address that must stand in it, where no other is named.
            seconds: how long it may take, loop seconds.

        Raises:
            ConnectTimeout: it takes longer.
            UnprovenMeter: the certificate is not believed.
            ConnectError: the other side speaks otherwise.
        """
        try:
            await self._encrypted(trust, trust.name or host, seconds)
        except TimeoutError as error:
            raise httpx.ConnectTimeout(str(error)) from error
        except ssl.SSLCertVerificationError as error:
            raise UnprovenMeter(error.verify_message.rstrip(".")) from error
        except OSError as error:
            raise httpx.ConnectError(_why(error)) from error
        if why := trust.refused(self.certificate()):
            self.end()
            raise UnprovenMeter(why)

    def certificate(self) -> bytes | None:
        """Return what the other side showed, DER; None where nothing is encrypted."""
        spoken = self._transport and self._transport.get_extra_info("ssl_object")
        return spoken.getpeercert(binary_form=True) if spoken else None

    def end(self) -> None:
        """End at once: what the meter still sends is of no interest, nor is its farewell."""
        self._is_sound = False
        if self._transport is not None:
            self._transport.abort()

    async def _encrypted(self, trust: Trust, name: str, seconds: float) -> None:
        loop, plain = asyncio.get_running_loop(), self._transport
        try:
            if plain is None or not self._is_sound:
                raise ssl.SSLError("bytes came before the encryption")
            async with asyncio.timeout(seconds):
                self._transport = await loop.start_tls(
                    plain, self, trust.context, server_hostname=name
                )
        except BaseException:
            self.end()
            raise

    def _resume(self) -> None:
        if self._is_paused and self._transport is not None:
            self._is_paused = False
            self._transport.resume_reading()


async def connect(host: str, port: int, trust: Trust | None, seconds: float) -> Wire:
    """Open a wire, encrypted where it is to be.

    Args:
        host: an address, or a name.
        port: its port.
        trust: by what its certificate is believed; None where nothing is encrypted.
        seconds: how long each of both may take, loop seconds.

    Raises:
        ConnectError: as `plain`, and as `Wire.encrypt`.
    """
    wire = await plain(host, port, seconds)
    if trust is not None:
        await wire.encrypt(trust, host, seconds)
    return wire


async def plain(host: str, port: int, seconds: float) -> Wire:
    """Open a wire to an address, or to that of a name's that takes it first.

    Args:
        host: an address, or a name.
        port: its port.
        seconds: how long it may take, loop seconds.

    Raises:
        ConnectTimeout: it takes longer.
        ConnectError: nothing takes the connection.
    """
    try:
        async with asyncio.timeout(seconds):
            _, wire = await asyncio.get_running_loop().create_connection(
                Wire, host, port, happy_eyeballs_delay=_delay(host)
            )
    except TimeoutError as error:
        raise httpx.ConnectTimeout(str(error)) from error
    except OSError as error:
        raise httpx.ConnectError(_why(error)) from error
    return wire


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
