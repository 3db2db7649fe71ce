"""The importing: a file's readings on their way to the engine, and what they come to there."""

from __future__ import annotations

from datetime import datetime

import msgspec

from console.model.failure import Failure

MOST_ROWS = 1_000_000
"""The most rows of a file."""
MOST_A_HOUSE = 250_000
"""The most rows of a house in a file: two years of 5 minutes."""
ROWS_A_LINE = 400
"""The most rows in a line of what is sent."""


class Heading(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line of what is sent: what holds for all rows."""

    files: tuple[str, ...]
    """The files' names, for the log and for what is refused."""
    registers: bool
    """Whether the rows are registers at instants; else energy in intervals."""
    resolution_wh: int = 1
    """The file's smallest step of energy, at least 1 Wh."""
    spread: bool = False
    """Whether rows longer than the community's intervals are spread evenly, as estimates."""


class Row(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One row: registers at an instant, which is then start and end, or energy in an interval."""

    line: int
    """Where the file says it; of several files the lines are counted on in large steps."""
    start: int
    """Its first instant, milliseconds since 1970 UTC."""
    end: int
    """Its last instant, milliseconds since 1970 UTC."""
    import_wh: int
    """Taken in the interval, or the import register; whole Wh."""
    export_wh: int
    """Given in the interval, or the export register; whole Wh."""
    quality: int = 0
    """The place in `Quality` of how it came to be."""

    @property
    def is_half(self) -> bool:
        """Whether a direction is not told: one file's half of a row, which is never sent."""
        return self.import_wh < 0 or self.export_wh < 0


class Rows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A later line of what is sent: rows of a house, in order of time."""

    house: str
    """The house's id in the community."""
    rows: tuple[Row, ...]
    """At most `ROWS_A_LINE`."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Where a file does not fit; the readings stay as they are."""

    line: int
    """Where the file begins to say it."""
    house: str
    """The house's id."""
    time: datetime
    """When it begins, aware UTC."""
    rows: int
    """How many of the file's rows it is about."""
    text: str
    """The reason in one clause."""


class HouseImport(msgspec.Struct, frozen=True, kw_only=True):
    """What a file comes to for one house."""

    house: str
    """Its id."""
    rows: int
    """How many rows the file has of it."""
    known: int
    """How many of them the readings know already, and as the file says."""
    differing: int
    """How many do not fit and are not taken."""
    holes: int
    """How often the file itself leaves out some time."""
    flagged: int
    """How many rows are estimates or substitutes."""
    readings: int
    """How many readings are added."""
    too_late: int
    """How many readings would change intervals that are not revised any more; not added."""
    intervals: int
    """How many of the community's intervals are known by the readings added; 0 for registers."""
    imported_wh: int
    """What it took in the file's intervals that are added, Wh; by registers, from first to last."""
    exported_wh: int
    """What it gave in them, Wh."""
    first: datetime
    """Where the file's rows of it begin, aware UTC."""
    last: datetime
    """Where they end, aware UTC."""


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What a file comes to: looked at, or taken into the store."""

    houses: tuple[HouseImport, ...]
    """By house, in the file's order."""
    differences: tuple[Difference, ...]
    """The first hundred."""
    settled: int
    """How many settled intervals are looked at again for a revision."""
    waiting: int
    """How many closed or held intervals have more readings with it."""
    minutes: int
    """The community's interval length."""
    longest: int
    """The file's longest interval, minutes; 0 for registers."""
    token: str
    """What names the readings to be added, to agree to them."""
    written: bool
    """Whether they are in the store now."""

    @property
    def readings(self) -> int:
        """How many readings are added."""
        return sum(one.readings for one in self.houses)

    @property
    def differing(self) -> int:
        """How many rows do not fit."""
        return sum(one.differing for one in self.houses)


class ImportStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of what is told while a file is looked at or taken; the last one tells its end."""

    what: str = ""
    """What is gone through, in the plural."""
    done: int = 0
    """How many of them are done."""
    of: int = 0
    """How many there are."""
    result: Imported | None = None
    """What it came to, in the last line."""
    fault: Failure | None = None
    """Why it could not be ended, in the last line; told as that of a backup."""
