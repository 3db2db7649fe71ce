"""The matching: who used whose energy, with every house's sums exact.

`pairs` is controlled rounding (Cox 1987; Bacharach 1966) by a greedy deal (Gale–Ryser) that is
repaired along augmenting paths; `compact` is the north-west corner.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from console.errors import invariant

Cell = tuple[int, int, int]
"""A producer's index, a consumer's index, and the Wh between them, more than 0."""


class Table(msgspec.Struct, frozen=True):
    """Every pair's proportional energy, cut to whole Wh; a row a producer, a column a consumer."""

    total: int
    """What all sold, Wh; the denominator of the remainders."""
    floors: list[list[int]]
    """Each pair's whole Wh."""
    remainders: list[list[int]]
    """What was cut off, in parts of a Wh; a pair without any cannot be raised."""
    rows: list[int]
    """How many cells of each row are still to be raised by 1 Wh."""
    columns: list[int]
    """How many of each column."""


def pairs(sold: Sequence[int], got: Sequence[int]) -> list[Cell]:
    """Pair every producer with every consumer in proportion.

    Every cell is less than 1 Wh from sold_i·got_j/A, and exact where that is whole.

    Args:
        sold: what each producer sold, Wh, in the order of ids (which breaks ties).
        got: what each consumer got, Wh, in the order of ids; the same sum.

    Returns:
        The cells by producer, then consumer.
    """
    table = proportional(sold, got)
    return cells_of(table, raised_cells(table))


def proportional(sold: Sequence[int], got: Sequence[int]) -> Table:
    """Return the table of what every pair exchanges in proportion; the arguments as for `pairs`."""
    total = sum(sold)
    invariant(total == sum(got), "sold and bought differ")
    if total == 0:
        return Table(0, [], [], [], [])
    floors = [[own * wanted // total for wanted in got] for own in sold]
    return Table(
        total=total,
        floors=floors,
        remainders=[[own * wanted % total for wanted in got] for own in sold],
        rows=[own - sum(cells) for own, cells in zip(sold, floors, strict=True)],
        columns=[
            wanted - sum(cells)
            for wanted, cells in zip(got, zip(*floors, strict=True), strict=True)
        ],
    )


def raised_cells(table: Table) -> list[set[int]]:
    """Return for each row the columns that are raised by 1 Wh, so that every sum is exact."""
    rows, columns = list(table.rows), list(table.columns)
    raised = _deal(rows, columns, table.remainders, table.total)
    for row, missing in enumerate(rows):
        for _ in range(missing):
            _repair(row, columns, table.remainders, raised)
    return raised


def cells_of(table: Table, raised: Sequence[set[int]]) -> list[Cell]:
    """Return the cells by producer, then consumer, without the empty ones."""
    return [
        (row, column, wh)
        for row, (floors, lifted) in enumerate(zip(table.floors, raised, strict=True))
        for column, floor in enumerate(floors)
        if (wh := floor + (column in lifted))
    ]


def compact(sold: Sequence[int], got: Sequence[int]) -> list[Cell]:
    """Pair with at most producers + consumers − 1 cells, whoever comes next with whom.

    Args:
        sold: what each producer sold, Wh.
        got: what each consumer got, Wh; the same sum.

    Returns:
        The cells by producer, then consumer.
    """
    invariant(sum(sold) == sum(got), "sold and bought differ")
    cells: list[Cell] = []
    column, wanted = -1, 0
    for row, own in enumerate(sold):
        left = own
        while left:
            while not wanted:
                column += 1
                wanted = got[column]
            wh = min(left, wanted)
            cells.append((row, column, wh))
            left -= wh
            wanted -= wh
    return cells


def parts(producers: int, consumers: int, most_inner: int) -> int:
    """Return how many balanced aggregates full pairs need (reference: K = ⌈C / (L − 1 − P)⌉).

    Each holds a seal, a supply increase for each of its producers and a transfer for each of its
    consumers; where the producers alone would not fit they go in groups of half the limit.

    Args:
        producers: how many sell.
        consumers: how many buy.
        most_inner: the most inner transactions of an aggregate, at least 3.
    """
    groups = 1 if producers <= most_inner - 2 else -(-producers // (most_inner // 2))
    in_group = -(-producers // groups)
    return groups * -(-consumers // (most_inner - 1 - in_group))


def _deal(
    rows: list[int], columns: list[int], remainders: list[list[int]], total: int
) -> list[set[int]]:
    """Raise cells greedily, needy rows first, to the neediest columns; count rows, columns down."""
    raised: list[set[int]] = [set() for _ in rows]
    for row in sorted(range(len(rows)), key=lambda index: -rows[index]):
        if not rows[row]:
            break
        rest = remainders[row]
        # A remainder is below the total, so one number orders by need, then by remainder.
        need = [missing * total + rest[column] for column, missing in enumerate(columns)]
        free = [column for column, missing in enumerate(columns) if missing and rest[column]]
        free.sort(key=need.__getitem__, reverse=True)
        for column in free[: rows[row]]:
            raised[row].add(column)
            columns[column] -= 1
        rows[row] -= len(raised[row])
    return raised


def _repair(
    start: int, columns: list[int], remainders: list[list[int]], raised: list[set[int]]
) -> None:
    """Raise one more cell of a row, moving others along the shortest path that makes room."""
    came_from: dict[int, int] = {}
    before: dict[int, int] = {}
    free: int | None = None
    queue = [start]
    for row in queue:
        for column in range(len(columns)):
            if column in came_from or column in raised[row] or not remainders[row][column]:
                continue
            came_from[column] = row
            if columns[column]:
                free = column
                break
            _go_on(column, start, queue, before, raised)
        if free is not None:
            break
    invariant(free is not None, "no path makes room for a unit")
    if free is not None:
        columns[free] -= 1
        _flip(free, start, came_from, before, raised)


def _go_on(
    column: int, start: int, queue: list[int], before: dict[int, int], raised: list[set[int]]
) -> None:
    """Queue the rows that have a unit in a full column and could move it."""
    for row, cells in enumerate(raised):
        if column in cells and row != start and row not in before:
            before[row] = column
            queue.append(row)


def _flip(
    column: int,
    start: int,
    came_from: dict[int, int],
    before: dict[int, int],
    raised: list[set[int]],
) -> None:
    """Raise and lower the cells in turn, from the column with room back to the row in need."""
    while True:
        row = came_from[column]
        raised[row].add(column)
        if row == start:
            return
        column = before[row]
        raised[row].remove(column)
