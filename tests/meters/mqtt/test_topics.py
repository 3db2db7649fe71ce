"""Addresses of brokers, topics, and which message of a profile stands on which topic."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from console.errors import ConfigError
from console.meters.catalogue import load_profile, load_table, profile_names
from console.meters.mqtt.inbox import Inbox
from console.meters.mqtt.topics import Place, place_of, topics_under
from console.meters.profile import Profile
from console.meters.profile_schema import Sample
from tests.meters.samples import parts_of

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any sample was taken, for its age is not judged here."""


@pytest.mark.parametrize(
    ("url", "place", "topic"),
    [
        ("mqtt://192.168.1.5/tele/h1/SENSOR", Place("192.168.1.5", 1883, False), "tele/h1/SENSOR"),
        ("mqtts://broker.example/h1", Place("broker.example", 8883, True), "h1"),
        ("mqtt://broker:1884//a%20b/Ä", Place("broker", 1884, False), "/a b/Ä"),
        ("mqtt://[::1]/h1", Place("::1", 1883, False), "h1"),
    ],
)
def test_an_address_is_a_broker_and_a_topic(url: str, place: Place, topic: str) -> None:
    assert place_of(url) == (place, topic)


def test_a_place_is_shown_as_host_and_port() -> None:
    assert str(Place("::1", 1883, False)) == "[::1]:1883"
    assert str(Place("broker", 1884, True)) == "broker:1884"


@pytest.mark.parametrize(
    "url",
    ["http://broker/h1", "mqtt:///h1", "mqtt://broker", "mqtt://broker/", "mqtt://broker/h1?a=b"],
)
def test_what_is_no_address_of_a_broker(url: str) -> None:
    with pytest.raises(ConfigError):
        place_of(url)


@pytest.mark.parametrize("base", ["a/+/b", "a/#", "$SYS/a", "a\0", "a\n", "a" * 251])
def test_what_is_no_topic_of_one_meter(base: str) -> None:
    with pytest.raises(ConfigError, match="topic"):
        topics_under(base, {"": ""})


def test_a_profile_of_several_requests_has_a_topic_for_each_below_the_address() -> None:
    assert load_profile("openems").topics == {
        "import": "/import",
        "export": "/export",
        "power": "/power",
    }
    params = {"import_sensor": "in", "power_sensor": "now"}
    assert load_profile("esphome", params=params).topics == {"import": "/import", "power": "/power"}
    assert load_profile("homewizard-v1").topics == {"": ""}


def test_a_profile_may_name_its_topics() -> None:
    names = {"em:0": "/status/em:0", "emdata:0": "/status/emdata:0"}
    assert load_profile("shelly-gen2").topics == names
    described = {
        "import": ["in.value"],
        "export": [],
        "power": ["now.value"],
        "units": {"energy": "kWh", "power": "W"},
        "register": "device",
        "balancing": "meter",
        "topics": {"in": "/Energy/Forward", "now": "/Power"},
        "on_change": True,
    }
    profile = load_profile("generic", described=described)
    assert profile.topics == {"in": "/Energy/Forward", "now": "/Power"}
    assert profile.on_change


def test_a_profile_without_a_path_is_not_asked_over_http() -> None:
    described = {
        "import": ["in"],
        "export": [],
        "power": ["now"],
        "units": {"energy": "kWh", "power": "W"},
        "register": "device",
        "balancing": "meter",
    }
    profile = load_profile("generic", described=described)
    assert profile.topics == {"": ""}
    with pytest.raises(ConfigError, match="it has no path"):
        _ = profile.http


@pytest.mark.parametrize(
    ("topics", "why"),
    [
        ({"": "", "in": "/in"}, "need names"),
        ({"in": "in"}, "topics"),
        ({"in": "/a/+"}, "topics"),
        ({"in": "/a/#"}, "topics"),
        ({"in": "/{name}"}, "no parameter"),
        ({}, "topics"),
    ],
)
def test_topics_that_cannot_be(topics: dict[str, str], why: str) -> None:
    described = {
        "import": ["in"],
        "export": [],
        "power": ["now"],
        "units": {"energy": "kWh", "power": "W"},
        "register": "device",
        "balancing": "meter",
        "topics": topics,
    }
    with pytest.raises(ConfigError, match=why):
        load_profile("generic", described=described)


CASES = [
    pytest.param(name, test, id=f"{name}-{test.sample or index}")
    for name in profile_names()
    for index, test in enumerate(load_table(name).tests)
    if "mqtt" in load_table(name).ways
]


@pytest.mark.parametrize(("name", "test"), CASES)
def test_every_profile_reads_its_own_tests_from_its_topics(name: str, test: Sample) -> None:
    profile = Profile(name, load_table(name), test.params)
    if test.answer is not None:
        document = test.answer.encode()
    else:
        parts = parts_of(test.sample or "", list(profile.paths))
        if parts is None:
            pytest.skip("the sample is not at hand")
        document = (
            parts.get("")
            or json.dumps({key: json.loads(part) for key, part in parts.items()}).encode()
        )
    messages = {"": document}
    if "" not in profile.topics:
        whole = json.loads(document, parse_float=str)
        messages = {key: json.dumps(whole[key]).encode() for key in profile.topics}
    topics = topics_under("house", profile.topics)
    inbox = Inbox(profile, topics, on_change=False)
    heard = [inbox.take(topics[key], messages[key], LONG_AGO, kept=False) for key in topics]
    assert heard[:-1] == [None] * (len(topics) - 1)
    said = heard[-1]
    assert said is not None
    assert said.import_wh == Decimal(test.import_wh)
    assert said.export_wh == (None if test.export_wh is None else Decimal(test.export_wh))
    assert said.power_w == Decimal(test.power_w)
