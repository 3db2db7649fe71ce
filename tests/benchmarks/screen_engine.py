"""The other side of `screen`: an engine's stream, in which every house changes every second.

Run as `python -m tests.benchmarks.screen_engine SOCKET HOUSES`, until it is ended.
"""

from __future__ import annotations

import asyncio
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from console.model.snapshot import HouseNow, Line, Snapshot, delta_of
from tests.tui.lindenhof import lindenhof

SEED = 1
DELTAS = 4
"""Lines a second, as many as an engine sends at most; each tells of as many of the houses."""
_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n"
)
_encode = msgspec.json.Encoder().encode


def street_of(houses: int) -> Snapshot:
    """Return a live neighbourhood of so many houses."""
    small = lindenhof()
    now = small.head.now
    many = tuple(
        msgspec.structs.replace(
            small.houses[number % len(small.houses)],
            id=f"test{number + 1}",
            name=f"test{number + 1}",
            time=now,
        )
        for number in range(houses)
    )
    head = msgspec.structs.replace(small.head, speed=1.0, alarms=())
    return msgspec.structs.replace(small, head=head, houses=many)


class Living:
    """A neighbourhood in which every house has a new power every second."""

    def __init__(self, houses: int) -> None:
        """Begin with `street_of`."""
        self.snapshot = street_of(houses)
        self._random = random.Random(SEED)
        self._turn = 0

    def tick(self) -> Line:
        """Let a part of a second pass and return what an engine would tell."""
        before = self.snapshot
        self._turn = (self._turn + 1) % DELTAS
        now = before.head.now + timedelta(seconds=1) / DELTAS
        head = msgspec.structs.replace(before.head, now=now)
        houses = tuple(
            self._moved(house, now) if number % DELTAS == self._turn else house
            for number, house in enumerate(before.houses)
        )
        self.snapshot = msgspec.structs.replace(before, head=head, houses=houses)
        told = {house.id: house for house in before.houses}
        moved = [house for house in houses if house is not told[house.id]]
        return delta_of(head, moved, told, None)

    def _moved(self, house: HouseNow, now: datetime) -> HouseNow:
        power = (house.power_w or 0) + self._random.randint(-90, 90)
        return msgspec.structs.replace(
            house,
            time=now,
            power_w=power,
            imported_wh=house.imported_wh + (self._random.random() < max(power, 0) / 3600),
            exported_wh=house.exported_wh + (self._random.random() < max(-power, 0) / 3600),
        )


async def serve(socket: Path, houses: int) -> None:
    """Answer every connection with the stream, until cancelled."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        living = Living(houses)
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(_HEAD)
            line: Line = living.snapshot
            while True:
                raw = _encode(line) + b"\n"
                writer.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")
                await writer.drain()
                await asyncio.sleep(1.0 / DELTAS)
                line = living.tick()
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()

    server = await asyncio.start_unix_server(answer, socket)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
