"""The words of a ledger filter: `producer:test1 block:1283 !house:x 13:00 2026-06-21`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from console.model.entry import EntryState
from console.model.figures import MICRO
from console.model.house import ID
from console.model.interval import Interval
from console.model.ledger_filter import LedgerFilter
from console.model.view import LedgerQuery

Span = tuple[datetime, datetime]
"""From an instant until before another, aware UTC."""

Fields = dict[str, Any]
"""Fields of a filter."""

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(Z?)\Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_NUMBER = re.compile(r"\d{1,15}\Z", re.ASCII)
_PRICE = re.compile(r"\d{1,9}(\.\d{1,6})?\Z", re.ASCII)
_DIGITS = re.compile(r"[0-9A-Fa-f]{1,64}\Z", re.ASCII)
_MOST_WITHOUT = 16
HELP = (
    "letters of a house  producer: consumer: house:test1  13:00  2026-06-21  A..B"
    "  block:9 tx:9A9E state:final price:0.1 revision:1  !word for all but"
)
"""What a filter may say."""


class FilterWords(ValueError):
    """Words that no filter understands; the message is a sentence for the operator."""


def parse_words(text: str, zone: tzinfo, minutes: int, today: date) -> LedgerQuery:
    """Return the ledger query of a filter's words; none mean the whole ledger.

    Args:
        text: the words, in any order; `!` before one takes out what it names.
        zone: the community's zone, in which times are meant unless they end in `Z`.
        minutes: the intervals' length.
        today: the local day that a bare time belongs to.

    Raises:
        FilterWords: a word is not understood, or a local time is ambiguous.
    """
    words = text.split()
    days = [word for word in words if _is_day(word)]
    clocked = [word for word in words if _CLOCK.match(word)]
    day = _day_of(days[0], today) if len(days) == 1 else today
    only: Fields = {}
    without: list[LedgerFilter] = []
    for word in words:
        if word in days and len(days) == 1 and clocked:
            continue
        name = word.removeprefix("!")
        fields = _fields_of(name, zone, minutes, today if _is_day(name) else day)
        if name != word:
            if not fields:
                raise FilterWords(f"not understood: {word[:32]}; {HELP}")
            without.append(LedgerFilter(**fields))
        else:
            _join(only, fields, word)
    if len(without) > _MOST_WITHOUT:
        raise FilterWords(f"at most {_MOST_WITHOUT} words with a !")
    return LedgerQuery(**only, without=tuple(without))


def span_of(word: str, zone: tzinfo, minutes: int, today: date) -> Span:
    """Return the local day or the interval that a word names; as `parse_words`."""
    if _is_day(word):
        day = _day_of(word, today)
        return midnight(day, zone), midnight(day + timedelta(days=1), zone)
    if clock := _CLOCK.match(word):
        interval = Interval.containing(_instant(today, clock, zone), minutes)
        return interval.start, interval.end
    begin, t, rest = word.partition("T")
    if t and _DAY.match(begin) and (clock := _CLOCK.match(rest)):
        interval = Interval.containing(_instant(_day(begin), clock, zone), minutes)
        return interval.start, interval.end
    raise FilterWords(f"not understood: {word[:32]}")


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the first instant of a local day, aware UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def matcher(text: str) -> Callable[[str], bool]:
    """Return whether a line has all of a filter's words, or none of those after a `!`."""
    wanted = [word.casefold() for word in text.split()]

    def matches(line: str) -> bool:
        low = line.casefold()
        return all(
            word[1:] not in low if word.startswith("!") and word != "!" else word in low
            for word in wanted
        )

    return matches


def _fields_of(word: str, zone: tzinfo, minutes: int, today: date) -> Fields:
    """The fields that one word sets."""
    first, dots, last = word.partition("..")
    if dots:
        start = span_of(first, zone, minutes, today)[0] if first else None
        end = span_of(last, zone, minutes, today)[0] if last else None
        return {name: at for name, at in (("start", start), ("end", end)) if at is not None}
    name, colon, value = word.partition(":")
    if colon and name in _READERS:
        return _READERS[name](name, value)
    if colon and name in ("from", "to"):
        return {"start" if name == "from" else "end": span_of(value, zone, minutes, today)[0]}
    if ID.match(word) and not _is_day(word):
        return {"text": word}
    try:
        start, end = span_of(word, zone, minutes, today)
    except FilterWords as error:
        raise FilterWords(f"{error}; {HELP}" if "not understood" in str(error) else str(error)) \
            from error  # fmt: skip
    return {"start": start, "end": end}


def _join(only: Fields, fields: Fields, word: str) -> None:
    """Add a word's fields to a filter's: times narrow each other, all else is said once."""
    for name, value in fields.items():
        if name not in only:
            only[name] = value
        elif name in ("start", "end"):
            only[name] = (max if name == "start" else min)(only[name], value)
        elif only[name] != value:
            raise FilterWords(f"{word[:32]}: only one {name} can be asked for at a time")


def _is_day(word: str) -> bool:
    return word in ("today", "yesterday") or _DAY.match(word) is not None


def _day_of(word: str, today: date) -> date:
    if word in ("today", "yesterday"):
        return today - timedelta(days=word == "yesterday")
    return _day(word)


def _house(name: str, value: str) -> Fields:
    if not ID.match(value):
        raise FilterWords(f"{name}: wants a house's id; {HELP}")
    return {name: value}


def _text(name: str, value: str) -> Fields:
    if not ID.match(f"a{value}") or not value:
        raise FilterWords(f"{name}: wants letters of a house's id")
    return {name: value}


def _number(name: str, value: str) -> Fields:
    if not _NUMBER.match(value):
        raise FilterWords(f"{name}: wants a whole number")
    return {name: int(value)}


def _digits(name: str, value: str) -> Fields:
    if not _DIGITS.match(value):
        raise FilterWords(f"{name}: wants the first digits of a transaction, 0 to F")
    return {"transaction": value}


def _state(name: str, value: str) -> Fields:
    if value not in tuple(EntryState):
        raise FilterWords(f"{name}: wants final or sealed")
    return {name: EntryState(value)}


def _price(name: str, value: str) -> Fields:
    if not _PRICE.match(value):
        raise FilterWords(f"{name}: wants a price per kWh such as 0.1")
    return {"price_micro": int(Decimal(value) * MICRO)}


_READERS: dict[str, Callable[[str, str], Fields]] = {
    "producer": _house,
    "consumer": _house,
    "house": _house,
    "text": _text,
    "block": _number,
    "revision": _number,
    "tx": _digits,
    "state": _state,
    "price": _price,
}


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise FilterWords(f"no such day: {word}") from error


def _instant(day: date, clock: re.Match[str], zone: tzinfo) -> datetime:
    """The instant of a wall time; refused where it comes twice or never."""
    wall = time(int(clock[1]), int(clock[2]))
    if clock[3]:
        return datetime.combine(day, wall, UTC)
    first = datetime.combine(day, wall, zone)
    if first.utcoffset() != first.replace(fold=1).utcoffset():
        raise FilterWords(f"{clock[0]} is not one instant on {day}: say it in UTC, with a Z")
    return first.astimezone(UTC)
