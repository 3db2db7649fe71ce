"""The fresh: which values have just changed, for one second of accent."""

from __future__ import annotations

from collections.abc import Iterable

from console.model.snapshot import HouseNow

SHOWN_SECONDS = 1.0
"""Loop seconds for which a new value is shown as new."""
_STILL_SECONDS = 4.0


class Fresh:
    """Remembers when each house's power changed; what moves all the time is never news."""

    def __init__(self) -> None:
        """Begin without any memory."""
        self._values: dict[str, int | None] = {}
        self._changed: dict[str, float] = {}
        self._news: dict[str, float] = {}

    def seen(self, houses: Iterable[HouseNow], now: float) -> frozenset[str]:
        """Take the newest values; return the houses whose value is new.

        Args:
            houses: all houses.
            now: loop time, s.
        """
        for house in houses:
            if house.id not in self._values:
                self._values[house.id] = house.power_w
            elif self._values[house.id] != house.power_w:
                self._values[house.id] = house.power_w
                if now - self._changed.get(house.id, float("-inf")) >= _STILL_SECONDS:
                    self._news[house.id] = now
                self._changed[house.id] = now
        self._news = {
            house: since for house, since in self._news.items() if now - since < SHOWN_SECONDS
        }
        return frozenset(self._news)
