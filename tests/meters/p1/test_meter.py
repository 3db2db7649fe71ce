from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from console.clock import FrozenClock
from console.errors import ConfigError, MeterAbsent, MeterError
from console.meters.catalogue import load_profile
from console.meters.configured import configured_meter
from console.meters.p1.meter import P1Meter
from console.meters.poller import Poller
from console.model.reading import MeterState, MeterStatus, Reading
from console.settings import MeterSettings
from tests.meters.p1.port import Port
from tests.meters.p1.telegrams import KEY, encrypted, telegram

START = datetime(2026, 6, 21, 9, 0, tzinfo=UTC)
GOOD = telegram()
LATER = telegram("000006.900", second=3)
BAD = GOOD.replace(b"006.825", b"006.826")


@pytest.fixture
async def port() -> AsyncIterator[Port]:
    port = Port()
    yield port
    port.close()


Listen = Callable[..., Awaitable[P1Meter]]


@pytest.fixture
async def listen(port: Port) -> AsyncIterator[Listen]:
    """Open the port and return a meter that listens to it, without pauses."""
    meters: list[P1Meter] = []

    async def start(
        clock: FrozenClock | None = None,
        profile: str = "dsmr-p1",
        secret: str = "",
        keep_alive: float = 30.0,
    ) -> P1Meter:
        meter = P1Meter(
            "test1",
            load_profile(profile),
            await port.open(),
            clock or FrozenClock(START),
            secret=secret,
            keep_alive=keep_alive,
            pause=lambda *_: 0.0,
        )
        meters.append(meter)
        return meter

    yield start
    for meter in meters:
        await meter.close()


async def until(meter: P1Meter, wh: int) -> None:
    """Wait until a meter's newest telegram shows an import."""
    async with asyncio.timeout(10):
        while True:
            if (await meter.read()).whole_import_wh == wh:
                return
            await asyncio.sleep(0)


async def test_each_telegram_is_the_newest_over_one_connection(port: Port, listen: Listen) -> None:
    clock = FrozenClock(START)
    port.greeting = GOOD
    meter = await listen(clock)
    said = await meter.read()
    assert (said.whole_import_wh, said.whole_export_wh, said.whole_power_w) == (6825, 2444, 244)
    assert (said.serial, said.taken) == ("K8EG004046395507", START)
    assert said.time == datetime(2026, 6, 21, 9, 0, 2, tzinfo=UTC)
    clock.move_to(START + timedelta(seconds=1))
    port.say(LATER[:100])
    await asyncio.sleep(0)
    port.say(LATER[100:])
    await until(meter, 6900)
    assert (await meter.read()).taken == START + timedelta(seconds=1)
    assert port.connections == 1
    await meter.close()
    await asyncio.wait_for(port.left.wait(), 10)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (BAD, "checksum is wrong"),
        (b"!" * 70_000, "no telegram"),
        (b"\r\n\xff\x00HTTP/1.1 400 Bad Request\r\n\r\n", "sent no whole telegram for 0.2 s"),
        (b"", "sent nothing for 0.2 s"),
        (encrypted(GOOD), "encrypted: they are those of p1-encrypted"),
        (GOOD[:200], "sent no whole telegram for 0.2 s"),
    ],
)
async def test_what_is_no_good_telegram_makes_no_reading(
    port: Port, listen: Listen, said: bytes, reason: str
) -> None:
    port.greeting = said
    meter = await listen(keep_alive=0.2)
    with pytest.raises(MeterError, match=reason) as caught:
        await meter.read()
    assert "127.0.0.1:" in caught.value.message


async def test_a_bad_telegram_does_not_take_the_place_of_a_good_one(
    port: Port, listen: Listen
) -> None:
    port.greeting = GOOD + BAD + LATER[:50]
    meter = await listen()
    await until(meter, 6825)
    port.say(LATER + BAD)
    await until(meter, 6900)


async def test_a_connection_that_breaks_or_falls_silent_is_made_anew(
    port: Port, listen: Listen
) -> None:
    port.greeting, port.hangs_up = GOOD[:300], True
    meter = await listen(keep_alive=0.2)
    with pytest.raises(MeterError, match="closed the connection"):
        await meter.read()
    port.greeting, port.hangs_up = GOOD, False
    async with asyncio.timeout(10):
        while True:
            with suppress(MeterError):
                await meter.read()
                break
            await asyncio.sleep(0)
    # nothing more comes: half-open lines are found by their silence
    connections = port.connections
    port.greeting = LATER
    await until(meter, 6900)
    assert port.connections > connections


async def test_an_encrypted_meter_is_heard_with_its_key(port: Port, listen: Listen) -> None:
    total = telegram(lines="1-0:1.8.0(000009.000*kWh)\r\n1-0:2.8.0(000001.000*kWh)\r\n")
    port.greeting = encrypted(total)
    meter = await listen(profile="p1-encrypted", secret=KEY)
    assert (await meter.read()).whole_import_wh == 9000


async def test_a_key_for_what_is_not_encrypted_is_told(port: Port, listen: Listen) -> None:
    port.greeting = GOOD
    meter = await listen(profile="p1-encrypted", secret=KEY)
    with pytest.raises(MeterError, match="not encrypted: they are those of dsmr-p1"):
        await meter.read()


async def test_a_wrong_key_is_told(port: Port, listen: Listen) -> None:
    port.greeting = encrypted(GOOD)
    meter = await listen(profile="p1-encrypted", secret=KEY[::-1])
    with pytest.raises(MeterError, match="does not open with its key") as caught:
        await meter.read()
    assert KEY[::-1] not in caught.value.paragraph


async def test_nothing_there_is_told_as_such(port: Port, listen: Listen) -> None:
    meter = await listen()
    port.close()
    with pytest.raises(MeterAbsent, match=r"no connection to 127\.0\.0\.1:"):
        await meter.read()


async def test_a_port_is_polled_like_any_meter_and_its_silence_told(
    port: Port, listen: Listen
) -> None:
    clock = FrozenClock(START)
    port.greeting = GOOD
    meter = await listen(clock)
    await meter.read()
    poller = Poller([meter], clock, timedelta(seconds=10), minutes=15)
    messages: list[Reading | MeterStatus] = []

    async def emit(message: Reading | MeterStatus) -> None:
        messages.append(message)

    # the port answers each connection with the same telegram: none after this instant
    port.greeting = b""
    while (due := await poller.step(emit)) is not None and due < START + timedelta(seconds=90):
        clock.move_to(due)
    readings = [one for one in messages if isinstance(one, Reading)]
    assert [(one.time, one.import_wh, one.source) for one in readings] == [(START, 6825, "dsmr-p1")]
    states = [one for one in messages if isinstance(one, MeterStatus)]
    assert [one.state for one in states] == [MeterState.LIVE, MeterState.STALE]
    await poller.close()


@pytest.mark.parametrize(
    ("url", "profile", "reason"),
    [
        ("tcp://meter", "dsmr-p1", "names no port"),
        ("http://meter", "dsmr-p1", "none by which dsmr-p1 is read"),
        ("tcp://meter:1", "youless", "none by which youless is read"),
        ("tcp://meter:1/x", "dsmr-p1", "has a path"),
        ("tcp://224.0.0.1:1", "dsmr-p1", "not an address of one device"),
        ("tcp://meter:1", "p1-encrypted", "no secret"),
    ],
)
def test_settings_that_cannot_be_are_refused(url: str, profile: str, reason: str) -> None:
    settings = MeterSettings(profile=profile, url=url)
    with pytest.raises(ConfigError, match=reason) as caught:
        configured_meter("barn", settings, None, FrozenClock(START))
    assert caught.value.message.startswith("the meter of barn")
