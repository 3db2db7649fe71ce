"""Exact counts as the decimals that people read."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from console.model import figures


@given(some.integers(-(10**15), 10**15), some.sampled_from([1000, 10**6, 10**9]))
def test_rounded_is_what_exact_decimals_say(units: int, scale: int) -> None:
    exact = (Decimal(units) / scale).quantize(Decimal("0.001"), ROUND_HALF_EVEN)
    assert figures.rounded(units, scale, 3) == f"{abs(exact) if exact == 0 else exact}"


@pytest.mark.parametrize(
    ("nano", "text"),
    [(50_000, "0.0000"), (150_000, "0.0002"), (-150_000, "-0.0002"), (-1, "0.0000")],
)
def test_money_rounds_halves_to_even_and_has_no_negative_zero(nano: int, text: str) -> None:
    assert figures.money(nano) == text


def test_energy_power_and_prices() -> None:
    assert figures.kwh(-10_206) == "-10.206"
    assert figures.kilowatts(-543) == "-0.54 kW"
    assert figures.kilowatts(None) == "--"
    assert figures.price(100_000) == "0.10"
    assert figures.price(125_500) == "0.1255"
    assert figures.price(3_000_000) == "3.00"
