"""The other side of `meters`: a process that is a thousand meters, each at an address of its own.

Run as `python -m tests.benchmarks.meters_street GOOD BAD [living]`: prints the port on which all of
them listen, good ones first, then as many bad ones of each kind, and serves until it is ended. The
good ones answer the same each time; living ones have registers that rise with the computer's time.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Callable

from console.meters.simulated import answer_of
from console.meters.simulated.street import MeterNow

BODY = answer_of("test1", MeterNow(import_wh=4_812_301, export_wh=6_120_457, power_w=-4210))
"""What a good meter answers."""

KINDS = ("drip", "large", "garbage", "dark")
"""The bad meters: one byte a second, ten megabytes, no HTTP, and nobody at all."""

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
_ANSWER = _HEAD % (len(BODY), BODY)
_END = b"\r\n\r\n"
_LARGE = 10 * 2**20
_BLOCK = b" " * 2**16
_BACKLOG = 16
_YEAR_SECONDS = 366 * 86_400


def address(number: int) -> str:
    """Return the loopback address of a meter, counted from 0."""
    return f"127.78.{number // 250}.{number % 250 + 1}"


def shown_by(number: int, now: float) -> MeterNow:
    """Return what a living meter shows; each fourth gives, all others take.

    Args:
        number: the meter, counted from 0.
        now: seconds since 1970 UTC.
    """
    power_w = 500 + number
    wh = int(now % _YEAR_SECONDS * power_w / 3600)
    gives = number % 4 == 0
    return MeterNow(
        import_wh=0 if gives else wh,
        export_wh=wh if gives else 0,
        power_w=-power_w if gives else power_w,
    )


def _number(host: str) -> int:
    _, _, block, place = host.split(".")
    return int(block) * 250 + int(place) - 1


class _Meter(asyncio.Protocol):
    """A connection to a meter; answers each request as soon as its head has ended."""

    def __init__(self) -> None:
        self._held = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (end := self._held.find(_END)) >= 0:
            self._held = self._held[end + len(_END) :]
            assert self.transport is not None
            self.answer(self.transport)

    def answer(self, transport: asyncio.Transport) -> None:
        transport.write(_ANSWER)


class _Living(_Meter):
    """A meter whose registers rise."""

    def answer(self, transport: asyncio.Transport) -> None:
        number = _number(transport.get_extra_info("sockname")[0])
        body = answer_of(f"test{number}", shown_by(number, time.time()))
        transport.write(_HEAD % (len(body), body))


class _Drip(_Meter):
    """Begins an answer and goes on with a byte a second."""

    def answer(self, transport: asyncio.Transport) -> None:
        transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{")
        asyncio.get_running_loop().call_later(1.0, self._drop, transport)

    def _drop(self, transport: asyncio.Transport) -> None:
        if not transport.is_closing():
            transport.write(b" ")
            asyncio.get_running_loop().call_later(1.0, self._drop, transport)


class _Large(_Meter):
    """Answers ten megabytes as fast as they are taken."""

    def __init__(self) -> None:
        super().__init__()
        self._left = 0

    def answer(self, transport: asyncio.Transport) -> None:
        transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % _LARGE)
        self._left = _LARGE
        self.resume_writing()

    def resume_writing(self) -> None:
        transport = self.transport
        while transport and self._left > 0 and not transport.is_closing():
            self._left -= len(_BLOCK)
            transport.write(_BLOCK)
            if transport.get_write_buffer_size() > len(_BLOCK):
                break


class _Garbage(_Meter):
    """Answers bytes that are no HTTP."""

    def answer(self, transport: asyncio.Transport) -> None:
        transport.write(b"\x00\xff{[<" * 200)


def _bound(number: int, port: int, backlog: int = _BACKLOG) -> socket.socket:
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind((address(number), port))
    one.listen(backlog)
    one.setblocking(False)
    return one


def _dark(number: int, port: int) -> list[socket.socket]:
    """Return what makes an address take no connection: a listener whose queue is full."""
    held = [_bound(number, port, backlog=0)]
    for _ in range(4):
        filling = socket.socket()
        filling.setblocking(False)
        filling.connect_ex((address(number), port))
        held.append(filling)
    return held


async def serve(good: int, bad: int, kind: type[_Meter] = _Meter) -> None:
    """Answer at every address until cancelled; good meters are of a kind."""
    loop = asyncio.get_running_loop()
    first = _bound(0, 0)
    port: int = first.getsockname()[1]
    sockets = [first, *(_bound(number, port) for number in range(1, good))]
    kinds: list[Callable[[], _Meter]] = [_Drip, _Large, _Garbage]
    for one in sockets:
        await loop.create_server(kind, sock=one)
    for place, bad_kind in enumerate(kinds):
        for number in range(good + place * bad, good + (place + 1) * bad):
            await loop.create_server(bad_kind, sock=_bound(number, port))
    last = good + len(kinds) * bad
    held = [_dark(number, port) for number in range(last, last + bad)]
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()
    del held


if __name__ == "__main__":
    living = _Living if "living" in sys.argv[3:] else _Meter
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), living))
