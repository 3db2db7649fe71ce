"""Power is summed by trapezoids, and the sum lies within its slack of what flowed."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from console.meters.probing.direction import Direction

HOUR = Decimal(3600)


def summed(powers: list[int], seconds: Decimal) -> Direction:
    way = Direction()
    way.begin(Decimal(powers[0]))
    for power in powers[1:]:
        way.take(Decimal(power), seconds)
    return way


def test_a_steady_power_is_its_product_with_time() -> None:
    way = summed([900, 900, 900], Decimal(2))
    assert way.wh == 1
    assert way.seconds == 4
    # what is uncertain are both ends, and half a watt that is rounded
    assert way.slack_wh(Decimal(2), Decimal(1)) == (1800 * Decimal(4) + 2) / HOUR


def test_nothing_flows_where_there_is_no_power() -> None:
    way = summed([0, 0, 0], Decimal(2))
    assert way.wh == way.seconds == way.slack_wh(Decimal(2), Decimal(1)) == 0


def test_a_hole_adds_uncertain_ends_and_no_energy() -> None:
    way = summed([900, 900], Decimal(4))
    before = way.slack_wh(Decimal(2), Decimal(0))
    way.begin(Decimal(300))
    assert way.wh == 1
    assert way.slack_wh(Decimal(2), Decimal(0)) == before + (300 + 300) * Decimal(4) / HOUR


@given(
    st.lists(st.integers(0, 10_000), min_size=2, max_size=50),
    st.lists(st.integers(0, 10), min_size=50, max_size=50),
)
def test_what_flowed_lies_within_the_slack_whenever_power_changed(
    powers: list[int], moments: list[int]
) -> None:
    flowed = Decimal(0)
    for (before, after), moment in zip(pairwise(powers), moments, strict=False):
        # it changed at some moment of ten between both readings
        flowed += (before * moment + after * (10 - moment)) / HOUR
    way = summed(powers, Decimal(10))
    assert abs(way.wh - flowed) <= way.slack_wh(Decimal(10), Decimal(0))
