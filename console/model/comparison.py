"""The comparison: past days played through several rules and prices, none of them ever posted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One rule at one price, as an operator writes them."""

    rule: str = ""
    """The allocation rule; empty for the one in force."""
    price: str = ""
    """A decimal per kWh, `ask`, `mid-market` or `supply-demand`; empty for the price in force."""


class HouseOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one house would have had; energy in Wh, money in nano-units of the currency."""

    house: str
    """The house's id."""
    bought_wh: int = 0
    """Bought from neighbours."""
    sold_wh: int = 0
    """Sold to neighbours."""
    own_wh: int = 0
    """Delivered to itself."""
    from_grid_wh: int = 0
    """Taken from the grid."""
    to_grid_wh: int = 0
    """Given to the grid."""
    paid_nano: int = 0
    """Paid to neighbours."""
    earned_nano: int = 0
    """Got from neighbours."""
    grid_nano: int | None = None
    """Got from the grid, below 0 paid to it; None where the grid's prices are not known."""
    alone_nano: int | None = None
    """The same without any neighbours; None likewise."""

    @property
    def saved_nano(self) -> int | None:
        """What it has more than with the grid alone; None where the grid's prices are not known."""
        if self.grid_nano is None or self.alone_nano is None:
            return None
        return self.earned_nano - self.paid_nano + self.grid_nano - self.alone_nano


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a case would have brought."""

    case: Case
    """The rule and the price."""
    houses: tuple[HouseOutcome, ...] = ()
    """By house id."""
    shared_wh: int = 0
    """What was shared, own use too, Wh."""
    refused: str = ""
    """Why it cannot be played; empty where it was."""

    @property
    def paid_nano(self) -> int:
        """What neighbours paid each other, nano-units."""
        return sum(house.paid_nano for house in self.houses)

    @property
    def saved(self) -> dict[str, int]:
        """What each house saved, nano-units, by id; empty where the grid's prices are not known."""
        known = {one.house: one.saved_nano for one in self.houses}
        return {house: nano for house, nano in known.items() if nano is not None}

    @property
    def spread_nano(self) -> int | None:
        """How far the greatest and the least saving are apart, nano-units; None without any."""
        saved = self.saved.values()
        return max(saved) - min(saved) if saved else None

    def gains(self, before: Mapping[str, int]) -> dict[str, int]:
        """Return what each house gains, below 0 loses, nano-units by id.

        Args:
            before: what each house saved in the case to which this one is held.
        """
        return {
            house: nano - before[house] for house, nano in self.saved.items() if house in before
        }


class Trials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be played."""

    first: date
    """The first local day."""
    end: date
    """The day after the last one."""
    cases: tuple[Case, ...]
    """The cases."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Cases side by side on the same past days, each from zero carry."""

    first: date
    """The first local day."""
    end: date
    """The day after the last one."""
    community: str
    """What screens call the community."""
    currency: str
    """The currency's code."""
    intervals: int
    """How many intervals were played."""
    incomplete: int = 0
    """In how many of them a house was left out for want of data."""
    outcomes: tuple[Outcome, ...] = ()
    """In the order in which the cases were asked for."""
