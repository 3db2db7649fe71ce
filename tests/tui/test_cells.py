"""The cell maker: nothing a terminal could obey, and widths that hold."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from console.tui.cells import Row, cell, cut, split, text_of, width
from console.tui.glyphs import plain

UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.text())
def test_no_cell_holds_what_a_terminal_obeys(text: str) -> None:
    made = cell(text).text
    assert not any(unicodedata.category(character) in UNSAFE for character in made)


@given(st.text(), st.integers(0, 40))
def test_a_cut_never_takes_more_cells(text: str, most: int) -> None:
    assert cell_len(cut(text, most)) <= most


def test_markup_stays_text() -> None:
    assert cell("[@click=app.quit]x[/]").text == "[@click=app.quit]x[/]"


def test_a_row_places_text_left_and_right() -> None:
    row = Row().add("ab").to(4).add("c").end("12.3", 10).fit("漢字漢字", 5)
    assert text_of(row.segments) == "ab  c 12.3漢字…"
    assert row.length == 15


def test_what_does_not_fit_follows_without_a_gap() -> None:
    assert text_of(Row().add("abcdef").end("xy", 4).segments) == "abcdefxy"


def test_width_counts_cells() -> None:
    assert width("漢a") == 3


@given(st.lists(st.text("ab ▲", max_size=5), max_size=5), st.integers(0, 30))
def test_a_split_line_is_the_same_line(texts: list[str], column: int) -> None:
    line = [cell(text) for text in texts]
    first, second = split(line, column)
    assert "".join(one.text for one in first + second) == "".join(texts)
    assert sum(one.cell_length for one in first) == min(column, len("".join(texts)))


def test_our_own_signs_have_alternates_of_their_width() -> None:
    said = "13:00 ◐ sealed, 12:45 ✓ final, fuse 3 × 25 A, 13:00–13:15, a → b, Häuslein"
    assert (
        plain(said) == "13:00 % sealed, 12:45 + final, fuse 3 x 25 A, 13:00-13:15, a > b, H?uslein"
    )
    assert len(plain(said)) == len(said)
