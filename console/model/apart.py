"""Phases counted apart: what is said of such meters before their energy is settled or billed.

A meter that counts each phase by itself books both import and export where phases flow against
each other; a utility's meter that balances them books the difference alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.safe_text import safe_text

_NAMED = 3


def apart_facts(houses: Sequence[str]) -> tuple[str, ...]:
    """Return the two halves of the sentence, each short enough for a dialog; none for no house.

    Args:
        houses: the ids of the houses whose meters count each phase by itself.
    """
    if not houses:
        return ()
    named = ", ".join(safe_text(house, 12) for house in houses[:_NAMED])
    if more := len(houses) - _NAMED:
        named += f" and {more} more" if more > 0 else ""
    if len(houses) == 1:
        return (f"{named} counts each phase by itself:", _MAY_NOT.format("its"))
    return (f"{named} count each phase by themselves:", _MAY_NOT.format("their"))


_MAY_NOT = "{} registers may not be those of the utility's meter."


def apart_sentence(houses: Sequence[str]) -> str:
    """Return the sentence as one line; empty for no house."""
    return " ".join(apart_facts(houses))
