from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.chain.parts import divide
from console.errors import InvariantBroken
from console.model.settlement import Plan
from console.model.trade import Trade

MakePlan = Callable[..., Plan]
Cell = tuple[str, str, int, int]


def _pairs(producers: int, consumers: int) -> list[Cell]:
    return [
        (f"p{i:03}", f"c{j:03}", 1 + i + j, 100_000)
        for i in range(producers)
        for j in range(consumers)
    ]


def _compact(producers: int, consumers: int) -> list[Cell]:
    """Walk both lists from their first to their last, one step at a time."""
    cells, i, j = [], 0, 0
    while i < producers and j < consumers:
        cells.append((f"p{i:03}", f"c{j:03}", 5, 100_000))
        ahead = (i + 1) * consumers <= (j + 1) * producers
        last = i == producers - 1 or (j < consumers - 1 and not ahead)
        i, j = (i, j + 1) if last else (i + 1, j)
    return cells


def _inner(part: Sequence[Trade]) -> int:
    return 1 + len({trade.producer for trade in part}) + len({trade.consumer for trade in part})


@pytest.mark.parametrize(
    ("producers", "consumers", "parts"),
    [(8, 9, 1), (30, 69, 1), (49, 50, 1), (50, 50, 2), (100, 100, 6), (100, 200, 10), (98, 1, 1)],
)
def test_all_pairs_need_as_many_parts_as_the_reference_says(
    plan_of: MakePlan, producers: int, consumers: int, parts: int
) -> None:
    assert len(divide(plan_of(_pairs(producers, consumers)), 100)) == parts


def test_a_thousand_houses_in_pairs(plan_of: MakePlan) -> None:
    assert len(divide(plan_of(_pairs(400, 600)), 100)) == 104


@pytest.mark.parametrize(("producers", "consumers"), [(400, 600), (1, 999), (500, 500), (900, 100)])
def test_compact_trades_of_a_thousand_houses(
    plan_of: MakePlan, producers: int, consumers: int
) -> None:
    assert len(divide(plan_of(_compact(producers, consumers)), 100)) <= 11


def test_an_even_cut(plan_of: MakePlan) -> None:
    parts = divide(plan_of(_pairs(50, 50)), 100)
    assert [_inner(part) for part in parts] == [76, 76]


def test_nothing_to_share_needs_no_part(plan_of: MakePlan) -> None:
    assert divide(plan_of([]), 100) == []


def test_prices_of_many_characters_narrow_a_part(plan_of: MakePlan) -> None:
    cells = [(f"p{i:03}", "c", 1, 1_234_567_891 + i) for i in range(98)]
    parts = divide(plan_of(cells), 100)
    assert len(parts) == 2
    assert {len(part) for part in parts} == {49}
    same = [(producer, "c", 1, 1_234_567_891) for producer, *_ in cells]
    assert len(divide(plan_of(same), 100)) == 1


def test_an_aggregate_too_small_for_a_trade_is_refused(plan_of: MakePlan) -> None:
    with pytest.raises(InvariantBroken):
        divide(plan_of(_pairs(1, 1)), 2)


cells = st.dictionaries(
    st.tuples(
        st.integers(0, 30).map(lambda number: f"p{number}"),
        st.integers(0, 30).map(lambda number: f"c{number}"),
    ),
    st.tuples(st.integers(1, 9), st.integers(-5, 9)),
    max_size=80,
)


@given(cells, st.integers(3, 20), st.randoms(use_true_random=False))
def test_parts_fit_and_hold_every_trade_once(
    plan_of: MakePlan,
    drawn: dict[tuple[str, str], tuple[int, int]],
    most_inner: int,
    order: random.Random,
) -> None:
    rows = [(*pair, *values) for pair, values in drawn.items()]
    plan = plan_of(rows)
    order.shuffle(rows)
    parts = divide(plan, most_inner)
    assert all(part and _inner(part) <= most_inner for part in parts)
    assert Counter(trade for part in parts for trade in part) == Counter(plan.trades)
    assert divide(plan_of(rows), most_inner) == parts
