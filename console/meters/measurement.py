"""The measurement: what one answer of a meter says, in exact decimals within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal

import msgspec

from console.errors import MeterError
from console.safe_text import safe_text

LARGEST_REGISTER_WH = Decimal(10**12)
"""No register of a house comes near it; what does is not a register in Wh."""
LARGEST_POWER_W = Decimal(10**7)
"""No house's power comes near it."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?\Z", re.ASCII)
_EXACT = Context(prec=100)
_MOST_DIGITS = 40
_LARGEST_EXPONENT = 30


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """A meter's registers and power at one instant, as exactly as it told them."""

    import_wh: Decimal
    """The import register, Wh."""
    export_wh: Decimal | None
    """The export register, Wh; None where the meter has none."""
    power_w: Decimal
    """The power, W, import positive."""
    serial: str = ""
    """The meter's own id, cleaned; empty where it tells none."""
    time: datetime | None = None
    """When the meter took them by its own clock, aware where that clock says its zone."""
    age_seconds: Decimal | None = None
    """How old the meter says that they are, s."""
    taken: datetime | None = None
    """When they were taken, aware UTC, where the meter told them by itself; None for an answer,
    which is as new as its question."""

    @property
    def whole_import_wh(self) -> int:
        """The import register cut to whole Wh."""
        return int(self.import_wh)

    @property
    def whole_export_wh(self) -> int:
        """The export register cut to whole Wh; where there is none, one that never moves."""
        return int(self.export_wh or 0)

    @property
    def whole_power_w(self) -> int:
        """The power to the nearest W."""
        return int(self.power_w.to_integral_value(ROUND_HALF_EVEN))


def number(value: object, what: str) -> Decimal:
    """Return a JSON value as a number, exactly.

    A string counts where it is plain digits with at most one point; true, false, null, a list
    and whatever has more digits than any meter are refused.

    Raises:
        MeterError: it is no number.
    """
    if isinstance(value, str) and _NUMBER.match(value):
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise MeterError(f"{what} is {_told(value)}, not a number")
    exact = Decimal(value)
    if not _is_sane(exact):
        raise MeterError(f"{what} has more digits than any meter shows")
    return exact


def total(terms: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """Return the exact sum of value x scale."""
    result = Decimal(0)
    for value, scale in terms:
        result = _EXACT.add(result, _EXACT.multiply(value, scale))
    return result


def register_wh(value: Decimal, what: str) -> Decimal:
    """Return a register in Wh.

    Raises:
        MeterError: it is negative, or larger than any house's.
    """
    if not 0 <= value < LARGEST_REGISTER_WH:
        raise MeterError(f"{what} is out of bounds: a register is 0 to 10^12 Wh")
    return value


def power_w(value: Decimal) -> Decimal:
    """Return a power in W.

    Raises:
        MeterError: it is larger than any house's.
    """
    if not -LARGEST_POWER_W < value < LARGEST_POWER_W:
        raise MeterError("power is out of bounds: it is less than 10^7 W")
    return value


def _is_sane(value: Decimal) -> bool:
    if not value.is_finite():
        return False
    _, digits, exponent = value.as_tuple()
    return (
        isinstance(exponent, int)
        and len(digits) <= _MOST_DIGITS
        and abs(exponent) <= _LARGEST_EXPONENT
    )


def _told(value: object) -> str:
    if value is None:
        return "missing"
    if isinstance(value, str):
        return f"the text {safe_text(value, 30)!r}"
    if isinstance(value, bool):
        return str(value).lower()
    return "a list" if isinstance(value, list) else "an object"
