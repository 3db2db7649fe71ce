"""Lines are found for tables and keys in all the ways that TOML writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.config.places import Places

TEXT = '''# first
top = 1
[settlement]
  minutes = 15
"rule" = "x"
text = """
[price]
minutes = 2
"""
[price] # comment
kind.a = 1
[[house]]
id = "a"
[[house]]
id = "b"
meter = { profile = "p",
  url = "u" }
[house.extra]
x = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("settlement",), 3),
        (("settlement", "minutes"), 4),
        (("settlement", "rule"), 5),
        (("price",), 10),
        (("price", "kind"), 10),
        (("price", "kind", "a"), 11),
        (("house", 0, "id"), 13),
        (("house", 1), 14),
        (("house", 1, "id"), 15),
        (("house", 1, "meter", "url"), 16),
        (("house", 1, "extra", "x"), 19),
        (("nowhere", "key"), 1),
    ],
)
def test_lines(path: tuple[str | int, ...], line: int) -> None:
    assert Places(TEXT).line(path) == line


@given(st.text())
def test_any_text_can_be_scanned(text: str) -> None:
    assert Places(text).line(("a", 0, "b")) >= 1
