"""The table: a file's rows by house and time, packed, whatever format they came in."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

import msgspec

from console.errors import RecordingError
from console.meters.recording_rows import in_order
from console.model.importing import MOST_A_HOUSE, MOST_ROWS, Row

UNTOLD_WH = -1
"""What stands for the energy of a direction that a file does not tell, until another one does."""
LINES_A_FILE = 1 << 24
"""Lines are counted on from file to file in steps of this."""
MOST_FILES = 100
"""The most files of one import."""


class Table:
    """Rows at 44 bytes each; `finish` puts them in order and refuses what contradicts itself."""

    def __init__(self, file: str, *, registers: bool, resolution_wh: int = 1) -> None:
        """Begin empty.

        Args:
            file: the file's name, with which every refusal begins.
            registers: whether the rows are registers at instants; else energy in intervals.
            resolution_wh: the file's smallest step of energy, at least 1 Wh.
        """
        self.files = [file]
        """The files' names, in the order in which their lines are counted."""
        self.registers = registers
        self.resolution_wh = resolution_wh
        self.spread = False
        """Whether rows longer than the community's intervals are spread evenly, as estimates."""
        self.blank = 0
        """How many rows were left out because they do not tell their energy."""
        self.houses: list[str] = []
        """All houses, in order of first appearance."""
        self._indexes: dict[str, int] = {}
        self._owners = array("i")
        self._lines = array("i")
        self._starts = array("q")
        self._ends = array("q")
        self._imports = array("q")
        self._exports = array("q")
        self._qualities = bytearray()
        self._spans: list[tuple[int, int]] = []

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._starts)

    @property
    def file(self) -> str:
        """The files' names as one text."""
        return ", ".join(self.files)

    def place(self, line: int) -> str:
        """Return a line as FILE:LINE."""
        file = min(line // LINES_A_FILE, len(self.files) - 1)
        return f"{self.files[file]}:{line % LINES_A_FILE}"

    @property
    def longest(self) -> int:
        """How long the longest row lasts, ms; 0 for registers."""
        return max(
            (end - start for start, end in zip(self._starts, self._ends, strict=True)), default=0
        )

    def add(self, house: str, row: Row) -> None:
        """Take a row, in any order.

        Raises:
            RecordingError: there are too many.
        """
        if len(self) == MOST_ROWS:
            raise RecordingError(
                f"{self.place(row.line)}: more than {MOST_ROWS} rows.", advice="Split the file."
            )
        index = self._indexes.setdefault(house, len(self.houses))
        if index == len(self.houses):
            self.houses.append(house)
        self._owners.append(index)
        self._lines.append(row.line)
        self._starts.append(row.start)
        self._ends.append(row.end)
        self._imports.append(row.import_wh)
        self._exports.append(row.export_wh)
        self._qualities.append(row.quality)

    def finish(self) -> None:
        """Put the rows in order of house and time; what is said twice alike is said once.

        Raises:
            RecordingError: there is no row, two contradict each other or overlap, or a house has
                too many; the message names the line.
        """
        if not len(self):
            raise RecordingError(f"{self.file}: there is no row of any house in it.")
        # owner first: the order of (owner, start)
        width = max(self._ends) + 1
        order: list[int] = []
        for index in in_order(self._owners, self._starts, width):
            if not order or not self._same(order[-1], index):
                order.append(index)
        self._keep(order)

    def complete(self) -> None:
        """Leave out the rows of which one direction is told alone.

        Raises:
            RecordingError: no row is left.
        """
        told = [index for index in range(len(self)) if not self._row(index).is_half]
        if not told:
            raise RecordingError(
                f"{self.file}: no row tells both what was taken and what was given.",
                advice="Where a house gives nothing, say --export none; takes it nothing, "
                "--import none. Where another file tells what it gave: --given FILE.",
            )
        if len(told) < len(self):
            self.blank += len(self) - len(told)
            self._keep(told)

    def _keep(self, order: Sequence[int]) -> None:
        """Keep these rows, in this order.

        Raises:
            RecordingError: a house has too many.
        """
        for name in ("_owners", "_lines", "_starts", "_ends", "_imports", "_exports"):
            column = getattr(self, name)
            setattr(self, name, array(column.typecode, map(column.__getitem__, order)))
        self._qualities = bytearray(map(self._qualities.__getitem__, order))
        begin, self._spans = 0, []
        for house in range(len(self.houses)):
            end = begin
            while end < len(self) and self._owners[end] == house:
                end += 1
            if end - begin > MOST_A_HOUSE:
                raise RecordingError(
                    f"{self.file}: {self.houses[house]} has more than {MOST_A_HOUSE} rows.",
                    advice="Split the file by time.",
                )
            self._spans.append((begin, end))
            begin = end

    def rows(self, house: int) -> Iterator[Row]:
        """Yield a house's rows in order of time; its place in `houses` names it."""
        for index in range(*self._spans[house]):
            yield self._row(index)

    def count(self, house: int) -> int:
        """Return how many rows a house has."""
        begin, end = self._spans[house]
        return end - begin

    def _row(self, index: int) -> Row:
        return Row(
            self._lines[index],
            self._starts[index],
            self._ends[index],
            self._imports[index],
            self._exports[index],
            self._qualities[index],
        )

    def _same(self, before: int, index: int) -> bool:
        """Return whether a row says again what the one before says, or the rest of it.

        Raises:
            RecordingError: it says something else of the same time.
        """
        if self._owners[before] != self._owners[index]:
            return False
        one, other = self._row(before), self._row(index)
        if one.start == other.start and one.end == other.end:
            taken = _joined(one.import_wh, other.import_wh)
            given = _joined(one.export_wh, other.export_wh)
            if taken is not None and given is not None:
                self._imports[before], self._exports[before] = taken, given
                self._qualities[before] = max(one.quality, other.quality)
                return True
            what = "has other values at the same time in"
        elif other.start < one.end:
            what = "has a row of overlapping time in"
        else:
            return False
        house = self.houses[self._owners[index]]
        same_file = one.line // LINES_A_FILE == other.line // LINES_A_FILE
        where = f"line {one.line % LINES_A_FILE}" if same_file else self.place(one.line)
        raise RecordingError(
            f"{self.place(other.line)}: {house} {what} {where}.",
            advice="Keep one of the two lines.",
        )


def _joined(one: int, other: int) -> int | None:
    """Return what two rows tell of a direction together; None where they tell different things."""
    if UNTOLD_WH in (one, other):
        return max(one, other)
    return one if one == other else None


def together(tables: Sequence[Table]) -> Table:
    """Return the rows of several files as one table, in order.

    Where one file tells what a house took and another one what it gave, they are joined by time.

    Raises:
        RecordingError: they are too many or of two kinds, or contradict each other.
    """
    first = tables[0]
    if len(tables) == 1:
        first.complete()
        return first
    whole = Table(
        first.files[0],
        registers=first.registers,
        resolution_wh=max(table.resolution_wh for table in tables),
    )
    whole.files = [table.files[0] for table in tables]
    whole.blank = sum(table.blank for table in tables)
    if len(tables) > MOST_FILES:
        raise RecordingError(f"{whole.files[MOST_FILES]}: more than {MOST_FILES} files at once.")
    for number, table in enumerate(tables):
        if table.registers != whole.registers:
            raise RecordingError(
                f"{table.files[0]}: registers and energy by interval are not one table.",
                advice="Import the one, then the other.",
            )
        for index, house in enumerate(table.houses):
            for row in table.rows(index):
                line = min(row.line, LINES_A_FILE - 1) + number * LINES_A_FILE
                whole.add(house, msgspec.structs.replace(row, line=line))
    whole.finish()
    whole.complete()
    return whole
