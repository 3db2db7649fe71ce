"""The meter's words: what options say of a meter as NAME=VALUE, for its profile to take."""

from __future__ import annotations

import re
from collections.abc import Sequence

import tomli

from console.errors import UsageError
from console.safe_text import safe_text

MOST_WORDS = 32
"""How many of them an option takes."""

LONGEST_WORD = 400
"""How long one may be, characters."""

_SUMS = frozenset({"import", "export", "power", "import_alt", "export_alt", "power_alt"})
_ELSEWHERE = {
    "profile": "--profile",
    "url": "--meter-url",
    "secret": "--secret",
    "params": "--param",
}
_KEY = re.compile(r"[a-z][a-z0-9_]{0,31}(\.[A-Za-z][A-Za-z0-9_-]{0,63})?\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def params_of(words: Sequence[str]) -> dict[str, str]:
    """Return a house's parameters by name; their profile judges them.

    Args:
        words: each `NAME=VALUE`.

    Raises:
        UsageError: one has no value, or stands there twice.
    """
    params: dict[str, str] = {}
    for name, value in pairs_of("--param", words):
        if name in params:
            raise UsageError(f"--param {safe_text(name, 60)} stands there twice.")
        params[name] = value
    return params


def described_of(words: Sequence[str]) -> dict[str, object]:
    """Return what a generic meter's expressions are, as the configuration would say it.

    A value is what it says in TOML where it says something there (`["a", "b"]`, `5`), else the text
    itself. The registers and the power are sums: each may stand there several times. `units.energy`
    is the key of a table.

    Args:
        words: each `KEY=VALUE`.

    Raises:
        UsageError: one has no value, is no such key, or stands there twice.
    """
    described: dict[str, object] = {}
    for key, text in pairs_of("--generic", words):
        if key in _ELSEWHERE:
            raise UsageError(f"--generic {key}: that is said by {_ELSEWHERE[key]}.")
        if not _KEY.match(key):
            raise UsageError(
                f"--generic {safe_text(key, 60)} is no key of a meter.",
                advice="Such as: --generic path=/status --generic import=total.in "
                "--generic units.energy=kWh",
            )
        table, dot, name = key.partition(".")
        if dot:
            _put(_table(described, table), name, _value(text), key)
        elif key in _SUMS:
            _add(described, key, _value(text))
        else:
            _put(described, key, _value(text), key)
    return described


def pairs_of(option: str, words: Sequence[str]) -> list[tuple[str, str]]:
    """Return what an option's words say, in their order.

    Args:
        option: its name, for sentences.
        words: each `NAME=VALUE`.

    Raises:
        UsageError: one has no value or is no line of text, or they are too many.
    """
    if len(words) > MOST_WORDS:
        raise UsageError(f"{option} is taken {MOST_WORDS} times at most, not {len(words)} times.")
    pairs = []
    for word in words:
        name, sign, value = word.partition("=")
        if not (name and sign and value):
            raise UsageError(
                f"{option} {safe_text(word, 60)} has no value.", advice="It is NAME=VALUE."
            )
        if len(word) > LONGEST_WORD or _CONTROL.search(word):
            raise UsageError(
                f"{option} {safe_text(name, 60)} is longer than {LONGEST_WORD} characters, "
                "or no line of text."
            )
        pairs.append((name, value))
    return pairs


def _value(text: str) -> object:
    """What a text says in TOML, else the text: most expressions say nothing there."""
    try:
        return tomli.loads(f"value = {text}")["value"]
    except (tomli.TOMLDecodeError, RecursionError, ValueError):
        return text


def _table(described: dict[str, object], name: str) -> dict[str, object]:
    table = described.setdefault(name, {})
    if not isinstance(table, dict):
        raise UsageError(f"--generic {name} stands there as a table and as a value.")
    return table


def _put(table: dict[str, object], name: str, value: object, key: str) -> None:
    if name in table:
        raise UsageError(f"--generic {key} stands there twice.")
    table[name] = value


def _add(described: dict[str, object], key: str, value: object) -> None:
    terms = described.setdefault(key, [])
    if isinstance(terms, list):
        terms.extend(value if isinstance(value, list) else [value])
