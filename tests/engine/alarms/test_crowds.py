"""The crowds: which lost meters are one matter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.engine.alarms.crowds import (
    NETWORK_LEAST,
    TOGETHER_LEAST,
    TOGETHER_SPAN,
    Crowd,
    crowds,
    network_of,
)

AT = datetime(2026, 6, 21, 10, tzinfo=UTC)
HOUSES = [f"h{number}" for number in range(12)]


def lost(*seconds: float) -> dict[str, datetime]:
    """Meters lost so many seconds after an instant."""
    return {HOUSES[n]: AT + timedelta(seconds=after) for n, after in enumerate(seconds)}


def apart(count: int) -> dict[str, str]:
    """Houses that share no network."""
    return dict.fromkeys(HOUSES[:count], "")


@pytest.mark.parametrize(
    ("url", "network"),
    [
        ("http://192.168.1.20", "192.168.1.0/24"),
        ("http://192.168.1.200:8080/api?x=1", "192.168.1.0/24"),
        ("http://[fd00:1:2:3::20]/", "fd00:1:2:3::/64"),
        ("http://[fe80::1%25eth0]/", "fe80::/64"),
        ("http://Gateway.Local/house/3", "gateway.local"),
        ("tcp://10.0.0.7:502", "10.0.0.0/24"),
        ("", ""),
        ("no address", ""),
        ("http://[", ""),
    ],
)
def test_a_meter_lies_in_the_network_of_its_address(url: str, network: str) -> None:
    assert network_of(url) == network


def test_most_of_a_network_is_one_matter_however_far_apart_in_time() -> None:
    networks = dict.fromkeys(HOUSES[:5], "a") | dict.fromkeys(HOUSES[5:], "b")
    [crowd] = crowds(lost(3000, 0, 500), networks)
    assert crowd == Crowd(network="a", houses=("h1", "h2", "h0"), of=5, since=AT)


def test_half_of_a_network_or_two_of_it_are_not() -> None:
    networks = dict.fromkeys(HOUSES[:6], "a") | {"h6": "b", "h7": "b"}
    assert crowds(lost(0, 500, 1000), networks) == ()
    two = dict.fromkeys(("h6", "h7"), AT)
    assert crowds(two, networks) == ()


def test_five_within_a_minute_are_one_matter_wherever_they_are() -> None:
    [crowd] = crowds(lost(60, 0, 15, 30, 59, 3000), apart(12))
    assert crowd.network == ""
    assert crowd.houses == ("h1", "h2", "h3", "h4", "h0")
    assert crowds(lost(0, 15, 30, 45, 61), apart(12)) == ()


def test_meters_of_a_lost_network_do_not_count_for_the_minute() -> None:
    networks = dict.fromkeys(HOUSES[:3], "a") | apart(12) | dict.fromkeys(HOUSES[:3], "a")
    found = crowds(lost(0, 0, 0, 0, 0, 0, 0), networks)
    assert [crowd.network for crowd in found] == ["a"]


@given(
    st.lists(st.integers(0, 600), max_size=12),
    st.lists(st.sampled_from(["", "a", "b"]), min_size=12, max_size=12),
)
def test_no_meter_is_in_two_and_every_crowd_is_large(seconds: list[int], names: list[str]) -> None:
    networks = dict(zip(HOUSES, names, strict=True))
    down = lost(*seconds)
    found = crowds(down, networks)
    houses = [house for crowd in found for house in crowd.houses]
    assert len(houses) == len(set(houses))
    assert set(houses) <= set(down)
    for crowd in found:
        assert crowd.since == min(down[house] for house in crowd.houses)
        if crowd.network:
            assert NETWORK_LEAST <= len(crowd.houses) <= crowd.of < 2 * len(crowd.houses)
        else:
            assert len(crowd.houses) >= TOGETHER_LEAST
            times = sorted(down[house] for house in crowd.houses)
            reach = TOGETHER_SPAN * len(times)
            assert times[-1] - times[0] <= reach or len(times) >= 2 * TOGETHER_LEAST


@given(st.lists(st.integers(0, 600), max_size=len(HOUSES)))
def test_together_are_those_that_share_a_minute_with_enough_others(seconds: list[int]) -> None:
    meters = lost(*seconds)
    wanted = {
        house
        for house, since in meters.items()
        for begin in meters.values()
        if begin <= since <= begin + TOGETHER_SPAN
        and sum(begin <= one <= begin + TOGETHER_SPAN for one in meters.values()) >= TOGETHER_LEAST
    }
    found = [house for crowd in crowds(meters, apart(len(meters))) for house in crowd.houses]
    assert len(found) == len(set(found))
    assert set(found) == wanted
    assert [meters[house] for house in found] == sorted(meters[house] for house in found)
