"""The steady matching: pairs whose fractions are carried, so that none drifts from its proportion.

Where producers' prices differ, which cells are rounded up decides what a consumer pays. Every cell
stays its proportion rounded down or up and every sum stays exact, as in `pairs`; of all such
roundings this one makes the carried fractions small: the sum of the raised cells' wanted fractions
is raised, two rows at a time, for which a swap of equally many columns is the best one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from console.model.settlement import PairCarries, Plan
from console.settlement.matching import Cell, cells_of, proportional, raised_cells

MICRO = 10**6
"""Micro-Wh in a Wh."""

SWEEPS = 2
"""How often all rows are compared at most."""

MOST_COMPARED = 500_000
"""About how many cells are compared in a sweep; beyond, each row meets its next neighbours only."""

Carries = list[list[int]]
"""Each pair's fraction, micro-Wh; a row a producer, a column a consumer."""


def steady_pairs(
    sold: Sequence[int], got: Sequence[int], carries_uwh: Sequence[Sequence[int]]
) -> tuple[list[Cell], Carries]:
    """Pair every producer with every consumer in proportion, by what was owed to each pair before.

    Every cell is less than 1 Wh from sold_i·got_j/A. A carry goes on as in + exact − got, the
    exact share cut to whole micro-Wh.

    Args:
        sold: what each producer sold, Wh, in the order of ids.
        got: what each consumer got, Wh, in the order of ids; the same sum.
        carries_uwh: each pair's carry before, micro-Wh.

    Returns:
        The cells by producer, then consumer, and each pair's carry after.
    """
    table = proportional(sold, got)
    if not table.total:
        return [], [list(row) for row in carries_uwh]
    raised = raised_cells(table)
    wanted = [
        [rest * MICRO // table.total + carry for rest, carry in zip(rests, carries, strict=True)]
        for rests, carries in zip(table.remainders, carries_uwh, strict=True)
    ]
    for _ in range(SWEEPS):
        met = _met(raised, got)
        if not sum(_swap(*pair, table.remainders, wanted, raised) for pair in met):
            break
    carried = [
        [want - MICRO * (column in lifted) for column, want in enumerate(wants)]
        for wants, lifted in zip(wanted, raised, strict=True)
    ]
    return cells_of(table, raised), carried


def carries_before(plan: Plan) -> PairCarries:
    """Return the carries with which a plan's pairs began, micro-Wh: in = out + got − exact."""
    sold = {share.house: share.sold_wh for share in plan.shares}
    bought = {share.house: share.bought_wh for share in plan.shares}
    traded = {(trade.producer, trade.consumer): trade.wh for trade in plan.trades}
    return {
        producer: {
            consumer: carry
            + MICRO * traded.get((producer, consumer), 0)
            - _exact_uwh(sold[producer], bought[consumer], plan.shared_wh)
            for consumer, carry in carries.items()
        }
        for producer, carries in plan.pair_carries_uwh.items()
    }


def _exact_uwh(sold: int, got: int, total: int) -> int:
    whole, rest = divmod(sold * got, total)
    return MICRO * whole + rest * MICRO // total


def rows_of(
    carries: Mapping[str, Mapping[str, int]], producers: Sequence[str], consumers: Sequence[str]
) -> Carries:
    """Return what pairs carry as rows of producers and columns of consumers; 0 where nothing is."""
    known = (carries.get(producer, {}) for producer in producers)
    return [[row.get(consumer, 0) for consumer in consumers] for row in known]


def _met(raised: Sequence[set[int]], got: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the rows that are compared with one another."""
    rows = len(raised)
    reach = min(rows // 2, max(1, MOST_COMPARED // max(1, rows * len(got))))
    for away in range(1, reach + 1):
        # half way round, each pair would come twice
        for row in range(rows // 2 if 2 * away == rows else rows):
            yield row, (row + away) % rows


def _swap(
    one: int,
    other: int,
    remainders: Sequence[Sequence[int]],
    wanted: Carries,
    raised: Sequence[set[int]],
) -> bool:
    """Share the columns in which one of two rows is raised anew; return whether that changed."""
    mine = {column for column in raised[one] - raised[other] if remainders[other][column]}
    theirs = {column for column in raised[other] - raised[one] if remainders[one][column]}
    if not mine or not theirs:
        return False
    gains = {column: wanted[one][column] - wanted[other][column] for column in mine | theirs}
    best = set(sorted(gains, key=lambda column: (-gains[column], column))[: len(mine)])
    if sum(gains[column] for column in best) == sum(gains[column] for column in mine):
        return False
    raised[one].difference_update(mine - best)
    raised[one].update(best - mine)
    raised[other].difference_update(best - mine)
    raised[other].update(mine - best)
    return True
