"""Meters that do not speak HTTP: added by the shell, read by a real engine, back after a break."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from console.model.house_now import HouseNow
from console.model.reading import MeterState
from console.model.snapshot import Snapshot
from tests.meters.p1.telegrams import telegram
from tests.meters.sunspec.device import END, MARK, common, device, inverter, served, whole
from tests.system.community import Community, EngineProcess

PERIOD = 0.2
"""How often the port speaks, s."""


class Port:
    """A P1 port on the loopback; its register counts a Wh a telegram."""

    def __init__(self) -> None:
        self.connections = 0
        self.writers: set[asyncio.StreamWriter] = set()
        self._numbers = count(6825)

    async def serve(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.add(writer)

    async def speak(self) -> None:
        loop = asyncio.get_running_loop()
        for number in self._numbers:
            for writer in self.writers:
                if not writer.is_closing():
                    writer.write(telegram(f"{number / 1000:010.3f}", second=number % 60))
            later = loop.create_future()
            loop.call_later(PERIOD, later.set_result, None)
            await later

    def hang_up(self) -> None:
        for writer in self.writers:
            writer.close()
        self.writers.clear()


@asynccontextmanager
async def speaking() -> AsyncIterator[tuple[str, Port]]:
    """Let a port speak; give its url."""
    port = Port()
    server = await asyncio.start_server(port.serve, "127.0.0.1", 0)
    speaker = asyncio.create_task(port.speak())
    try:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}", port
    finally:
        speaker.cancel()
        port.hang_up()
        server.close()


def house(name: str, seen: Callable[[HouseNow], object]) -> Callable[[Snapshot], bool]:
    """Return what looks whether one house of a picture shows something."""
    return lambda picture: any(one.id == name and seen(one) for one in picture.houses)


async def test_they_are_added_read_and_back_after_a_break(short_folder: Path) -> None:
    community = Community(short_folder)
    registers = MARK + common("A17") + inverter() + common("B18") + whole(taken=70_000) + END

    async def mosaic(*words: str, status: int = 0) -> str:
        done = await asyncio.to_thread(community.mosaic, *words, status=status)
        return done.stdout + done.stderr

    async with speaking() as (port_url, port), served(device(3, {40000: registers})) as (url, _):
        told = await mosaic("houses", "add", "mill", "--yes", "--meter-url", port_url)
        assert "It answers as dsmr-p1: taken 6.8" in told
        words = ("--profile", "sunspec", "--meter-url", url, "--param", "unit=3")
        told = await mosaic("houses", "add", "barn", "--yes", *words)
        assert "It answers as sunspec (unverified): taken 70.000 kWh, given 0.678 kWh" in told
        # the key of this folder is not sealed
        assert "dsmr-p1: taken 6.8" in await mosaic("doctor", status=1)

        with EngineProcess(community) as engine:
            await community.until(house("barn", lambda one: one.power_w == -250))
            live = house("mill", lambda one: one.state is MeterState.LIVE and one.power_w == 244)
            await community.until(live)
            connections, broke = port.connections, datetime.now(UTC)
            port.hang_up()
            await community.until(house("mill", lambda one: one.time and one.time > broke))
            assert port.connections > connections
            meters = json.loads(await mosaic("houses", "list", "--health", "--json"))
            found = {one["house"]: one for one in meters}
            assert found["mill"]["counted"]["listens"] is True
            assert found["mill"]["counted"]["serial"] == "K8EG004046395507"
            assert found["barn"]["counted"]["serial"] == "B18"
            assert found["barn"]["import_wh"] == 70_000
            assert found["mill"]["import_wh"] > 6825
            engine.process.terminate()
            assert await asyncio.to_thread(engine.end) == 0
