"""Expressions: what is mere names selects the same as jmespath's own interpreter."""

from __future__ import annotations

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.meters.expression import compiled, gaps

NAMES = ("a", "b", '"c-d"', '"e f"')
KEYS = ("a", "b", "c-d", "e f", "other")
ANSWERS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=12,
)


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map(".".join), ANSWERS)
def test_names_lead_where_jmespath_goes(text: str, answer: object) -> None:
    assert compiled(text, {}).search(answer) == jmespath.search(text, answer)


@pytest.mark.parametrize(
    "text", ["a[0]", "a.b[?c=='x'].d | [0]", "length(a)", "a || b", "*.a", "@"]
)
def test_whatever_is_more_than_names_is_jmespaths(text: str) -> None:
    answer = {"a": [1, 2], "b": {"c": "x"}}
    assert compiled(text, {}).search(answer) == jmespath.search(text, answer)


def test_known_words_are_put_in_and_others_stay() -> None:
    assert compiled("a.{name}", {"name": "b"}).search({"a": {"b": 7}}) == 7
    assert gaps("a.{name}.{other}") == {"name", "other"}


@pytest.mark.parametrize("text", ["a[", "", "sum(a)", "a.to_number(b)", "{name}", "[]("])
def test_what_does_not_parse_or_is_not_exact_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"does not parse|not exact"):
        compiled(text, {})
