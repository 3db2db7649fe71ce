"""Retirements and payouts over an exchange of keys: each mosaic by the key that made it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from console.engine.proving import trail
from console.model.bill import Chosen
from console.model.clearing import CENT
from console.model.payout import PayoutState
from tests.engine.exchanging import OLD, exchange, finish, living, signers
from tests.engine.neighbours import Neighbourhood
from tests.engine.retiring import DAY, OVER, got, held, retirements


async def rotated(here: Neighbourhood) -> None:
    """Live through the day; from its third interval on the new key signs."""
    await here.live(2 * 15 + 5, until_final=True)
    await exchange(here)
    await here.live(2 * 15, until_final=True)
    await finish(here)
    await here.live(OVER - 65, until_final=True)
    assert set(await signers(here)) == {"A", "B"}


async def pay(here: Neighbourhood) -> None:
    await here.engine.issuing.approve(DAY, Chosen(), "anna")
    await here.engine.issuing.paid(DAY, Chosen(), "anna")
    for _ in range(4):
        await here.beat(until_final=True)


async def test_each_mosaic_is_retired_by_the_key_that_made_it(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await rotated(here)
        await pay(here)
        kept = await retirements(here)
        assert {len(set(one.clearing.signers)) for one in kept.values() if one.due} == {2}
        for house in ("c1", "c2", "c3"):
            assert kept[house, 1].left == 0
            assert Counter(await held(here, house)) == await got(here, house, in_period=False)
        found = await here.engine.verify()
        assert found.differences == 0, found.findings
        check = await trail.check(here.engine.parts)
        assert check.seals is not None
        assert check.seals.vouching == check.seals.seals

        payout = await here.engine.payouts.preview(DAY)
        await here.engine.payouts.pay(DAY, payout.token, "anna")
        for _ in range(3):
            await here.beat(until_final=True)
        paid = await here.engine.payouts.preview(DAY)
        assert paid.state is PayoutState.PAID
        mosaic = int(paid.mosaic, 16)
        for payee in paid.payees:
            assert (await held(here, payee.house))[mosaic] == payee.cents * CENT
        found = await here.engine.verify()
        assert found.differences == 0, found.findings


async def test_what_an_earlier_key_made_waits_until_that_key_is_there(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await rotated(here)
        old = here.engine.parts.line.operators[0].public_key
        key = here.engine.parts.keys.pop(old)
        await pay(here)
        kept = await retirements(here)
        assert kept["c1", 1].cleared is None
        assert any("waits for an earlier key" in text for text in await here.texts())
        here.engine.parts.keys[old] = key
        await here.live(30, until_final=True)
        kept = await retirements(here)
        assert all(one.cleared is not None and one.left == 0 for one in kept.values())
        found = await here.engine.verify()
        assert found.differences == 0, found.findings
