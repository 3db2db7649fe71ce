"""The layout: what an operator says of a table of intervals, and where its columns are."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from console.errors import UsageError
from console.model.reading import Quality
from console.safe_text import safe_text

NOTHING = "none"
"""What is said instead of a column where a house gives or takes nothing."""

WATT_HOURS = {"Wh": 1, "kWh": 1000, "MWh": 1_000_000}
"""The units of energy."""
WATTS = {"W": 1, "kW": 1000}
"""The units of mean power."""
DATES = ("ymd", "dmy", "mdy", "unix")
"""The orders of a date."""
DECIMALS = {"point": ".", "comma": ","}
"""The marks before decimals."""


class Meaning(StrEnum):
    """What a word of a file means."""

    IMPORT = "import"
    EXPORT = "export"
    MEASURED = "measured"
    ESTIMATED = "estimated"
    SUBSTITUTED = "substituted"
    NONE = "none"

    @property
    def quality(self) -> Quality | None:
        """The quality that it is; None where it is none."""
        return _QUALITIES.get(self)


_QUALITIES = {
    Meaning.MEASURED: Quality.MEASURED,
    Meaning.ESTIMATED: Quality.ESTIMATED,
    Meaning.SUBSTITUTED: Quality.SUBSTITUTED,
}


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of a table and how they are read; a column is a name, `#3`, or several with +."""

    start: str = ""
    """Where a row begins."""
    end: str = ""
    """Where it ends."""
    imports: str = ""
    """What was taken, or `none`."""
    exports: str = ""
    """What was given, or `none`."""
    energy: str = ""
    """What was taken or given, as `direction` says."""
    direction: str = ""
    """Which of both."""
    house: str = ""
    """Whose it is."""
    quality: str = ""
    """How it came to be."""
    unit: str = ""
    """One of `WATT_HOURS` or `WATTS`."""
    zone: str = ""
    """In which times without an offset are."""
    dates: str = "ymd"
    """One of `DATES`."""
    decimal: str = "point"
    """One of `DECIMALS`."""
    minutes: int | None = None
    """How long a row lasts; the file's own step where left out."""
    repeated: str = "refuse"
    """Of the hour that comes twice: `refuse`, or `order` to take the first one as the earlier."""
    words: tuple[str, ...] = ()
    """`WORD=MEANING` each."""
    half: bool = False
    """Whether its file tells one direction alone, and another file the other."""

    @property
    def named(self) -> bool:
        """Whether any column is named at all."""
        return any((self.start, self.end, self.imports, self.exports, self.energy, self.direction))

    @property
    def columns(self) -> dict[str, str]:
        """The columns by the options that name them."""
        named = {
            "--start": self.start,
            "--end": self.end,
            "--import": self.imports,
            "--export": self.exports,
            "--energy": self.energy,
            "--direction": self.direction,
            "--house-column": self.house,
            "--quality": self.quality,
        }
        return {option: column for option, column in named.items() if column not in ("", NOTHING)}

    @property
    def told(self) -> tuple[str, ...]:
        """The options that say how a table is read; a file that says it itself takes none."""
        default = Layout()
        others = {
            "--unit": self.unit != default.unit,
            "--zone": self.zone != default.zone,
            "--dates": self.dates != default.dates,
            "--decimal": self.decimal != default.decimal,
            "--repeated-hour": self.repeated != default.repeated,
            "--word": self.words != default.words,
        }
        return *self.columns, *(option for option, given in others.items() if given)

    @property
    def halves(self) -> tuple[Layout, Layout]:
        """The layouts of files of what was taken and of files of what was given.

        Raises:
            UsageError: both directions are named for the same file.
        """
        if self.direction or not (self.energy or (self.imports and self.exports)):
            raise UsageError(
                "with --given each file tells one direction: its column is --energy COL in all "
                "of them, or --import COL in the first and --export COL in those that are given.",
            )
        if NOTHING in (self.imports, self.exports) or (self.energy and self.imports + self.exports):
            raise UsageError(
                "with --given the column is named once for each direction.",
                advice="--energy COL, or --import COL with --export COL; none is for one file.",
            )
        bare = msgspec.structs.replace(self, energy="", imports="", exports="", half=True)
        return (
            msgspec.structs.replace(bare, imports=self.imports or self.energy),
            msgspec.structs.replace(bare, exports=self.exports or self.energy),
        )

    def check(self) -> dict[str, Meaning]:
        """Return what the file's words mean.

        Raises:
            UsageError: the options do not fit together.
        """
        if not (self.start or self.end):
            raise UsageError("--start or --end names the column of the time.")
        beside = {self.imports, self.exports} <= {"", NOTHING}
        directed = bool(self.energy and self.direction) and beside
        both = bool(self.imports and self.exports) and not (self.energy or self.direction)
        if not (directed or both or self.half) or self.imports == self.exports == NOTHING:
            raise UsageError(
                "the energy is either in --import COL and --export COL, or in --energy COL with "
                "--direction COL.",
                advice="Where a house gives nothing, say --export none.",
            )
        if self.imports == self.exports and both:
            raise UsageError(
                "--import and --export name the same column.",
                advice="Where a house gives nothing, say --export none.",
            )
        if self.unit not in WATT_HOURS and self.unit not in WATTS:
            raise UsageError(f"--unit is one of {', '.join([*WATT_HOURS, *WATTS])}.")
        if self.dates not in DATES:
            raise UsageError(f"--dates is one of {', '.join(DATES)}.")
        meanings = dict(map(_meaning, self.words))
        needed = {
            *((Meaning.IMPORT,) if self.imports != NOTHING else ()),
            *((Meaning.EXPORT,) if self.exports != NOTHING else ()),
        }
        if self.direction and not needed <= {*meanings.values()}:
            raise UsageError(
                "--direction needs to know its words.",
                advice="Such as: --word Consumption=import --word Injection=export",
            )
        return meanings


def _meaning(text: str) -> tuple[str, Meaning]:
    word, sign, meaning = text.rpartition("=")
    if not sign or meaning not in {*Meaning}:
        raise UsageError(
            f"--word {safe_text(text, 80)} is not WORD=MEANING.",
            advice=f"A meaning is {', '.join(Meaning)}.",
        )
    return word, Meaning(meaning)


class Columns:
    """Finds the named columns in the fields of a row."""

    def __init__(self, layout: Layout, header: Sequence[str]) -> None:
        """Take a line that may be the header; `missing` tells whether it is."""
        self._places: dict[str, list[int]] = {}
        self.missing: list[str] = []
        """The columns that it does not have."""
        self.doubtful: list[str] = []
        """The names that several of its columns have."""
        self.width = len(header)
        """How many fields the header has."""
        for option, column in layout.columns.items():
            places = [_place(header, part) for part in _parts(header, column)]
            if None in places:
                self.missing.append(column)
            self.doubtful += [part for part in _parts(header, column) if _is_twice(header, part)]
            self._places[option] = [place for place in places if place is not None]

    def get(self, fields: Sequence[str], option: str) -> str:
        """Return a column's text without space around it; empty where no column is named."""
        return " ".join(fields[place].strip() for place in self._places.get(option, ())).strip()


def _parts(header: Sequence[str], column: str) -> list[str]:
    """Return the names of a column that is several; a name with + in it counts as it is first."""
    return [column] if _place(header, column) is not None else column.split("+")


def _is_twice(header: Sequence[str], name: str) -> bool:
    return [field.strip() for field in header].count(name.strip()) > 1


def _place(header: Sequence[str], name: str) -> int | None:
    if name.startswith("#") and name[1:].isascii() and name[1:].isdigit():
        number = int(name[1:4]) - 1
        return number if 0 <= number < len(header) else None
    known = [field.strip() for field in header]
    return known.index(name.strip()) if name.strip() in known else None
