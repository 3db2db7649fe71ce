"""The bills that screens.md draws, built from its own numbers by the ledger's own account."""

from __future__ import annotations

from datetime import UTC, datetime

from console.model.bill import Bill, BillLine, Bills, Kind, Pending
from console.model.interval import Interval
from console.model.money import cents
from console.model.period import Period
from console.model.settlement import State

PRICE, RETAIL, FEED_IN = 100_000, 250_000, 60_000
SELLERS = {
    "test1": (9458, 94, 5424, 1257),
    "test6": (7152, 71, 4054, 969),
    "test9": (12461, 125, 6926, 1425),
    "test11": (1321, 12, 1053, 621),
}
"""Sold Wh, earned cents, to grid, from grid."""
BUYERS = {
    "test2": (2609, 26, 1716),
    "test3": (4462, 44, 2638),
    "test4": (1954, 20, 1266),
    "test5": (7214, 72, 3610),
    "test7": (3343, 33, 2105),
    "test8": (2201, 22, 1382),
    "test10": (5659, 56, 2653),
    "test12": (2950, 29, 1898),
}
"""Bought Wh, owed cents, from grid."""
TEST3 = (("test1", 1384, 14), ("test6", 1047, 10), ("test9", 1822, 18), ("test11", 209, 2))


def quarter(hour: int, minute: int) -> Interval:
    return Interval(datetime(2026, 6, 21, hour, minute, tzinfo=UTC), 15)


def _grid(kind: Kind, wh: int, price: int) -> BillLine:
    sign = -1 if kind is Kind.FROM_GRID else 1
    amount = sign * cents(wh * price)
    return BillLine(kind=kind, price_micro_per_kwh=price, wh=wh, cents=amount)


def _near(kind: Kind, other: str, wh: int, amount: int) -> BillLine:
    return BillLine(kind=kind, other=other, price_micro_per_kwh=PRICE, wh=wh, cents=amount)


def june() -> Bills:
    """The bills of the picture, by the houses' numbers."""
    bills = []
    for house, (sold, earned, to_grid, from_grid) in SELLERS.items():
        lines: tuple[BillLine, ...] = (
            _near(Kind.SOLD, "test2", sold, earned),
            _grid(Kind.FROM_GRID, from_grid, RETAIL),
            _grid(Kind.TO_GRID, to_grid, FEED_IN),
        )
        bills.append(
            Bill(house=house, lines=lines, imported_wh=from_grid, exported_wh=sold + to_grid)
        )
    for house, (bought, owes, from_grid) in BUYERS.items():
        parts = TEST3 if house == "test3" else (("test1", bought, owes),)
        near = (_near(Kind.BOUGHT, other, wh, -amount) for other, wh, amount in parts)
        lines = (*near, _grid(Kind.FROM_GRID, from_grid, RETAIL))
        bills.append(Bill(house=house, lines=lines, imported_wh=bought + from_grid, exported_wh=0))
    return Bills(
        period=Period.parse("2026-06"),
        community="Lindenhof",
        currency="EUR",
        final_height=1282,
        since=quarter(3, 0),
        until=quarter(9, 45),
        intervals=51,
        ended=True,
        pending=(
            Pending(interval=quarter(8, 15), state=State.HELD),
            Pending(interval=quarter(10, 0), state=State.SEALED),
        ),
        bills=tuple(sorted(bills, key=lambda bill: int(bill.house.removeprefix("test")))),
    )
