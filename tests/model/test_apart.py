"""What is said of meters that count each phase by itself."""

from __future__ import annotations

import pytest

from console.model.apart import apart_facts, apart_sentence


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 900])
def test_both_halves_fit_into_a_dialog(count: int) -> None:
    facts = apart_facts(["h" * 32] * count)
    assert len(facts) == (2 if count else 0)
    assert all(len(fact) <= 62 for fact in facts) or count > 2
    assert len(apart_sentence(["h" * 32] * count)) <= 160


def test_the_sentence_names_the_houses() -> None:
    assert apart_sentence(["mill"]) == (
        "mill counts each phase by itself: its registers may not be those of the utility's meter."
    )
    assert apart_sentence(list("abcd")).startswith("a, b, c and 1 more count each phase by")
