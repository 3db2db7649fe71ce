"""The meter's own clock: how it is read, and what makes its values old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from console.errors import MeterError
from console.meters.measurement import Measurement
from console.meters.meter_time import OLDEST_SECONDS, Freshness, age_of, time_of
from console.meters.profile_schema import Age, Time

NOON = datetime(2026, 6, 21, 12, 0, tzinfo=UTC)
SAID = Measurement(import_wh=Decimal(1000), export_wh=Decimal(5), power_w=Decimal(70))


def at(time: datetime | None) -> Measurement:
    return msgspec.structs.replace(SAID, time=time)


def aged(seconds: str) -> Measurement:
    return msgspec.structs.replace(SAID, age_seconds=Decimal(seconds))


def test_values_whose_time_stands_are_refused_after_five_minutes_and_not_before() -> None:
    fresh = Freshness()
    fresh.check(at(NOON), 1000.0)
    fresh.check(at(NOON), 1000.0 + OLDEST_SECONDS)
    with pytest.raises(MeterError, match="its own time stands since 301 s"):
        fresh.check(at(NOON), 1001.0 + OLDEST_SECONDS)
    fresh.check(at(NOON + timedelta(seconds=1)), 1002.0 + OLDEST_SECONDS)
    fresh.check(at(NOON + timedelta(seconds=1)), 1002.0 + 2 * OLDEST_SECONDS)


def test_a_meters_clock_shows_change_and_not_order() -> None:
    fresh = Freshness()
    for second, time in enumerate((NOON, NOON - timedelta(hours=1), NOON.replace(tzinfo=None))):
        fresh.check(at(time), second * 200.0)


def test_a_meter_without_a_clock_is_not_judged_by_it() -> None:
    fresh = Freshness()
    for second in range(0, 3600, 60):
        fresh.check(SAID, float(second))


def test_what_a_meter_calls_old_itself_is_refused() -> None:
    Freshness().check(aged("300"), 0.0)
    with pytest.raises(MeterError, match="its values are 301 s old, by its own word"):
        Freshness().check(aged("301.9"), 0.0)


@pytest.mark.parametrize(
    ("value", "form", "found"),
    [
        (1782043200, "unix", NOON),
        ("1782043200", "unix", NOON),
        (1782043200999, "unix-ms", NOON),
        ("2026-06-21T15:00:00+03:00", "iso", NOON),
        ("2026-06-21T12:00:00Z", "iso", NOON),
        ("2026-06-21T12:00:00", "iso-local", NOON.replace(tzinfo=None)),
        (0, "unix", None),
        (None, "iso", None),
    ],
)
def test_times_as_meters_write_them(value: object, form: str, found: datetime | None) -> None:
    read = time_of(value, msgspec.convert({"expr": "t", "format": form}, Time))
    assert read == found


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("2026-06-21T12:00:00", "iso"),
        ("yesterday", "iso"),
        ("yesterday", "iso-local"),
        (12, "iso"),
        (-1, "unix"),
        (10**15, "unix"),
        ([], "unix"),
        (True, "unix"),
    ],
)
def test_what_is_no_time_refuses_the_reading(value: object, form: str) -> None:
    with pytest.raises(MeterError):
        time_of(value, msgspec.convert({"expr": "t", "format": form}, Time))


def test_ages_as_meters_write_them() -> None:
    assert age_of(1500, Age(expr="a", unit="ms")) == Decimal("1.5")
    assert age_of("12.25", Age(expr="a", unit="s")) == Decimal("12.25")
    assert age_of(None, Age(expr="a", unit="s")) is None


@pytest.mark.parametrize("value", [-1, "soon", True, []])
def test_what_is_no_age_refuses_the_reading(value: object) -> None:
    with pytest.raises(MeterError):
        age_of(value, Age(expr="a", unit="s"))
