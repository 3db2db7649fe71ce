"""Pairs whose fractions are carried: exact sums, whole cells, and no pair that drifts."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from console.settlement import steady
from console.settlement.matching import pairs
from console.settlement.steady import MICRO, steady_pairs

WH = st.integers(0, 5000)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[int], list[int], list[list[int]]]:
    """What producers sold, what consumers got, and what each pair carries."""
    sold = draw(st.lists(WH, min_size=1, max_size=7))
    weights = draw(st.lists(WH, min_size=1, max_size=9))
    total, whole = sum(sold), sum(weights) or 1
    got = [total * weight // whole for weight in weights]
    got[0] += total - sum(got)
    carries = [[draw(st.integers(-2 * MICRO, 2 * MICRO)) for _ in got] for _ in sold]
    return sold, got, carries


@given(tables())
def test_sums_are_exact_cells_are_whole_and_carries_go_on(
    table: tuple[list[int], list[int], list[list[int]]],
) -> None:
    sold, got, carries = table
    cells, after = steady_pairs(sold, got, carries)
    matrix = Counter({(row, column): wh for row, column, wh in cells})
    total = sum(sold)
    assert cells == sorted(cells)
    assert all(wh > 0 for wh in matrix.values())
    for row, own in enumerate(sold):
        assert sum(matrix[row, column] for column in range(len(got))) == own
        if not total:
            assert after == carries
        for column, wanted in enumerate(got if total else []):
            exact = own * wanted * MICRO // total
            assert abs(own * wanted - matrix[row, column] * total) < total
            assert after[row][column] == carries[row][column] + exact - MICRO * matrix[row, column]
    for column, wanted in enumerate(got):
        assert sum(matrix[row, column] for row in range(len(sold))) == wanted


@given(tables())
def test_carries_are_never_larger_together_than_without_a_look_at_them(
    table: tuple[list[int], list[int], list[list[int]]],
) -> None:
    sold, got, carries = table
    assume(sum(sold))
    _, after = steady_pairs(sold, got, carries)
    plain = Counter({(row, column): wh for row, column, wh in pairs(sold, got)})
    without = [
        carries[row][column] + own * wanted * MICRO // sum(sold) - MICRO * plain[row, column]
        for row, own in enumerate(sold)
        for column, wanted in enumerate(got)
    ]
    assert sum(carry**2 for row in after for carry in row) <= sum(carry**2 for carry in without)


def _street(producers: int, consumers: int, intervals: int) -> tuple[float, float]:
    """The largest drift of a pair over a random street with and without carries, Wh."""
    draw = random.Random(7)
    roofs = [draw.uniform(0.2, 3) for _ in range(producers)]
    homes = [draw.uniform(0.1, 2) for _ in range(consumers)]
    carries = [[0] * consumers for _ in range(producers)]
    plain: Counter[tuple[int, int]] = Counter()
    worst = worst_plain = 0
    for _ in range(intervals):
        sold = [int(300 * roof * draw.uniform(0.3, 1)) for roof in roofs]
        total = sum(sold)
        wants = [home * draw.uniform(0.2, 1) for home in homes]
        got = [int(total * want / sum(wants)) for want in wants]
        got[0] += total - sum(got)
        _, carries = steady_pairs(sold, got, carries)
        for row, own in enumerate(sold):
            for column, wanted in enumerate(got):
                plain[row, column] += own * wanted * MICRO // total
        plain.subtract({(row, column): MICRO * wh for row, column, wh in pairs(sold, got)})
        worst = max(worst, *(abs(carry) for row in carries for carry in row))
        worst_plain = max(worst_plain, *(abs(carry) for carry in plain.values()))
    return worst / MICRO, worst_plain / MICRO


@pytest.mark.parametrize(("producers", "consumers"), [(2, 3), (4, 8), (12, 40)])
def test_no_pair_drifts(producers: int, consumers: int) -> None:
    worst, without = _street(producers, consumers, 200)
    assert worst < 2
    assert without > 2 * worst


def test_large_streets_compare_neighbouring_rows_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steady, "MOST_COMPARED", 1)
    worst, _ = _street(6, 9, 60)
    assert worst < 4
