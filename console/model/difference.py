"""The difference: what an interval's plans, or its revisions on the chain, give otherwise."""

from __future__ import annotations

import msgspec


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A house whose energy in an interval differs between two plans or revisions."""

    house: str
    """The house's id."""
    bought_before_wh: int
    """Bought before, Wh."""
    bought_wh: int
    """Bought after, Wh."""
    sold_before_wh: int
    """Sold before, Wh."""
    sold_wh: int
    """Sold after, Wh."""


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """What one house had of another in an interval, its revisions added up."""

    producer: str
    """The house that gave."""
    consumer: str
    """The house that used."""
    wh: int
    """How much, Wh; negative where more was taken back than was ever delivered."""


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of an interval as the chain has it: the difference to the one before."""

    number: int
    """Which revision; 0 is the first settlement."""
    rows: int
    """How many ledger rows it has."""
    wh: int
    """Their energy together, Wh; what was taken back counts negative."""
    amount_nano: int
    """What they cost together, nano-units."""
    height: int
    """The block of its last row."""
