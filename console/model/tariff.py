"""The tariff: what the grid charges and pays."""

from __future__ import annotations

import msgspec


class Tariff(msgspec.Struct, frozen=True):
    """The grid's prices, micro-units of the currency per kWh; None where not known."""

    retail: int | None = None
    """What it charges."""
    feed_in: int | None = None
    """What it pays."""
