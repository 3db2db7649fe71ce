"""The shelf undoes exactly what a refused transaction did."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.chain.node.shelf import Shelf

PUTS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=8)


@given(st.lists(st.tuples(PUTS, st.booleans())))
def test_it_is_a_dictionary_with_an_undo(steps: list[tuple[list[tuple[int, int]], bool]]) -> None:
    shelf: Shelf[int, int] = Shelf(lambda key: -key)
    model: dict[int, int] = {}
    for puts, kept in steps:
        for key, value in puts:
            shelf.put(key, value)
        if kept:
            model |= dict(puts)
            shelf.keep()
        else:
            shelf.undo()
        assert {key: shelf.get(key) for key in range(6)} == {
            key: model.get(key, -key) for key in range(6)
        }
    assert dict(shelf.changes()) == model


def test_after_writing_nothing_is_changed_and_after_a_failure_all_is_read_again() -> None:
    read: list[int] = []

    def load(key: int) -> int:
        read.append(key)
        return 0

    shelf = Shelf(load)
    shelf.put(1, 5)
    shelf.keep()
    shelf.settle()
    assert shelf.changes() == []
    assert shelf.get(1) == 5
    shelf.put(1, 6)
    shelf.forget()
    assert shelf.get(1) == 0
    assert read == [1, 1]
