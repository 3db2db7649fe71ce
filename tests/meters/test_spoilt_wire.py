"""Spoilt bytes on the wire: whatever a meter sends, it makes a reading or a sentence."""

from __future__ import annotations

import asyncio
import os
import random
from itertools import pairwise

import pytest

from console.errors import MeterError
from console.meters.catalogue import load_profile
from console.meters.connection import MeterConnection
from console.meters.http import HttpMeter
from console.meters.measurement import Measurement
from console.meters.wire import Connect, Wire
from tests.meters.conftest import GOOD

LENGTH = b"content-length: %d\r\n" % len(GOOD)
ANSWERS = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n" + LENGTH + b"\r\n" + GOOD,
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n" % len(GOOD)
    + GOOD + b"\r\n0\r\n\r\n",
    b"HTTP/1.0 200 OK\r\nserver: meter\r\n\r\n" + GOOD,
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n" + GOOD,
    b"HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Digest realm=a, nonce=b\r\n" + LENGTH
    + b"\r\n" + GOOD,
    b"HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n",
)  # fmt: skip
PIECES = (
    b"\r\n", b"\n", b"\x00", b"\xff", b":", b" ", b"\t", b"HTTP/1.1 200 OK\r\n", b"{", b"[" * 500,
    b"content-length: 99999999999999999999\r\n", b"content-length: 0\r\n", b"0\r\n\r\n",
    b"transfer-encoding: chunked\r\n", b"transfer-encoding: gzip\r\n", b"connection: close\r\n",
    b"content-encoding: gzip\r\n", b"upgrade: websocket\r\n", b"HTTP/1.1 101 Switching\r\n\r\n",
    b"ffffffffffffffff\r\n", b"x" * 70_000,
)  # fmt: skip
SPOILT = 4000
SOAK = {"slice": 10_000, "full": 100_000}[os.environ.get("SOAK", "full")]


def spoilt(draw: random.Random) -> list[bytes]:
    """An answer with some bytes changed, left out or put in, cut into pieces anywhere."""
    raw = bytearray(draw.choice(ANSWERS))
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(raw) + 1)
        match draw.randrange(4):
            case 0:
                del raw[at : at + draw.randint(1, 30)]
            case 1:
                raw[at:at] = draw.choice(PIECES)
            case 2:
                raw[at : at + 1] = bytes([draw.randrange(256)])
            case _:
                raw[at:at] = raw[draw.randrange(len(raw) + 1) :][: draw.randint(1, 60)]
        raw = raw or bytearray(b"\x00")
    cuts = sorted(draw.randrange(len(raw) + 1) for _ in range(draw.randint(0, 3)))
    edges = [0, *cuts, len(raw)]
    return [bytes(raw[a:b]) for a, b in pairwise(edges) if a < b]


class Speaking(asyncio.Transport):
    """A socket on which pieces come once something was sent, and then its end."""

    def __init__(self, wire: Wire, pieces: list[bytes]) -> None:
        super().__init__()
        self._wire = wire
        self._pieces = pieces

    def write(self, data: object) -> None:
        asyncio.get_running_loop().call_soon(self._speak)

    def abort(self) -> None:
        self._pieces.clear()

    def pause_reading(self) -> None:
        """Nothing more than one answer ever comes."""

    def resume_reading(self) -> None:
        """As `pause_reading`."""

    def _speak(self) -> None:
        if not self._pieces:
            self._wire.connection_lost(None)
            return
        self._wire.data_received(self._pieces.pop(0))
        asyncio.get_running_loop().call_soon(self._speak)


def speaking(pieces: list[bytes]) -> Connect:
    async def connect(*_: object) -> Wire:
        wire = Wire()
        wire.connection_made(Speaking(wire, pieces))
        return wire

    return connect


async def told(meter: HttpMeter) -> Measurement | str:
    try:
        return await meter.read()
    except MeterError as error:
        return error.message
    finally:
        await meter.close()


@pytest.mark.parametrize(
    "answers", [SPOILT, pytest.param(SOAK, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])]
)
@pytest.mark.parametrize(("name", "secret"), [("homewizard-v1", ""), ("shelly-gen2", "word")])
async def test_spoilt_bytes_are_a_reading_or_a_sentence(
    name: str, secret: str, answers: int
) -> None:
    profile, draw = load_profile(name), random.Random(answers)
    sentences: set[str] = set()
    for _ in range(answers):
        connection = MeterConnection(None, speaking(spoilt(draw)))
        meter = HttpMeter("test1", profile, "http://meter", secret=secret, transport=connection)
        if isinstance(said := await told(meter), str):
            sentences.add(said)
    assert len(sentences) > 20
    assert not [said for said in sentences if "\n" in said or len(said) > 400]
