from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.model.money import NANO_PER_CENT, cents, in_units, round_half_even


def test_halves_go_to_the_even_one() -> None:
    halves = [5, 15, 25, -5, -15, 4, 6]
    assert [round_half_even(half, 10) for half in halves] == [0, 2, 2, 0, -2, 0, 1]


@given(st.integers(-(10**18), 10**18))
def test_a_debit_is_the_credit_of_the_other_side(nano: int) -> None:
    assert cents(-nano) == -cents(nano)
    assert abs(cents(nano) * NANO_PER_CENT - nano) * 2 <= NANO_PER_CENT


def test_cents_are_written_with_two_decimals() -> None:
    assert [in_units(amount) for amount in (0, 5, -5, 110, -12345)] == [
        "0.00",
        "0.05",
        "-0.05",
        "1.10",
        "-123.45",
    ]
