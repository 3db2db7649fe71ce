"""The quantity: a number of a file as whole watt-hours, no fraction lost on the way."""

from __future__ import annotations

import re
from decimal import Decimal

from console.meters.files.layout import DECIMALS, WATT_HOURS, WATTS

_MOST_WH = 10**12
_NUMBERS = {
    mark: re.compile(rf"\d{{1,12}}(?:{re.escape(mark)}(?P<rest>\d{{1,12}}))?", re.ASCII)
    for mark in DECIMALS.values()
}
_MINUTES_PER_HOUR = 60


class Unreadable(ValueError):
    """A text is no quantity; the message says why."""


class Quantities:
    """Reads the numbers of a file in one unit, and learns how finely it tells them."""

    def __init__(self, unit: str, decimal: str) -> None:
        """Read numbers of a unit, with `point` or `comma` before decimals."""
        self.is_power = unit in WATTS
        """Whether they are mean powers, whose energy depends on how long they last."""
        self._factor = Decimal(WATTS[unit] if self.is_power else WATT_HOURS[unit])
        self._mark = DECIMALS[decimal]
        self._decimals = 0
        self._rests: dict[tuple[str, bool], Decimal] = {}

    def read(self, text: str) -> Decimal:
        """Return a number in Wh or W.

        Raises:
            Unreadable: it is none.
        """
        form = _NUMBERS[self._mark].fullmatch(text)
        if form is None:
            raise Unreadable(_why(text, self._mark))
        self._decimals = max(self._decimals, len(form["rest"] or ""))
        value = Decimal(text.replace(",", ".")) * self._factor
        if value > _MOST_WH:
            raise Unreadable("is more than any meter counts")
        return value

    def whole(self, value: Decimal, minutes: Decimal, house: str, *, given: bool) -> int:
        """Return a value as whole Wh; its fraction goes into the house's next one.

        Args:
            value: Wh or W.
            minutes: how long it lasts.
            house: whose it is.
            given: which of its two directions.
        """
        energy = value * minutes / _MINUTES_PER_HOUR if self.is_power else value
        energy += self._rests.get((house, given), Decimal(0))
        whole = int(energy)
        self._rests[house, given] = energy - whole
        return whole

    def resolution_wh(self, minutes: Decimal) -> int:
        """Return the smallest step of energy of what was read, whole Wh, at least 1."""
        step = self._factor.scaleb(-self._decimals)
        if self.is_power:
            step = step * minutes / _MINUTES_PER_HOUR
        return max(1, int(step) + (step != int(step)))


def _why(text: str, mark: str) -> str:
    if text.startswith("-"):
        return "is negative; what is given has a column of its own"
    if any(_NUMBERS[other].fullmatch(text) for other in _NUMBERS if other != mark):
        other = "comma" if mark == "." else "point"
        return f"is no number: say --decimal {other}, where a {other} begins the decimals"
    return "is not a number"
