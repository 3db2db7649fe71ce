"""The format: numbers, money, ages and times as every screen writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from console.model.figures import NANO, rounded
from console.model.figures import UNKNOWN as UNKNOWN
from console.model.figures import price as price

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


def scaled(units: int | None, scale: int, places: int, *, signed: bool = False) -> str:
    """Return `units / scale` with a fixed number of decimals, halves to even.

    Args:
        units: an exact count; None where unknown.
        scale: how many units make one.
        places: decimals.
        signed: whether a positive value shows its plus.
    """
    if units is None:
        return UNKNOWN
    value = Decimal(rounded(units, scale, places))
    return f"{value:+,f}" if signed and value else f"{value:,f}"


def kwh(wh: int | None) -> str:
    """Return an energy in kWh with three decimals.

    Args:
        wh: energy, Wh; None where unknown.
    """
    return scaled(wh, 1000, 3)


def kw(watts: int | None) -> str:
    """Return a power's size in kW with two decimals.

    Args:
        watts: power, W, of either sign; None where unknown.
    """
    return scaled(None if watts is None else abs(watts), 1000, 2)


def money(nano: int | None, places: int = 4, *, signed: bool = False) -> str:
    """Return an amount with a fixed number of decimals.

    Args:
        nano: the amount, nano-units of the currency; None where unknown.
        places: decimals: 4 in the ledger, 3 on a card, 2 on a bill.
        signed: whether a positive amount shows its plus.
    """
    return scaled(nano, NANO, places, signed=signed)


def age(seconds: float | None) -> str:
    """Return how old something is, as in `12 s`, `2:42`, `3 h`, `2 d`.

    Args:
        seconds: its age, s; None where unknown.
    """
    if seconds is None:
        return UNKNOWN
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}"
    return f"{whole // 3600} h" if whole < 2 * 86400 else f"{whole // 86400} d"


def left(span: timedelta) -> str:
    """Return a time that is left, as in `7:29`; an hour and more as `1:07:29`."""
    whole = max(0, int(span.total_seconds()))
    hours, rest = divmod(whole, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def local(instant: datetime, zone: ZoneInfo, *, utc: bool = False) -> datetime:
    """Return an aware instant in the zone in which screens show times."""
    return instant.astimezone(UTC if utc else zone)


def seconds(instant: datetime, zone: ZoneInfo, *, utc: bool = False) -> str:
    """Return a time to the second, `13:22:31` or `10:22:31Z`."""
    return f"{local(instant, zone, utc=utc):%H:%M:%S}{'Z' if utc else ''}"


def minutes(instant: datetime, zone: ZoneInfo, *, utc: bool = False) -> str:
    """Return a time to the minute, `13:15` or `10:15Z`."""
    return f"{local(instant, zone, utc=utc):%H:%M}{'Z' if utc else ''}"


def turn(instant: datetime, zone: ZoneInfo) -> str:
    """Return `A` or `B` for the first or the second time of a local hour that comes twice.

    Args:
        instant: aware.
        zone: the zone of the local hour.
    """
    there = instant.astimezone(zone)
    if there.replace(fold=0).utcoffset() == there.replace(fold=1).utcoffset():
        return ""
    return "AB"[there.fold]


def day(date_: date) -> str:
    """Return a day, as in `Sun 21 Jun`."""
    return f"{_DAYS[date_.weekday()]} {date_.day} {_MONTHS[date_.month - 1]}"


def person(actor: str) -> str:
    """Return who an actor is without the account's number: `anna` of `anna (uid 1000)`."""
    return actor.partition(" (")[0]


def address(text: str, more: str = "…") -> str:
    """Return a wallet address or a hash in nine cells: its first four characters and its last."""
    return text if len(text) <= 9 else f"{text[:4]}{more}{text[len(more) - 5 :]}"
