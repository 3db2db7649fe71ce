"""Messages, their ages, and what they say together: no broker, no clock."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import MeterError
from console.meters.catalogue import load_profile
from console.meters.measurement import Measurement
from console.meters.mqtt.inbox import MOST_BYTES, Inbox

NOW = datetime(2026, 6, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def generic(**more: object) -> dict[str, object]:
    return {
        "import": ["in"],
        "export": ["out"],
        "power": ["now"],
        "units": {"energy": "Wh", "power": "W"},
        "register": "device",
        "balancing": "meter",
    } | more


def one(**more: object) -> Inbox:
    profile = load_profile("generic", described=generic(**more))
    return Inbox(profile, {"": "house"}, on_change=False)


def several(*, on_change: bool = False) -> Inbox:
    topics = {"in": "/in", "out": "/out", "now": "/now"}
    profile = load_profile("generic", described=generic(topics=topics))
    return Inbox(
        profile, {name: f"a{topic}" for name, topic in topics.items()}, on_change=on_change
    )


def said(**values: object) -> bytes:
    return json.dumps({"in": 10, "out": 20, "now": -5} | values).encode()


def values(measurement: Measurement) -> tuple[int, int, int]:
    return (
        measurement.whole_import_wh,
        measurement.whole_export_wh,
        measurement.whole_power_w,
    )


def test_a_message_is_as_old_as_its_arrival() -> None:
    measurement = one().take("house", said(), NOW, kept=False)
    assert measurement is not None
    assert values(measurement) == (10, 20, -5)
    assert measurement.taken == NOW


def test_a_message_is_as_old_as_it_says() -> None:
    inbox = one(age={"expr": "age", "unit": "s"})
    measurement = inbox.take("house", said(age=60), NOW, kept=False)
    assert measurement is not None
    assert measurement.taken == NOW - MINUTE


@pytest.mark.parametrize("clock", ["13:57:00+02:00", "12:05:00Z", "12:00:00Z"])
def test_a_meter_whose_clock_is_wrong_spoke_when_it_was_heard(clock: str) -> None:
    inbox = one(time={"expr": "t", "format": "iso"})
    measurement = inbox.take("house", said(t=f"2026-06-21T{clock}"), NOW, kept=False)
    assert measurement is not None
    assert measurement.taken == NOW


@pytest.mark.parametrize("kept", [True, False])
def test_what_is_old_by_its_own_time_is_refused(kept: bool) -> None:
    inbox = one(time={"expr": "t", "format": "iso"})
    with pytest.raises(MeterError, match="its values are 301 s old, by its own time"):
        inbox.take("house", said(t="2026-06-21T11:54:59Z"), NOW, kept=kept)


def test_a_kept_message_whose_clock_is_ahead_was_said_by_now() -> None:
    inbox = one(time={"expr": "t", "format": "iso"})
    measurement = inbox.take("house", said(t="2026-06-21T12:05:00Z"), NOW, kept=True)
    assert measurement is not None
    assert measurement.taken == NOW


def test_a_kept_message_that_is_older_than_what_is_known_is_passed_over() -> None:
    inbox = one(time={"expr": "t", "format": "iso"})
    assert inbox.take("house", said(t="2026-06-21T12:00:00Z"), NOW, kept=False) is not None
    earlier = said(t="2026-06-21T11:59:00Z")
    assert inbox.take("house", earlier, NOW + MINUTE, kept=True) is None
    later = said(t="2026-06-21T12:00:30Z")
    measurement = inbox.take("house", later, NOW + MINUTE, kept=True)
    assert measurement is not None
    assert measurement.taken == NOW + MINUTE / 2


def test_a_clock_without_a_zone_tells_no_instant() -> None:
    inbox = one(time={"expr": "t", "format": "iso-local"})
    measurement = inbox.take("house", said(t="2026-06-21T14:00:00"), NOW, kept=False)
    assert measurement is not None
    assert measurement.taken == NOW
    assert inbox.take("house", said(t="2026-06-21T14:00:01"), NOW, kept=True) is None


def test_a_kept_message_is_a_reading_only_by_its_own_time() -> None:
    inbox = one()
    assert inbox.take("house", said(), NOW, kept=True) is None
    assert inbox.kept == ["house"]
    assert inbox.take("house", said(), NOW + MINUTE, kept=False) is not None
    assert inbox.kept == []
    inbox = one(time={"expr": "t", "format": "iso"})
    measurement = inbox.take("house", said(t="2026-06-21T11:58:00Z"), NOW, kept=True)
    assert measurement is not None
    assert measurement.taken == NOW - 2 * MINUTE


def test_a_kept_message_with_an_age_is_of_an_unknown_age() -> None:
    inbox = one(age={"expr": "age", "unit": "s"})
    assert inbox.take("house", said(age=1), NOW, kept=True) is None


def test_the_brokers_copy_of_what_is_known_changes_nothing() -> None:
    inbox = one()
    assert inbox.take("house", said(), NOW, kept=False) is not None
    assert inbox.take("house", said(), NOW + MINUTE, kept=True) is None
    assert inbox.kept == []
    assert inbox.take("house", said(**{"in": 11}), NOW + MINUTE, kept=True) is None
    assert inbox.kept == ["house"]


def test_several_topics_are_one_reading_as_old_as_the_oldest() -> None:
    inbox = several()
    assert inbox.take("a/in", b"10", NOW, kept=False) is None
    assert inbox.lacks == ["a/out", "a/now"]
    assert inbox.take("a/out", b"20.5", NOW + MINUTE, kept=False) is None
    measurement = inbox.take("a/now", b"7", NOW + 2 * MINUTE, kept=False)
    assert measurement is not None
    assert values(measurement) == (10, 20, 7)
    assert measurement.taken == NOW
    measurement = inbox.take("a/in", b"11", NOW + 3 * MINUTE, kept=False)
    assert measurement is not None
    assert measurement.taken == NOW + MINUTE


def test_topics_that_speak_on_change_are_as_new_as_the_newest() -> None:
    inbox = several(on_change=True)
    assert inbox.take("a/out", b"20", NOW, kept=True) is None
    assert inbox.take("a/in", b"10", NOW, kept=True) is None
    assert inbox.take("a/now", b"7", NOW, kept=True) is None
    measurement = inbox.take("a/now", b"8", NOW + MINUTE, kept=False)
    assert measurement is not None
    assert values(measurement) == (10, 20, 8)
    assert measurement.taken == NOW + MINUTE


def test_after_a_break_silence_says_nothing_of_what_was_heard_before() -> None:
    inbox = several(on_change=True)
    for topic in ("a/out", "a/in", "a/now"):
        inbox.take(topic, b"10", NOW, kept=False)
    inbox.miss()
    assert inbox.take("a/now", b"8", NOW + MINUTE, kept=False) is None
    assert inbox.lacks == ["a/in", "a/out"]
    assert inbox.take("a/in", b"11", NOW + MINUTE, kept=True) is None
    measurement = inbox.take("a/out", b"10", NOW + MINUTE, kept=True)
    assert measurement is not None
    assert values(measurement) == (11, 10, 8)
    inbox = several()
    for topic in ("a/out", "a/in", "a/now"):
        inbox.take(topic, b"10", NOW, kept=False)
    inbox.miss()
    assert inbox.take("a/now", b"8", NOW + MINUTE, kept=False) is not None


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "not JSON"),
        (b"online", "not JSON"),
        (b"\xff\x00", "not JSON"),
        (b'{"in": 10, "out": 20}', "power (now) is missing"),
        (b'{"in": NaN, "out": 20, "now": 1}', "not JSON"),
        (b'{"in": -1, "out": 20, "now": 1}', "out of bounds"),
        (b"[" * 60_000, "nested too deeply"),
        (b" " * (MOST_BYTES + 1), "more than 65536 bytes"),
        (b'{"in": 1, "out": 20, "now": 1, "age": 301}', "301 s old"),
        (b'{"in": 1, "out": 20, "now": 1, "age": 1e25}', "old"),
    ],
)
def test_a_bad_message_is_refused_and_the_next_is_read(payload: bytes, why: str) -> None:
    inbox = one(age={"expr": "age", "unit": "s"})
    with pytest.raises(MeterError) as caught:
        inbox.take("house", payload, NOW, kept=False)
    assert why in caught.value.message
    assert inbox.take("house", said(), NOW, kept=False) is not None


@given(st.binary(max_size=200), st.booleans())
def test_whatever_comes_is_read_or_refused(payload: bytes, kept: bool) -> None:
    inbox = one(time={"expr": "t", "format": "unix"}, age={"expr": "age", "unit": "s"})
    with pytest.raises(MeterError):
        inbox.take("house", payload, NOW, kept=kept)


@given(st.lists(st.tuples(st.sampled_from(["in", "out", "now"]), st.booleans()), max_size=30))
def test_no_reading_is_newer_than_what_it_is_made_of(steps: list[tuple[str, bool]]) -> None:
    """Of several topics none counts as fresh for another."""
    inbox, instant, live = several(), NOW, {}
    for count, (name, kept) in enumerate(steps):
        instant += MINUTE
        measurement = inbox.take(f"a/{name}", str(count).encode(), instant, kept=kept)
        live[name] = None if kept else instant
        if measurement is None:
            assert len(live) < 3 or None in live.values()
        else:
            assert measurement.taken == min(one for one in live.values() if one is not None)
            assert None not in live.values()
