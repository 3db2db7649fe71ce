from __future__ import annotations

import asyncio
import struct
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from console.clock import FrozenClock
from console.errors import ConfigError, MeterAbsent, MeterError
from console.meters.catalogue import load_profile
from console.meters.configured import configured_meter
from console.meters.poller import Poller
from console.meters.sunspec.meter import SunSpecMeter
from console.meters.sunspec.wire import wire_to
from console.model.reading import MeterStatus, Reading
from console.settings import MeterSettings
from tests.meters.sunspec.device import (
    END,
    MARK,
    common,
    device,
    floating,
    inverter,
    served,
    stop,
    whole,
)

CLOCK = FrozenClock(datetime(2026, 6, 21, 9, 0, tzinfo=UTC))
BROKEN = r"closed the connection|broke"
MAP = MARK + common("A17") + inverter() + common("B18") + whole() + END


def meter_at(url: str, profile: str = "sunspec", **params: str) -> SunSpecMeter:
    return SunSpecMeter("test1", load_profile(profile), url, params)


async def test_a_meter_behind_an_inverter_is_found_and_read_again_and_again() -> None:
    async with served(device(1, {40000: MAP})) as (url, server):
        meter = meter_at(url)
        for _ in range(3):
            said = await meter.read()
            assert (said.whole_import_wh, said.whole_export_wh) == (12345, 678)
            assert said.power_w == -250
            assert said.serial == "B18"
        assert len(server.active_connections) == 1
        await meter.close()


async def test_another_sign_is_a_profile_of_its_own() -> None:
    edge = MARK + common("A", "SolarEdge ") + inverter() + common("B", "WattNode") + whole() + END
    async with served(device(1, {40000: MAP}), device(2, {40000: edge})) as (url, _):
        meter = meter_at(url, "solaredge", unit="2")
        assert (await meter.read()).power_w == 250
        await meter.close()
        meter = meter_at(url, "solaredge")
        with pytest.raises(MeterError, match=r"not valid: starts_with\(Mn, 'SolarEdge'\)"):
            await meter.read()
        await meter.close()


async def test_meters_behind_one_address_share_its_connection() -> None:
    units = [
        device(unit, {0: MARK + common(f"N{unit}") + floating(taken=unit) + END})
        for unit in range(1, 6)
    ]
    async with served(*units) as (url, server):
        meters = [meter_at(url, unit=str(unit)) for unit in range(1, 6)]
        never_read = meter_at(url)
        said = await asyncio.gather(*(meter.read() for meter in meters))
        assert [one.import_wh for one in said] == [Decimal(unit) for unit in range(1, 6)]
        assert [one.serial for one in said] == [f"N{unit}" for unit in range(1, 6)]
        assert len(server.active_connections) == 1
        for meter in meters[1:]:
            await meter.close()
        assert (await meters[0].read()).import_wh == 1
        await meters[0].close()
        async with asyncio.timeout(10):
            while True:
                if not server.active_connections:
                    break
                await asyncio.sleep(0)
        await never_read.close()


async def test_a_connection_that_breaks_is_made_anew() -> None:
    async with AsyncExitStack() as stack:
        url, server = await stack.enter_async_context(served(device(1, {40000: MAP})))
        meter = meter_at(url)
        await meter.read()
        await stop(server)
        with pytest.raises(MeterError, match=BROKEN):
            await meter.read()
        with pytest.raises(MeterAbsent, match="no connection to 127"):
            await meter.read()
        again = served(device(1, {40000: MAP}), port=int(url.rpartition(":")[2]))
        await stack.enter_async_context(again)
        assert (await meter.read()).import_wh == 12345
        await meter.close()


async def test_models_that_move_are_found_again() -> None:
    async with AsyncExitStack() as stack:
        url, server = await stack.enter_async_context(served(device(1, {40000: MAP})))
        meter = meter_at(url)
        await meter.read()
        await stop(server)
        moved = device(1, {40000: MARK + common("C19") + floating() + [103, 90] + [0] * 90 + END})
        port = int(url.rpartition(":")[2])
        await stack.enter_async_context(served(moved, port=port))
        with pytest.raises(MeterError, match=BROKEN):
            await meter.read()
        with pytest.raises(MeterError, match="looked for anew"):
            await meter.read()
        assert (await meter.read()).serial == "C19"
        await meter.close()


@pytest.mark.parametrize(
    ("params", "registers", "reason"),
    [
        ({"unit": "7"}, MAP, "unit 7 at .* no SunSpec map begins"),
        ({"meter": "2"}, MAP, "no meter number 2"),
        ({}, MARK + common("A") + inverter() + END, "none of its models is a meter .*1, 103"),
        ({}, MARK + common("A") + whole(watts=-0x8000) + END, "unit 1 at .*power .W. is missing"),
    ],
)
async def test_what_is_no_meter_is_told(
    params: dict[str, str], registers: list[int], reason: str
) -> None:
    async with served(device(1, {40000: registers})) as (url, _):
        meter = meter_at(url, **params)
        with pytest.raises(MeterError, match=reason):
            await meter.read()
        await meter.close()


Say = Callable[[bytes], bytes]


@pytest.fixture
async def says() -> AsyncIterator[Callable[[Say], Awaitable[str]]]:
    """Serve what answers each request with bytes of its own; return the url."""
    async with AsyncExitStack() as stack:

        async def start(say: Say) -> str:
            async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                stack.callback(writer.close)
                with suppress(ConnectionError, asyncio.IncompleteReadError):
                    while True:
                        request = await reader.readexactly(12)
                        answer = say(request)
                        writer.write(answer)
                        await writer.drain()
                        if answer == b"":
                            writer.close()
                            return

            server = await asyncio.start_server(handle, "127.0.0.1", 0)
            stack.callback(server.close)
            return f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"

        yield start


def framed(request: bytes, pdu: bytes, **other: int) -> bytes:
    """Return an answer to a request, with another transaction or unit where named."""
    transaction = other.get("transaction", int.from_bytes(request[:2], "big"))
    return struct.pack(">HHHB", transaction, 0, len(pdu) + 1, other.get("unit", request[6])) + pdu


@pytest.mark.parametrize(
    ("say", "reason"),
    [
        (lambda _: b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak Modbus"),
        (lambda _: bytes(range(256)) * 300, "does not speak Modbus"),
        (lambda _: b"", "closed the connection"),
        (lambda _: b"\0", "no whole answer within 0.2 s"),
        (lambda request: framed(request, b"\x03\x04\x53\x75"), "does not speak Modbus properly"),
        (lambda request: framed(request, b"\x03\x06" + b"Sunxyz"), "another number of registers"),
        (lambda request: framed(request, b"\x63\x04Suns"), "does not speak Modbus properly"),
        (lambda request: framed(request, b"\x83\x06"), "unit 1 at .* is busy"),
        (lambda request: framed(request, b"\x83\x0b"), "does not reach a unit 1"),
        (lambda request: framed(request, b"\x83\x08"), "Modbus code 8"),
        (lambda request: framed(request, b"\x03\x04SunS", transaction=999), "no whole answer"),
        (lambda request: framed(request, b"\x03\x04SunS", unit=9), "no whole answer"),
        (lambda request: framed(request, b"\x03\x04SunS")[:-1], "no whole answer"),
    ],
)
async def test_what_speaks_otherwise_makes_no_reading(
    says: Callable[[Say], Awaitable[str]], say: Say, reason: str
) -> None:
    url = await says(say)
    wire = wire_to("127.0.0.1", int(url.rpartition(":")[2]), "it")
    with pytest.raises(MeterError, match=reason):
        await wire.registers(1, 40000, 2, 0.2)
    await wire.leave(None)


async def test_a_late_answer_never_meets_the_next_question(
    says: Callable[[Say], Awaitable[str]],
) -> None:
    first = b"\0\1"
    url = await says(
        lambda request: b"\0" if request[:2] == first else framed(request, b"\x03\x04SunS")
    )
    wire = wire_to("127.0.0.1", int(url.rpartition(":")[2]), "it")
    with pytest.raises(MeterError, match="no whole answer"):
        await wire.registers(1, 40000, 2, 0.2)
    assert await wire.registers(1, 40000, 2, 5) == list(MARK)
    await wire.leave(None)


async def test_behind_a_silent_device_nobody_waits_for_ever(
    says: Callable[[Say], Awaitable[str]],
) -> None:
    url = await says(lambda _: b"\0")
    wire = wire_to("127.0.0.1", int(url.rpartition(":")[2]), "it")
    asked = [wire.registers(unit, 40000, 2, 0.2) for unit in range(1, 9)]
    async with asyncio.timeout(10):
        told = await asyncio.gather(*asked, return_exceptions=True)
    reasons = {str(one).removeprefix(f"unit {unit} ") for unit, one in enumerate(told, 1)}
    assert reasons == {
        "at it gave no whole answer within 0.2 s",
        "it is still asked for other meters after 0.2 s",
    }
    await wire.leave(None)


async def test_it_is_polled_like_any_meter() -> None:
    clock = FrozenClock(CLOCK.now())
    found: list[Reading] = []

    async def emit(message: Reading | MeterStatus) -> None:
        if isinstance(message, Reading):
            found.append(message)

    async with served(device(1, {40000: MAP})) as (url, _):
        settings = MeterSettings(profile="sunspec", url=url, params={"unit": "1"})
        meter = configured_meter("barn", settings, None, clock)
        poller = Poller([meter], clock, timedelta(seconds=10), minutes=15)
        while (due := await poller.step(emit)) is not None and len(found) < 3:
            clock.move_to(due)
        await poller.close()
    seen = [(one.house, one.import_wh, one.export_wh) for one in found]
    assert seen == [("barn", 12345, 678)] * 3


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (MeterSettings(profile="sunspec", url="http://meter"), "none by which sunspec is read"),
        (MeterSettings(profile="sunspec", url="tcp://meter/x"), "has a path"),
        (MeterSettings(profile="sunspec", url="tcp://meter", secret="env:X"), "no secret"),
        *(
            (MeterSettings(profile="sunspec", url="tcp://m", params={name: value}), name)
            for name, value in (("unit", "0"), ("unit", "256"), ("unit", "x"), ("meter", "9"))
        ),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: MeterSettings, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        configured_meter("barn", settings, None, CLOCK)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pymodbus", "pymodbus.framer", "pymodbus.pdu"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ConfigError, match="the extra modbus"):
        meter_at("tcp://meter:1502")
