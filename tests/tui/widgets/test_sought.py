"""The places of a jump: what letters may mean, the best guess first."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.tui.cells import text_of
from console.tui.look import Look
from console.tui.widgets.sought import Place, Sought, draw_sought, ranked

LOOK = Look(zone=ZoneInfo("UTC"))


def place(words: str, help: str = "", *, near: bool = False, meant: bool = False) -> Place:
    return Place(words=words, help=help, go=lambda: None, near=near, meant=meant)


STREET = [place(f"test{number}", "house   taking", near=True) for number in range(1, 13)]
TIMES = [place(f"13:{minute:02}", "interval   final") for minute in (0, 15, 30, 45)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("test1", "test1"),
        ("1", "test1"),
        ("12", "test12"),
        ("T9", "test9"),
        ("ts3", "test3"),
        ("13:3", "13:30"),
        ("345", "13:45"),
        ("taking", "test1"),
    ],
)
def test_the_best_guess_is_first(typed: str, first: str) -> None:
    assert ranked([*STREET, *TIMES], typed, 8)[0].words == first


def test_what_is_meant_exactly_goes_before_all() -> None:
    assert ranked([*STREET, place("row 9", meant=True)], "test1", 8)[0].words == "row 9"


def test_letters_that_nothing_has_find_nothing() -> None:
    assert ranked([*STREET, *TIMES], "zzz", 8) == ()


def test_no_letters_leave_the_order() -> None:
    assert ranked(STREET, " ", 3) == tuple(STREET[:3])


@given(st.text(max_size=20), st.integers(0, 9))
def test_it_finds_at_most_what_is_wanted_and_nothing_twice(typed: str, most: int) -> None:
    found = ranked([*STREET, *TIMES], typed, most)
    assert len(found) <= most
    assert len({id(one) for one in found}) == len(found)


@given(st.text(max_size=60), st.text(max_size=200), st.integers(1, 120))
def test_every_line_fits(words: str, help_: str, cells: int) -> None:
    sought = Sought(places=(place(words, help_),), chosen=0, none="no", look=LOOK)
    assert all(len(text_of(line)) <= max(cells, 32) for line in draw_sought(sought, cells))
