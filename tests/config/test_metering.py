"""How a house's meter is asked, as config.toml says it: by what its certificate is believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config import parse
from console.errors import ConfigError
from console.settings import MeterSettings, TlsSettings

LEAST = '[community]\nid = "c"\ntimezone = "UTC"\ncurrency = "EUR"\n[[house]]\nid = "a"\n'
PIN = "AB" * 32
COLONS = ":".join(["ab"] * 32)


def tls_of(tls: str) -> TlsSettings:
    meter = f'meter = {{ profile = "youless", url = "https://10.0.0.1", tls = {tls} }}\n'
    return parse(LEAST + meter, Path("/etc/mosaic/config.toml")).members[0].meter.tls


@pytest.mark.parametrize(
    ("tls", "found"),
    [
        ("{}", TlsSettings()),
        (f'{{ pin = "{PIN}" }}', TlsSettings(pin=f"sha256:{PIN.lower()}")),
        (f'{{ pin = "sha256:{COLONS}" }}', TlsSettings(pin=f"sha256:{PIN.lower()}")),
        ('{ ca = "ca.pem" }', TlsSettings(ca=Path("/etc/mosaic/ca.pem"))),
        ('{ ca = "/ca.pem", name = "a/b" }', TlsSettings(ca=Path("/ca.pem"), name="a/b")),
    ],
)
def test_what_a_certificate_is_believed_by(tls: str, found: TlsSettings) -> None:
    assert tls_of(tls) == found


@pytest.mark.parametrize(
    ("tls", "told"),
    [
        ('{ pin = "sha1:00" }', "tls pin: must be"),
        (f'{{ pin = "{PIN}", name = "a" }}', "tls pin: says all by itself"),
        ("{ ca = 5 }", "tls ca: must be a path"),
        ('{ name = "a b" }', "tls name: must be the name"),
        ('{ pins = "a" }', "did you mean pin?"),
        ('"verify"', "must be a table"),
    ],
)
def test_what_it_cannot_be_believed_by(tls: str, told: str) -> None:
    with pytest.raises(ConfigError) as refused:
        tls_of(tls)
    assert told in refused.value.message


def test_readings_from_files_alone_need_no_address() -> None:
    [member] = parse(LEAST + 'meter = { profile = "file" }\n', Path("config.toml")).members
    assert member.meter == MeterSettings(profile="file")
    assert member.meter.from_files


@pytest.mark.parametrize("key", ['url = "http://10.0.0.1"', 'secret = "env:A"', 'params = {a="b"}'])
def test_what_is_said_of_a_meter_that_nobody_polls_is_refused(key: str) -> None:
    with pytest.raises(ConfigError, match="belongs to a meter that is polled, not to the profile"):
        parse(LEAST + f'meter = {{ profile = "file", {key} }}\n', Path("config.toml"))
