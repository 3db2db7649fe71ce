"""Meters on the loopback: sound ones, faulty ones, and a whole street."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack

import pytest

from console.clock import Clock
from console.meters.simulated import SimulatedStreet, answer_of
from console.model.reading import MeterStatus, Reading
from tests.meters.guarded import Guarded

GOOD = (
    b'{"total_power_import_kwh":4812.301,"total_power_export_kwh":6120.457,"active_power_w":-4210}'
)
LOWER = b'{"total_power_import_kwh":0,"total_power_export_kwh":0,"active_power_w":0}'
NAN = b'{"total_power_import_kwh":NaN,"total_power_export_kwh":1,"active_power_w":0}'
PAGE = b"<!doctype html><title>Router</title>"

Reply = Callable[[asyncio.StreamWriter], Awaitable[None]]


def _plain(
    body: bytes, status: str = "200 OK", header: str = "content-type: application/json"
) -> Reply:
    async def reply(writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {status}\r\n{header}\r\ncontent-length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    return reply


async def _ten_megabytes(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
    for _ in range(160):
        writer.write(b" " * 65536)
        await writer.drain()


async def _drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def _silence(writer: asyncio.StreamWriter) -> None:
    await writer.drain()
    await asyncio.Event().wait()


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{")
    await writer.drain()
    writer.close()


async def _no_http(writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example ESMTP\r\n")
    await writer.drain()
    writer.close()


REPLIES: dict[str, Reply] = {
    "good": _plain(GOOD),
    "lower": _plain(LOWER),
    "nan": _plain(NAN),
    "html": _plain(PAGE, header="content-type: text/html; charset=utf-8"),
    "disguised html": _plain(b"\n " + PAGE),
    "redirect": _plain(b"", status="302 Found", header="location: http://127.0.0.1:1/"),
    "gzip": _plain(gzip.compress(GOOD), header="content-encoding: gzip"),
    "denied": _plain(b"", status="403 Forbidden"),
    "password": _plain(b"", status="401 Unauthorized"),
    "busy": _plain(b"", status="503 Service Unavailable", header="retry-after: 120"),
    "broken": _plain(b"low heap", status="500 Internal Server Error"),
    "deep": _plain(b"[" * 60000),
    "too large": _plain(b" " * 70000),
    "ten megabytes": _ten_megabytes,
    "drip": _drip,
    "silence": _silence,
    "hang up": _hang_up,
    "no http": _no_http,
}


class _Lan:
    """Serves on the loopback until the test ends, and counts requests."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, reply: Reply) -> str:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            self._writers.append(writer)
            try:
                while not writer.is_closing():
                    await reader.readuntil(b"\r\n\r\n")
                    await reply(writer)
                    if reply is _ten_megabytes:
                        break
            except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                pass
            finally:
                self._tasks.discard(task)
                writer.close()

        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        self._stack.callback(server.close)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in self._writers:
            writer.close()


@pytest.fixture
async def lan() -> AsyncIterator[_Lan]:
    async with AsyncExitStack() as stack:
        network = _Lan(stack)
        stack.push_async_callback(network.close)
        yield network


@pytest.fixture
def serve(lan: _Lan) -> Callable[[str], Awaitable[str]]:
    """Serve a meter that answers by a name in REPLIES; return its url."""

    async def start(name: str) -> str:
        return await lan.serve(REPLIES[name])

    return start


@pytest.fixture
def serve_house(lan: _Lan) -> Callable[[SimulatedStreet, str, Clock], Awaitable[str]]:
    """Serve one house of a street over real TCP, in HomeWizard's shape; return its url."""

    async def start(street: SimulatedStreet, house: str, clock: Clock) -> str:
        async def reply(writer: asyncio.StreamWriter) -> None:
            await _plain(answer_of(house, street.meter(house, clock.now())))(writer)

        return await lan.serve(reply)

    return start


@pytest.fixture
async def guarded() -> AsyncIterator[Callable[[str, Mapping[str, bytes]], Awaitable[str]]]:
    """Serve documents by path behind an authentication; return the url."""
    meters = Guarded()
    yield meters.serve
    meters.close()


class _Kept:
    """Keeps what a source emits."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.statuses: list[MeterStatus] = []

    async def emit(self, message: Reading | MeterStatus) -> None:
        if isinstance(message, Reading):
            self.readings.append(message)
        else:
            self.statuses.append(message)


@pytest.fixture
def kept() -> _Kept:
    return _Kept()
