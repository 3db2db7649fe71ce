"""The client: one connection to a broker, opened within seconds and let go of for certain."""

from __future__ import annotations

import asyncio
import functools
import logging
import secrets
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiomqtt
from paho.mqtt import client as mqtt
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from console.meters.mqtt.topics import Place
from console.meters.tls import Trust

CONNECT_SECONDS = 3.0
"""The most that taking the connection may take, loop seconds."""
ANSWER_SECONDS = 5.0
"""The most that the broker may take to answer, loop seconds."""
KEEP_ALIVE_SECONDS = 30
"""After what silence the broker is asked whether it is there, s."""
LARGEST_PACKET = 128 * 1024
"""The largest message that a broker of MQTT 5 is allowed to send, bytes."""

_MOST_WAITING = 1000

# all that goes wrong is told by the meters' states; a library's log would tell it twice
_QUIET = logging.getLogger(__name__)
_QUIET.addHandler(logging.NullHandler())
_QUIET.propagate = False


class Unproven(OSError):
    """The broker's certificate is not believed; the message says why."""


class Client(aiomqtt.Client):
    """A client whose connection ends when it is dropped, in whatever state it is.

    The library's own way out waits for a connection that was never made, so that it would leave
    a socket and a task behind where a broker takes the connection and says nothing.
    """

    def __init__(
        self,
        place: Place,
        login: tuple[str, str] | None,
        trust: Trust | None,
        protocol: aiomqtt.ProtocolVersion,
    ) -> None:
        """Prepare the connection; nothing is sent yet.

        Args:
            place: where the broker listens.
            login: user and password, where it wants them.
            trust: by what its certificate is believed; None where it is spoken to openly.
            protocol: the version of MQTT.
        """
        user, password = login or (None, None)
        super().__init__(
            place.host,
            place.port,
            username=user,
            password=password,
            logger=_QUIET,
            identifier=f"mosaic-{secrets.token_hex(6)}",
            protocol=protocol,
            timeout=ANSWER_SECONDS,
            keepalive=KEEP_ALIVE_SECONDS,
            max_queued_incoming_messages=_MOST_WAITING,
            properties=_bounds() if protocol is aiomqtt.ProtocolVersion.V5 else None,
            tls_context=trust.context if trust else None,
        )
        self.unanswered = False
        """Whether a broker took the connection and ended it, or was silent, without an answer."""
        self._client.connect_timeout = CONNECT_SECONDS
        if trust is not None:
            # the library leaves a connection open whose TLS fails, and knows of no fingerprints
            secured = functools.partial(_secured, trust, trust.name or place.host)
            self._client._ssl_wrap_socket = secured  # type: ignore[method-assign]
        # what an older version of MQTT has no word for is held to as well
        self._client.loop_read = self._read_bounded  # type: ignore[method-assign]

    def drop(self) -> None:
        """Say goodbye where that can be said at once, and close the connection."""
        # without this callback the library writes at once, not when the loop says so
        self._client.on_socket_register_write = None
        self._client.disconnect()
        sock = self._client.socket()
        if sock is not None:
            self._loop.remove_reader(sock.fileno())
            self._loop.remove_writer(sock.fileno())
            sock.close()
        if self._misc_task is not None:
            self._misc_task.cancel()
        for ended in (self._connected, self._disconnected):
            if ended.done() and not ended.cancelled():
                # looked at, so that the loop does not report it as forgotten
                ended.exception()

    def _read_bounded(self, max_packets: int = 1) -> MQTTErrorCode:
        code = mqtt.Client.loop_read(self._client, max_packets)
        if self._client._in_packet["remaining_length"] > LARGEST_PACKET:
            raise aiomqtt.MqttError(f"a message of more than {LARGEST_PACKET} bytes")
        return code

    def _on_socket_open(self, *words: Any) -> None:  # noqa: ANN401 the library says what
        self.unanswered = True
        super()._on_socket_open(*words)

    def _on_connect(self, *words: Any) -> None:  # noqa: ANN401 the library says what
        self.unanswered = False
        super()._on_connect(*words)

    def _on_disconnect(self, *words: Any) -> None:  # noqa: ANN401 the library says what
        if not self._connected.done():
            # the library would wait for an answer that cannot come any more
            self._connected.set_exception(aiomqtt.MqttError("it closed the connection"))
        super()._on_disconnect(*words)


@asynccontextmanager
async def connected(client: Client) -> AsyncIterator[Client]:
    """Hold a connection for as long as the block lasts.

    Raises:
        aiomqtt.MqttError: the broker cannot be reached, refuses us or does not answer.
    """
    # connecting runs in a thread, which nothing can stop: it is awaited even when cancelled
    opening = asyncio.ensure_future(client.__aenter__())
    try:
        await asyncio.shield(opening)
        yield client
    finally:
        await asyncio.wait([opening])
        # looked at even where nobody waits for it any more
        opening.exception()
        client.drop()


def _bounds() -> Properties:
    bounds = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    bounds.MaximumPacketSize = LARGEST_PACKET
    return bounds


def _secured(trust: Trust, name: str, plain: socket.socket) -> ssl.SSLSocket:
    """Return a connection through TLS; it is closed where that fails."""
    sock = trust.context.wrap_socket(plain, server_hostname=name, do_handshake_on_connect=False)
    try:
        sock.settimeout(CONNECT_SECONDS)
        sock.do_handshake()
        if why := trust.refused(sock.getpeercert(binary_form=True)):
            raise Unproven(why)
    except OSError:
        sock.close()
        raise
    return sock
