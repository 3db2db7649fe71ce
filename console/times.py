"""The times that an operator writes: UTC or the community's local time, never a guess."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from console.errors import UsageError
from console.model.interval import Interval, instant_name
from console.model.period import Period
from console.safe_text import safe_text

_FORMS = re.compile(
    r"(?:(?P<day>\d{4}-\d{2}-\d{2})(?:[T ](?=\d)|$))?"
    r"(?:(?P<clock>\d{2}:\d{2})(?P<zone>Z|[+-]\d{2}:\d{2})?)?",
    re.ASCII,
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DURATION = re.compile(r"(?P<number>\d{1,5}) ?(?P<unit>[smhd])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SPANS = "Write 2026-11, 2026-W48, 2026-11-23, or 2026-11-23T12:00..2026-11-23T14:00."
_ADVICE = "Write 2026-11-23T10:15Z, or local time as 2026-11-23T12:15 or 12:15."


def parse_instant(text: str, zone: ZoneInfo, today: date) -> datetime:
    """Return the instant that an operator means, aware UTC.

    Args:
        text: `2026-11-23T10:15Z`, with an offset, local `2026-11-23T12:15`, local `12:15` of
            today, or `2026-11-23` for the beginning of that local day.
        zone: the community's zone.
        today: the community's local day.

    Raises:
        UsageError: it is none of these, or a local time that is there twice or never.
    """
    form = _FORMS.fullmatch(text.strip())
    if form is None or not (form["day"] or form["clock"]):
        raise UsageError(f'"{safe_text(text, 40)}" is no time.', advice=_ADVICE)
    try:
        day = date.fromisoformat(form["day"]) if form["day"] else today
        if form["clock"] is None:
            return start_of_day(day, zone)
        written = datetime.fromisoformat(f"{day}T{form['clock']}{form['zone'] or ''}")
        return (written if written.tzinfo else _local(written, zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f'"{safe_text(text, 40)}" is no time.', advice=_ADVICE) from None


def parse_interval(text: str, minutes: int, zone: ZoneInfo, today: date) -> Interval:
    """Return the interval that begins at the time an operator writes.

    Args:
        text: as `parse_instant` takes it.
        minutes: the interval's length.
        zone: the community's zone.
        today: the community's local day.

    Raises:
        UsageError: the text is no time, or no interval begins there.
    """
    instant = parse_instant(text, zone, today)
    interval = Interval.containing(instant, minutes)
    if interval.start != instant:
        raise UsageError(
            f"no interval of {minutes} minutes begins at {instant_name(instant)}; "
            f"that instant lies in {interval.name}."
        )
    return interval


def parse_span(text: str, zone: ZoneInfo, today: date) -> tuple[datetime, datetime]:
    """Return the stretch `[start, end)` that an operator means, aware UTC.

    Args:
        text: a period (`2026-06`, `2026-W25`), a local day (`2026-06-21`), or two times that
            `parse_instant` takes, joined by `..`; the second is not in it.
        zone: the community's zone.
        today: the community's local day.

    Raises:
        UsageError: it is none of these.
    """
    first, dots, last = text.strip().partition("..")
    if dots:
        start, end = (parse_instant(one, zone, today) for one in (first, last))
        if not start < end:
            raise UsageError(f'"{safe_text(text, 60)}" ends before it begins.', advice=_SPANS)
        return start, end
    try:
        day, after = _days(first)
        return start_of_day(day, zone), start_of_day(after, zone)
    except (ValueError, OverflowError):
        raise UsageError(f'"{safe_text(text, 60)}" is no period.', advice=_SPANS) from None


def parse_duration(text: str) -> timedelta:
    """Return the stretch of time that an operator means.

    Args:
        text: a whole number and its unit: `90s`, `30m`, `1h` or `2d`.

    Raises:
        UsageError: it is none.
    """
    form = _DURATION.fullmatch(text.strip())
    if form is None:
        raise UsageError(
            f'"{safe_text(text, 40)}" is no stretch of time.', advice="Write 30m, 1h or 2d."
        )
    return timedelta(**{_UNITS[form["unit"]]: int(form["number"])})


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day, aware UTC.

    Where a zone skips midnight the day begins later; where midnight comes twice, at the first.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    first = midnight.astimezone(UTC)
    if _exists(midnight):
        return first
    # A midnight within a gap is read by the clock of before, so it lies at or after the gap.
    while (first - timedelta(minutes=1)).astimezone(zone).date() >= day:
        first -= timedelta(minutes=1)
    return first


def _days(text: str) -> tuple[date, date]:
    """Return the local days `[first, end)` of a day or a period."""
    if _DAY.fullmatch(text):
        day = date.fromisoformat(text)
        return day, day + timedelta(days=1)
    period = Period.parse(text)
    return period.first, period.end


def _local(written: datetime, zone: ZoneInfo) -> datetime:
    early = written.replace(tzinfo=zone, fold=0)
    late = written.replace(tzinfo=zone, fold=1)
    if not _exists(early):
        raise UsageError(
            f"{written:%Y-%m-%d %H:%M} is skipped in {zone.key}: the clocks go forward there.",
            advice=_ADVICE,
        )
    if early.utcoffset() != late.utcoffset():
        raise UsageError(
            f"{written:%Y-%m-%d %H:%M} comes twice in {zone.key}: it is "
            f"{instant_name(early)} or {instant_name(late)}.",
            advice="Write the one you mean in UTC.",
        )
    return early


def _exists(local: datetime) -> bool:
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(
        tzinfo=None
    )
