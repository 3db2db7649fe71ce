from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.settlement import State
from console.tui.look import Look
from console.tui.widgets.settlement.intervals import Listing
from console.tui.widgets.settlement.picking import picked
from tests.tui.chain_data import HELD, OPEN, SEALED, settlement
from tests.tui.lindenhof import NOW

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR", final_height=1282)
LISTING = Listing(
    settlements=tuple(settlement(number) for number in range(OPEN, -1, -1)),
    chosen="",
    now=NOW,
    grace=timedelta(minutes=5),
    auto=True,
)


def count(words: str) -> int:
    return len(picked(LISTING, words, LOOK))


@pytest.mark.parametrize(
    ("words", "passing"),
    [
        ("", 54),
        ("!", 54),
        ("held", 1),
        ("state:held", 1),
        ("HELD", 1),
        ("final", 29),
        ("sealed", 1),
        ("!final", 25),
        ("!final !idle", 3),
        ("idle 03:", 4),
        ("13:00", 1),
        ("13:", 2),
        ("11:00..12:00", 4),
        ("12:00..", 6),
        ("..01:00", 4),
        ("11:00..12:00 !held", 3),
        ("stepped", 1),
        ("test9 11:22", 1),
        ("block:1283", 1),
        ("revision:1", 0),
        ("halted", 0),
        ("final in", 0),
    ],
)
def test_words(words: str, passing: int) -> None:
    assert count(words) == passing


def test_no_final_stands_above_the_final_height() -> None:
    low = msgspec.structs.replace(LOOK, final_height=1279)
    states = {one.interval: one.state for one in picked(LISTING, "sealed", low)}
    assert set(states.values()) == {State.SEALED, State.FINAL}
    assert settlement(SEALED).interval in states


def test_a_revised_and_a_provisional_one_are_found() -> None:
    revised = msgspec.structs.replace(settlement(30), revision=2)
    part = msgspec.structs.replace(settlement(31), provisional=True)
    listing = msgspec.structs.replace(LISTING, settlements=(part, revised, settlement(HELD)))
    assert picked(listing, "revision:2", LOOK) == (revised,)
    assert picked(listing, "provisional", LOOK) == (part,)


def test_times_are_those_that_are_shown() -> None:
    utc = msgspec.structs.replace(LOOK, utc=True)
    assert [one.interval.start.hour for one in picked(LISTING, "10:00z", utc)] == [10]
    assert [one.interval.start.hour for one in picked(LISTING, "10:00..10:15", utc)] == [10]


@given(st.text(max_size=60))
def test_any_text_is_a_filter_and_its_inverse_takes_the_rest(words: str) -> None:
    assert len(picked(LISTING, words, LOOK)) <= len(LISTING.settlements)
    word = "".join(words.split()).lstrip("!")
    if word:
        assert count(word) + count(f"!{word}") == len(LISTING.settlements)
