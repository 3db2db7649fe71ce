"""The difference: what an interval's plans, or its revisions on the chain, give otherwise."""

from __future__ import annotations

import msgspec

from console.model.trade import Trade


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


class Posting(msgspec.Struct, frozen=True, kw_only=True):
    """What a revision that is due would post, and what it would have to leave."""

    cells: tuple[Trade, ...] = ()
    """What is delivered, and negative what is taken back."""
    left: tuple[Trade, ...] = ()
    """What is to be taken back and the wallets do not hold: it stays an open item."""

    @property
    def more_wh(self) -> int:
        """What is delivered, Wh."""
        return sum(cell.wh for cell in self.cells if cell.wh > 0)

    @property
    def less_wh(self) -> int:
        """What is taken back, Wh."""
        return -sum(cell.wh for cell in self.cells if cell.wh < 0)

    @property
    def left_wh(self) -> int:
        """What cannot be taken back, Wh."""
        return sum(cell.wh for cell in self.left)

    @property
    def amount_nano(self) -> int:
        """What it changes of the amount, nano-units of the currency."""
        return sum(cell.amount_nano for cell in self.cells)


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
