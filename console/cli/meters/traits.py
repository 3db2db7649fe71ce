"""The traits: what an operator must know of a kind of meter before its energy counts."""

from __future__ import annotations

import msgspec

from console.model.meter import Plate


class Trait(msgspec.Struct, frozen=True):
    """One thing to know."""

    words: str
    """In a few words, for a table."""
    sentence: str
    """In a sentence, without its end."""


APART = Trait(
    "each phase counted by itself",
    "each phase is counted by itself: where phases flow against each other its registers are not "
    "those of the utility's meter",
)
NO_EXPORT = Trait(
    "no export register",
    "it has no export register: what the house gives is not known, and it cannot sell",
)
UNVERIFIED = Trait(
    "unverified", "its profile is unverified: look whether these are the meter's own figures"
)


def traits(plate: Plate) -> list[Trait]:
    """Return what must be known of a kind of meter, the weightiest first."""
    told = ((plate.apart, APART), (not plate.exports, NO_EXPORT), (not plate.verified, UNVERIFIED))
    return [trait for holds, trait in told if holds]


def in_words(plate: Plate) -> str:
    """Return the same in a few words, for a table."""
    return "; ".join(trait.words for trait in traits(plate))
