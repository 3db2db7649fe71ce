"""Meters behind a real Mosquitto under the real poller, on a clock of the test's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.clock import FrozenClock
from console.errors import MeterError
from console.meters.catalogue import load_profile
from console.meters.mqtt.broker import Broker
from console.meters.mqtt.meter import MqttMeter
from console.meters.poller import Poller
from console.model.reading import MeterState, MeterStatus, Reading
from tests.meters.mqtt.mosquitto import MISSING, Mosquitto, find, mosquitto

pytestmark = pytest.mark.skipif(find() is None, reason=MISSING)

START = datetime(2026, 6, 21, 12, tzinfo=UTC)
PERIOD = timedelta(seconds=10)
HOMEWIZARD = load_profile("homewizard-v1")


class Lived:
    """A meter, its poller and its broker."""

    def __init__(self, broker: Mosquitto) -> None:
        self.broker = broker
        self.clock = FrozenClock(START)
        self.shared = Broker(broker.place, pause=lambda _name, _failures: 0.01)
        self.meter = MqttMeter("test1", HOMEWIZARD, self.shared, "h1", self.clock)
        self.poller = Poller([self.meter], self.clock, PERIOD, minutes=15)
        self.readings: list[Reading] = []
        self.states: list[MeterState] = []

    async def emit(self, message: Reading | MeterStatus) -> None:
        if isinstance(message, Reading):
            self.readings.append(message)
        else:
            self.states.append(message.state)

    async def poll(self, times: int = 1) -> None:
        """Go on to the next due instant and poll, so often."""
        for _ in range(times):
            due = await self.poller.step(self.emit)
            assert due is not None
            self.clock.move_to(due)
            await self.poller.step(self.emit)

    async def say(self, wh: int) -> None:
        """Let the meter speak, and wait until that is heard."""
        said = {
            "total_power_import_kwh": wh / 1000,
            "total_power_export_kwh": 0,
            "active_power_w": 9,
        }
        await self.broker.say("h1", json.dumps(said))
        async with asyncio.timeout(20):
            while (await self.meter.read()).whole_import_wh != wh:  # noqa: ASYNC110 as it comes
                await asyncio.sleep(0)


@pytest.fixture
async def lived(tmp_path: Path) -> AsyncIterator[Lived]:
    with mosquitto(tmp_path) as broker:
        life = Lived(broker)
        yield life
        await life.poller.close()


async def connected(life: Lived, *, wanted: bool = True) -> None:
    """Wait until there is a connection to the broker, or none."""
    async with asyncio.timeout(20):
        while (life.shared.fault is None) is not wanted:  # noqa: ASYNC110 it tells nobody
            await asyncio.sleep(0)


async def first(life: Lived) -> None:
    """Be heard for the first time: what the broker keeps comes with the subscription."""
    await life.broker.say("h1", '{"total_power_import_kwh":0}', keep=True)
    with pytest.raises(MeterError, match="is missing"):
        await life.meter.read()
    await life.say(0)


async def test_a_message_is_one_reading_of_when_it_came(lived: Lived) -> None:
    await first(lived)
    await lived.poll()
    came = lived.clock.now() + timedelta(seconds=3)
    lived.clock.move_to(came)
    await lived.say(100)
    await lived.poll(3)
    assert [reading.import_wh for reading in lived.readings] == [0, 100]
    assert lived.readings[-1].time == came
    assert lived.states == [MeterState.LIVE]


async def test_silence_is_missed_polls_and_a_word_ends_it(lived: Lived) -> None:
    await first(lived)
    await lived.poll(1 + 300 // 10 + 3)
    assert lived.states == [MeterState.LIVE, MeterState.STALE]
    await lived.say(100)
    await lived.poll()
    assert lived.states[-1] is MeterState.LIVE
    assert lived.readings[-1].import_wh == 100


async def test_without_its_broker_a_meter_is_missed_at_once(lived: Lived) -> None:
    await first(lived)
    await lived.poll(2)
    lived.broker.stop()
    await connected(lived, wanted=False)
    await lived.poll(2)
    assert lived.states == [MeterState.LIVE, MeterState.STALE]
    lived.broker.start()
    await connected(lived)
    await lived.say(100)
    await lived.poll()
    assert lived.states[-1] is MeterState.LIVE
