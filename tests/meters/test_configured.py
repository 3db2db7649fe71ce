from __future__ import annotations

from datetime import UTC, datetime

import pytest

from console.clock import FrozenClock
from console.errors import ConfigError
from console.meters.configured import configured_meter
from console.meters.http import HttpMeter
from console.settings import MeterSettings, TlsSettings

CLOCK = FrozenClock(datetime(2026, 6, 21, 9, 0, tzinfo=UTC))


async def test_the_scheme_of_its_url_says_how_a_meter_is_reached() -> None:
    meter = configured_meter(
        "barn", MeterSettings(profile="youless", url="http://10.0.0.1"), None, CLOCK
    )
    assert isinstance(meter, HttpMeter)
    assert (meter.house, meter.source, meter.listens) == ("barn", "youless", False)
    await meter.close()


@pytest.mark.parametrize("url", ["gopher://10.0.0.1", "10.0.0.1", ""])
def test_a_scheme_that_nobody_knows_is_refused_with_the_house(url: str) -> None:
    with pytest.raises(ConfigError, match="the meter of barn"):
        configured_meter("barn", MeterSettings(profile="youless", url=url), None, CLOCK)


@pytest.mark.parametrize("url", ["http://10.0.0.1", "tcp://10.0.0.1:502", "mqtt://10.0.0.1/topic"])
def test_what_is_not_encrypted_has_no_certificate(url: str) -> None:
    meter = MeterSettings(profile="youless", url=url, tls=TlsSettings(name="a"))
    with pytest.raises(ConfigError, match="tls belongs to an address that begins with https://"):
        configured_meter("barn", meter, None, CLOCK)
