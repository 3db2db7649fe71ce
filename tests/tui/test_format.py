"""Numbers, money, ages and times as screens write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.tui import format

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 6, 21, 10, 22, 31, tzinfo=UTC)


def test_energy_has_three_decimals_and_unknown_is_never_zero() -> None:
    assert format.kwh(10206) == "10.206"
    assert format.kwh(0) == "0.000"
    assert format.kwh(None) == "--"


def test_power_shows_its_size() -> None:
    assert format.kw(-4210) == "4.21"
    assert format.kw(4) == "0.00"
    assert format.kw(None) == "--"


@pytest.mark.parametrize(
    ("nano", "places", "signed", "text"),
    [
        (228_500_000, 3, False, "0.228"),
        (1_338_800_000, 3, True, "+1.339"),
        (-493_000_000, 3, True, "-0.493"),
        (-100_000, 3, True, "0.000"),
        (15_800_000, 4, False, "0.0158"),
        (None, 4, False, "--"),
    ],
)
def test_money(nano: int | None, places: int, signed: bool, text: str) -> None:
    assert format.money(nano, places, signed=signed) == text


@given(st.integers(-(10**15), 10**15))
def test_a_written_energy_reads_back(wh: int) -> None:
    assert round(float(format.kwh(wh).replace(",", "")) * 1000) == pytest.approx(wh, rel=1e-12)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "--"), (0.9, "0 s"), (59, "59 s"), (162, "2:42"), (7200, "2 h"), (200_000, "2 d")],
)
def test_age(seconds: float | None, text: str) -> None:
    assert format.age(seconds) == text


def test_time_left() -> None:
    assert format.left(timedelta(minutes=7, seconds=29)) == "7:29"
    assert format.left(timedelta(hours=1, minutes=2)) == "1:02:00"
    assert format.left(timedelta(seconds=-3)) == "0:00"


def test_times_are_local_or_utc() -> None:
    assert format.seconds(NOW, HELSINKI) == "13:22:31"
    assert format.seconds(NOW, HELSINKI, utc=True) == "10:22:31Z"
    assert format.minutes(NOW, HELSINKI) == "13:22"
    assert format.day(date(2026, 6, 21)) == "Sun 21 Jun"


def test_price_and_address() -> None:
    assert format.price(100_000) == "0.10"
    assert format.price(125_500) == "0.1255"
    assert format.address("TCHBAAAABBBBCCCCDDDDEEEEFFFFGGGGHHHJ4QA") == "TCHB…J4QA"
    assert format.address("short") == "short"
