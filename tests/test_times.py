"""What an operator writes is one instant, or is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import UsageError
from console.model.interval import LENGTHS, Interval
from console.times import parse_duration, parse_instant, parse_interval, parse_span, start_of_day

HELSINKI = ZoneInfo("Europe/Helsinki")
DAY = date(2026, 6, 21)

zones = st.sampled_from(
    [
        "Europe/Helsinki",
        "America/New_York",
        "America/Havana",
        "America/Sao_Paulo",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "UTC",
    ]
).map(ZoneInfo)
minutes_of_time = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-06-21T10:15Z", "2026-06-21T10:15"),
        ("2026-06-21 10:15Z", "2026-06-21T10:15"),
        ("2026-06-21T10:15+02:00", "2026-06-21T08:15"),
        ("2026-06-21T13:15", "2026-06-21T10:15"),
        ("2026-06-21 13:15", "2026-06-21T10:15"),
        ("13:15", "2026-06-21T10:15"),
        ("10:15Z", "2026-06-21T10:15"),
        ("2026-06-21", "2026-06-20T21:00"),
    ],
)
def test_the_forms(text: str, expected: str) -> None:
    assert parse_instant(text, HELSINKI, DAY) == datetime.fromisoformat(expected + "+00:00")


@pytest.mark.parametrize(
    "text",
    ["", " ", "Z", "T10:15", "2026-06-21T", "2026-13-01", "25:00", "2026-06-21T10:15:00Z", "now",
     "202６-06-21", "2026-06-2113:15", "2026-06-21Z", "0001-01-01T00:00+23:59", "1\n2:15"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no time"):
        parse_instant(text, HELSINKI, DAY)


@given(st.text(max_size=30))
def test_any_text_is_an_instant_or_a_usage_error(text: str) -> None:
    try:
        instant = parse_instant(text, HELSINKI, DAY)
    except UsageError:
        return
    assert instant.tzinfo is UTC


def test_the_hour_that_comes_twice_is_refused_with_both_its_names() -> None:
    with pytest.raises(UsageError, match="comes twice") as refused:
        parse_instant("2026-10-25T03:30", HELSINKI, DAY)
    assert "2026-10-25T00:30Z or 2026-10-25T01:30Z" in refused.value.message


def test_the_hour_that_never_comes_is_refused() -> None:
    with pytest.raises(UsageError, match="is skipped"):
        parse_instant("2026-03-29T03:30", HELSINKI, DAY)


@given(zones, minutes_of_time)
def test_a_local_time_is_refused_exactly_where_it_is_not_one_instant(
    zone: ZoneInfo, local: datetime
) -> None:
    around = (local.replace(tzinfo=UTC) + timedelta(minutes=step) for step in range(-900, 901, 15))
    offsets = {instant.astimezone(zone).utcoffset() for instant in around}
    meant = {
        local.replace(tzinfo=UTC) - offset
        for offset in offsets
        if offset is not None
        and (local.replace(tzinfo=UTC) - offset).astimezone(zone).replace(tzinfo=None) == local
    }
    text = local.strftime("%Y-%m-%dT%H:%M")
    if len(meant) == 1:
        assert parse_instant(text, zone, DAY) == meant.pop()
    else:
        with pytest.raises(UsageError):
            parse_instant(text, zone, DAY)


@given(zones, minutes_of_time, st.sampled_from(LENGTHS))
def test_an_intervals_name_is_read_back(zone: ZoneInfo, moment: datetime, minutes: int) -> None:
    interval = Interval.containing(moment.replace(tzinfo=UTC), minutes)
    assert parse_interval(interval.name, minutes, zone, DAY) == interval


def test_a_time_within_an_interval_names_the_interval() -> None:
    with pytest.raises(UsageError, match="lies in 2026-06-21T10:15Z"):
        parse_interval("10:20Z", 15, HELSINKI, DAY)


@given(zones, st.dates(date(2005, 1, 1), date(2035, 1, 1)))
def test_a_day_begins_at_its_first_instant(zone: ZoneInfo, day: date) -> None:
    start = start_of_day(day, zone)
    assert start.astimezone(zone).date() >= day
    assert (start - timedelta(minutes=1)).astimezone(zone).date() < day


def test_a_day_whose_midnight_is_skipped_begins_later() -> None:
    apia, sao_paulo = ZoneInfo("Pacific/Apia"), ZoneInfo("America/Sao_Paulo")
    assert start_of_day(date(2018, 11, 4), sao_paulo).astimezone(sao_paulo).hour == 1
    assert start_of_day(date(2011, 12, 30), apia) == start_of_day(date(2011, 12, 31), apia)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1800), (" 1h ", 3600), ("2 d", 172_800)]
)
def test_a_stretch_of_time_has_a_unit(text: str, seconds: int) -> None:
    assert parse_duration(text).total_seconds() == seconds


@pytest.mark.parametrize(
    "text", ["", "1", "h", "-1h", "1.5h", "1w", "9" * 30 + "d", "1h\x1b", "١h"]
)
def test_what_is_no_stretch_of_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-06", "2026-05-31T21:00", "2026-06-30T21:00"),
        ("2026-W26", "2026-06-21T21:00", "2026-06-28T21:00"),
        ("2026-06-21", "2026-06-20T21:00", "2026-06-21T21:00"),
        ("2026-10-25", "2026-10-24T21:00", "2026-10-25T22:00"),
        ("2026-06-20..2026-06-21", "2026-06-19T21:00", "2026-06-20T21:00"),
        ("2026-06-20T10:00Z..12:00", "2026-06-20T10:00", "2026-06-21T09:00"),
        (" 11:00 .. 12:30 ", "2026-06-21T08:00", "2026-06-21T09:30"),
    ],
)
def test_spans(text: str, start: str, end: str) -> None:
    wanted = tuple(datetime.fromisoformat(one + "+00:00") for one in (start, end))
    assert parse_span(text, HELSINKI, DAY) == wanted


@pytest.mark.parametrize(
    "text",
    ["", "..", "yesterday", "2026-13", "2026-02-30", "20260621", "2026-W26-1", "2026-06-21T10:00",
     "12:00..12:00", "12:00..11:00", "2026-06-21..", "0000-01-01", "10000-01-01", "9999-12-31",
     "0001-01-01", "0001-01", "9999-12"],
)  # fmt: skip
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_span(text, HELSINKI, DAY)
