"""The words of a ledger filter: `producer:test1 consumer:test3 house:x 13:00 2026-06-21`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import msgspec

from console.model.house import ID
from console.model.interval import Interval
from console.model.view import LedgerQuery

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(Z?)\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
HELP = "words: producer:test1 consumer:test3 house:test2 13:00 2026-06-21 today"
"""What a filter may say."""


class FilterWords(ValueError):
    """Words that no filter understands; the message is a sentence for the operator."""


def parse_words(text: str, zone: tzinfo, minutes: int, today: date) -> LedgerQuery:
    """Return the ledger query of a filter's words; none mean the whole ledger.

    Args:
        text: the words, in any order.
        zone: the community's zone, in which times are meant unless they end in `Z`.
        minutes: the intervals' length.
        today: the local day that a bare time belongs to.

    Raises:
        FilterWords: a word is not understood, or a local time is ambiguous.
    """
    query = LedgerQuery()
    day: date | None = None
    clock: re.Match[str] | None = None
    for word in text.split():
        key, colon, value = word.partition(":")
        if colon and key in ("producer", "consumer", "house"):
            query = _with_house(query, key, value)
        elif match := _CLOCK.match(word):
            clock = match
        elif word in ("today", "yesterday"):
            day = today - timedelta(days=word == "yesterday")
        elif _DAY.match(word):
            day = _day(word)
        elif ID.match(word):
            query = _with_house(query, "house", word)
        else:
            raise FilterWords(f"not understood: {word[:32]}; {HELP}")
    if clock is not None:
        start = Interval.containing(_instant(day or today, clock, zone), minutes).start
        return msgspec.structs.replace(query, start=start, end=start + timedelta(minutes=minutes))
    if day is not None:
        return msgspec.structs.replace(
            query, start=midnight(day, zone), end=midnight(day + timedelta(days=1), zone)
        )
    return query


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


def _with_house(query: LedgerQuery, key: str, value: str) -> LedgerQuery:
    if not ID.match(value):
        raise FilterWords(f"{key}: wants a house's id; {HELP}")
    if key == "producer":
        return msgspec.structs.replace(query, producer=value)
    if key == "consumer":
        return msgspec.structs.replace(query, consumer=value)
    return msgspec.structs.replace(query, house=value)


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
