"""The certificate that a meter shows: why there is none is always said."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest

from console.errors import MeterError
from console.meters.certificate import shown_certificate


def _url(listening: socket.socket) -> httpx.URL:
    return httpx.URL(f"https://127.0.0.1:{listening.getsockname()[1]}")


async def test_who_ends_the_connection_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ending = asyncio.create_task(asyncio.to_thread(lambda: listening.accept()[0].close()))
        with pytest.raises(MeterError, match=r"shows no certificate: .*\w"):
            await shown_certificate(_url(listening), 10)
        await ending


async def test_who_is_silent_is_told() -> None:
    silent = r"shows no certificate: it was silent for 0\.1 s"
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        pytest.raises(MeterError, match=silent),
    ):
        await shown_certificate(_url(listening), 0.1)
