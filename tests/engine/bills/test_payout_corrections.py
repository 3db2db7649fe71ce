"""Payouts of corrections, also in a store that knows the first payout from the chain alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console.engine.bills.statements import statements
from console.engine.settling.books import Books
from console.errors import Refused
from console.model.clearing import CENT
from console.model.payout import Payout, PayoutState
from console.model.period import Period
from tests.engine.neighbours import Neighbourhood, lose, neighbourhood
from tests.engine.retiring import (
    DAY,
    assert_verified,
    bills,
    corrected,
    held,
    settle_up,
    without_p2,
)


async def pay_out(here: Neighbourhood) -> Payout:
    """Pay out the day and live until that is final."""
    shown = await here.engine.payouts.preview(DAY)
    assert shown.state is PayoutState.READY
    await here.engine.payouts.pay(DAY, shown.token, "anna")
    await here.beat(until_final=True)
    return shown


def by_house(payout: Payout) -> dict[str, int]:
    return {payee.house: payee.cents for payee in payout.payees}


async def test_what_houses_paid_in_is_paid_out_to_the_cent(tmp_path: Path) -> None:
    """A producer that paid its correction is not charged with it a second time."""
    async with corrected(tmp_path) as here:
        await settle_up(here)
        found = (await bills(here)).bills
        sold = {bill.house for bill in found if bill.number == 1 and bill.net_cents > 0}
        owed = {bill.house for bill in found if bill.number == 2 and bill.net_cents < 0}
        assert sold & owed
        shown = await pay_out(here)
        assert shown.cents == sum(-bill.net_cents for bill in found if bill.net_cents < 0)
        due = [bill for bill in found if bill.net_cents > 0]
        assert by_house(shown) == {
            house: sum(bill.net_cents for bill in due if bill.house == house)
            for house in sorted({bill.house for bill in due})
        }
        await assert_verified(here)


@pytest.mark.parametrize("billed", [True, False])
async def test_what_later_readings_add_is_paid_and_what_was_paid_is_set_off(
    tmp_path: Path, billed: bool
) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup"
    async with neighbourhood(data) as here:
        await without_p2(here)
        if billed:
            await settle_up(here)
        shutil.copytree(data, backup)
        if not billed:
            await settle_up(here)
        first = by_house(await pay_out(here))
    lose(data, "store.db")
    for file in backup.glob("store.db*"):
        shutil.copy(file, data)
    async with neighbourhood(data, at=here.clock.now()) as again:
        await again.beat(until_final=True)
        known = await again.engine.payouts.preview(DAY)
        assert (known.state, by_house(known), known.bills) == (PayoutState.PAID, first, 0)
        week = await statements(
            again.engine.parts, Books(again.engine.parts), Period.parse("2026-W25")
        )
        assert week.overlapped == DAY.name  # the same days are not paid by another name
        await here.meters.speak_up(again.engine.intake.emit)
        await again.live(15, until_final=True)
        with pytest.raises(Refused, match="before all its bills are paid"):
            await again.engine.payouts.preview(DAY)
        await settle_up(again)
        added = {bill.house: bill.net_cents for bill in (await bills(again)).bills}
        if not billed:
            added = {house: cents - first.get(house, 0) for house, cents in added.items()}
        second = await pay_out(again)
        assert by_house(second) == {house: cents for house, cents in added.items() if cents > 0}
        assert (second.revision, second.set_off_cents > 0) == (1, True)
        assert second.payees
        for house in {*first, *by_house(second)}:
            paid = first.get(house, 0) + by_house(second).get(house, 0)
            assert (await held(again, house))[int(second.mosaic, 16)] == paid * CENT
        assert (await again.engine.payouts.preview(DAY)).state is PayoutState.PAID
        await assert_verified(again)
