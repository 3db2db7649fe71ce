"""A P1 port on the loopback."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class Port:
    """What is said goes to whoever listens, and to whoever comes."""

    def __init__(self) -> None:
        self.greeting = b""
        self.hangs_up = False
        self.connections = 0
        self.writers: list[asyncio.StreamWriter] = []
        self.left = asyncio.Event()
        self.server: asyncio.Server | None = None

    async def open(self) -> str:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"tcp://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        with suppress(ConnectionError):
            writer.write(self.greeting)
            await writer.drain()
            if self.hangs_up:
                writer.close()
                return
            await reader.read()
            self.left.set()
        writer.close()

    def say(self, data: bytes) -> None:
        for writer in self.writers:
            writer.write(data)

    def close(self) -> None:
        for writer in self.writers:
            writer.close()
        if self.server is not None:
            self.server.close()
