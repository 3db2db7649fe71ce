"""The client of the reading routes in-process, while no engine answers."""

from __future__ import annotations

from console.client.client import Client
from console.settings import Settings


async def offline(settings: Settings) -> Client:
    """Return a client of the reading routes in-process, on a read-only store.

    Raises:
        MosaicError: the store cannot be read.
    """
    import httpx

    from console.engine.serving.offline import open_reader

    reader = await open_reader(settings)
    transport = httpx.ASGITransport(reader.app, raise_app_exceptions=False)
    return Client(None, transport, reader.close)
