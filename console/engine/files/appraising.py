"""The appraising: a file's rows held against the store, and the readings that they come to."""

from __future__ import annotations

import asyncio
import hashlib
from array import array
from collections.abc import Callable, Sequence
from itertools import islice, pairwise

import msgspec

from console.engine.files.reach import Reach
from console.engine.files.surveying import Seen, Survey, instant_of
from console.engine.parts import Parts
from console.errors import RecordingError, UsageError
from console.meters.files.table import Table
from console.model.importing import MOST_A_HOUSE, Difference, HouseImport, Imported, Row
from console.model.reading import Quality, Reading
from console.safe_text import safe_text
from console.settlement.filed import Around, Doubt, Fitted, Stretch, spread
from console.settlement.fitting import fit
from console.settlement.joining import join
from console.settlement.registers import Point

MOST_TOLD = 100
"""So many differences are told one by one."""
SOURCE = "import"
"""What is noted as the source of the readings of files."""

_QUALITIES = tuple(Quality)
_CODES = {quality: code for code, quality in enumerate(_QUALITIES)}
_MS_PER_MINUTE = 60_000

Told = Callable[[str, int, int], None]
"""Called with what is gone through, in the plural, how many are done and how many there are."""


class Added:
    """The readings that a file adds, packed."""

    def __init__(self) -> None:
        self._houses: list[str] = []
        self._owners = array("i")
        self._times = array("q")
        self._imports = array("q")
        self._exports = array("q")
        self._qualities = bytearray()
        self._digest = hashlib.sha256()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._times)

    @property
    def token(self) -> str:
        """What names them all, 16 hexadecimal digits."""
        return self._digest.hexdigest()[:16]

    def take(self, house: str, points: Sequence[Point]) -> None:
        """Add a house's points, in the count of its meter."""
        self._houses.append(house)
        for point in points:
            self._owners.append(len(self._houses) - 1)
            self._times.append(point.ms)
            self._imports.append(point.import_wh)
            self._exports.append(point.export_wh)
            self._qualities.append(_CODES[point.quality])
        text = [(one.ms, one.import_wh, one.export_wh, one.quality.value) for one in points]
        self._digest.update(msgspec.json.encode((house, text)))

    def readings(self, begin: int, end: int) -> list[Reading]:
        """Return the readings of some places, in order."""
        return [
            Reading(
                house=self._houses[self._owners[place]],
                time=instant_of(self._times[place]),
                import_wh=self._imports[place],
                export_wh=self._exports[place],
                source=SOURCE,
                quality=_QUALITIES[self._qualities[place]],
            )
            for place in range(begin, min(end, len(self)))
        ]


class Appraisal:
    """One file, looked at once; `added` is what it comes to."""

    def __init__(self, parts: Parts, table: Table, told: Told) -> None:
        """Take a file's rows, in order, and what is called as it goes on."""
        self.added = Added()
        self._parts = parts
        self._table = table
        self._told = told
        self._reach = Reach(parts)
        self._differences: list[Difference] = []
        self._done = 0

    async def look(self) -> Imported:
        """Hold all rows against the readings.

        Raises:
            UsageError: a house is not known.
            RecordingError: a row lies in the future; the message names the line.
        """
        self._check_houses()
        found = [await self._house(*one) for one in enumerate(self._table.houses)]
        return Imported(
            houses=tuple(found),
            differences=tuple(self._differences),
            settled=self._reach.settled,
            waiting=self._reach.waiting,
            minutes=self._parts.minutes,
            longest=0 if self._table.registers else self._longest(),
            token=self.added.token,
            written=False,
        )

    def _longest(self) -> int:
        """Return how long the longest interval is as it is taken, minutes."""
        longest = self._table.longest // _MS_PER_MINUTE
        return min(longest, self._parts.minutes) if self._table.spread else longest

    def _check_houses(self) -> None:
        known = self._parts.members.houses
        for house in self._table.houses:
            if house not in known:
                raise UsageError(
                    f"there is no house {safe_text(house, 40)}.",
                    advice=f"The houses: {safe_text(', '.join(known), 300) or 'none yet'}",
                )

    async def _house(self, index: int, house: str) -> HouseImport:
        survey = Survey(self._parts, house)
        rows = await asyncio.to_thread(self._stretches, survey, index)
        if len(rows) > MOST_A_HOUSE:
            raise UsageError(
                f"{house} has more than {MOST_A_HOUSE} intervals.",
                advice="Split the file by time.",
            )
        self._check_times(house, rows[-1])
        seen = await self._look_around(survey, rows, self._table.count(index))
        fitted = await asyncio.to_thread(self._fit, survey, rows, seen)
        new = [one for one in fitted.points if one.ms not in seen or seen[one.ms].reading is None]
        kept = await self._reach.keep(new)
        self.added.take(house, [_as_shown(survey, point) for point in kept])
        self._differ(house, fitted.doubts)
        imported, exported = self._energy(fitted)
        return HouseImport(
            house=house,
            rows=len(rows),
            known=fitted.agreeing,
            differing=sum(one.rows for one in fitted.doubts),
            holes=self._holes(rows),
            flagged=sum(one.quality is not Quality.MEASURED for one in rows),
            readings=len(kept),
            too_late=len(new) - len(kept),
            intervals=self._intervals(kept, seen),
            imported_wh=imported,
            exported_wh=exported,
            first=instant_of(rows[0].start),
            last=instant_of(rows[-1].end),
        )

    def _stretches(self, survey: Survey, index: int) -> list[Stretch]:
        """Return a house's rows, long ones spread where asked; registers in the continued count."""
        length = self._parts.minutes * _MS_PER_MINUTE
        rows = (
            Stretch(
                row.line, row.start, row.end, self._values(survey, row), _QUALITIES[row.quality]
            )
            for row in self._table.rows(index)
        )
        if self._table.registers or not self._table.spread:
            return [*rows]
        # one more than can be taken is enough to refuse them
        return [*islice((part for row in rows for part in spread(row, length)), MOST_A_HOUSE + 1)]

    def _values(self, survey: Survey, row: Row) -> tuple[int, int]:
        if not self._table.registers:
            return row.import_wh, row.export_wh
        imports, exports = survey.raised(row.start)
        return row.import_wh + imports, row.export_wh + exports

    def _check_times(self, house: str, last: Stretch) -> None:
        if instant_of(last.end) > self._parts.clock.now():
            raise RecordingError(
                f"{safe_text(self._table.place(last.line), 200)}: what it says of {house} lies in "
                f"the future, at {instant_of(last.end):%Y-%m-%dT%H:%MZ}.",
                advice="Are its zone and its dates read as they are meant?",
            )

    async def _look_around(
        self, survey: Survey, rows: Sequence[Stretch], count: int
    ) -> dict[int, Seen]:
        instants = sorted({ms for row in rows for ms in (row.start, row.end)})
        seen: dict[int, Seen] = {}
        async for window in survey.look(instants):
            seen.update((one.ms, one) for one in window)
            share = count * len(seen) // len(instants)
            self._told("rows", self._done + share, len(self._table))
        self._done += count
        return seen

    def _fit(self, survey: Survey, rows: Sequence[Stretch], seen: dict[int, Seen]) -> Fitted:
        if not self._table.registers:
            around = {ms: one.around for ms, one in seen.items()}
            return fit(rows, around, self._table.resolution_wh, survey.limit_w)
        return join(rows, {ms: _exactly(survey, one) for ms, one in seen.items()})

    def _differ(self, house: str, doubts: Sequence[Doubt]) -> None:
        room = MOST_TOLD - len(self._differences)
        self._differences += [
            Difference(
                line=one.line, house=house, time=instant_of(one.ms), rows=one.rows, text=one.text
            )
            for one in doubts[:room]
        ]

    def _energy(self, fitted: Fitted) -> tuple[int, int]:
        if not self._table.registers:
            return (
                sum(one.energy[0] for one in fitted.taken),
                sum(one.energy[1] for one in fitted.taken),
            )
        if not fitted.points:
            return 0, 0
        first, last = fitted.points[0], fitted.points[-1]
        return last.import_wh - first.import_wh, last.export_wh - first.export_wh

    def _holes(self, rows: Sequence[Stretch]) -> int:
        if self._table.registers:
            return 0
        return sum(before.end < after.start for before, after in pairwise(rows))

    def _intervals(self, kept: Sequence[Point], seen: dict[int, Seen]) -> int:
        """Return how many of the community's intervals the points let be known."""
        if self._table.registers:
            return 0
        length = self._parts.minutes * _MS_PER_MINUTE
        new = {point.ms for point in kept}
        unknown = {(one.ms - 1) // length for one in kept if one.quality is Quality.MISSING}

        def known(ms: int) -> bool:
            return ms in new or (ms in seen and seen[ms].around.at is not None)

        touched = {ms // length - back for ms in new if not ms % length for back in (0, 1)}
        return sum(
            known(number * length) and known((number + 1) * length) for number in touched - unknown
        )


def _exactly(survey: Survey, seen: Seen) -> Around:
    """Return what is around an instant, at which nothing counts but a reading itself."""
    if seen.reading is None:
        return msgspec.structs.replace(seen.around, at=None)
    imports, exports = survey.raised(seen.ms)
    return msgspec.structs.replace(
        seen.around, at=(seen.reading[0] + imports, seen.reading[1] + exports)
    )


def _as_shown(survey: Survey, point: Point) -> Point:
    """Return a point in the count of the meter that was there then."""
    imports, exports = survey.raised(point.ms)
    return msgspec.structs.replace(
        point, import_wh=point.import_wh - imports, export_wh=point.export_wh - exports
    )
