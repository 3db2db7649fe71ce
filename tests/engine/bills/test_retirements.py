"""The mosaics of corrections: retired when they are paid, what was there before left alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from console.engine.bills import clearer
from console.engine.proving import trail
from console.errors import ChainError
from console.model.bill import Chosen
from console.model.transaction import TransactionState
from tests.engine.neighbours import (
    lose,
    neighbourhood,
)
from tests.engine.retiring import (
    DAY,
    OVER,
    assert_retired,
    assert_verified,
    corrected,
    got,
    held,
    retirements,
    settle_up,
    speak_up,
    without_p2,
)
from tests.engine.settling.test_reviser import tell, with_a_gap


async def test_what_a_correction_added_is_retired_once_it_is_paid(tmp_path: Path) -> None:
    async with corrected(tmp_path) as here:
        first = await retirements(here)
        added = await held(here, "c1")
        assert added != await got(here, "c1", in_period=False)
        await settle_up(here)
        await assert_retired(here)
        kept = await retirements(here)
        assert {key: kept[key] for key in first} == first
        second = kept["c1", 2]
        assert second.cleared is not None
        assert (second.left, second.cleared.whole) == (0, True)
        before = Counter({cell.mosaic: cell.amount for cell in first["c1", 1].cells})
        due = {cell.mosaic: cell.amount for cell in second.cells}
        assert due == await got(here, "c1", in_period=True) - before
        assert any("of c1 no. 2 retired, block" in text for text in await here.texts())
        await assert_verified(here)
        found = await here.engine.verify()
        moved = [one for one in kept.values() if one.due]
        assert found.retirements == len(moved) > len(first)
        check = await trail.check(here.engine.parts)
        assert check.seals is not None
        assert (check.seals.missing, check.seals.taken) == (None, None)
        assert check.seals.vouching == check.seals.seals
        # all but a retirement of nothing is sealed after the last payment's record
        assert check.seals.last is not None
        assert "bill paid" not in {
            record.verb
            for record in await here.engine.parts.store.audit.records(check.seals.last.seq)
        }
        # saying it once more, and living on, retires nothing
        await here.engine.issuing.paid(DAY, Chosen(), "anna")
        await here.live(30, until_final=True)
        assert await retirements(here) == kept


async def test_a_correction_of_less_retires_nothing(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await with_a_gap(here, 60)
        await here.live(OVER - 60, until_final=True)
        await settle_up(here)
        before = {house: await got(here, house, in_period=True) for house in ("c1", "c2", "c3")}
        first = await retirements(here)
        await tell(here, 700)
        await here.live(15, until_final=True)
        await settle_up(here)
        kept = await retirements(here)
        assert {number for _, number in kept} == {1, 2}
        for house, earlier in before.items():
            later = await got(here, house, in_period=True)
            more = sum(max(0, later[mosaic] - earlier[mosaic]) for mosaic in later | earlier)
            assert kept[house, 2].due == more if (house, 2) in kept else more == 0
            assert kept[house, 1] == first[house, 1]
        assert any(not kept[key].due for key in kept if key[1] == 2)
        await assert_verified(here)


async def test_a_correction_is_retired_in_several_parts(tmp_path: Path) -> None:
    async with corrected(tmp_path, most_inner=5) as here:
        await settle_up(here)
        kept = await retirements(here)
        assert any(len(kept[key].clearing.cells) > 1 for key in kept if key[1] == 1)
        await assert_retired(here)
        await assert_verified(here)


async def test_what_was_approved_together_is_retired_bill_by_bill(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await without_p2(here)
        await here.engine.issuing.approve(DAY, Chosen(), "anna")
        await speak_up(here)
        await settle_up(here)
        kept = await retirements(here)
        assert {number for _, number in kept} == {1, 2}
        await assert_retired(here)
        await assert_verified(here)


@pytest.mark.parametrize("cut", ["decided", "signed"])
async def test_a_retirement_that_was_cut_off_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    async def cut_off(*_: object) -> bool:
        raise ChainError("the node is silent")

    async with corrected(tmp_path) as here:
        with monkeypatch.context() as patched:
            if cut == "decided":
                patched.setattr(clearer.Clearer, "post", cut_off)
            else:
                patched.setattr(here.engine.outbox, "announce", cut_off)
            await here.engine.issuing.approve(DAY, Chosen(), "anna")
            await here.engine.issuing.paid(DAY, Chosen(), "anna")
            await here.engine.settle_due()
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        again.engine.settler.hurry()
        for _ in range(3):
            await again.beat(until_final=True)
        await assert_retired(again)
        community = again.engine.parts.settings.community.id
        leg = f"E1R|{community}|{DAY.name}|c1|1|1"
        [sent] = await again.engine.parts.store.settlements.named(leg)
        assert sent.state is TransactionState.FINAL
        await assert_verified(again)


async def test_a_lost_store_takes_the_retirements_of_corrections_over(tmp_path: Path) -> None:
    async with corrected(tmp_path) as here:
        await settle_up(here)
        before = await retirements(here)
    lose(tmp_path, "store.db")
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        await again.beat(until_final=True)
        taken = await retirements(again)
        assert {key: one.cleared for key, one in taken.items()} == {
            key: one.cleared for key, one in before.items() if one.due
        }
        check = await trail.check(again.engine.parts)
        assert check.seals is not None
        assert (check.seals.missing, check.seals.vouching) == (None, 0)
        assert check.seals.taken is not None
        assert check.seals.taken.count == check.seals.seals > len(taken)
