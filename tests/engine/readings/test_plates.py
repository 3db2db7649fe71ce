"""The plates: what the houses' meters are, told by their profiles alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config.reading import parse
from console.engine.readings.plates import Plates

CONFIG = """
[community]
id = "lane"
timezone = "UTC"
currency = "EUR"
latitude = 60.2
longitude = 24.7
[[house]]
id = "shelly"
meter = { profile = "shelly-gen2", url = "http://127.0.0.1:1", secret = "file:nowhere" }
[[house]]
id = "vz"
meter = { profile = "vzlogger", url = "http://127.0.0.1:2", params = { import_uuid = "a", power_uuid = "b" } }
[[house]]
id = "vz2"
meter = { profile = "vzlogger", url = "http://127.0.0.1:2", params = { import_uuid = "a", power_uuid = "b", export_uuid = "c" } }
[[house]]
id = "sim"
meter = { profile = "simulated" }
[[house]]
id = "gone"
meter = { profile = "no-such-profile", url = "http://127.0.0.1:3" }
"""  # noqa: E501


@pytest.fixture
def plates() -> Plates:
    return Plates(parse(CONFIG, Path("config.toml")))


def test_phases_that_count_apart_are_known(plates: Plates) -> None:
    assert plates.apart == ("shelly",)
    assert plates.per_phase("shelly")
    assert not plates.per_phase("vz")


def test_a_meter_without_an_export_register_is_known(plates: Plates) -> None:
    assert [plates.exports(house) for house in ("shelly", "vz", "vz2")] == [True, False, True]
    assert plates.no_export == ("vz",)


def test_nothing_is_made_up_of_what_is_not_known(plates: Plates) -> None:
    for house in ("sim", "gone", "nobody"):
        assert plates.of(house) is None
        assert plates.exports(house)
        assert not plates.per_phase(house)


def test_a_profile_that_nothing_proves_says_so(plates: Plates) -> None:
    vz, shelly = plates.of("vz"), plates.of("shelly")
    assert vz is not None
    assert not vz.verified
    assert shelly is not None
    assert shelly.verified


def test_how_often_a_meter_is_asked_or_speaks(plates: Plates) -> None:
    assert [plates.least_seconds(house) for house in ("sim", "shelly")] == [0, 1]
    more = (
        CONFIG
        + """
[[house]]
id = "fronius"
meter = { profile = "fronius", url = "http://127.0.0.1:4" }
[[house]]
id = "asked"
meter = { profile = "tasmota", url = "http://127.0.0.1:5" }
[[house]]
id = "heard"
meter = { profile = "tasmota", url = "mqtt://127.0.0.1/tele/x/SENSOR" }
[[house]]
id = "port"
meter = { profile = "dsmr-p1", url = "tcp://127.0.0.1:6" }
"""
    )
    told = Plates(parse(more, Path("config.toml")))
    assert told.least_seconds("fronius") == 10
    every = [told.every_seconds(house) for house in ("sim", "fronius", "asked", "heard", "port")]
    assert every == [0, 0, 0, 300, 10]
