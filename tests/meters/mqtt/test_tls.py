"""A real Mosquitto behind TLS, and one whose certificate nobody vouches for."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from console.clock import FrozenClock
from console.errors import MeterAbsent
from console.meters.catalogue import load_profile
from console.meters.mqtt.broker import Broker
from console.meters.mqtt.meter import MqttMeter
from tests.meters.mqtt.mosquitto import MISSING, find, mosquitto

pytestmark = pytest.mark.skipif(find() is None, reason=MISSING)

START = datetime(2026, 6, 21, 12, tzinfo=UTC)
HOMEWIZARD = load_profile("homewizard-v1")


def certify(folder: Path) -> None:
    """Write a certificate of the loopback that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


async def test_a_broker_is_spoken_to_through_tls(tmp_path: Path) -> None:
    certify(tmp_path)
    trusting = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
    with mosquitto(tmp_path, tls=True) as broker:
        shared = Broker(broker.place, None, trusting)
        house = MqttMeter("test1", HOMEWIZARD, shared, "h1", FrozenClock(START))
        reading = asyncio.create_task(house.read())
        said = '{"total_power_import_kwh":2,"total_power_export_kwh":0,"active_power_w":0}'
        while not reading.done():
            await broker.say("h1", said, tls=trusting)
        assert (await reading).whole_import_wh == 2000
        await house.close()


async def test_a_certificate_that_nobody_vouches_for_is_not_believed(tmp_path: Path) -> None:
    certify(tmp_path)
    with mosquitto(tmp_path, tls=True) as broker:
        shared = Broker(broker.place, None, ssl.create_default_context())
        house = MqttMeter("test1", HOMEWIZARD, shared, "h1", FrozenClock(START))
        with pytest.raises(MeterAbsent, match=r"its certificate is not believed \(self"):
            await house.read()
        await house.close()


async def test_a_broker_without_tls_is_told(tmp_path: Path) -> None:
    with mosquitto(tmp_path) as broker:
        place = broker.place._replace(tls=True)
        house = MqttMeter(
            "test1", HOMEWIZARD, Broker(place, None, ssl.create_default_context()), "h1",
            FrozenClock(START),
        )  # fmt: skip
        with pytest.raises(MeterAbsent, match="no connection to the broker"):
            await house.read()
        await house.close()
