"""Who used whose energy: exact margins, cells within a Wh."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.errors import InvariantBroken
from console.settlement.matching import Cell, compact, pairs, parts


def matrix(cells: list[Cell], rows: int, columns: int) -> list[list[int]]:
    table = [[0] * columns for _ in range(rows)]
    for row, column, wh in cells:
        table[row][column] += wh
    return table


@st.composite
def margins(draw: st.DrawFn, largest: int = 12, most: int = 9) -> tuple[list[int], list[int]]:
    sold = draw(st.lists(st.integers(0, largest), min_size=1, max_size=most))
    count = draw(st.integers(1, most))
    cuts = sorted(draw(st.integers(0, sum(sold))) for _ in range(count - 1))
    edges = [0, *cuts, sum(sold)]
    return sold, [after - before for before, after in pairwise(edges)]


def assert_controlled(sold: list[int], got: list[int]) -> None:
    total = sum(sold)
    cells = pairs(sold, got)
    assert cells == sorted(cells)
    assert all(wh > 0 for _, _, wh in cells)
    table = matrix(cells, len(sold), len(got))
    assert [sum(row) for row in table] == sold
    assert [sum(column) for column in zip(*table, strict=True)] == got
    for own, row in zip(sold, table, strict=True):
        for wanted, wh in zip(got, row, strict=True):
            floor, remainder = divmod(own * wanted, total) if total else (0, 0)
            assert wh in ((floor, floor + 1) if remainder else (floor,))


@settings(max_examples=1000)
@given(margins())
@example(([2, 3, 3], [2, 4, 2]))
@example(([1, 1], [1, 1]))
@example(([0, 0], [0, 0, 0]))
def test_pairs_hold_their_margins_and_stay_within_a_watt_hour(
    street: tuple[list[int], list[int]],
) -> None:
    assert_controlled(*street)


@settings(max_examples=60)
@given(margins(largest=4000, most=40))
def test_larger_streets_hold_too(street: tuple[list[int], list[int]]) -> None:
    assert_controlled(*street)


def test_the_worked_matrix() -> None:
    assert matrix(pairs([5, 3], [3, 3, 2]), 2, 3) == [[2, 2, 1], [1, 1, 1]]


def test_shares_in_whole_watt_hours_are_exact() -> None:
    assert matrix(pairs([15000], [7500, 7500]), 1, 2) == [[7500, 7500]]  # V10


def test_compact_walks_both_lists() -> None:
    sold, got = [1, 2, 3, 4, 5], [9, 3, 3]  # V7a
    columns = zip(*matrix(compact(sold, got), 5, 3), strict=True)
    by_consumer = [list(filter(None, column)) for column in columns]
    assert by_consumer == [[1, 2, 3, 3], [1, 2], [3]]
    table = matrix(compact([8, 4, 3], [1, 2, 3, 4, 5]), 3, 5)  # V7b
    assert [list(filter(None, row)) for row in table] == [[1, 2, 3, 2], [2, 2], [3]]


@given(margins(largest=50))
def test_compact_holds_its_margins_with_few_cells(street: tuple[list[int], list[int]]) -> None:
    sold, got = street
    cells = compact(sold, got)
    table = matrix(cells, len(sold), len(got))
    assert [sum(row) for row in table] == sold
    assert [sum(column) for column in zip(*table, strict=True)] == got
    sellers, buyers = sum(map(bool, sold)), sum(map(bool, got))
    assert len(cells) <= max(sellers + buyers - 1, 0)


@pytest.mark.parametrize("deal", [pairs, compact])
def test_unequal_sums_are_no_deal(deal: object) -> None:
    assert callable(deal)
    with pytest.raises(InvariantBroken):
        deal([3], [2])


@pytest.mark.parametrize(
    ("producers", "consumers", "expected"),
    [(49, 50, 1), (50, 50, 2), (50, 98, 2), (50, 99, 3), (98, 2, 2), (100, 100, 6), (99, 1, 2)],
)
def test_parts_of_a_settlement(producers: int, consumers: int, expected: int) -> None:
    assert parts(producers, consumers, 100) == expected
