"""A payout that takes several transactions, and that of a correction after it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from console.model.bill import BillState
from console.model.clearing import CENT
from console.model.payout import Payout, PayoutState
from tests.engine.neighbours import (
    Neighbourhood,
    neighbourhood,
)
from tests.engine.retiring import DAY, bills, held, settle_up, speak_up, without_p2


async def test_producers_are_paid_in_several_parts_and_again_for_a_correction(
    tmp_path: Path,
) -> None:
    async with neighbourhood(tmp_path, most_inner=4) as here:
        await without_p2(here)
        await settle_up(here)
        first = await paid_out(here)
        assert (first.revision, len(first.parts)) == (0, len(first.payees))
        assert len(first.payees) > 1
        await speak_up(here)
        # what is taken back later, of what came later, is a correction of its own
        while (await bills(here)).in_state(BillState.DRAFT):
            await settle_up(here)
            await here.live(30, until_final=True)
        second = await paid_out(here)
        assert second.revision == 1
        due: Counter[str] = Counter()
        for one in (first, second):
            due.update({payee.house: payee.cents * CENT for payee in one.payees})
        mosaic = int(first.mosaic, 16)
        for house, amount in due.items():
            assert (await held(here, house))[mosaic] == amount
        found = await here.engine.verify()
        assert (found.differences, found.payouts) == (0, 2), found.findings


async def paid_out(here: Neighbourhood) -> Payout:
    """Pay out what is due, and live until every part of it is final."""
    payout = await here.engine.payouts.preview(DAY)
    assert payout.state is PayoutState.READY
    await here.engine.payouts.pay(DAY, payout.token, "anna")
    for _ in range(3):
        await here.live(5, until_final=True)
    payout = await here.engine.payouts.preview(DAY)
    assert payout.state is PayoutState.PAID
    return payout
