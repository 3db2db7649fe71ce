"""Periods as operators write them: months, weeks, spans of days."""

from __future__ import annotations

from datetime import date

import pytest

from console.model.period import Period, month_of


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("2026-06", date(2026, 6, 1), date(2026, 7, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 5)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 4)),
        ("2026-06-01..2026-06-15", date(2026, 6, 1), date(2026, 6, 15)),
    ],
)
def test_a_period_is_half_open(text: str, first: date, end: date) -> None:
    period = Period.parse(f" {text} ")
    assert (period.first, period.end, period.name) == (first, end, text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0001-01", "its year lies outside 1970 to 2199"),
        ("9999-11", "its year lies outside"),
        ("June", "a period is"),
        ("2026-13", "no such days"),
        ("2026-W54", "no such days"),
        ("2026-02-30..2026-03-01", "no such days"),
        ("9999-12", "no such days"),
        ("2026-06-02..2026-06-02", "later than its first day"),
        ("2026-01-01..2028-01-01", "longer than 400 days"),
        ("2026-06..2026-07", "a period is"),
        ("٢٠٢٦-06", "a period is"),
    ],
)
def test_what_is_no_period_says_why(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Period.parse(text)


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("2026-12", "2027-01"),
        ("2026-W53", "2027-W01"),
        ("2026-06-01..2026-06-15", "2026-06-15..2026-06-29"),
    ],
)
def test_periods_follow_each_other(text: str, following: str) -> None:
    period = Period.parse(text)
    assert period.next.name == following
    assert period.next.first == period.end
    assert period.next.previous == period


def test_the_month_of_a_day() -> None:
    assert month_of(date(2026, 2, 28)) == Period.parse("2026-02")
