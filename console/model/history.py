"""The history: what a house did on each of some local days."""

from __future__ import annotations

from datetime import date

import msgspec


class DaySum(msgspec.Struct, frozen=True, kw_only=True):
    """One house over one local day."""

    day: date
    """The local day."""
    imported_wh: int | None
    """Taken, Wh, by the meter; None where its register is not known at an edge of the day."""
    exported_wh: int | None
    """Given, Wh, likewise."""
    bought_wh: int
    """Bought from neighbours, Wh, from the ledger."""
    sold_wh: int
    """Sold to neighbours, Wh, from the ledger."""
    owes_nano: int
    """Owed for what was bought, nano-units."""
    earned_nano: int
    """Earned for what was sold, nano-units."""


class HouseHistory(msgspec.Struct, frozen=True, kw_only=True):
    """One house over some days."""

    house: str
    """The house's id."""
    days: tuple[DaySum, ...]
    """In order, the last one the newest."""
