"""A period's bills for the tests of their forms."""

from __future__ import annotations

from datetime import UTC, date, datetime

from console.model.bill import Bill, BillDay, BillLine, Bills, Kind, Pending
from console.model.interval import Interval
from console.model.period import Period
from console.model.settlement import State

FIRST = Interval(datetime(2026, 6, 21, 0, 0, tzinfo=UTC), 15)

SELLER = Bill(
    house="test1",
    name="",
    lines=(
        BillLine(kind=Kind.SOLD, other="test3", price_micro_per_kwh=100_000, wh=1384, cents=14),
        BillLine(kind=Kind.TO_GRID, price_micro_per_kwh=60_000, wh=5424, cents=33),
    ),
    imported_wh=0,
    exported_wh=6808,
    saved_cents=6,
)
BUYER = Bill(
    house="test3",
    name="=Meier & <Sons>",
    lines=(
        BillLine(kind=Kind.BOUGHT, other="test1", price_micro_per_kwh=100_000, wh=1384, cents=-14),
        BillLine(kind=Kind.OWN, other="test3", wh=5),
        BillLine(kind=Kind.FROM_GRID, price_micro_per_kwh=250_000, wh=2638, cents=-66),
    ),
    imported_wh=4027,
    exported_wh=5,
    gap_wh=12,
    estimated=2,
    substituted=3,
    by_hand=1,
    left_out=1,
    saved_cents=21,
    days=(
        BillDay(day=date(2026, 6, 21), bought_wh=1000, from_grid_wh=2000),
        BillDay(day=date(2026, 6, 22), bought_wh=384, from_grid_wh=638, sold_wh=0),
    ),
)
BILLS = Bills(
    period=Period.parse("2026-06"),
    community="Lindenhof",
    currency="EUR",
    final_height=1282,
    since=FIRST,
    until=FIRST.next,
    intervals=2,
    ended=False,
    pending=(Pending(interval=FIRST.next.next, state=State.HELD),),
    bills=(SELLER, BUYER),
)
