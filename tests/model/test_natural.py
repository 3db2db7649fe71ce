from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.model.natural import natural


def test_natural_order_counts() -> None:
    names = ["test10", "test2", "a1b10", "a1b9", "9", "10"]
    assert sorted(names, key=natural) == ["9", "10", "a1b9", "a1b10", "test2", "test10"]


@given(st.lists(st.text(max_size=12), max_size=8))
def test_natural_order_takes_any_text(names: list[str]) -> None:
    assert sorted(sorted(names, key=natural)) == sorted(names)
