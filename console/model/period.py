"""The period: the local days that a bill covers."""

from __future__ import annotations

import re
from datetime import date, timedelta

import msgspec

MOST_DAYS = 400
"""The longest period, days."""
_YEARS = range(1970, 2200)

_FORMS = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{2})"
    r"|(?P<week_year>\d{4})-W(?P<week>\d{2})"
    r"|(?P<first>\d{4}-\d{2}-\d{2})\.\.(?P<end>\d{4}-\d{2}-\d{2})",
    re.ASCII,
)


class Period(msgspec.Struct, frozen=True, order=True):
    """The local days `[first, end)`."""

    first: date
    """The first day."""
    end: date
    """The day after the last one."""
    name: str
    """As an operator writes it: `2026-06`, `2026-W25` or `2026-06-01..2026-06-15`."""

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period of a name.

        Raises:
            ValueError: it is none; the text says why.
        """
        form = _FORMS.fullmatch(text.strip())
        if form is None:
            raise ValueError("a period is 2026-06, 2026-W25 or 2026-06-01..2026-06-15")
        try:
            first, end = _days(form)
        except (ValueError, OverflowError):
            raise ValueError("there are no such days in the calendar") from None
        if first.year not in _YEARS:
            raise ValueError(f"its year lies outside {_YEARS[0]} to {_YEARS[-1]}")
        if not first < end:
            raise ValueError("its end must be later than its first day; the end is not in it")
        if (end - first).days > MOST_DAYS:
            raise ValueError(f"it is longer than {MOST_DAYS} days")
        return cls(first, end, text.strip())

    @property
    def next(self) -> Period:
        """The period of the same kind that follows."""
        return self._neighbour(self.end)

    @property
    def previous(self) -> Period:
        """The period of the same kind before this one."""
        if len(self.name) == len("2026-06"):
            return _month(self.first - timedelta(days=1))
        return self._neighbour(self.first - (self.end - self.first))

    def _neighbour(self, first: date) -> Period:
        if len(self.name) == len("2026-06"):
            return _month(first)
        end = first + (self.end - self.first)
        if "W" in self.name:
            year, week, _ = first.isocalendar()
            return Period(first, end, f"{year}-W{week:02d}")
        return Period(first, end, f"{first}..{end}")


def month_of(day: date) -> Period:
    """Return the month in which a local day lies."""
    return _month(day)


def _days(form: re.Match[str]) -> tuple[date, date]:
    if form["month"]:
        month = _month(date(int(form["year"]), int(form["month"]), 1))
        return month.first, month.end
    if form["week"]:
        first = date.fromisocalendar(int(form["week_year"]), int(form["week"]), 1)
        return first, first + timedelta(days=7)
    return date.fromisoformat(form["first"]), date.fromisoformat(form["end"])


def _month(day: date) -> Period:
    first = day.replace(day=1)
    end = (first + timedelta(days=31)).replace(day=1)
    return Period(first, end, f"{first:%Y-%m}")
