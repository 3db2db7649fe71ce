"""A real Mosquitto behind TLS: believed, and not believed."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from console.clock import SystemClock
from console.errors import MeterAbsent
from console.meters.configured import configured_meter
from console.meters.line import PolledMeter
from console.settings import MeterSettings, TlsSettings
from tests.meters.certificates import authority, meter_context
from tests.meters.mqtt.mosquitto import MISSING, Mosquitto, find, mosquitto

pytestmark = pytest.mark.skipif(find() is None, reason=MISSING)

SAID = '{"total_power_import_kwh":2,"total_power_export_kwh":0,"active_power_w":0}'


def meter_of(broker: Mosquitto, **tls: object) -> PolledMeter:
    settings = MeterSettings(
        profile="homewizard-v1",
        url=f"mqtts://127.0.0.1:{broker.place.port}/h1",
        tls=TlsSettings(**tls),  # type: ignore[arg-type]
    )
    return configured_meter("test1", settings, None, SystemClock())


def believing() -> ssl.SSLContext:
    """Return what asks for nothing, as the meters of a test do."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def heard(broker: Mosquitto, meter: PolledMeter) -> int:
    """Let the meter speak until it is heard; return its import register."""
    reading = asyncio.create_task(meter.read())
    while not reading.done():
        await broker.say("h1", SAID, tls=believing())
    await meter.close()
    return (await reading).whole_import_wh


async def refused(meter: PolledMeter) -> str:
    """Return why its broker is not believed."""
    with pytest.raises(MeterAbsent) as caught:
        await meter.read()
    await meter.close()
    return caught.value.message


async def test_a_broker_is_believed_by_its_authority(tmp_path: Path) -> None:
    works = authority(tmp_path)
    meter_context(tmp_path, "broker", works, address=True)
    with mosquitto(tmp_path, tls=True) as broker:
        assert await heard(broker, meter_of(broker, ca=works.file)) == 2000
        other = authority(tmp_path, "Another CA")
        assert "is not believed" in await refused(meter_of(broker, ca=other.file))
        assert "is not believed: unable to get local issuer" in await refused(meter_of(broker))


async def test_a_broker_is_believed_by_its_name(tmp_path: Path) -> None:
    works = authority(tmp_path)
    meter_context(tmp_path, "broker.example", works)
    with mosquitto(tmp_path, tls=True) as broker:
        assert "is not believed" in await refused(meter_of(broker, ca=works.file))
        named = meter_of(broker, ca=works.file, name="broker.example")
        assert await heard(broker, named) == 2000


async def test_a_broker_is_believed_by_its_fingerprint(tmp_path: Path) -> None:
    _, pin = meter_context(tmp_path, "broker")
    with mosquitto(tmp_path, tls=True) as broker:
        assert await heard(broker, meter_of(broker, pin=f"sha256:{pin}")) == 2000
        told = await refused(meter_of(broker, pin=f"sha256:{'0' * 64}"))
        assert told.endswith(f"is not believed: it has the fingerprint sha256:{pin}")


async def test_a_broker_without_tls_is_told(tmp_path: Path) -> None:
    with mosquitto(tmp_path) as broker:
        told = await refused(meter_of(broker))
        assert f"no connection to the broker {broker.place}" in told
