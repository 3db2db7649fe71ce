"""Bills of a settled street, asked for as a console does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec
import pytest

from console.engine.serving.api import offline_app, operate_app, watch_app
from console.model.bill import Bill, Bills, Kind
from console.model.interval import Interval
from console.model.settlement import State
from console.model.view import Settle
from tests.engine.street import SMALL, Opened, OpenEngine, Registers, ask, interval

Record = Callable[..., Path]
PERIOD = "2026-06"


async def bills_of(street: Opened, period: str = PERIOD) -> Bills:
    engine = street.engine
    async with ask(operate_app(engine, engine.audience)) as client:
        answer = await client.get(f"/bills/{period}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Bills)


def by_house(bills: Bills) -> dict[str, Bill]:
    return {bill.house: bill for bill in bills.bills}


def waiting(bills: Bills, quarters: int) -> list[Interval]:
    """What is not in of the recording's own quarters; the last ones after it have no readings."""
    return [one.interval for one in bills.pending if one.interval < interval(quarters)]


async def test_bills_are_the_ledgers_rows_and_the_meters(street: Opened) -> None:
    await street.run()
    bills = await bills_of(street)
    rows = await street.engine.parts.store.entries.between(interval(0).start, interval(4).start)
    assert (bills.intervals, waiting(bills, 4), bills.currency) == (4, [], "EUR")
    assert (bills.since, bills.until) == (interval(0), interval(3))
    for house, bill in by_house(bills).items():
        bought = sum(row.wh for row in rows if row.consumer == house != row.producer)
        sold = sum(row.wh for row in rows if row.producer == house != row.consumer)
        assert (bill.wh(Kind.BOUGHT), bill.wh(Kind.SOLD)) == (bought, sold)
        first, last = SMALL[house][0], SMALL[house][-1]
        assert first is not None
        assert last is not None
        assert (bill.imported_wh, bill.exported_wh) == (last[0] - first[0], last[1] - first[1])
        near = bought + bill.wh(Kind.OWN)
        assert near + bill.wh(Kind.FROM_GRID) == bill.imported_wh
    assert sum(bill.net_cents for bill in bills.bills) == 0


async def test_what_is_not_final_is_not_in_and_named(street: Opened) -> None:
    street.engine.settler.auto = False
    await street.run()
    bills = await bills_of(street)
    assert bills.intervals == 1  # nothing to share in the last one
    assert waiting(bills, 4) == [interval(number) for number in range(3)]
    assert bills.pending[0].state is State.CLOSED
    assert all(bill.cents(Kind.BOUGHT, Kind.SOLD) == 0 for bill in bills.bills)
    assert sum(bill.gap_wh for bill in bills.bills) == 0


async def test_a_gap_is_the_grids_and_a_house_left_out_is_told(
    open_engine: OpenEngine, record: Record, tmp_path: Path
) -> None:
    """c1 is silent over two edges: three intervals are settled without it, its total is known."""
    silent: Registers = {
        "p1": [(0, 300 * number) for number in range(7)],
        "c1": [(0, 0), (700, 0), None, None, (2500, 0), (2600, 0), (2700, 0)],
        "c2": [(200 * number, 0) for number in range(7)],
    }
    street = await open_engine(tmp_path / "data", record(silent))
    await street.run()
    assert waiting(await bills_of(street), 6) == [interval(number) for number in (1, 2, 3)]
    assert by_house(await bills_of(street))["c1"].gap_wh == 0
    for number in (1, 2, 3):
        command = Settle(interval=interval(number).name, provisional=True)
        await street.engine.settle(command, "an operator")
    await street.to(12)
    bills = await bills_of(street)
    bill = by_house(bills)["c1"]
    assert (waiting(bills, 6), bill.left_out, bill.gap_wh, bill.imported_wh) == ([], 3, 1800, 2700)
    assert bill.wh(Kind.BOUGHT) + bill.wh(Kind.FROM_GRID) == 2700


@pytest.mark.parametrize(
    ("period", "status", "told"),
    [("June", 409, "a period is 2026-06"), ("2026-13", 409, "no such days")],
)
async def test_a_period_that_cannot_be_is_refused(
    street: Opened, period: str, status: int, told: str
) -> None:
    engine = street.engine
    async with ask(operate_app(engine, engine.audience)) as client:
        answer = await client.get(f"/bills/{period}")
    assert answer.status_code == status
    assert told in answer.json()["message"]


async def test_a_period_without_anything_is_empty(street: Opened) -> None:
    await street.run()
    bills = await bills_of(street, "2025-W01")
    assert (bills.since, bills.intervals, bills.ended) == (None, 0, True)
    assert all(bill.lines == () and bill.net_cents == 0 for bill in bills.bills)


async def test_only_who_operates_or_owns_the_store_sees_bills(street: Opened) -> None:
    engine = street.engine

    async def status(client: httpx.AsyncClient) -> int:
        async with client:
            return (await client.get(f"/bills/{PERIOD}")).status_code

    assert await status(ask(watch_app(engine, engine.audience))) == 404
    assert await status(ask(offline_app(engine, engine.parts))) == 200
