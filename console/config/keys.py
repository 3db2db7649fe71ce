"""The keys: the houses' shares under the static rules, in whole billionths that sum to one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from console.config import values
from console.config.named import read_named
from console.errors import UsageError
from console.model.house import House
from console.safe_text import safe_text

WHOLE = 10**9
"""All keys together, billionths."""

STATIC_RULES = frozenset({"static", "static-rounds"})
"""The rules that need them."""

MOST_BYTES = 1 << 20
"""The longest file of keys, bytes."""

_HEADER = "house,key"


def wrong_sum(houses: Sequence[House]) -> str:
    """Return what is wrong with the sum of the houses' keys; nothing where it is one.

    Members come and go by days: their keys never sum to more than one, and to one at some time.
    """
    days = sorted({day for house in houses for day in (house.since, house.until) if day})
    at_first = _sum(house for house in houses if house.since is None)
    most, when = at_first, ""
    for day in days:
        total = _sum(house for house in houses if _is_member(house, day))
        if total > most:
            most, when = total, f" from {day} on"
    if most == WHOLE:
        return ""
    return f"the houses' keys sum to {decimal(most)}{when}; they must sum to 1"


def decimal(billionths: int) -> str:
    """Return billionths as a plain decimal."""
    fraction = f"{billionths % WHOLE:09d}".rstrip("0")
    return f"{billionths // WHOLE}" + (f".{fraction}" if fraction else "")


def read_keys(path: Path, houses: Iterable[str]) -> dict[str, int]:
    """Read a file of keys: `house,key` lines, each house once; return billionths by house.

    Args:
        path: CSV with or without its header.
        houses: the ids of all houses; those that the file does not name have no key.

    Raises:
        UsageError: it cannot be read, or a line is wrong; the message names FILE:LINE.
    """
    known, keys = frozenset(houses), dict[str, int]()
    for number, line in enumerate(_lines(path), 1):
        if not line.strip() or (number == 1 and line.strip() == _HEADER):
            continue
        house, _, key = (part.strip() for part in line.partition(","))
        where = f"{safe_text(path)}:{number}"
        if house not in known:
            raise UsageError(f"{where}: the recording has no house {values.shown(house)}.")
        if house in keys:
            raise UsageError(f"{where}: {house} stands there twice.")
        try:
            keys[house] = values.key_share(key)
        except values.Wrong as wrong:
            raise UsageError(f"{where}: key {wrong}.") from None
    return keys


def check_keys(rule: str, keys: Mapping[str, int], path: Path | None) -> None:
    """Check the keys of a replay.

    Raises:
        UsageError: the rule needs keys and has none, has some and needs none, or they do not sum
            to one.
    """
    if rule not in STATIC_RULES:
        if path is not None:
            raise UsageError(f"--keys belongs to the static rules, not to {rule}.")
        return
    if path is None:
        raise UsageError(
            f"--rule {rule} needs --keys FILE: lines of house,key whose keys sum to 1."
        )
    if (total := sum(keys.values())) != WHOLE:
        raise UsageError(
            f"{safe_text(path)}: the houses' keys sum to {decimal(total)}; they must sum to 1."
        )


def _lines(path: Path) -> list[str]:
    raw = read_named(path, MOST_BYTES)
    try:
        return raw.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{safe_text(path)}:{line}: this line is no UTF-8 text.") from None


def _sum(houses: Iterable[House]) -> int:
    return sum(house.key_billionths or 0 for house in houses)


def _is_member(house: House, day: date) -> bool:
    begun = house.since is None or house.since <= day
    return begun and (house.until is None or day < house.until)
