"""A row of the ledger, as several tests want it."""

from __future__ import annotations

from datetime import UTC, datetime

from console.model.entry import Entry, EntryState
from console.model.interval import Interval

START = datetime(2018, 4, 20, 10, tzinfo=UTC)


def entry(
    wh: int = 7500,
    price: int = 100_000,
    producer: str = "test1",
    currency: str = "EUR",
    state: EntryState = EntryState.FINAL,
) -> Entry:
    return Entry(
        producer=producer,
        consumer="test5",
        price_micro_per_kwh=price,
        wh=wh,
        currency=currency,
        interval=Interval(START, 60),
        revision=0,
        part=1,
        height=12,
        transaction=bytes([0x9F]) * 32,
        state=state,
    )
