"""Approved bills in the store: kept, paid once, never changed, each with its audit record."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import apsw
import msgspec
import pytest

from console.errors import StoreError
from console.model.bill import Approval, Bill, BillLine, BillState, Kind
from console.model.period import Period
from console.store.store import Store

JUNE = Period.parse("2026-06")


def approval(house: str = "test3", number: int = 1, period: Period = JUNE) -> Approval:
    line = BillLine(kind=Kind.BOUGHT, other="test1", price_micro_per_kwh=1, wh=5, cents=-14)
    bill = Bill(house=house, lines=(line,), imported_wh=5, exported_wh=0, number=number)
    return Approval(period=period, currency="EUR", bill=bill)


async def test_an_approved_bill_is_kept_with_its_digest_and_its_record(
    store: Store, noon: datetime
) -> None:
    [kept] = await store.bills.approve([approval()], "anna", noon)
    assert await store.bills.of("2026-06") == [kept]
    assert kept.digest == hashlib.sha256(msgspec.json.encode(approval())).digest()
    assert (kept.bill.state, kept.approved_by) == (BillState.APPROVED, "anna")
    [record] = await store.audit.records()
    assert (record.actor, record.verb) == ("anna", "bill approve")
    assert kept.digest.hex() in record.body


async def test_a_bill_is_paid_once(store: Store, noon: datetime) -> None:
    [kept] = await store.bills.approve([approval()], "anna", noon)
    await store.bills.pay([kept], "ben", noon)
    [paid] = await store.bills.of("2026-06")
    assert (paid.bill.state, paid.paid, paid.paid_by) == (BillState.PAID, noon, "ben")
    with pytest.raises(StoreError, match="never changed"):
        await store.bills.pay([kept], "anna", noon)
    assert [record.verb for record in await store.audit.records()] == ["bill approve", "bill paid"]


async def test_a_number_is_given_once_and_nothing_of_a_refused_approval_stays(
    store: Store, noon: datetime
) -> None:
    await store.bills.approve([approval()], "anna", noon)
    with pytest.raises(StoreError):
        await store.bills.approve([approval("test4"), approval()], "anna", noon)
    assert [one.bill.house for one in await store.bills.of("2026-06")] == ["test3"]
    assert len(await store.audit.records()) == 1


async def test_periods_that_share_a_day_are_found(store: Store, noon: datetime) -> None:
    await store.bills.approve([approval()], "anna", noon)
    for name, shares in (("2026-W23", True), ("2026-05", False), ("2026-06-30..2026-07-02", True)):
        period = Period.parse(name)
        assert bool(await store.bills.overlapping(period.first, period.end)) is shares


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE bill SET body = x'00'",
        "UPDATE bill SET house = 'test4'",
        "UPDATE bill SET approved_by = 'nobody'",
        "UPDATE bill SET paid = NULL",
        "DELETE FROM bill",
    ],
)
async def test_what_was_approved_is_never_changed(
    store: Store, path: Path, noon: datetime, change: str
) -> None:
    await store.bills.approve([approval()], "anna", noon)
    connection = apsw.Connection(str(path))
    with pytest.raises(apsw.ConstraintError, match="approved bill is never"):
        connection.execute(change)
    connection.close()


async def test_bills_are_kept_by_period_as_they_lie(store: Store, noon: datetime) -> None:
    await store.bills.approve([approval("z"), approval("a")], "anna", noon)
    await store.bills.approve([approval("a", 2)], "anna", noon)
    [period] = await store.bills.periods()
    kept = await store.bills.kept(period)
    assert [(one.house, one.number) for one in kept] == [("a", 1), ("a", 2), ("z", 1)]
    assert all(hashlib.sha256(one.body).hexdigest() == one.digest for one in kept)
