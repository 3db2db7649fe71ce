"""The jump: where somebody wants to go in a long list, as they type it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo

import msgspec

from console.tui.widgets.words import FilterWords, Span, span_of

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*%\Z", re.ASCII)
_ROW = re.compile(r"#?(\d{1,3}(?:,\d{3})+|\d{1,15})\Z", re.ASCII)

HELP = "go to: 500000 (row)  50 %  2026-06-21  13:00  2026-06-21 13:00"
"""What a jump in the ledger may say."""

HELP_DAY = "go to: 2026-06-21  yesterday  today  2026-06-21 13:00"
"""What a jump among the days may say."""


class Jump(msgspec.Struct, frozen=True):
    """A place in the ledger; one of the three is given."""

    row: int | None = None
    """A row, by how many come before it."""
    part: float | None = None
    """A part of the whole, 0 to 1."""
    span: Span | None = None
    """An interval or a day."""


def parse_jump(text: str, zone: tzinfo, minutes: int, today: date) -> Jump:
    """Return the place of the ledger that a text means.

    Args:
        text: a row's number, a percentage, or a time.
        zone: the community's zone.
        minutes: the intervals' length.
        today: the local day that a bare time belongs to.

    Raises:
        FilterWords: it is none of these.
    """
    text = text.strip()
    if match := _PERCENT.match(text):
        return Jump(part=min(1.0, float(match[1]) / 100))
    if match := _ROW.match(text):
        return Jump(row=max(0, int(match[1].replace(",", "")) - 1))
    return Jump(span=parse_time(text, zone, minutes, today, HELP))


def parse_time(text: str, zone: tzinfo, minutes: int, today: date, help_: str = HELP_DAY) -> Span:
    """Return the interval or the day that a text means; arguments and errors as `parse_jump`."""
    words = text.split()
    try:
        if len(words) == 1:
            return span_of(words[0], zone, minutes, today)
        if len(words) == 2 and ":" in words[1]:
            start, _ = span_of(words[0], zone, minutes, today)
            noon = start + timedelta(hours=12)
            return span_of(words[1], zone, minutes, noon.astimezone(zone).date())
    except FilterWords as error:
        raise FilterWords(f"{error}; {help_}") from error
    raise FilterWords(help_)


def place_of_span(span: Span, *, newest_first: bool) -> datetime:
    """Return the instant from which on a list in some order shows a time's rows first.

    Args:
        span: the time, half-open.
        newest_first: the list's order.
    """
    return span[1] - timedelta(seconds=1) if newest_first else span[0]
