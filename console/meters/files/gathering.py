"""The gathering: values of a file, each of one or both directions, put together by interval."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from statistics import median_low
from typing import NoReturn

import msgspec

from console.errors import RecordingError
from console.meters.files.table import UNTOLD_WH, Table
from console.meters.recording_rows import in_order
from console.model.importing import MOST_ROWS, Row
from console.model.reading import Quality

MICRO = 10**6
"""Micro-Wh in a Wh: in which values are held, so that no fraction of a file is lost."""

UNTOLD = -1
"""What stands for a time that a row does not tell."""

_UNKNOWN = -1
_MS_PER_HOUR = 3_600_000
_CODES = {quality: code for code, quality in enumerate(Quality)}


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """What one row of a file says."""

    line: int
    """Where it says it."""
    start: int = UNTOLD
    """Where it begins, ms since 1970 UTC; left out where the file does not tell."""
    end: int = UNTOLD
    """Where it ends, ms since 1970 UTC; left out where the file does not tell."""
    taken: int | None = None
    """What was taken, micro-Wh; None where this row does not tell."""
    given: int | None = None
    """What was given, micro-Wh; None where this row does not tell."""
    quality: Quality = Quality.MEASURED
    """How it came to be."""


class Gathering:
    """Values at 52 bytes each; those of one house, interval and register are one."""

    def __init__(self, file: str) -> None:
        """Begin empty; the file's name begins every refusal."""
        self._file = file
        self._houses: dict[str, int] = {}
        self._registers: dict[str, int] = {}
        self._owners, self._names, self._lines = array("i"), array("i"), array("i")
        self._starts, self._ends = array("q"), array("q")
        self._taken, self._given = array("q"), array("q")
        self._qualities = bytearray()

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self._owners)

    def put(self, house: str, register: str, value: Value) -> None:
        """Take a value, in any order.

        Args:
            house: whose.
            register: what of; values of different registers are added up, as day and night.
            value: the value.

        Raises:
            RecordingError: there are too many.
        """
        if len(self) == 2 * MOST_ROWS:
            self.refuse(value.line, f"more than {2 * MOST_ROWS} values", "Split the file.")
        self._owners.append(self._houses.setdefault(house, len(self._houses)))
        self._names.append(self._registers.setdefault(register, len(self._registers)))
        self._lines.append(value.line)
        self._starts.append(value.start)
        self._ends.append(value.end)
        self._taken.append(_UNKNOWN if value.taken is None else value.taken)
        self._given.append(_UNKNOWN if value.given is None else value.given)
        self._qualities.append(_CODES[value.quality])

    def last(self, length: int | None) -> int | None:
        """Let all values last, where the file does not tell; return the usual length, ms.

        Args:
            length: how long, ms; None for the median step of the houses' values.

        Returns:
            The length; None where no house has two values and none is told.
        """
        known = array("q", (e - s for s, e in zip(self._starts, self._ends, strict=True)
                            if s != _UNKNOWN != e))  # fmt: skip
        if known:
            return median_low(known)
        step = self._step() if length is None else length
        if step is not None:
            for place in range(len(self)):
                if self._ends[place] == _UNKNOWN:
                    self._ends[place] = self._starts[place] + step
                else:
                    self._starts[place] = self._ends[place] - step
        return step

    def spend(self) -> None:
        """Turn mean powers, microwatts, into the energy of the time that they last."""
        for place in range(len(self)):
            lasts = self._ends[place] - self._starts[place]
            for column in (self._taken, self._given):
                if column[place] != _UNKNOWN:
                    column[place] = column[place] * lasts // _MS_PER_HOUR

    def table(self, resolution_wh: int) -> Table:
        """Return the intervals of which both directions are known, in whole Wh.

        Of a house of which the file tells one direction alone these are halves: another file may
        tell the other. A fraction goes into the next interval of its house and direction.

        Raises:
            RecordingError: values contradict each other, or no interval is known.
        """
        table = Table(self._file, registers=False, resolution_wh=resolution_wh)
        houses, halved = [*self._houses], self._halved()
        owner, rests = -1, [0, 0]
        for places in self._intervals():
            line, taken, given, code = self._together(places)
            gone = (taken == _UNKNOWN) + (given == _UNKNOWN)
            if gone == 2 or (gone and self._owners[places[0]] not in halved):
                table.blank += 1
                continue
            if self._owners[places[0]] != owner:
                owner, rests = self._owners[places[0]], [0, 0]
            whole_taken, rests[0] = _whole(taken, rests[0])
            whole_given, rests[1] = _whole(given, rests[1])
            start, end = self._starts[places[0]], self._ends[places[0]]
            if not 0 <= start < end:
                self.refuse(line, "it ends before it begins")
            table.add(houses[owner], Row(line, start, end, whole_taken, whole_given, code))
        if table.blank and not len(table):
            raise RecordingError(
                f"{self._file}: no row tells both what was taken and what was given.",
                advice="Where a house gives nothing, say --export none; takes it nothing, "
                "--import none. Where another file tells what it gave: --given FILE.",
            )
        table.finish()
        return table

    def _halved(self) -> set[int]:
        """Return the houses of which one direction alone is told."""
        told = [
            {owner for owner, value in zip(self._owners, column, strict=True) if value != _UNKNOWN}
            for column in (self._taken, self._given)
        ]
        return told[0] ^ told[1]

    def _contradicted(self, before: int, place: int) -> NoReturn:
        house = [*self._houses][self._owners[place]]
        self.refuse(
            self._lines[place],
            f"{house} has other values at the same time in line {self._lines[before]}",
            "Keep one of the two lines.",
        )

    def refuse(self, line: int, what: str, advice: str = "") -> NoReturn:
        """Raise what is wrong with a line.

        Raises:
            RecordingError: always.
        """
        raise RecordingError(f"{self._file}:{line}: {what}.", advice=advice)

    def _step(self) -> int | None:
        times = self._starts if max(self._ends, default=0) == _UNKNOWN else self._ends
        steps = array("q")
        before = None
        for place in self._order(times):
            if before is not None and self._owners[before] == self._owners[place]:
                step = times[place] - times[before]
                if step:
                    steps.append(step)
            before = place
        return median_low(steps) if steps else None

    def _order(self, times: array[int]) -> list[int]:
        return in_order(self._owners, times, max(times, default=0) + 2)

    def _intervals(self) -> Iterator[list[int]]:
        """Yield the places of the values of each house and interval, in order of time."""
        places: list[int] = []
        for place in self._order(self._starts):
            if places and not self._is_same(places[0], place):
                yield places
                places = []
            places.append(place)
        if places:
            yield places

    def _is_same(self, one: int, other: int) -> bool:
        return (self._owners[one], self._starts[one], self._ends[one]) == (
            self._owners[other], self._starts[other], self._ends[other],
        )  # fmt: skip

    def _together(self, places: list[int]) -> tuple[int, int, int, int]:
        """Return line, taken, given and quality of one interval."""
        sums, code = [_UNKNOWN, _UNKNOWN], 0
        said: dict[tuple[int, int], int] = {}
        for place in places:
            for way, column in enumerate((self._taken, self._given)):
                if column[place] == _UNKNOWN:
                    continue
                before = said.setdefault((self._names[place], way), place)
                if before == place:
                    sums[way] = column[place] + max(sums[way], 0)
                elif column[before] != column[place]:
                    self._contradicted(before, place)
            code = max(code, self._qualities[place])
        return self._lines[places[0]], sums[0], sums[1], code


def _whole(micro: int, rest: int) -> tuple[int, int]:
    """Return whole Wh and the fraction that goes on; what is not told stays so."""
    return (UNTOLD_WH, rest) if micro == _UNKNOWN else divmod(micro + rest, MICRO)
