from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.tui.widgets.jump import Jump, parse_row, parse_time, place_of_span
from console.tui.widgets.words import FilterWords, Span

HELSINKI = ZoneInfo("Europe/Helsinki")
TODAY = date(2026, 6, 21)


def span(text: str) -> Span:
    return parse_time(text, HELSINKI, 15, TODAY)


def test_rows_are_counted_from_one() -> None:
    assert parse_row("500,000") == parse_row(" 500000 ") == parse_row("#500000")
    assert parse_row("500,000") == Jump(row=499_999)
    assert parse_row("0") == Jump(row=0)


def test_a_part_of_the_whole() -> None:
    assert parse_row("50%") == parse_row("50 %") == Jump(part=0.5)
    assert parse_row("999%") == Jump(part=1.0)


@pytest.mark.parametrize("text", ["", "test1", "1,00", "-5", "1 2", "13:00", "2026-06-20"])
def test_other_words_are_no_row(text: str) -> None:
    assert parse_row(text) is None


def test_a_time_is_a_day_or_an_interval() -> None:
    found = span("2026-06-20 13:00")
    assert found == (
        datetime(2026, 6, 20, 10, tzinfo=UTC),
        datetime(2026, 6, 20, 10, 15, tzinfo=UTC),
    )
    assert place_of_span(found, newest_first=False) == found[0]
    newest = place_of_span(found, newest_first=True)
    assert found[0] < newest < found[1]


def test_a_time_on_a_day_with_another_number_of_hours() -> None:
    assert span("2026-10-25 23:00")[0] == datetime(2026, 10, 25, 21, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "13:00 2026-06-20", "1,00", "-5", "1 2 3"])
def test_other_words_are_no_time(text: str) -> None:
    with pytest.raises(FilterWords):
        span(text)


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    parse_row(text)
    with suppress(FilterWords):
        start, end = span(text)
        assert start < end
