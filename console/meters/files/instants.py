"""The instants: a file's times to UTC, the hours that come twice or never not guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from console.errors import UsageError
from console.meters.slots import to_milliseconds
from console.safe_text import safe_text

_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,6})?)?"
    r"(?: ?(?P<half>[AaPp])[Mm])?"
)
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{2}})[-/.](?P<day>\d{{2}})[T ]{_CLOCK}"
    r" ?(?P<offset>Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_DAY_FIRST = re.compile(
    rf"(?P<day>\d{{1,2}})(?P<mark>[-/.])(?P<month>\d{{1,2}})[-/.](?P<year>\d{{4}})[T ]{_CLOCK}",
    re.ASCII,
)
_MONTH_FIRST = re.compile(
    rf"(?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})[-/.](?P<year>\d{{4}})[T ]{_CLOCK}", re.ASCII
)
_UNIX = re.compile(r"\d{9,10}", re.ASCII)
_FORMS = {"ymd": _YEAR_FIRST, "dmy": _DAY_FIRST, "mdy": _MONTH_FIRST, "unix": _UNIX}
_YEARS = range(1970, 2201)
_LATEST_MS = to_milliseconds(datetime(2200, 1, 1, tzinfo=UTC))


class NoInstant(ValueError):
    """A text is no instant; the message says why, and what to do."""

    def __init__(self, why: str, advice: str = "") -> None:
        """Take why, to follow the text, and what to do."""
        super().__init__(why)
        self.advice = advice


class Instants:
    """Reads the times of a file."""

    def __init__(self, dates: str, zone: str, repeated: str) -> None:
        """Take how a file writes its times.

        Args:
            dates: the order of a date: `ymd`, `dmy`, `mdy`, or `unix` for seconds since 1970.
            zone: in which times without an offset are; empty where all have one.
            repeated: whether an hour that comes twice is taken in `order`, or refused.

        Raises:
            UsageError: there is no such zone.
        """
        self._form = _FORMS[dates]
        self._zone = zone_named(zone) if zone else None
        self._by_order = repeated == "order"
        self._seen: dict[tuple[str, datetime], int] = {}
        self._last = ("", 0)

    def read(self, text: str, series: str) -> int:
        """Return a time in milliseconds since 1970 UTC.

        Args:
            text: as the file has it.
            series: names the rows among which an hour comes twice: a house and a direction.

        Raises:
            NoInstant: it is none, or one of two.
        """
        if text == self._last[0]:
            return self._last[1]
        form = self._form.fullmatch(text)
        if form is None:
            raise self._unread(text)
        if self._form is _UNIX:
            return _bounded(int(text) * 1000)
        local, offset = _written(form)
        if offset is not None:
            local = local.replace(tzinfo=offset)
        elif self._zone is None:
            raise NoInstant(
                "has no offset", "Name the zone that it is in: --zone Europe/Helsinki, or UTC."
            )
        else:
            local, certain = self._in_zone(local, self._zone, series)
            if not certain:
                return _bounded(to_milliseconds(local))
        self._last = (text, _bounded(to_milliseconds(local)))
        return self._last[1]

    def check(self) -> None:
        """Look whether every time that comes twice did so.

        Raises:
            NoInstant: one came once; the message names it.
        """
        for (_, local), times in self._seen.items():
            if times == 1:
                raise NoInstant(
                    f"{local:%Y-%m-%d %H:%M} comes twice in the zone and once in the file",
                    "Take the row out, or write it in UTC.",
                )

    def _in_zone(self, local: datetime, zone: ZoneInfo, series: str) -> tuple[datetime, bool]:
        """Return a local time's instant, and whether there is only one."""
        early, late = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
        if early.utcoffset() == late.utcoffset():
            return early, True
        if early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
            raise NoInstant(
                f"is skipped in {zone.key}: the clocks go forward there", "Is that its zone?"
            )
        if not self._by_order:
            raise NoInstant(
                f"comes twice in {zone.key}: the clocks go back there",
                "Where the file has that hour twice, the earlier one first, say "
                "--repeated-hour order; else take it out.",
            )
        times = self._seen.get((series, local), 0)
        if times > 1:
            raise NoInstant(f"comes twice in {zone.key} and more often in the file")
        self._seen[series, local] = times + 1
        return (late if times else early), False

    def _unread(self, text: str) -> NoInstant:
        for name, form in _FORMS.items():
            if form is not self._form and form is not _UNIX and form.fullmatch(text):
                return NoInstant("is not written as --dates says", f"Is it --dates {name}?")
        return NoInstant("is not a time", "Such as 2026-06-21 10:15, or with its offset +03:00.")


def _bounded(milliseconds: int) -> int:
    if not 0 <= milliseconds < _LATEST_MS:
        raise NoInstant("is no time of a meter")
    return milliseconds


def zone_named(name: str) -> ZoneInfo:
    """Return a zone.

    Raises:
        UsageError: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise UsageError(
            f"--zone: there is no zone {safe_text(name, 40)}.", advice="Such as Europe/Helsinki."
        ) from None


def _written(form: re.Match[str]) -> tuple[datetime, timezone | None]:
    """Return the local time that a text writes, and its offset; 24:00 is the next day's midnight.

    Raises:
        NoInstant: there is no such day or time of day.
    """
    parts = form.groupdict()
    number = {name: int(parts[name]) for name in ("year", "month", "day", "hour", "minute")}
    second = int(parts["second"] or 0)
    if number["year"] not in _YEARS:
        raise NoInstant("is no time of a meter")
    if parts["half"]:
        number["hour"] = _of_half(number["hour"], parts["half"])
    midnight = (number["hour"], number["minute"], second) == (24, 0, 0)
    number["hour"] = 0 if midnight else number["hour"]
    try:
        local = datetime(**number, second=second) + timedelta(days=midnight)  # type: ignore[arg-type]
        return local, _offset(parts.get("offset"))
    except (ValueError, OverflowError):
        raise NoInstant("is no time of any calendar") from None


def _of_half(hour: int, half: str) -> int:
    """Return the hour of the day of one that is counted by halves, 12 first in each."""
    if hour not in range(1, 13):
        raise NoInstant("is no time of any clock")
    return hour % 12 + (12 if half in "Pp" else 0)


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))
