"""The values: what a key of config.toml may hold, each a function that takes or refuses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Context, Decimal
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from console.model.house import ID
from console.model.interval import LENGTHS
from console.safe_text import safe_text

MOST_PRICE = 1_000_000
"""The highest price that is taken for one, currency units per kWh."""

_EXACT = Context(prec=80)
_FINEST_EXPONENT = -30
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,12})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_WALLET = re.compile(r"[A-Z2-7]{39}")
_PROFILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_GROUP = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_YEARS = range(1970, 2200)


class Wrong(ValueError):
    """A value that cannot be; the text continues `FILE:LINE: [table] key: `."""


def shown(value: object) -> str:
    """Return a short, clean picture of a value for a message."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{safe_text(value, 40)}"'
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, int) and abs(value) >= 10**40:
        return "a number of more than forty digits"
    return safe_text(value, 40)


def text(value: object) -> str:
    """Take any text of at most 200 characters."""
    if not isinstance(value, str):
        raise Wrong(f"must be text in quotes, not {shown(value)}")
    if len(value) > 200:
        raise Wrong(f"must be at most 200 characters, not {len(value)}")
    return value


def switch(value: object) -> bool:
    """Take true or false."""
    if not isinstance(value, bool):
        raise Wrong(f"must be true or false, not {shown(value)}")
    return value


def whole(least: int, most: int) -> Callable[[object], int]:
    """Return what takes a whole number from `least` to `most`."""

    def take(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Wrong(f"must be a whole number from {least} to {most}, not {shown(value)}")
        return value

    return take


def number(least: float, most: float) -> Callable[[object], float]:
    """Return what takes a finite number from `least` to `most`."""

    def take(value: object) -> float:
        numeric = _finite(value)
        if numeric is None or not least <= numeric <= most:
            raise Wrong(f"must be a number from {least:g} to {most:g}, not {shown(value)}")
        return float(numeric)

    return take


def price(value: object) -> int:
    """Take a price per kWh, a number or a decimal in quotes, exactly; return micro-units."""
    decimal = isinstance(value, str) and _DECIMAL.fullmatch(value)
    exact = Decimal(str(value)) if decimal else _finite(value)
    if exact is None:
        raise Wrong(f"must be a price per kWh such as 0.10, not {shown(value)}")
    if not 0 <= exact <= MOST_PRICE:
        raise Wrong(f"must be a price per kWh from 0 to {MOST_PRICE}, not {shown(value)}")
    micro = _EXACT.multiply(exact, Decimal(10**6)) if _short(exact) else Decimal("0.5")
    if micro != micro.to_integral_value():
        raise Wrong(f"must be a whole number of millionths, not {shown(value)}")
    return int(micro)


def key_share(value: object) -> int:
    """Take a house's share of all, a number or a decimal in quotes; return billionths."""
    decimal = isinstance(value, str) and _DECIMAL.fullmatch(value)
    exact = Decimal(str(value)) if decimal else _finite(value)
    if exact is None or not 0 <= exact <= 1:
        raise Wrong(f"must be a share from 0 to 1 such as 0.25, not {shown(value)}")
    billionths = _EXACT.multiply(exact, Decimal(10**9)) if _short(exact) else Decimal("0.5")
    if billionths != billionths.to_integral_value():
        raise Wrong(f"must have nine decimals at most, not {shown(value)}")
    return int(billionths)


def minutes(value: object) -> int:
    """Take an interval's length."""
    if isinstance(value, bool) or not isinstance(value, int) or value not in LENGTHS:
        lengths = ", ".join(map(str, LENGTHS))
        raise Wrong(f"must be one of {lengths}, not {shown(value)}")
    return value


def choice(*names: str, later: tuple[str, ...] = ()) -> Callable[[object], str]:
    """Return what takes one of `names`; of those in `later` it says that they are not built yet."""

    def take(value: object) -> str:
        if isinstance(value, str) and value in later:
            raise Wrong(f'"{value}" is not supported yet; write {_listed(names)}')
        if not isinstance(value, str) or value not in names:
            raise Wrong(f"must be {_listed(names)}, not {shown(value)}")
        return value

    return take


def day(value: object) -> date:
    """Take a local date."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Wrong(f"must be a date without quotes such as 2026-01-31, not {shown(value)}")
    if value.year not in _YEARS:
        raise Wrong(f"must lie in {_YEARS[0]} to {_YEARS[-1]}, not {value}")
    return value


def identifier(value: object) -> str:
    """Take the id of a community or a house."""
    if not isinstance(value, str) or not ID.match(value):
        raise Wrong(
            "must be 1 to 32 letters, digits, - or _, beginning with a letter or a digit, "
            f"not {shown(value)}"
        )
    return value


def timezone(value: object) -> str:
    """Take the name of a zone that this computer knows."""
    if isinstance(value, str) and _ZONE.fullmatch(value) and len(value) <= 64:
        try:
            return ZoneInfo(value).key
        except (OSError, ValueError, KeyError):
            pass
    raise Wrong(f'must be the name of a time zone such as "Europe/Helsinki", not {shown(value)}')


def currency(value: object) -> str:
    """Take a currency's code of three capital letters, as chain messages carry it."""
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise Wrong(f'must be three capital letters such as "EUR", not {shown(value)}')
    return value


def wallet(value: object) -> str:
    """Take what looks like an address; the engine checks its checksum."""
    if not isinstance(value, str) or not _WALLET.fullmatch(value):
        raise Wrong(
            f"must be an address of 39 characters A-Z and 2-7, without hyphens, not {shown(value)}"
        )
    return value


def profile(value: object) -> str:
    """Take the name of a meter profile."""
    if not isinstance(value, str) or not _PROFILE.fullmatch(value):
        raise Wrong(
            f'must be the name of a meter profile, "simulated" or "file", not {shown(value)}'
        )
    return value


def words(value: object) -> dict[str, str]:
    """Take a table of at most 16 short texts."""
    if not isinstance(value, dict) or len(value) > 16:
        raise Wrong(f'must be a table such as {{ name = "text" }}, not {shown(value)}')
    for text in value.values():
        if not isinstance(text, str) or not text or len(text) > 64:
            raise Wrong(f"holds {shown(text)}; each value is a text of 1 to 64 characters")
    return dict(value)


def group(value: object) -> str:
    """Take the name of a user group; empty for none."""
    if value != "" and not (isinstance(value, str) and _GROUP.fullmatch(value)):
        raise Wrong(f"must be the name of a user group, not {shown(value)}")
    return value


def url(value: object) -> str:
    """Take an http or https address without user, query or fragment.

    The value is never repeated in the message: a password may stand in it.
    """
    return _address(value, ("http", "https"), '"http://192.168.1.20"')


def meter_url(value: object) -> str:
    """Take a meter's address: as `url`, or what it is listened to by; its kind checks the rest."""
    schemes = ("http", "https", "tcp", "mqtt", "mqtts")
    return _address(value, schemes, '"http://192.168.1.20" or "tcp://192.168.1.20:2001"')


def _address(value: object, schemes: tuple[str, ...], example: str) -> str:
    refusal = Wrong(f"must be an address such as {example}, with no user and no query")
    if not isinstance(value, str) or len(value) > 300 or _CONTROL.search(value) or " " in value:
        raise refusal
    try:
        parts = urlsplit(value)
        whole_address = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:
        raise refusal from None
    if not whole_address or "@" in parts.netloc or parts.query or parts.fragment:
        raise refusal
    return value.rstrip("/")


def urls(value: object) -> tuple[str, ...]:
    """Take a list of at most 16 addresses."""
    if not isinstance(value, list) or len(value) > 16:
        raise Wrong(f"must be a list of at most 16 addresses, not {shown(value)}")
    return tuple(url(address) for address in value)


def place(folder: Path) -> Callable[[object], Path]:
    """Return what takes a path, relative to `folder`, `~` for the home folder."""

    def take(value: object) -> Path:
        if not isinstance(value, str) or not value or _CONTROL.search(value) or len(value) > 1024:
            raise Wrong(f"must be a path in quotes, not {shown(value)}")
        try:
            return folder / Path(value).expanduser()
        except RuntimeError:
            raise Wrong(f"must be a path whose home folder is known, not {shown(value)}") from None

    return take


def secret(folder: Path) -> Callable[[object], str]:
    """Return what takes a `file:` or `env:` reference to a secret.

    The value is never repeated in the message: it may be the secret itself.
    """
    take_place = place(folder)

    def take(value: object) -> str:
        kind, colon, rest = value.partition(":") if isinstance(value, str) else ("", "", "")
        if colon and kind == "env" and _VARIABLE.fullmatch(rest):
            return f"env:{rest}"
        if colon and kind == "file" and rest and not _CONTROL.search(rest):
            return f"file:{take_place(rest)}"
        raise Wrong('must be a reference, "file:PATH" or "env:NAME", never the secret itself')

    return take


def _finite(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    exact = Decimal(value)
    return exact if exact.is_finite() else None


def _short(exact: Decimal) -> bool:
    exponent = exact.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= _FINEST_EXPONENT


def _listed(names: tuple[str, ...]) -> str:
    quoted = [f'"{name}"' for name in names]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
