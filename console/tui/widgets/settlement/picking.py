"""The picking: which intervals of a day pass a filter, by state, time and words of the note."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from console.model.settlement import Settlement, State
from console.tui.look import Look, shown_state
from console.tui.widgets.settlement.intervals import Listing, note_of

HELP = "held  final  13:00  12:00..14:00  words of the note  revision:1  block:9  !word for all but"
"""What a filter may say."""

_RANGE = re.compile(r"((?:\d\d:\d\d)?)Z?\.\.((?:\d\d:\d\d)?)Z?\Z", re.ASCII)
_STATES = frozenset(state.value for state in State)


class _Facts(msgspec.Struct, frozen=True):
    """What a filter may ask of an interval."""

    state: str
    clock: str
    text: str
    revision: str
    block: str


_Test = Callable[[_Facts], bool]


def picked(listing: Listing, words: str, look: Look) -> tuple[Settlement, ...]:
    """Return the intervals that pass all words of a filter, in the listing's order.

    Args:
        listing: the intervals and what their notes tell.
        words: states, times as the list writes them, words of notes; `!` turns one round.
        look: how times and states are shown.
    """
    tests = [_test_of(word) for word in words.casefold().split()]
    if not tests:
        return listing.settlements
    return tuple(
        settlement
        for settlement in listing.settlements
        if _passes(_facts(settlement, listing, look), tests)
    )


def _passes(facts: _Facts, tests: list[_Test]) -> bool:
    return all(test(facts) for test in tests)


def _facts(settlement: Settlement, listing: Listing, look: Look) -> _Facts:
    clock = look.clock(settlement.interval.start)
    state = shown_state(settlement.state, settlement.height, look.final_height).value
    note = note_of(settlement, listing, look)
    marks = "provisional" if settlement.provisional else ""
    return _Facts(
        state=state,
        clock=clock.removesuffix("Z"),
        text=f"{clock} {note} {marks}".casefold(),
        revision=str(settlement.revision),
        block="" if settlement.height is None else str(settlement.height),
    )


def _test_of(word: str) -> _Test:
    """What a word asks; a lone `!` asks nothing yet."""
    name = word.removeprefix("!")
    if not name:
        return lambda _: True
    test = _plain(name)
    return test if name == word else lambda facts: not test(facts)


def _plain(word: str) -> _Test:
    if word.removeprefix("state:") in _STATES:
        state = word.removeprefix("state:")
        return lambda facts: facts.state == state
    if span := _RANGE.match(word):
        first, last = span[1] or "00:00", span[2] or "24:00"
        return lambda facts: first <= facts.clock < last
    field, colon, value = word.partition(":")
    if colon and field == "revision":
        return lambda facts: facts.revision == value
    if colon and field == "block":
        return lambda facts: facts.block == value
    return lambda facts: word in facts.text
