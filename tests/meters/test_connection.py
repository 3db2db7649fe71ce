from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from console.meters import wire
from console.meters.connection import MeterConnection
from console.meters.tls import trust_of
from console.settings import TlsSettings

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"

Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def served(handle: Handle) -> AsyncIterator[str]:
    """Serve connections by a handler that must end; yield the url."""
    tasks: list[asyncio.Task[None]] = []

    async def kept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.append(task)
        try:
            await handle(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(kept, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def body_of(connection: MeterConnection, url: str) -> bytes:
    response = await connection.handle_async_request(httpx.Request("GET", url))
    try:
        return await response.aread()
    finally:
        await response.aclose()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_one_connection_carries_request_after_request() -> None:
    connections = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER)

    async with served(handle) as url:
        connection = MeterConnection(None)
        assert [await body_of(connection, url) for _ in range(5)] == [b"ok"] * 5
        assert connections == 1
        await connection.aclose()
        await settle()


async def test_a_connection_that_the_meter_ended_is_opened_anew() -> None:
    ended = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        writer.close()
        await writer.wait_closed()
        ended.set()

    async with served(handle) as url:
        connection = MeterConnection(None)
        for _ in range(3):
            ended.clear()
            assert await body_of(connection, url) == b"ok"
            await ended.wait()
            await settle()
        await connection.aclose()


async def test_a_meter_that_ends_an_idle_connection_as_it_is_asked_is_asked_again() -> None:
    connections = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await reader.readuntil(b"\r\n\r\n")

    async with served(handle) as url:
        connection = MeterConnection(None)
        assert [await body_of(connection, url) for _ in range(4)] == [b"ok"] * 4
        assert connections == 4
        await connection.aclose()


async def test_a_meter_that_ends_a_new_connection_without_a_word_is_not_asked_again() -> None:
    asked = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await reader.readuntil(b"\r\n\r\n")

    async with served(handle) as url:
        connection = MeterConnection(None)
        with pytest.raises(httpx.ReadError, match="without an answer"):
            await body_of(connection, url)
        assert asked == 1
        await connection.aclose()


@pytest.mark.parametrize("value", ["a\r\nx: b", "a\nb", "a\rb"])
async def test_no_line_of_a_request_holds_another(value: str) -> None:
    request = httpx.Request("GET", "http://127.0.0.1:1/", headers={"x": value})
    with pytest.raises(httpx.LocalProtocolError, match="holds another"):
        await MeterConnection(None).handle_async_request(request)


async def test_what_a_meter_sends_unasked_is_never_taken_for_an_answer() -> None:
    again = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await again.wait()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nbad")
        await reader.read()

    async with served(handle) as url:
        connection = MeterConnection(None)
        assert await body_of(connection, url) == b"ok"
        again.set()
        await settle()
        assert await body_of(connection, url) == b"ok"
        await connection.aclose()


async def test_two_answers_to_one_request_are_not_two_answers() -> None:
    connections = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER + b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nbad")
        await reader.read()

    async with served(handle) as url:
        connection = MeterConnection(None)
        for asked in range(1, 4):
            assert await body_of(connection, url) == b"ok"
            assert connections == asked
        await connection.aclose()


async def test_no_more_is_taken_than_is_read() -> None:
    sent = 0
    done = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
        for _ in range(2000):
            if writer.transport.get_write_buffer_size() == 0:
                writer.write(b" " * 65536)
                sent += 65536
            await asyncio.sleep(0)
        done.set()

    async with served(handle) as url:
        connection = MeterConnection(None)
        response = await connection.handle_async_request(httpx.Request("GET", url))
        await done.wait()
        assert sent < 2**25
        await response.aclose()
        await connection.aclose()


async def test_an_address_of_a_name_that_is_dark_does_not_hide_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)

    async with served(handle) as url:
        port = int(url.rsplit(":", 1)[1].strip("/"))
        dark = [socket.socket() for _ in range(5)]
        dark[0].bind(("127.0.0.2", port))
        dark[0].listen(0)
        for filling in dark[1:]:
            filling.setblocking(False)
            filling.connect_ex(("127.0.0.2", port))

        async def found(*_: object, **__: object) -> list[object]:
            kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
            return [(*kind, ("127.0.0.2", port)), (*kind, ("127.0.0.1", port))]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)
        monkeypatch.setattr(wire, "NEXT_SECONDS", 0.01)
        connection = MeterConnection(None)
        assert await body_of(connection, f"http://meter.example:{port}/") == b"ok"
        await connection.aclose()
        for one in dark:
            one.close()


async def test_what_takes_no_connection_is_told_without_numbers() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        connection = MeterConnection(None)
        with pytest.raises(httpx.ConnectError, match=r"\Aconnection refused\Z"):
            await body_of(connection, f"http://127.0.0.1:{held.getsockname()[1]}/")
        await connection.aclose()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000,
        b"\x00" * 5000,
    ],
)
async def test_what_is_no_answer_is_an_error_and_the_next_request_is_sound(said: bytes) -> None:
    asked = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        await reader.readuntil(b"\r\n\r\n")
        asked += 1
        writer.write(said if asked == 1 else ANSWER)
        await writer.drain()

    async with served(handle) as url:
        connection = MeterConnection(None)
        with pytest.raises(httpx.TransportError):
            await body_of(connection, url)
        assert await body_of(connection, url) == b"ok"
        await connection.aclose()


async def test_an_encryption_that_the_other_side_does_not_speak_is_no_connection() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"220 mail.example ESMTP\r\n")

    async with served(handle) as url:
        connection = MeterConnection(trust_of(TlsSettings(), "http"))
        with pytest.raises(httpx.ConnectError):
            await body_of(connection, url.replace("http://", "https://"))
        await connection.aclose()


async def test_who_speaks_before_the_encryption_is_refused() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ANSWER)
        await reader.read(100)

    async with served(handle) as url:
        connection = MeterConnection(trust_of(TlsSettings(), "http"))
        with pytest.raises(httpx.ConnectError):
            await body_of(connection, url.replace("http://", "https://"))
        await connection.aclose()


async def test_a_request_that_is_given_up_leaves_nothing_for_the_next() -> None:
    asked = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        await reader.readuntil(b"\r\n\r\n")
        asked += 1
        if asked == 1:
            await asyncio.Event().wait()
        writer.write(ANSWER)

    async with served(handle) as url:
        connection = MeterConnection(None)
        given_up = asyncio.create_task(body_of(connection, url))
        while asked == 0:
            await settle()
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        assert await body_of(connection, url) == b"ok"
        await connection.aclose()
