from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.chain.message import format_message, parse_message
from console.errors import InvariantBroken
from console.model.interval import LENGTHS, Interval
from console.model.observed import IntervalTag

MESSAGE = b"\0E1|2026-11-23T10:15Z|15|EUR|0.1|0|1/1"
TAG = IntervalTag(
    interval=Interval(datetime(2026, 11, 23, 10, 15, tzinfo=UTC), 15),
    currency="EUR",
    prices_micro_per_kwh=(100_000,),
    revision=0,
    part=1,
    parts=1,
)

interval = st.builds(
    Interval.containing,
    st.datetimes(
        datetime(1990, 1, 1),
        datetime(2999, 12, 31),
        timezones=st.just(UTC),
    ),
    st.sampled_from(LENGTHS),
)
tag = st.builds(
    lambda part, more, **rest: IntervalTag(part=part, parts=part + more, **rest),
    part=st.integers(1, 10**6),
    more=st.integers(0, 10**6),
    interval=interval,
    currency=st.from_regex(r"[A-Z]{3}", fullmatch=True),
    prices_micro_per_kwh=st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=20).map(
        tuple
    ),
    revision=st.integers(0, 10**9 - 1),
)


def test_the_message_of_the_design() -> None:
    assert format_message(TAG) == MESSAGE
    assert parse_message(MESSAGE) == TAG


@pytest.mark.parametrize(
    ("micro", "text"),
    [(0, "0"), (1, "0.000001"), (3_000_000, "3"), (126_316, "0.126316"), (-50_000, "-0.05")],
)
def test_prices_are_shortest_decimals(micro: int, text: str) -> None:
    raw = format_message(msgspec.structs.replace(TAG, prices_micro_per_kwh=(micro,)))
    assert raw == MESSAGE.replace(b"0.1", text.encode())


@given(tag)
def test_every_tag_comes_back(written: IntervalTag) -> None:
    assert parse_message(format_message(written)) == written


@given(tag, st.data())
def test_a_changed_message_is_another_tag_or_none(
    written: IntervalTag, data: st.DataObject
) -> None:
    raw = bytearray(format_message(written))
    at = data.draw(st.integers(0, len(raw) - 1))
    match data.draw(st.sampled_from(("change", "add", "cut"))):
        case "change":
            raw[at] = data.draw(st.integers(0, 255))
        case "add":
            raw.insert(at, data.draw(st.integers(0, 255)))
        case _:
            del raw[at]
    read = parse_message(bytes(raw))
    assert read is None or format_message(read) == bytes(raw)


@given(st.binary(max_size=80))
def test_noise_is_no_message(noise: bytes) -> None:
    assert parse_message(noise) is None
    assert parse_message(b"\0E1|" + noise) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "E1",
        "E2|2026-11-23T10:15Z|15|EUR|0.1|0|1/1",
        "E1|2026-11-23T10:10Z|15|EUR|0.1|0|1/1",
        "E1|2026-11-31T10:15Z|15|EUR|0.1|0|1/1",
        "E1|2026-11-23T24:00Z|15|EUR|0.1|0|1/1",
        "E1|2026-11-23T10:15:00Z|15|EUR|0.1|0|1/1",
        "E1|2026-11-23T10:15Z|10|EUR|0.1|0|1/1",
        "E1|2026-11-23T10:15Z|015|EUR|0.1|0|1/1",
        "E1|2026-11-23T10:15Z|15|eur|0.1|0|1/1",
        "E1|2026-11-23T10:15Z|15||0.1|0|1/1",
        "E1|2026-11-23T10:15Z|15|EUR||0|1/1",
        "E1|2026-11-23T10:15Z|15|EUR|0.10|0|1/1",
        "E1|2026-11-23T10:15Z|15|EUR|.1|0|1/1",
        "E1|2026-11-23T10:15Z|15|EUR|00.1|0|1/1",
        "E1|2026-11-23T10:15Z|15|EUR|1.|0|1/1",
        "E1|2026-11-23T10:15Z|15|EUR|-0|0|1/1",
        "E1|2026-11-23T10:15Z|15|EUR|+1|0|1/1",
        "E1|2026-11-23T10:15Z|15|EUR|1e1|0|1/1",
        "E1|2026-11-23T10:15Z|15|EUR|0.1000001|0|1/1",
        "E1|2026-11-23T10:15Z|15|EUR|0.1,|0|1/1",
        "E1|2026-11-23T10:15Z|15|EUR|0.1, 0.2|0|1/1",
        "E1|2026-11-23T10:15Z|15|EUR|0.1|-1|1/1",
        "E1|2026-11-23T10:15Z|15|EUR|0.1|00|1/1",
        "E1|2026-11-23T10:15Z|15|EUR|0.1|0|0/1",
        "E1|2026-11-23T10:15Z|15|EUR|0.1|0|2/1",
        "E1|2026-11-23T10:15Z|15|EUR|0.1|0|1/01",
        "E1|2026-11-23T10:15Z|15|EUR|0.1|0|1",
        "E1|2026-11-23T10:15Z|15|EUR|0.1|0|1/1|",
        "E1|2026-11-23T10:15Z|15|EUR|0.1|0|1/1\n",
        " E1|2026-11-23T10:15Z|15|EUR|0.1|0|1/1",
        "E1|2026-11-23T10:15Z|15|EUR|٠|0|1/1",
    ],
)
def test_what_is_not_canonical_is_none_of_ours(text: str) -> None:
    assert parse_message(b"\0" + text.encode()) is None


def test_the_marker_is_needed_once() -> None:
    assert parse_message(MESSAGE[1:]) is None
    assert parse_message(b"\0" + MESSAGE) is None
    assert parse_message(b"\1" + MESSAGE[1:]) is None


def test_longer_than_networks_take_is_refused() -> None:
    most = msgspec.structs.replace(TAG, prices_micro_per_kwh=(123_456_789,) * 90)
    assert len(format_message(most)) <= 1024
    with pytest.raises(InvariantBroken):
        format_message(msgspec.structs.replace(TAG, prices_micro_per_kwh=(123_456_789,) * 100))


@pytest.mark.parametrize(
    "other",
    [
        {"currency": "E|R"},
        {"currency": "€"},
        {"revision": -1},
        {"part": 2},
        {"prices_micro_per_kwh": ()},
        {"interval": Interval(TAG.interval.start + timedelta(minutes=1), 15)},
        {"interval": Interval(TAG.interval.start + timedelta(seconds=1), 15)},
    ],
)
def test_a_tag_that_cannot_be_told_is_refused(other: dict[str, object]) -> None:
    with pytest.raises(InvariantBroken):
        format_message(msgspec.structs.replace(TAG, **other))
