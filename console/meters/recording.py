"""The recording: a file of registers or of interval energy as readings in order of time."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from statistics import median_low

from console.meters.recording_rows import Rows, Shape, in_order
from console.meters.slots import to_instant
from console.model.reading import Quality, Reading

ENOUGH = 10
"""How many distances say what a house's own step is."""

SOURCE = "recording"
"""What is noted as the source of each of its readings."""


class Recording:
    """The readings of a CSV file (design section 8), whatever the order of its lines.

    Interval energy becomes cumulative registers from 0, with a reading at the start and at the
    end of each interval; where rows of a house are missing in between, the reading after the gap
    is `Quality.MISSING`. Registers are kept as they are, also where one falls.
    """

    def __init__(self, path: Path, *, otherwise: timedelta | None = None) -> None:
        """Read and check a whole file.

        Args:
            path: the file.
            otherwise: the step to assume where no house has two rows.

        Raises:
            RecordingError: it cannot be read; the message names file and line.
        """
        rows = Rows(path)
        self.houses = tuple(rows.houses)
        """All houses, in order of first appearance."""
        step = step_of(rows)
        if step is None and otherwise is None:
            rows.refuse(
                rows.lines[0],
                "no house has two rows, so their distance is not known",
                "Record each house at two instants at least.",
            )
        self.step = step if step is not None else otherwise or timedelta()
        """The median time between two rows of a house."""
        self._readings = _Columns()
        if rows.shape is Shape.REGISTERS:
            self._readings.take(rows)
        else:
            self._readings.accumulate(rows, self.step // timedelta(milliseconds=1))

    def __len__(self) -> int:
        """Return how many readings it has."""
        return len(self._readings.times)

    @property
    def start(self) -> datetime:
        """The first reading's instant, aware UTC."""
        return to_instant(self._readings.times[0])

    @property
    def end(self) -> datetime:
        """The last reading's instant, aware UTC."""
        return to_instant(self._readings.times[-1])

    @cached_property
    def steps(self) -> dict[str, timedelta]:
        """The median time between two readings of each house that has enough; else the step."""
        distances: list[array[int]] = [array("q") for _ in self.houses]
        last: dict[int, int] = {}
        for time, owner in zip(self._readings.times, self._readings.owners, strict=True):
            if owner in last:
                distances[owner].append(time - last[owner])
            last[owner] = time
        return {
            house: timedelta(milliseconds=median_low(own)) if len(own) >= ENOUGH else self.step
            for house, own in zip(self.houses, distances, strict=True)
        }

    def slowest(self, most: timedelta) -> timedelta:
        """Return the step of the house that is read least often.

        Args:
            most: the longest that counts, where the recording's own step is not longer.
        """
        return max(self.step, min(max(self.steps.values()), most))

    def readings(self) -> Iterator[Reading]:
        """Yield all readings in order of time and house."""
        columns = self._readings
        time, instant = -1, self.start
        for index, milliseconds in enumerate(columns.times):
            if milliseconds != time:
                time, instant = milliseconds, to_instant(milliseconds)
            yield Reading(
                house=self.houses[columns.owners[index]],
                time=instant,
                import_wh=columns.imports[index],
                export_wh=columns.exports[index],
                source=SOURCE,
                quality=Quality.MISSING if columns.missing[index] else Quality.MEASURED,
            )


def lines_of(readings: Iterable[Reading]) -> Iterator[str]:
    """Yield readings as lines of a recording of registers, without its header."""
    for reading in readings:
        time = reading.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        yield f"{time},{reading.house},{reading.import_wh},{reading.export_wh}\n"


HEADER = f"{Shape.REGISTERS.value}\n"
"""The first line of a recording of registers."""


class _Columns:
    """Readings packed in columns, in order of time and house."""

    def __init__(self) -> None:
        self.times = array("q")
        self.owners = array("i")
        self.imports = array("q")
        self.exports = array("q")
        self.missing = bytearray()

    def take(self, rows: Rows) -> None:
        """Take registers as they are."""
        self.times, self.owners = rows.times, rows.owners
        self.imports, self.exports = rows.imports, rows.exports
        self.missing = bytearray(len(rows))

    def accumulate(self, rows: Rows, step: int) -> None:
        """Turn interval energy into registers; a row lasts `step` milliseconds."""
        states: dict[int, tuple[int, int, int]] = {}
        for index, (time, owner) in enumerate(zip(rows.times, rows.owners, strict=True)):
            end, imported, exported = states.get(owner, (time, 0, 0))
            if time < end:
                rows.refuse(
                    rows.lines[index],
                    f"the row of {rows.houses[owner]} before it lasts longer",
                    f"All rows last as long as the median one, {step // 1000} s.",
                )
            if owner not in states or time > end:
                self._add(time, owner, imported, exported, missing=owner in states)
            imported += rows.imports[index]
            exported += rows.exports[index]
            states[owner] = (time + step, imported, exported)
            self._add(time + step, owner, imported, exported)
        self._order(len(rows.houses))

    def _add(
        self, time: int, owner: int, imported: int, exported: int, *, missing: bool = False
    ) -> None:
        self.times.append(time)
        self.owners.append(owner)
        self.imports.append(imported)
        self.exports.append(exported)
        self.missing.append(missing)

    def _order(self, width: int) -> None:
        order = in_order(self.times, self.owners, width)
        self.times = array("q", map(self.times.__getitem__, order))
        self.owners = array("i", map(self.owners.__getitem__, order))
        self.imports = array("q", map(self.imports.__getitem__, order))
        self.exports = array("q", map(self.exports.__getitem__, order))
        self.missing = bytearray(map(self.missing.__getitem__, order))


def step_of(rows: Rows) -> timedelta | None:
    """Return the median distance of a house's rows, None where none has two."""
    last: dict[int, int] = {}
    distances = array("q")
    for time, owner in zip(rows.times, rows.owners, strict=True):
        if owner in last:
            distances.append(time - last[owner])
        last[owner] = time
    return timedelta(milliseconds=median_low(distances)) if distances else None
