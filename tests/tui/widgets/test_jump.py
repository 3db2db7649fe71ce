from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.tui.widgets.jump import Jump, parse_jump, parse_time, place_of_span
from console.tui.widgets.words import FilterWords

HELSINKI = ZoneInfo("Europe/Helsinki")
TODAY = date(2026, 6, 21)


def parse(text: str) -> Jump:
    return parse_jump(text, HELSINKI, 15, TODAY)


def test_rows_are_counted_from_one() -> None:
    assert parse("500,000") == parse("500000") == parse("#500000") == Jump(row=499_999)
    assert parse("0") == Jump(row=0)


def test_a_part_of_the_whole() -> None:
    assert parse("50%") == parse("50 %") == Jump(part=0.5)
    assert parse("999%") == Jump(part=1.0)


def test_a_time_is_a_day_or_an_interval() -> None:
    span = parse("2026-06-20 13:00").span
    assert span == (
        datetime(2026, 6, 20, 10, tzinfo=UTC),
        datetime(2026, 6, 20, 10, 15, tzinfo=UTC),
    )
    assert place_of_span(span, newest_first=False) == span[0]
    newest = place_of_span(span, newest_first=True)
    assert span[0] < newest < span[1]


def test_a_time_on_a_day_with_another_number_of_hours() -> None:
    span = parse_time("2026-10-25 23:00", HELSINKI, 15, TODAY)
    assert span[0] == datetime(2026, 10, 25, 21, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "13:00 2026-06-20", "1,00", "-5", "1 2 3"])
def test_other_words_are_refused_with_what_can_be_said(text: str) -> None:
    with pytest.raises(FilterWords, match="go to"):
        parse(text)


@given(st.text(max_size=30))
def test_any_text_is_a_place_or_refused(text: str) -> None:
    with suppress(FilterWords):
        assert isinstance(parse(text), Jump)
