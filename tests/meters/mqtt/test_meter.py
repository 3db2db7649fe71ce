"""Meters that push through a real Mosquitto."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.clock import FrozenClock
from console.errors import ConfigError, MeterAbsent, MeterDenied, MeterError
from console.meters.catalogue import load_profile
from console.meters.configured import configured_meter
from console.meters.line import PolledMeter
from console.meters.measurement import Measurement
from console.meters.mqtt.broker import Broker
from console.meters.mqtt.meter import MqttMeter
from console.meters.mqtt.topics import Place
from console.settings import MeterSettings
from tests.meters.mqtt.mosquitto import MISSING, Mosquitto, find, mosquitto

pytestmark = pytest.mark.skipif(find() is None, reason=MISSING)

START = datetime(2026, 6, 21, 12, tzinfo=UTC)
HOMEWIZARD = load_profile("homewizard-v1")
TASMOTA = load_profile("tasmota")


def soon(name: str, failures: int) -> float:
    return 0.01


def answer(kwh: float, watts: int = 100) -> str:
    return json.dumps(
        {"total_power_import_kwh": kwh, "total_power_export_kwh": 1, "active_power_w": watts}
    )


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as exits:
        yield exits


@pytest.fixture
async def broker(tmp_path: Path, stack: AsyncExitStack) -> Mosquitto:
    return stack.enter_context(mosquitto(tmp_path))


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(START)


@pytest.fixture
def meter(
    broker: Mosquitto, stack: AsyncExitStack, clock: FrozenClock
) -> Callable[..., PolledMeter]:
    """Configure a meter of the broker; it is closed at the end."""

    def make(topic: str, profile: str = "homewizard-v1", **settings: object) -> PolledMeter:
        made = configured_meter(
            "test1",
            MeterSettings(profile=profile, url=f"{broker.url}/{topic}", **settings),  # type: ignore[arg-type]
            None,
            clock,
        )
        stack.push_async_callback(made.close)
        return made

    return make


async def newer(meter: PolledMeter, wh: int) -> Measurement:
    """Read until the import register is so high: messages take their time."""
    async with asyncio.timeout(20):
        while True:
            try:
                said = await meter.read()
                if said.whole_import_wh >= wh:
                    return said
            except MeterAbsent:
                pass
            await asyncio.sleep(0)


async def failing(meter: PolledMeter, why: str) -> MeterError:
    """Read until it fails for a reason."""
    async with asyncio.timeout(20):
        while True:
            try:
                await meter.read()
            except MeterError as error:
                if why in error.message:
                    return error
            await asyncio.sleep(0)


async def test_the_newest_message_is_read(
    broker: Mosquitto, meter: Callable[..., PolledMeter], clock: FrozenClock
) -> None:
    house = meter("houses/h1")
    reading = asyncio.create_task(house.read())
    # said again until it is heard: the first may come before anybody listens
    while not reading.done():
        await broker.say("houses/h1", answer(1.5))
    said = await reading
    assert (said.whole_import_wh, said.whole_export_wh, said.whole_power_w) == (1500, 1000, 100)
    assert said.taken == START
    clock.move_to(START + timedelta(minutes=1))
    await broker.say("houses/h1", answer(2.5, -7))
    said = await newer(house, 2500)
    assert said.taken == clock.now()
    assert said.whole_power_w == -7
    assert house.plate.address == f"127.0.0.1:{broker.place.port}"


async def test_a_kept_message_without_a_time_is_no_reading(
    broker: Mosquitto, stack: AsyncExitStack, clock: FrozenClock
) -> None:
    await broker.say("h1", answer(1.5), keep=True)
    house = MqttMeter("test1", HOMEWIZARD, Broker(broker.place), "h1", clock, patience=0.5)
    stack.push_async_callback(house.close)
    error = await failing(house, "only a message of an unknown age, kept by the broker")
    assert f"on the topic h1 at 127.0.0.1:{broker.place.port}" in error.message
    await broker.say("h1", answer(2.5), keep=True)
    assert (await newer(house, 2500)).taken == START


async def test_a_kept_message_with_its_own_time_is_a_reading_of_that_time(
    broker: Mosquitto, meter: Callable[..., PolledMeter]
) -> None:
    taken = START - timedelta(minutes=2)
    registers = [
        {"obis": f"01-00:{code}.00*ff", "value": value}
        for code, value in (("01.08", 10), ("02.08", 20), ("10.07", 30))
    ]
    reading = {"time": f"{taken:%Y-%m-%dT%H:%M:%SZ}", "registers": registers}
    await broker.say("io", json.dumps({"meter": {"reading": reading}}), keep=True)
    said = await meter("io", "iometer").read()
    assert said.taken == taken
    assert said.whole_export_wh == 20


async def test_an_old_message_is_refused_by_its_own_time(
    broker: Mosquitto, meter: Callable[..., PolledMeter]
) -> None:
    body = {"apower": 1, "in": 2, "out": 3, "t": int(START.timestamp()) - 3000}
    await broker.say("old", json.dumps(body), keep=True)
    described = {
        "import": ["in"],
        "export": ["out"],
        "power": ["apower"],
        "units": {"energy": "Wh", "power": "W"},
        "time": {"expr": "t", "format": "unix"},
        "register": "device",
        "balancing": "meter",
    }
    house = meter("old", "generic", described=described)
    with pytest.raises(MeterError, match="its values are 3000 s old"):
        await house.read()


async def test_a_message_that_is_no_reading_is_told_and_the_next_one_read(
    broker: Mosquitto, meter: Callable[..., PolledMeter]
) -> None:
    await broker.say("h1", "offline", keep=True)
    house = meter("h1")
    with pytest.raises(MeterError, match=r"the topic h1 at .*: the answer is not JSON"):
        await house.read()
    await broker.say("h1", answer(3))
    await newer(house, 3000)


async def test_a_broker_that_restarts_is_found_again(
    broker: Mosquitto, stack: AsyncExitStack, clock: FrozenClock
) -> None:
    shared = Broker(broker.place, pause=soon)
    house = MqttMeter("test1", HOMEWIZARD, shared, "h1", clock)
    stack.push_async_callback(house.close)
    reading = asyncio.create_task(house.read())
    while not reading.done():
        await broker.say("h1", answer(1))
    await house.read()
    broker.stop()
    assert isinstance(await failing(house, "no connection to the broker"), MeterAbsent)
    clock.move_to(START + timedelta(seconds=10))
    broker.start()
    seen = asyncio.create_task(newer(house, 2000))
    while not seen.done():
        await broker.say("h1", answer(2))
    assert (await seen).taken == clock.now()
    assert shared.fault is None


async def test_the_houses_of_a_broker_share_a_connection(
    broker: Mosquitto, meter: Callable[..., PolledMeter]
) -> None:
    houses = [meter(f"h{number}") for number in range(20)]
    readings = [asyncio.create_task(house.read()) for house in houses]
    while not all(reading.done() for reading in readings):
        for number in range(20):
            await broker.say(f"h{number}", answer(number))
    assert [(await one).whole_import_wh for one in readings] == [n * 1000 for n in range(20)]
    assert broker.log.count(" as mosaic-") == 1


async def test_several_topics_make_one_reading(
    broker: Mosquitto, meter: Callable[..., PolledMeter]
) -> None:
    house = meter("shelly", "shelly-gen2")
    reading = asyncio.create_task(house.read())
    while not reading.done():
        await broker.say("shelly/status/em:0", '{"id":0,"total_act_power":-120.5}')
        await broker.say("shelly/status/emdata:0", '{"id":0,"total_act":10.25,"total_act_ret":4.5}')
    said = await reading
    assert (said.whole_import_wh, said.whole_export_wh, said.whole_power_w) == (10, 4, -120)


async def test_a_message_under_a_name(broker: Mosquitto, meter: Callable[..., PolledMeter]) -> None:
    house = meter("tele/h1/SENSOR", "tasmota")
    reading = asyncio.create_task(house.read())
    body = {
        "Time": "2026-06-01T10:00:00",
        "SML": {"Total_in": 12.5, "Total_out": 1, "Power_curr": 8},
    }
    while not reading.done():
        await broker.say("tele/h1/SENSOR", json.dumps(body))
    assert (await reading).whole_import_wh == 12500


async def test_a_broker_that_is_not_there(clock: FrozenClock, stack: AsyncExitStack) -> None:
    house = MqttMeter("test1", HOMEWIZARD, Broker(Place("127.0.0.1", 1, False)), "h1", clock)
    stack.push_async_callback(house.close)
    with pytest.raises(MeterAbsent, match=r"no connection to the broker 127\.0\.0\.1:1"):
        await house.read()


async def test_a_password_is_wanted(
    tmp_path: Path, stack: AsyncExitStack, clock: FrozenClock
) -> None:
    (tmp_path / "acl").write_text("user east\ntopic read houses/#\ntopic write houses/#\n")
    # "h.nter2", as mosquitto_passwd keeps it
    await passwords(tmp_path / "passwords")
    lines = "allow_anonymous false\npassword_file {folder}/passwords\nacl_file {folder}/acl"
    guarded = stack.enter_context(mosquitto(tmp_path, more=lines))
    (tmp_path / "right").write_text("east:h.nter2\n")
    (tmp_path / "wrong").write_text("east:zebra9\n")

    def make(topic: str, secret: str) -> PolledMeter:
        settings = MeterSettings(
            profile="homewizard-v1", url=f"{guarded.url}/{topic}", secret=secret
        )
        made = configured_meter("test1", settings, None, clock)
        stack.push_async_callback(made.close)
        return made

    for secret in ("", f"file:{tmp_path}/wrong"):
        with pytest.raises(MeterDenied) as caught:
            await make("houses/h1", secret).read()
        assert "refuses access" in caught.value.message
        assert "zebra9" not in caught.value.paragraph
    house = make("houses/h1", f"file:{tmp_path}/right")
    reading = asyncio.create_task(house.read())
    while not reading.done():
        await guarded.say("houses/h1", answer(4), user="east")
    assert (await reading).whole_import_wh == 4000


async def passwords(file: Path) -> None:
    program = str(Path(find() or "").parent.parent / "bin" / "mosquitto_passwd")
    process = await asyncio.create_subprocess_exec(
        program, "-b", "-c", str(file), "east", "h.nter2"
    )
    assert await process.wait() == 0


def test_what_is_no_address(clock: FrozenClock) -> None:
    for url, why in (
        ("mqtt://broker", "names no topic"),
        ("mqtt://user:h.nter2@broker/h1", "name or password"),
        ("mqtt://broker/a/+/b", "stands for several"),
        ("mqtt://broker/$SYS/uptime", "no topic of a meter"),
        ("mqtt://broker/%00", "no topic of a meter"),
    ):
        with pytest.raises(ConfigError) as caught:
            configured_meter("test1", MeterSettings(profile="homewizard-v1", url=url), None, clock)
        assert why in caught.value.message
        assert "h.nter2" not in caught.value.paragraph
