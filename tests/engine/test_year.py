"""A simulated street over a week or a year: its bills are its ledger, and all verifies."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from console.clock import FrozenClock
from console.config import demo_settings
from console.engine.bills.billing import Billing
from console.engine.build import build, open_node
from console.engine.engine import Engine
from console.engine.playing.stepper import Stepper
from console.engine.readings.sources import simulated_source
from console.engine.settling.books import Books
from console.model.bill import Kind
from console.model.period import Period, month_of

HOUSES = 20
# a week over the end of a month, so that two bills meet in it
START = datetime(2026, 6, 26, 21, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
SOAK = timedelta(days={"slice": 9, "full": 365}[os.environ.get("SOAK", "full")])


async def _bills_of(engine: Engine, period: Period) -> tuple[Counter[tuple[str, str]], int]:
    """Return bought Wh by buyer and seller, and check the statements of a period."""
    bills = await Billing(engine.parts, Books(engine.parts), period).bills()
    assert bills.pending == ()
    assert sum(bill.cents(Kind.BOUGHT, Kind.SOLD) for bill in bills.bills) == 0
    bought: Counter[tuple[str, str]] = Counter()
    for bill in bills.bills:
        own = bill.wh(Kind.OWN)
        assert bill.wh(Kind.BOUGHT) + own + bill.wh(Kind.FROM_GRID) == bill.imported_wh
        assert bill.wh(Kind.SOLD) + own + bill.wh(Kind.TO_GRID) == bill.exported_wh
        for line in bill.lines:
            if line.kind in (Kind.BOUGHT, Kind.OWN):
                bought[bill.house, line.other] += line.wh
    return bought, bills.intervals


async def _live(data: Path, length: timedelta) -> None:
    settings = demo_settings(HOUSES, "summer", data)
    clock = FrozenClock(START - timedelta(minutes=1))
    source = simulated_source(settings, clock, 1, "summer")
    node = open_node(settings, clock, START - timedelta(days=1))
    engine = await build(settings, clock, source, node, stepped=True)
    try:
        engine.settler.auto, source.sparse = True, True
        end = START + length
        await Stepper(engine, clock).to(end + engine.parts.grace, until_final=True)
        await _compare(engine, end)
    finally:
        await engine.close()


async def _compare(engine: Engine, end: datetime) -> None:
    zone = engine.parts.zone
    period, bought, intervals = (
        month_of(START.astimezone(zone).date()),
        Counter[tuple[str, str]](),
        0,
    )
    while period.first <= end.astimezone(zone).date():
        found, counted = await _bills_of(engine, period)
        bought += found
        intervals += counted
        period = period.next
    rows = await engine.parts.store.entries.between(START, end + timedelta(days=1))
    ledger: Counter[tuple[str, str]] = Counter()
    for row in rows:
        ledger[row.consumer, row.producer] += row.wh
    assert bought == ledger
    assert intervals == (end - START) // timedelta(minutes=15)
    verified = await engine.verify()
    assert verified.differences == 0, msgspec.json.encode(verified)


@pytest.mark.parametrize(
    "length", [WEEK, pytest.param(SOAK, marks=[pytest.mark.soak, pytest.mark.timeout(7200)])]
)
def test_twenty_houses_are_billed_as_the_ledger_says(tmp_path: Path, length: timedelta) -> None:
    asyncio.run(_live(tmp_path, length))
