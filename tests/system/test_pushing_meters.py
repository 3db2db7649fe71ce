"""Meters that push through a real Mosquitto: added by the shell, read by a real engine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import aiomqtt
import pytest

from console.model.reading import MeterState
from console.model.snapshot import Snapshot
from tests.meters.mqtt.mosquitto import MISSING, Mosquitto, find, mosquitto
from tests.system.community import Community, EngineProcess

pytestmark = pytest.mark.skipif(find() is None, reason=MISSING)

PERIOD = 0.2
"""How often each meter speaks, s."""


async def speak(broker: Mosquitto) -> None:
    """Say what two meters count, a Wh each time, while the broker lasts."""
    for number in count():
        later = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(PERIOD, later.set_result, None)
        mill = {
            "total_power_import_kwh": (4000 + number) / 1000,
            "total_power_export_kwh": 1,
            "active_power_w": 700,
        }
        barn = {"id": 0, "total_act": 10, "total_act_ret": 5000 + number}
        try:
            await broker.say("houses/mill", json.dumps(mill))
            await broker.say("barn/status/em:0", '{"id":0,"total_act_power":-1500}')
            await broker.say("barn/status/emdata:0", json.dumps(barn))
        except aiomqtt.MqttError:
            # the broker is away for a while
            pass
        await later


@asynccontextmanager
async def speaking(broker: Mosquitto) -> AsyncIterator[None]:
    speaker = asyncio.create_task(speak(broker))
    try:
        yield
    finally:
        speaker.cancel()
        await asyncio.wait([speaker])


def all_are(state: MeterState) -> Callable[[Snapshot], bool]:
    """Return what looks whether both pushing houses are in a state."""

    def look(picture: Snapshot) -> bool:
        states = {one.id: one.state for one in picture.houses}
        return states["mill"] is states["barn"] is state

    return look


async def test_they_are_added_read_missed_without_their_broker_and_back_with_it(
    short_folder: Path,
) -> None:
    community = Community(short_folder)

    async def mosaic(*words: str) -> str:
        done = await asyncio.to_thread(community.mosaic, *words)
        return done.stdout + done.stderr

    with mosquitto(short_folder) as broker:
        async with speaking(broker):
            words = ("houses", "add", "mill", "--yes", "--meter-url")
            assert "It answers as homewizard-v1" in await mosaic(
                *words, f"{broker.url}/houses/mill"
            )
            words = ("houses", "add", "barn", "--yes", "--meter-url")
            assert "It answers as shelly-gen2" in await mosaic(*words, f"{broker.url}/barn")
            before = broker.log.count(" as mosaic-")
            with EngineProcess(community) as engine:
                picture = await community.until(all_are(MeterState.LIVE))
                assert {one.id: one.power_w for one in picture.houses}.items() >= {
                    ("mill", 700),
                    ("barn", -1500),
                }
                assert broker.log.count(" as mosaic-") == before + 1
                broker.stop()
                await community.until(all_are(MeterState.STALE))
                meters = json.loads(await mosaic("houses", "list", "--health", "--json"))
                reasons = [one["reason"] for one in meters if one["house"] in ("mill", "barn")]
                assert all("no connection to the broker" in reason for reason in reasons)
                broker.start()
                await community.until(all_are(MeterState.LIVE))
                engine.process.terminate()
                assert await asyncio.to_thread(engine.end) == 0
