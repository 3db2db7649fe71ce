from __future__ import annotations

import struct
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import MeterError
from console.meters.catalogue import load_profile
from console.meters.sunspec.models import METERS, document, length_of, maker_and_serial
from tests.meters.sunspec.device import floating, whole

WORD = st.integers(0, 0xFFFF)


@pytest.mark.parametrize("model", METERS)
def test_every_model_tells_registers_and_power(model: int) -> None:
    words = whole(model) if model < 210 else floating(model, 12345.0, 678.0, -250.0)
    assert document(model, words[: length_of(model)]) == {
        "W": Decimal(-250),
        "TotWhExp": Decimal(678),
        "TotWhImp": Decimal(12345),
    }


@given(st.integers(0, 2**32 - 1), st.integers(-10, 4), st.integers(-32767, 32767))
def test_scale_factors_are_exact(taken: int, scale: int, watts: int) -> None:
    said = document(203, whole(taken=taken, watts=watts, scales=(-2, scale)))
    assert said["TotWhImp"] == Decimal(taken) * Decimal(10) ** scale
    assert said["W"] == Decimal(watts) / 100


@pytest.mark.parametrize(
    ("scales", "missing"), [((-0x8000, 0), "power"), ((0, -0x8000), "(import|export)")]
)
def test_a_value_without_its_scale_is_missing(scales: tuple[int, int], missing: str) -> None:
    said = document(203, whole(scales=scales))
    with pytest.raises(MeterError, match=rf"{missing} \(\w+\) is missing"):
        load_profile("sunspec").read_answer(said)


def test_what_a_device_does_not_have_is_missing() -> None:
    assert "W" not in document(203, whole(watts=-0x8000))
    assert "TotWhExp" not in document(213, floating(given=float("nan")))


@pytest.mark.parametrize("value", [float("inf"), -float("inf"), 1e30])
def test_a_value_beyond_any_meters_is_refused(value: float) -> None:
    with pytest.raises(MeterError, match="beyond any"):
        document(213, floating(taken=value))


def test_a_scale_beyond_any_is_refused() -> None:
    with pytest.raises(MeterError, match="scale factor TotWh_SF is 11"):
        document(203, whole(scales=(0, 11)))


@given(st.sampled_from(METERS), st.lists(WORD, min_size=70, max_size=70))
def test_whatever_stands_there_is_a_sane_reading_or_is_refused(
    model: int, words: list[int]
) -> None:
    try:
        said = load_profile("sunspec").read_answer(document(model, words))
    except MeterError:
        return
    assert 0 <= said.import_wh < 10**12
    assert abs(said.power_w) < 10**7


def test_names_end_at_their_zero() -> None:
    words = [1, 66, *([0xFFFF] * 64)]
    words[2:6] = struct.unpack(">4H", b"Acme \0xx")
    words[50:53] = struct.unpack(">3H", b"A17\0xx")
    assert maker_and_serial(words) == ("Acme", "A17")
    assert maker_and_serial([]) == ("", "")
