from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import MeterError
from console.meters.measurement import Measurement, number, power_w, register_wh, total


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=9))
def test_a_number_is_exact_as_a_number_and_as_text(value: Decimal) -> None:
    assert number(value, "import") == number(f"{value:f}", "import") == value


@given(st.integers(-(2**63), 2**64 - 1))
def test_whole_numbers_are_exact(value: int) -> None:
    assert number(value, "import") == value


@pytest.mark.parametrize(
    "value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+31"), Decimal("1" * 41), 1.5]
)
def test_what_no_meter_shows_is_refused(value: object) -> None:
    with pytest.raises(MeterError):
        number(value, "import")


def test_text_from_outside_is_cleaned_in_the_sentence() -> None:
    with pytest.raises(MeterError) as caught:
        number("\x1b[2J" + "x" * 500, "import")
    assert "\x1b" not in caught.value.message
    assert len(caught.value.message) < 100


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(1, 10**6)), max_size=16))
def test_sums_lose_nothing(terms: list[tuple[int, int]]) -> None:
    exact = sum(value * scale for value, scale in terms)
    assert total((Decimal(value), Decimal(scale) / 10**7) for value, scale in terms) == (
        Decimal(exact) / 10**7
    )


def test_bounds_are_those_of_a_house() -> None:
    assert register_wh(Decimal("999999999999.9"), "import") == Decimal("999999999999.9")
    for wrong in (Decimal(10**12), Decimal("-0.1")):
        with pytest.raises(MeterError):
            register_wh(wrong, "import")
    for wrong in (Decimal(10**7), Decimal(-(10**7))):
        with pytest.raises(MeterError):
            power_w(wrong)


def test_registers_are_cut_and_power_is_rounded() -> None:
    read = Measurement(
        import_wh=Decimal("7.999"), export_wh=Decimal("0.999"), power_w=Decimal("-3.6")
    )
    assert (read.whole_import_wh, read.whole_export_wh, read.whole_power_w) == (7, 0, -4)
