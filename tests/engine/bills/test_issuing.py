"""The life of bills, commanded as a console does: draft, approved, paid, corrected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest

from console.engine.serving.api import operate_app, watch_app
from console.model.bill import Bill, Bills, BillState, Chosen, Kind, token_of
from tests.engine.street import Opened, OpenEngine, ask, interval

PERIOD = "2026-06"
LATE = datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
"""When the recording starts whose last interval is the month's."""
Record = Callable[..., Path]


@pytest.fixture
async def street(open_engine: OpenEngine, record: Record, tmp_path: Path) -> Opened:
    """The small street in the last hour of June."""
    return await open_engine(tmp_path / "data", record(start=LATE))


async def bills_of(street: Opened, period: str = PERIOD) -> Bills:
    async with ask(operate_app(street.engine, street.engine.audience)) as client:
        return msgspec.json.decode((await client.get(f"/bills/{period}")).content, type=Bills)


async def told(
    street: Opened, what: str, house: str = "", token: str = "", period: str = PERIOD
) -> httpx.Response:
    body = msgspec.json.encode(Chosen(house=house, token=token))
    async with ask(operate_app(street.engine, street.engine.audience)) as client:
        return await client.post(f"/bills/{period}/{what}", content=body)


async def text(street: Opened, what: str, house: str = "", period: str = PERIOD) -> str:
    answer = await told(street, what, house, period=period)
    found = answer.json()
    return str(found["text" if answer.status_code == 200 else "message"])


def states(bills: Bills) -> dict[tuple[str, int], BillState]:
    return {(bill.house, bill.number): bill.state for bill in bills.bills}


async def test_a_month_is_approved_and_paid(street: Opened) -> None:
    await street.run()
    drafts = await bills_of(street)
    assert "4 bills for 2026-06 approved: " in (await text(street, "approve")).lower()
    assert set(states(await bills_of(street)).values()) == {BillState.APPROVED}
    assert await text(street, "approve") == "all bills for 2026-06 are approved already."
    assert "the bill of c1 for 2026-06 marked as paid" in (await text(street, "paid", "c1")).lower()
    assert states(await bills_of(street))["c1", 1] is BillState.PAID
    assert "3 bills" in await text(street, "paid")
    assert "all bills for 2026-06 are paid already" in (await text(street, "paid")).lower()
    paid = await bills_of(street)
    assert [bill.lines for bill in paid.bills] == [bill.lines for bill in drafts.bills]
    verbs = [record.verb for record in await street.engine.parts.store.audit.records()]
    assert (verbs.count("bill approve"), verbs.count("bill paid")) == (4, 4)


async def test_what_is_not_over_or_not_final_is_not_approved(street: Opened) -> None:
    await street.to(3)
    street.engine.settler.auto = False
    assert "the period is not over" in await text(street, "approve")
    await street.run()
    assert "2026-06-30T23:15Z is closed, and 1 more is not final" in await text(street, "approve")
    assert "no bill of 2026-06 is approved, so none can be paid" in await text(street, "paid")
    assert "nothing in it is final" in await text(street, "approve", period="2026-05")
    assert set(states(await bills_of(street)).values()) == {BillState.DRAFT}


async def test_what_the_engine_has_not_yet_closed_is_missed(street: Opened) -> None:
    await street.run()
    street.clock.move_to(datetime(2026, 7, 2, 0, 0, tzinfo=UTC))
    refused = await text(street, "approve", period="2026-06-30..2026-07-02")
    assert " is not closed yet" in refused


async def test_one_house_is_decided_alone_and_one_that_is_not_there_is_named(
    street: Opened,
) -> None:
    await street.run()
    await text(street, "approve", "c1")
    found = states(await bills_of(street))
    assert [house for (house, _), state in found.items() if state is BillState.APPROVED] == ["c1"]
    assert "for c2 is approved, so none can be paid" in await text(street, "paid", "c2")
    assert "there is no house 'nobody'" in await text(street, "approve", "nobody")


async def test_only_what_was_shown_is_approved(street: Opened) -> None:
    await street.run()
    shown = token_of((await bills_of(street)).bills)
    refused = await told(street, "approve", token="0" * 64)
    assert "changed since they were shown" in refused.json()["message"]
    assert (await told(street, "approve", token=shown)).status_code == 200


async def test_days_are_billed_once(street: Opened) -> None:
    await street.run()
    await text(street, "approve")
    refused = await text(street, "approve", period="2026-06-30..2026-07-01")
    assert "bills of 2026-06, which has some of its days, are approved" in refused


async def test_a_newer_ledger_makes_a_correction_and_changes_no_approved_bill(
    street: Opened,
) -> None:
    await street.run()
    await text(street, "approve")
    before = (await bills_of(street)).bills
    entries = street.engine.parts.store.entries
    rows = await entries.between(interval(0, LATE).start, interval(4, LATE).start)
    more = msgspec.structs.replace(rows[0], revision=1, wh=40, height=rows[-1].height + 1)
    await entries.replace_from(more.height, [more], up_to=more.height)
    after = await bills_of(street)
    assert [bill for bill in after.bills if bill.number == 1] == list(before)
    corrections = {bill.house: bill for bill in after.bills if bill.number == 2}
    assert set(corrections) == {more.producer, more.consumer}
    buyer = corrections[more.consumer]
    assert (buyer.state, buyer.wh(Kind.BOUGHT)) == (BillState.DRAFT, 40)
    assert buyer.wh(Kind.FROM_GRID) == -40
    assert "2 bills" in await text(street, "approve")
    whole = await bills_of(street)
    assert set(states(whole).values()) == {BillState.APPROVED}
    assert sum(bill.net_cents for bill in whole.bills) == 0
    assert _bought(whole.bills, more.consumer) == _bought(before, more.consumer) + 40


def _bought(bills: tuple[Bill, ...], house: str) -> int:
    return sum(bill.wh(Kind.BOUGHT) for bill in bills if bill.house == house)


async def test_who_watches_decides_nothing(street: Opened) -> None:
    await street.run()
    async with ask(watch_app(street.engine, street.engine.audience)) as client:
        for what in ("approve", "paid"):
            answer = await client.post(f"/bills/{PERIOD}/{what}", content=b"{}")
            assert answer.status_code == 404


async def test_approved_bills_outlive_the_engine(
    street: Opened, open_engine: OpenEngine, tmp_path: Path
) -> None:
    await street.run()
    await text(street, "approve")
    kept = (await bills_of(street)).bills
    await street.close()
    again = await open_engine(tmp_path / "data", tmp_path / "recording.csv", again=True)
    assert (await bills_of(again)).bills == kept
