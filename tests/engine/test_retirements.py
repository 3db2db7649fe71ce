"""The mosaics of corrections: retired when they are paid, what was there before left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from console.engine import clearer, trail
from console.engine.books import Books
from console.engine.statements import statements
from console.errors import ChainError
from console.model.bill import Bills, BillState, Chosen
from console.model.clearing import Clearing, ClearingName, KeptClearing
from console.model.period import Period
from console.model.transaction import TransactionState
from console.model.view import Settle
from tests.engine.neighbours import (
    LIFE,
    START,
    Neighbourhood,
    lose,
    neighbourhood,
    quarter_hour,
)
from tests.engine.street import tamper
from tests.engine.test_reviser import tell, with_a_gap

DAY = Period.parse("2026-06-21..2026-06-22")
OVER = 14 * 60 + 30
"""Minutes from the neighbourhood's first hour until its day is over and final."""


async def bills(here: Neighbourhood) -> Bills:
    return await statements(here.engine.parts, Books(here.engine.parts), DAY)


async def retirements(here: Neighbourhood) -> dict[tuple[str, int], KeptClearing]:
    kept = await here.engine.parts.store.clearings.of(DAY.name)
    names = ((one, one.clearing.name) for one in kept)
    return {(name.house, name.number): one for one, name in names if name.house}


async def held(here: Neighbourhood, house: str) -> dict[int, int]:
    parts = here.engine.parts
    return await parts.chain.holdings(parts.members.wallets[house])


async def got(here: Neighbourhood, house: str, *, in_period: bool) -> Counter[int]:
    """What the ledger says that a house got of the day, or after it, Wh by mosaic."""
    parts = here.engine.parts
    end = parts.day_span(DAY.end)[0]
    wh: Counter[int] = Counter()
    for row in await parts.store.entries.between(START, START + LIFE):
        if row.consumer == house and (row.interval.start < end) is in_period:
            mosaics = parts.members.mosaics[parts.signer(row.interval).public_key]
            wh[mosaics[row.producer]] += row.wh
    return wh


async def settle_up(here: Neighbourhood, house: str = "") -> None:
    """Approve what there is to approve, have it paid, and live until all of it is final."""
    await here.engine.issuing.approve(DAY, Chosen(house=house), "anna")
    await here.engine.issuing.paid(DAY, Chosen(house=house), "anna")
    for _ in range(3):
        await here.beat(until_final=True)


async def without_p2(here: Neighbourhood) -> None:
    """Live through the day; its first intervals were settled without p2, which was silent."""
    here.meters.silent.add("p2")
    await here.live(35, until_final=True)
    here.meters.silent.clear()
    await here.live(25, until_final=True)
    for quarter in range(3):
        command = Settle(interval=quarter_hour(quarter).name, provisional=True)
        await here.engine.settle(command, "operator")
    await here.beat(until_final=True)
    await here.live(OVER - 60, until_final=True)


async def speak_up(here: Neighbourhood) -> None:
    """Let p2 say what it gave at first, long after it; the intervals are revised."""
    await here.meters.speak_up(here.engine.intake.emit)
    await here.live(15, until_final=True)


@asynccontextmanager
async def corrected(folder: Path, **options: int) -> AsyncIterator[Neighbourhood]:
    """A day that was paid, and whose corrections of more energy are drafts."""
    async with neighbourhood(folder, **options) as here:
        await without_p2(here)
        await settle_up(here)
        await speak_up(here)
        assert {one.number for one in (await bills(here)).in_state(BillState.DRAFT)} == {2}
        yield here


async def assert_retired(here: Neighbourhood) -> None:
    """Nothing of the day is in the wallets any more.

    What a revision took back of a day that was paid, it took of what came after.
    """
    kept = await retirements(here)
    for house in ("c1", "c2", "c3"):
        moved: Counter[int] = Counter()
        for number in (1, 2):
            cleared = kept[house, number].cleared
            assert cleared is not None
            assert cleared.whole or not cleared.parts
            for cell in [cell for part in cleared.parts for cell in part.cells]:
                moved[cell.mosaic] += cell.amount
        day, after = [await got(here, house, in_period=part) for part in (True, False)]
        assert all(wh <= moved[mosaic] for mosaic, wh in day.items())
        after += day
        after.subtract(moved)
        assert await held(here, house) == +after


async def assert_verified(here: Neighbourhood) -> None:
    found = await here.engine.verify()
    assert found.differences == 0, found.findings


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


def more(clearing: Clearing) -> Clearing:
    [[cell, *cells]] = clearing.cells
    other = msgspec.structs.replace(cell, amount=cell.amount + 1)
    return msgspec.structs.replace(clearing, cells=((other, *cells),))


def of_another_bill(clearing: Clearing) -> Clearing:
    name = msgspec.structs.replace(clearing.name, revision=7)
    return msgspec.structs.replace(clearing, name=name)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (more, "is not as it was decided"),
        (more, "is of {found} Wh of mosaic"),
        (of_another_bill, "is not as it was decided"),
        (of_another_bill, "stands on the chain, and the store does not know it"),
    ],
)
async def test_a_correction_changed_by_hand_is_named(
    tmp_path: Path, change: object, said: str
) -> None:
    assert callable(change)
    async with corrected(tmp_path) as here:
        await settle_up(here)
        name = (await retirements(here))["c1", 2].clearing.name
        due = (await retirements(here))["c1", 2].clearing.cells[0][0].amount
    store = tmp_path / "store.db"
    where = "kind = 'retirement' AND house = 'c1' AND revision = 1"
    changed = change(await body(tmp_path, here, name))
    tamper(store, f"UPDATE clearing SET body = ? WHERE {where}", msgspec.json.encode(changed))
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        found = await again.engine.verify()
    assert found.differences
    assert any(said.format(found=due + 1) in text for text in found.findings), found.findings


async def body(folder: Path, here: Neighbourhood, name: ClearingName) -> Clearing:
    async with neighbourhood(folder, at=here.clock.now()) as again:
        kept = await again.engine.parts.store.clearings.named(name)
        assert kept is not None
        return kept.clearing


async def test_one_retired_correction_is_taken_off_the_chain_by_nobody(tmp_path: Path) -> None:
    """A row that is deleted is named by what the chain and the log have of it."""
    async with corrected(tmp_path) as here:
        await settle_up(here)
    where = "kind = 'retirement' AND house = 'c1' AND revision = 1"
    tamper(tmp_path / "store.db", f"DELETE FROM clearing WHERE {where}")
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        found = await again.engine.verify()
    told = f"the retirement of {DAY.name} of c1 no. 2 stands on the chain"
    assert any(told in text for text in found.findings), found.findings
