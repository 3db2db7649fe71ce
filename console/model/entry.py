"""The entry: one row of the ledger, derived from the chain alone."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from console.model.interval import Interval


class EntryState(StrEnum):
    """How sure an entry is."""

    SEALED = "sealed"
    FINAL = "final"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A producer's energy in a consumer's wallet; negative where it was taken back."""

    producer: str
    """The house that gave, named by its mosaic."""
    consumer: str
    """The house that used, named by its wallet."""
    price_micro_per_kwh: int
    """The price, micro-units of the currency per kWh."""
    wh: int
    """Signed energy, Wh."""
    currency: str
    """The currency's code."""
    interval: Interval
    """The interval."""
    revision: int
    """The interval's revision."""
    part: int
    """Which part of the interval's settlement holds it."""
    height: int
    """The block."""
    transaction: bytes
    """The aggregate's hash (32 bytes)."""
    state: EntryState
    """Whether its block is final."""

    @property
    def amount_nano(self) -> int:
        """What it costs, exactly, in signed nano-units of the currency."""
        return self.wh * self.price_micro_per_kwh

    @property
    def key(self) -> tuple[str, int, str, str, int, str]:
        """The ledger's order: interval, revision, producer, consumer, part, transaction."""
        return (
            self.interval.name,
            self.revision,
            self.producer,
            self.consumer,
            self.part,
            self.transaction.hex(),
        )
