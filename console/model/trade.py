"""The trade: energy of one producer used by one consumer in an interval."""

from __future__ import annotations

import msgspec

Cell = tuple[str, str, int]
"""Producer, consumer and price (micro-units of the currency per kWh)."""


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of an interval's pair matrix, with its price."""

    producer: str
    """The house that gave the energy."""
    consumer: str
    """The house that used it; the producer itself for own use."""
    wh: int
    """How much, whole Wh: more than 0 in a plan, less where a revision is to take it back."""
    price_micro_per_kwh: int
    """The price, micro-units of the currency per kWh."""

    @property
    def cell(self) -> Cell:
        """Where it stands among the trades of an interval."""
        return self.producer, self.consumer, self.price_micro_per_kwh

    @property
    def amount_nano(self) -> int:
        """What it costs, exactly, in nano-units of the currency (Wh x micro-units per kWh)."""
        return self.wh * self.price_micro_per_kwh
