"""The jump: where somebody wants to go in a long list, as they type it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo

import msgspec

from console.tui.widgets.words import FilterWords, Span, span_of

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*%\Z", re.ASCII)
_ROW = re.compile(r"#?(\d{1,3}(?:,\d{3})+|\d{1,15})\Z", re.ASCII)

HELP = "go to: 500000 (row)  50 %  test3  2026-06-21  13:00  2026-06-21 13:00"
"""What a jump in the ledger may say."""


class Jump(msgspec.Struct, frozen=True):
    """A row of the ledger; one of the two is given."""

    row: int | None = None
    """A row, by how many come before it."""
    part: float | None = None
    """A part of the whole, 0 to 1."""


def parse_row(text: str) -> Jump | None:
    """Return the row of the ledger that a text means; None where it is neither number nor part.

    Args:
        text: a row's number or a percentage.
    """
    text = text.strip()
    if match := _PERCENT.match(text):
        return Jump(part=min(1.0, float(match[1]) / 100))
    if match := _ROW.match(text):
        return Jump(row=max(0, int(match[1].replace(",", "")) - 1))
    return None


def parse_time(text: str, zone: tzinfo, minutes: int, today: date) -> Span:
    """Return the interval or the day that a text means.

    Args:
        text: a day, a time, or both.
        zone: the zone that is meant.
        minutes: the intervals' length.
        today: the local day that a bare time belongs to.

    Raises:
        FilterWords: it is none of these.
    """
    words = text.split()
    if len(words) == 1:
        return span_of(words[0], zone, minutes, today)
    if len(words) == 2 and ":" in words[1]:
        start, _ = span_of(words[0], zone, minutes, today)
        noon = start + timedelta(hours=12)
        return span_of(words[1], zone, minutes, noon.astimezone(zone).date())
    raise FilterWords("neither a day nor a time")


def place_of_span(span: Span, *, newest_first: bool) -> datetime:
    """Return the instant from which on a list in some order shows a time's rows first.

    Args:
        span: the time, half-open.
        newest_first: the list's order.
    """
    return span[1] - timedelta(seconds=1) if newest_first else span[0]
