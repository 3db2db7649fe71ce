"""All meters behind an address share its one connection, and are asked one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from console.errors import MeterError
from console.meters.catalogue import load_profile
from console.meters.http import HttpMeter

OPENEMS = load_profile("openems")


class Neighbours:
    """A device that tells one value a request, and counts who asks."""

    def __init__(self) -> None:
        self.connections = 0
        self.open = 0
        self.asked: list[str] = []
        self.together = 0
        self.most_together = 0
        self.was_asked = asyncio.Event()
        self.speaks = asyncio.Event()
        self.speaks.set()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.asked.append(head.split(b" ")[1].decode().rpartition("/")[2])
                self.was_asked.set()
                self.together += 1
                self.most_together = max(self.most_together, self.together)
                await self.speaks.wait()
                self.together -= 1
                writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{"value":7}')
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.close()
        finally:
            self.open -= 1


@pytest.fixture
async def device() -> AsyncIterator[tuple[Neighbours, str]]:
    neighbours = Neighbours()
    server = await asyncio.start_server(neighbours.handle, "127.0.0.1", 0)
    yield neighbours, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def test_houses_behind_one_address_share_a_connection_and_take_turns(
    device: tuple[Neighbours, str],
) -> None:
    neighbours, url = device
    meters = [HttpMeter(f"h{number}", OPENEMS, url) for number in range(5)]
    said = await asyncio.gather(*(meter.read() for meter in meters))
    assert [one.whole_import_wh for one in said] == [7] * 5
    reading = ["GridBuyActiveEnergy", "GridSellActiveEnergy", "GridActivePower"]
    # the values of one reading are asked for one after the other, with no other's between
    assert neighbours.asked == reading * 5
    assert (neighbours.connections, neighbours.most_together) == (1, 1)
    for meter in meters:
        await meter.close()


async def test_the_connection_stays_until_its_last_meter_leaves(
    device: tuple[Neighbours, str],
) -> None:
    neighbours, url = device
    first, second = HttpMeter("a", OPENEMS, url), HttpMeter("b", OPENEMS, url)
    await first.read()
    await second.read()
    await first.close()
    await second.read()
    assert neighbours.connections == 1
    await second.close()
    await first.read()
    assert neighbours.connections == 2
    await first.close()


async def test_who_waits_for_others_in_vain_is_told_so(device: tuple[Neighbours, str]) -> None:
    neighbours, url = device
    neighbours.speaks.clear()
    patient = HttpMeter("a", OPENEMS, url)
    waiting = HttpMeter("b", OPENEMS, url, timeout=0.05)
    asking = asyncio.create_task(patient.read())
    await neighbours.was_asked.wait()
    with pytest.raises(MeterError, match=r"is still asked for other meters after 0\.05 s"):
        await waiting.read()
    neighbours.speaks.set()
    assert (await asking).whole_import_wh == 7
    # who gave up its turn keeps nobody out
    assert (await waiting.read()).whole_import_wh == 7
    for meter in (patient, waiting):
        await meter.close()


async def test_houses_at_different_addresses_wait_for_nobody(
    device: tuple[Neighbours, str],
) -> None:
    neighbours, url = device
    neighbours.speaks.clear()
    near, far = HttpMeter("a", OPENEMS, url), HttpMeter("b", OPENEMS, url.replace("0.1", "0.2"))
    asking = asyncio.create_task(near.read())
    await neighbours.was_asked.wait()
    with pytest.raises(MeterError, match="no connection"):
        await far.read()
    neighbours.speaks.set()
    await asking
    await near.close()
