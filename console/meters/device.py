"""The device: what answers at one address, asked over one connection for all meters behind it.

Many devices serve a single client, and one that tells several houses is asked for one at a time.
"""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

import httpx

from console.meters.connection import MeterConnection
from console.meters.tls import trust_of
from console.settings import TlsSettings

_Key = tuple[str, str, int | None, TlsSettings]

_devices: WeakValueDictionary[_Key, Device] = WeakValueDictionary()


def device_at(base: httpx.URL, tls: TlsSettings) -> Device:
    """Return the one device at an address, for as long as any meter has it.

    Args:
        base: its address; the path does not count.
        tls: by what its certificate is believed, over https.

    Raises:
        ConfigError: the authority of its certificate cannot be read.
    """
    key = (base.scheme, base.host, base.port, tls)
    device = _devices.get(key)
    if device is None:
        trust = trust_of(tls, "http") if base.scheme == "https" else None
        device = _devices[key] = Device(MeterConnection(trust))
    return device


class Device:
    """Carries the requests of all meters behind an address, those of one at a time."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        """Take what carries the requests; nothing is sent yet."""
        self.transport = transport
        """What carries the requests of whose turn it is."""
        self._turn = asyncio.Lock()
        self._users: set[object] = set()

    async def take_turn(self, user: object, seconds: float) -> None:
        """Return when nobody else asks; the connection is kept until the user leaves.

        Args:
            user: who asks.
            seconds: how long the turn is awaited at most, loop seconds.

        Raises:
            TimeoutError: others are asked for all that time.
        """
        self._users.add(user)
        if self._turn.locked():
            async with asyncio.timeout(seconds):
                await self._turn.acquire()
        else:
            await self._turn.acquire()

    def end_turn(self) -> None:
        """Let the next one ask."""
        self._turn.release()

    async def leave(self, user: object) -> None:
        """Let go of the connection where nobody else uses it."""
        self._users.discard(user)
        if not self._users:
            await self.transport.aclose()
            if not self._turn.locked():
                # whoever comes next may run in another loop
                self._turn = asyncio.Lock()
