"""A day in a neighbourhood whose bills are paid, and what later data then adds to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from console.engine.bills.statements import statements
from console.engine.settling.books import Books
from console.model.bill import Bills, BillState, Chosen
from console.model.clearing import KeptClearing
from console.model.period import Period
from console.model.view import Settle
from tests.engine.neighbours import LIFE, START, Neighbourhood, neighbourhood, quarter_hour

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
