"""The order: how the ledger's rows stand, and the place of one row among them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from console.model.entry import Entry
from console.model.ledger_filter import LedgerFilter

CUT_ROWS = 200
"""From so many rows on that pass, a page may begin inside an interval; smaller ones stay whole."""

_Name = Annotated[str, msgspec.Meta(max_length=64)]
_Hash = Annotated[bytes, msgspec.Meta(max_length=32)]
_Number = Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]


class LedgerOrder(StrEnum):
    """What the rows are ordered by; rows alike in it stand as their intervals, newest first."""

    TIME = "time"
    """By interval; within one by revision, producer and consumer, whichever end comes first."""
    PRODUCER = "producer"
    """By producer, in the natural order of names."""
    CONSUMER = "consumer"
    """By consumer, likewise."""
    ENERGY = "energy"
    """By signed energy."""
    AMOUNT = "amount"
    """By signed amount."""

    @property
    def names_houses(self) -> bool:
        """Whether it goes house by house."""
        return self in (LedgerOrder.PRODUCER, LedgerOrder.CONSUMER)


class RowPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a row stands in any order, whether or not it is still there."""

    start: Annotated[datetime, msgspec.Meta(tz=True)]
    """Its interval's start."""
    revision: _Number
    """Its interval's revision."""
    producer: _Name
    """Its producer."""
    consumer: _Name
    """Its consumer."""
    part: _Number
    """Its part."""
    transaction: _Hash
    """Its aggregate's hash."""
    wh: _Number
    """Its energy, Wh."""
    price_micro: _Number
    """Its price, micro-units of the currency per kWh."""

    @classmethod
    def of(cls, entry: Entry) -> RowPlace:
        """Return a row's place."""
        return cls(
            start=entry.interval.start,
            revision=entry.revision,
            producer=entry.producer,
            consumer=entry.consumer,
            part=entry.part,
            transaction=entry.transaction,
            wh=entry.wh,
            price_micro=entry.price_micro_per_kwh,
        )


class LedgerReading(LedgerFilter, frozen=True, kw_only=True):
    """The rows that pass a filter, in an order, from one of its ends or from a row."""

    order: LedgerOrder = LedgerOrder.TIME
    """What the rows are ordered by."""
    rises: bool = False
    """Whether the first interval, name, energy or amount comes first, not the last."""
    backward: bool = False
    """Against the order: from its end, or from a place back towards its beginning."""
    at: RowPlace | None = None
    """Begin with this row, or the first one beyond it in the order; with the whole interval by
    time, where it has fewer than `CUT_ROWS` rows."""
