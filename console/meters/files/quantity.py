"""The quantity: a number of a file as whole watt-hours, no fraction lost on the way."""

from __future__ import annotations

import re

from console.meters.files.gathering import MICRO
from console.meters.files.layout import DECIMALS, WATT_HOURS, WATTS

MS_PER_HOUR = 3_600_000
"""Milliseconds in an hour."""

_MOST_WH = 10**12
_NUMBERS = {
    mark: re.compile(rf"(?P<whole>\d{{1,12}})(?:{re.escape(mark)}(?P<rest>\d{{1,12}}))?", re.ASCII)
    for mark in DECIMALS.values()
}


class Unreadable(ValueError):
    """A text is no quantity; the message says why."""


class Quantities:
    """Reads the numbers of a file in one unit, and learns how finely it tells them."""

    def __init__(self, unit: str, decimal: str) -> None:
        """Read numbers of a unit, with `point` or `comma` before decimals."""
        self.is_power = unit in WATTS
        """Whether they are mean powers, whose energy depends on how long they last."""
        self._factor = WATTS[unit] if self.is_power else WATT_HOURS[unit]
        self._mark = DECIMALS[decimal]
        self._decimals = 0

    def read(self, text: str) -> int:
        """Return a number in micro-Wh, or in microwatts where the unit is one of power.

        Raises:
            Unreadable: it is none.
        """
        form = _NUMBERS[self._mark].fullmatch(text)
        if form is None:
            raise Unreadable(_why(text, self._mark))
        rest = form["rest"] or ""
        whole = int(form["whole"] + rest) * self._factor * MICRO
        micro, lost = divmod(whole, int(10 ** len(rest)))
        if lost:
            raise Unreadable("has more decimals than are counted")
        if micro > _MOST_WH * MICRO:
            raise Unreadable("is more than any meter counts")
        self._decimals = max(self._decimals, len(rest))
        return micro

    def resolution_wh(self, length: int) -> int:
        """Return the smallest step of energy of what was read, whole Wh, at least 1.

        Args:
            length: how long a row usually lasts, ms.
        """
        step, scale = self._factor, int(10**self._decimals)
        if self.is_power:
            step, scale = step * length, scale * MS_PER_HOUR
        return max(1, -(-step // scale))


def _why(text: str, mark: str) -> str:
    if text.startswith("-"):
        return "is negative; what is given has a column of its own"
    if any(_NUMBERS[other].fullmatch(text) for other in _NUMBERS if other != mark):
        other = "comma" if mark == "." else "point"
        return f"is no number: say --decimal {other}, where a {other} begins the decimals"
    return "is not a number"
