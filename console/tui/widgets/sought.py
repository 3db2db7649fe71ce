"""The sought: the places that typed letters may mean, the best guess first."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from console.tui.cells import Line, Row, cut
from console.tui.look import Look

_EXACT, _BEGINS, _WORD, _WITHIN, SCATTERED, _NOT = 5.0, 4.0, 3.0, 2.0, 1.0, 0.0
"""How well letters fit, from exactly to not at all."""
_NEAR = 2.5
"""How much better a place is that is in the picture: never than one that is named exactly."""
_WORDS = 24
_HINT = "enter goes   tab the next   esc comes back"
HEAD = 1
"""Lines above the first place."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One place that can be gone to."""

    words: str
    """What is typed to go there: a house's id, `13:15`, `row 500,000`."""
    help: str = ""
    """What it is; searched too."""
    go: Callable[[], object]
    """Goes there."""
    near: bool = False
    """Whether it is in the picture, which then follows while one types."""
    meant: bool = False
    """Whether the typed letters say it exactly, such as a row's number; then it is first."""


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What the box of a jump shows."""

    places: tuple[Place, ...]
    """The places, the best guess first."""
    chosen: int
    """Which of them is chosen."""
    none: str
    """What stands there where there is none."""
    look: Look
    """How to draw it."""


def ranked(places: Iterable[Place], typed: str, most: int) -> tuple[Place, ...]:
    """Return the places that some letters may mean, the best guess first.

    Args:
        places: all places, in the order in which equals stay.
        typed: the letters; none leave all places as they are.
        most: how many are wanted.
    """
    scored = [(_score(place, typed), place) for place in places]
    best = max((score for score, _ in scored), default=0.0)
    least = _WITHIN if best >= _WITHIN else SCATTERED
    kept = [(score, place) for score, place in scored if score >= least]
    kept.sort(key=lambda pair: (-pair[0], len(pair[1].words) if typed else 0))
    return tuple(place for _, place in kept[:most])


def _score(place: Place, typed: str) -> float:
    if place.meant or not typed.strip():
        return 2 * _EXACT
    score = closeness(place.words, typed)
    if not score and len(typed.strip()) > 2 and typed.strip().casefold() in place.help.casefold():
        score = _WITHIN
    return score + _NEAR if place.near and score else score


def closeness(words: str, typed: str) -> float:
    """Return how well some letters fit some words, without regard to case; 0 where they do not.

    Args:
        words: what can be meant.
        typed: the letters; the least close are in the words in this order, but not together.
    """
    low, wanted = words.casefold(), typed.strip().casefold()
    if low == wanted:
        return _EXACT
    if low.startswith(wanted):
        return _BEGINS
    if low.rstrip("0123456789") + wanted == low or f" {wanted}" in low:
        return _WORD
    if wanted in low:
        return _WITHIN
    letters = iter(low)
    return SCATTERED if all(letter in letters for letter in wanted if letter != " ") else _NOT


def draw_sought(sought: Sought, cells: int) -> list[Line]:
    """Draw the places, one a line.

    Args:
        sought: what is shown.
        cells: the width.
    """
    look = sought.look
    rule = look.glyphs.rule * 2
    hint = cut(f"{rule} {_HINT} {rule}", max(0, cells - 1), look.glyphs.more)
    head = Row().to(1).add(hint, look.ink.dim).segments
    if not sought.places:
        none = cut(sought.none, cells - 4, look.glyphs.more)
        return [head, Row().to(3).add(none, look.ink.dim).segments]
    return [
        head,
        *(
            _line(place, number == sought.chosen, cells, look)
            for number, place in enumerate(sought.places)
        ),
    ]


def _line(place: Place, chosen: bool, cells: int, look: Look) -> Line:
    row = Row().to(1).add(look.glyphs.chosen if chosen else " ", look.ink.accent).to(3)
    row.add(cut(place.words, _WORDS, look.glyphs.more), look.ink.accent if chosen else None)
    row.add("  ").to(3 + _WORDS + 2)
    return row.add(
        cut(place.help, max(0, cells - row.length - 1), look.glyphs.more), look.ink.dim
    ).segments
