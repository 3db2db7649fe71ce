"""The register: power integrated to energy, exactly, whenever it is asked.

Power is whole W and time whole milliseconds, so energy is an integer number of W·ms (3,600,000 are
1 Wh) and no polling rhythm changes it. Power is constant over a minute, but for a minute in which
a visitor's effect begins or ends: that one is split.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

WH = 3_600_000
"""W·ms in a Wh."""
MINUTE = 60_000
"""Milliseconds in a minute."""

PowerAt = Callable[[int, int], int]
"""The net power in a minute of the day, from a millisecond of it on, W, import positive."""


class Counts(NamedTuple):
    """What the two registers have counted, W·ms."""

    imported: int
    """The import register."""
    exported: int
    """The export register."""


class DayRegister:
    """One day of one house: its net power, and what both registers count from its start on."""

    def __init__(
        self, start: int, powers: Sequence[int], breaks: Sequence[int], power_at: PowerAt
    ) -> None:
        """Integrate a day.

        Args:
            start: the day's first millisecond, since 1970.
            powers: the net power in each minute without any effect, W, import positive.
            breaks: the milliseconds, since 1970, at which effects begin and end, in order.
            power_at: the net power with all effects.
        """
        self.start = start
        """The day's first millisecond."""
        self.end = start + len(powers) * MINUTE
        """The first millisecond that is no longer of it."""
        self._powers = array("i", powers)
        self._splits: dict[int, list[tuple[int, int]]] = {}
        self._apply(breaks, power_at)
        energies = [power * MINUTE for power in self._powers]
        imported = [energy if energy > 0 else 0 for energy in energies]
        exported = [-energy if energy < 0 else 0 for energy in energies]
        for minute in self._splits:
            imported[minute], exported[minute] = self._within(minute, MINUTE)
        self._imported = array("q", accumulate(imported, initial=0))
        self._exported = array("q", accumulate(exported, initial=0))

    @property
    def counts(self) -> Counts:
        """What is counted over the whole day."""
        return Counts(self._imported[-1], self._exported[-1])

    def counts_at(self, instant: int) -> Counts:
        """Return what is counted from the day's start to a millisecond of it."""
        minute, inside = divmod(instant - self.start, MINUTE)
        imported, exported = self._within(minute, inside) if inside else Counts(0, 0)
        return Counts(self._imported[minute] + imported, self._exported[minute] + exported)

    def power_at(self, instant: int) -> int:
        """Return the net power at a millisecond of the day, W, import positive."""
        minute, inside = divmod(instant - self.start, MINUTE)
        power = self._powers[minute]
        for begin, watts in self._splits.get(minute, ()):
            if begin <= inside:
                power = watts
        return power

    def _within(self, minute: int, inside: int) -> Counts:
        pieces = self._splits.get(minute) or [(0, self._powers[minute])]
        imported = exported = 0
        for (begin, power), (end, _) in pairwise([*pieces, (MINUTE, 0)]):
            energy = power * max(0, min(end, inside) - begin)
            imported += max(0, energy)
            exported += max(0, -energy)
        return Counts(imported, exported)

    def _apply(self, breaks: Sequence[int], power_at: PowerAt) -> None:
        """Put the effects between the first and the last break into the day."""
        places = sorted({min(max(at, self.start), self.end) - self.start for at in breaks})
        for place in places:
            minute, inside = divmod(place, MINUTE)
            if inside:
                pieces = self._splits.setdefault(minute, [(0, power_at(minute, 0))])
                pieces.append((inside, power_at(minute, inside)))
        for begin, end in pairwise(places):
            for minute in range(begin // MINUTE, end // MINUTE):
                self._powers[minute] = power_at(minute, 0)
