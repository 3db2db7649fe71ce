"""The difference: what one house has otherwise in another plan of the same interval."""

from __future__ import annotations

import msgspec


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A house whose energy in an interval differs between two plans."""

    house: str
    """The house's id."""
    bought_before_wh: int
    """Bought in the earlier plan, Wh."""
    bought_wh: int
    """Bought in the later one, Wh."""
    sold_before_wh: int
    """Sold in the earlier plan, Wh."""
    sold_wh: int
    """Sold in the later one, Wh."""
