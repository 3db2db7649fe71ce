"""Brokers that are old, silent, or no brokers at all, played byte by byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from console.errors import MeterAbsent, MeterDenied, MeterError
from console.meters.mqtt import client as client_module
from console.meters.mqtt.broker import Broker
from console.meters.mqtt.topics import Place
from tests.meters.mqtt.mosquitto import MISSING, find, mosquitto

CONNECT, SUBSCRIBE = 0x10, 0x80
ACCEPTED = b"\x20\x02\x00\x00"
OTHER_VERSION = b"\x20\x02\x00\x01"
ANSWER = b'{"in":1}'

Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Heard:
    """A listener that keeps what comes."""

    def __init__(self, *topics: str) -> None:
        self.topics = topics
        self.messages: list[tuple[str, bytes, bool]] = []
        self.faults: list[MeterError] = []
        self._came = asyncio.Event()

    def hear(self, topic: str, payload: bytes, *, kept: bool) -> None:
        self.messages.append((topic, payload, kept))
        self._came.set()

    def lose(self, fault: MeterError) -> None:
        self.faults.append(fault)
        self._came.set()

    async def next(self) -> None:
        """Wait for a message or a fault."""
        async with asyncio.timeout(20):
            await self._came.wait()
        self._came.clear()


def soon(name: str, failures: int) -> float:
    return 0.01


async def packet(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read a packet's kind and body; the lengths of tests fit in a byte or two."""
    kind, length = await reader.readexactly(2)
    if length & 0x80:
        length = (length & 0x7F) + 0x80 * (await reader.readexactly(1))[0]
    return kind & 0xF0, await reader.readexactly(length)


def published(topic: bytes, payload: bytes) -> bytes:
    body = len(topic).to_bytes(2) + topic + payload
    return b"\x30" + bytes([len(body)]) + body


async def serve_311(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes, code: int = 0
) -> None:
    """Go on as a broker of MQTT 3.1.1 after the client's CONNECT."""
    writer.write(ACCEPTED)
    while True:
        kind, body = await packet(reader)
        if kind == SUBSCRIBE:
            writer.write(b"\x90\x03" + body[:2] + bytes([code]))
            writer.write(answer)
        await writer.drain()


def version(connect: bytes) -> int:
    """Return the version in a CONNECT's body: it stands behind the protocol's name."""
    return connect[6]


@pytest.fixture
async def played() -> AsyncIterator[Callable[[Play], Awaitable[Place]]]:
    async with AsyncExitStack() as stack:
        writers: list[asyncio.StreamWriter] = []

        async def serve(play: Play) -> Place:
            async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                writers.append(writer)
                try:
                    await play(reader, writer)
                except (asyncio.IncompleteReadError, ConnectionError):
                    pass
                finally:
                    writer.close()

            server = await asyncio.start_server(handle, "127.0.0.1", 0)
            stack.callback(server.close)
            return Place("127.0.0.1", server.sockets[0].getsockname()[1], False)

        yield serve
        for writer in writers:
            writer.close()


@pytest.mark.parametrize("answer", [OTHER_VERSION, b""])
async def test_an_older_broker_is_spoken_to_in_its_own_version(
    played: Callable[[Play], Awaitable[Place]], answer: bytes
) -> None:
    versions = []

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, connect = await packet(reader)
        versions.append(version(connect))
        if versions[-1] == 5:
            writer.write(answer)
            await writer.drain()
        else:
            await serve_311(reader, writer, published(b"h1", ANSWER))

    broker, heard = Broker(await played(play), pause=soon), Heard("h1")
    await broker.listen(heard)
    while not heard.messages:
        await heard.next()
    assert heard.messages == [("h1", ANSWER, False)]
    assert versions == [5, 4]
    await broker.leave(heard)


async def test_a_broker_that_says_nothing_is_told_and_left_in_time(
    played: Callable[[Play], Awaitable[Place]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "ANSWER_SECONDS", 0.05)

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    broker, heard = Broker(await played(play)), Heard("h1")
    await broker.listen(heard)
    await heard.next()
    assert isinstance(heard.faults[0], MeterAbsent)
    assert heard.faults[0].message == f"no connection to the broker {broker.place}: no answer"
    await broker.leave(heard)


@pytest.mark.parametrize(
    "garbage",
    [
        b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        b"\x20\x01\x00",
        b"\x20\x04\x00\x00\xff\xff",
        b"\x30\xff\xff\xff\xff\xff",
        b"\x00" * 64,
        b"220 mail.example ESMTP\r\n",
    ],
)
async def test_what_is_no_broker_is_told(
    played: Callable[[Play], Awaitable[Place]], garbage: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "ANSWER_SECONDS", 0.2)

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await packet(reader)
        writer.write(garbage)
        await writer.drain()

    broker, heard = Broker(await played(play)), Heard("h1")
    await broker.listen(heard)
    await heard.next()
    assert broker.place.host in heard.faults[0].message
    assert heard.messages == []
    await broker.leave(heard)


@pytest.mark.parametrize(
    "bad",
    [
        b"\x30\x80\x80\x80\x7f" + b" " * 300_000,
        b"\x30\x05\x00\x03\xff\xfeA",
        b"\x30\x01\x00",
        b"\x30\x06\x00\x02a+{}",
        b"\xf0\x00",
    ],
    ids=["too large", "no text", "too short", "wildcard", "other kind"],
)
async def test_a_broken_message_ends_the_connection_and_not_the_listening(
    played: Callable[[Play], Awaitable[Place]], bad: bytes
) -> None:
    visits = []

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, connect = await packet(reader)
        if version(connect) == 5:
            return
        visits.append(1)
        await serve_311(reader, writer, bad if len(visits) == 1 else published(b"h1", ANSWER))

    broker, heard = Broker(await played(play), pause=soon), Heard("h1")
    await broker.listen(heard)
    while not heard.messages:
        await heard.next()
    assert heard.messages == [("h1", ANSWER, False)]
    await broker.leave(heard)


async def test_a_topic_that_is_kept_from_us_is_told_to_its_meter_alone(
    played: Callable[[Play], Awaitable[Place]],
) -> None:
    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, connect = await packet(reader)
        if version(connect) == 4:
            writer.write(ACCEPTED)
            _, body = await packet(reader)
            writer.write(b"\x90\x04" + body[:2] + b"\x80\x00" + published(b"h2", ANSWER))
            await reader.read()

    broker, first, second = Broker(await played(play), pause=soon), Heard("h1"), Heard("h2")
    await broker.listen(first)
    await broker.listen(second)
    while not second.messages:
        await second.next()
    assert isinstance(first.faults[-1], MeterDenied)
    assert "does not let us hear the topic h1" in first.faults[-1].message
    assert not any(isinstance(fault, MeterDenied) for fault in second.faults)
    await broker.leave(first)
    await broker.leave(second)


async def test_who_was_refused_is_let_in_when_he_comes_anew(
    played: Callable[[Play], Awaitable[Place]],
) -> None:
    visits = []

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await packet(reader)
        visits.append(1)
        if len(visits) == 1:
            writer.write(b"\x20\x03\x00\x87\x00")
            await writer.drain()
            return
        writer.write(b"\x20\x03\x00\x00\x00")
        _, body = await packet(reader)
        writer.write(b"\x90\x04" + body[:2] + b"\x00\x00")
        writer.write(published(b"h1", b"\x00" + ANSWER))
        await reader.read()

    broker, first, second = Broker(await played(play)), Heard("h1"), Heard("h1")
    await broker.listen(first)
    await first.next()
    assert isinstance(first.faults[0], MeterDenied)
    assert "Not authorized" in first.faults[0].message
    await broker.listen(first)
    assert len(visits) == 1, "who was refused is not heard again by himself"
    await broker.listen(second)
    await second.next()
    assert second.messages == [("h1", ANSWER, False)]
    await broker.leave(first)
    await broker.leave(second)


async def test_leaving_while_it_connects_leaves_nothing_behind(
    played: Callable[[Play], Awaitable[Place]],
) -> None:
    reached = asyncio.Event()

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await packet(reader)
        reached.set()
        writer.write(ACCEPTED)
        await reader.read()

    broker, heard = Broker(await played(play)), Heard("h1")
    await broker.listen(heard)
    await reached.wait()
    await broker.leave(heard)
    assert len(asyncio.all_tasks()) <= 2, "the test's own, and the server's for its client"


async def test_who_leaves_is_told_nothing_more_and_the_others_go_on(tmp_path: Path) -> None:
    if find() is None:
        pytest.skip(MISSING)
    with mosquitto(tmp_path) as server:
        broker, first, second = Broker(server.place), Heard("h1", "both"), Heard("h2", "both")
        await server.say("both", b"1", keep=True)
        await server.say("h1", b"1", keep=True)
        await broker.listen(first)
        await broker.listen(second)
        while len(first.messages) < 2 or not second.messages:
            await (second if first.messages else first).next()
        await broker.leave(first)
        heard = list(first.messages)
        await server.say("h1", b"2")
        await server.say("both", b"2")
        while second.messages[-1] != ("both", b"2", False):
            await second.next()
        assert first.messages == heard
        await broker.leave(second)


async def test_leaving_before_anything_was_heard(
    played: Callable[[Play], Awaitable[Place]],
) -> None:
    broker, heard = Broker(Place("127.0.0.1", 1, False)), Heard("h1")
    await broker.leave(heard)
    await broker.listen(heard)
    await broker.leave(heard)
    await broker.listen(heard)
    await heard.next()
    assert isinstance(broker.fault, MeterAbsent)
    await broker.leave(heard)
