"""An engine that is cut off anywhere between a paid bill and the payout; nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from console.engine.bills import clearer
from console.engine.bills.clearer import Clearer
from console.engine.bills.retirement import retirement
from console.engine.parts import Parts
from console.engine.posting.outbox import Outbox
from console.errors import ChainError
from console.model.bill import Issued
from console.model.clearing import CENT, Clearing
from console.model.payout import PayoutState
from console.model.transaction import TransactionState
from tests.engine.clearing import PERIOD, approved, bills, decide, held, payout, refusal, turn
from tests.engine.street import Opened, OpenEngine

Record = Callable[..., Path]


async def silent(*_args: object) -> None:
    """Announce nothing."""


async def cut_off(*_args: object) -> bool:
    raise ChainError("the node is silent")


async def again(street: Opened, open_engine: OpenEngine, recording: Path) -> Opened:
    """The same folder's next engine, at the same instant."""
    data, now = street.settings.engine.data, street.clock.now()
    await street.close()
    street = await open_engine(data, recording, again=True)
    street.clock.move_to(now)
    await street.engine.start()
    return street


async def assert_once(street: Opened, before: dict[str, int]) -> None:
    """Every house's mosaics are retired once, and every producer is paid once."""
    parts, paid = street.engine.parts, await payout(street)
    assert paid.state is PayoutState.PAID
    mosaic = int(paid.mosaic, 16)
    for payee in paid.payees:
        assert (await held(street, payee.house)) == {mosaic: payee.cents * CENT}
    known = await parts.chain.mosaic(mosaic)
    assert known is not None
    assert known.supply == paid.cents * CENT
    kept = [one for one in (await bills(street)).clearings if one.clearing.name.house]
    assert {one.clearing.name.house: one.cleared and one.cleared.amount for one in kept} == before
    community = parts.settings.community.id
    for text in [
        f"E1P|{community}|{PERIOD}|0|1",
        *(f"E1R|{community}|{PERIOD}|{house}|1" for house, wh in before.items() if wh),
    ]:
        [leg] = await parts.store.settlements.named(text)
        assert leg.state is TransactionState.FINAL
    verification = await street.engine.verify()
    assert (verification.differences, verification.findings) == (0, ())


@pytest.mark.parametrize("cut", ["decided", "signed", "announced", "confirmed"])
async def test_what_was_cut_off_goes_on(
    street: Opened,
    open_engine: OpenEngine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cut: str,
) -> None:
    await approved(street)
    before = {
        bill.house: sum((await held(street, bill.house)).values())
        for bill in (await bills(street)).bills
    }
    await decide(street, "paid")
    with monkeypatch.context() as patched:
        if cut == "decided":
            patched.setattr(Clearer, "post", cut_off)
        elif cut == "signed":
            patched.setattr(Outbox, "announce", silent)
        await payout(street, "")
        await street.engine.settle_due()
        if cut == "confirmed":
            await street.engine.make_blocks(until_final=True)
    street = await again(street, open_engine, tmp_path / "recording.csv")
    await decide(street, "paid")
    for _ in range(3):
        await turn(street)
        await payout(street, "")
    await assert_once(street, before)


async def test_a_lost_store_takes_over_what_the_chain_has(
    street: Opened, open_engine: OpenEngine, tmp_path: Path
) -> None:
    await approved(street)
    await decide(street, "paid")
    await payout(street, "")
    await turn(street)
    paid, clearings = await payout(street), (await bills(street)).clearings
    await street.close()
    for file in street.settings.engine.data.glob("store.db*"):
        file.unlink()
    street = await again(street, open_engine, tmp_path / "recording.csv")
    taken = (await bills(street)).clearings
    assert [one.cleared for one in taken] == [one.cleared for one in clearings if one.due]
    assert all(one.clearing.bills == () for one in taken)
    found = await payout(street, "")
    assert (found.state, found.payees, found.parts) == (paid.state, paid.payees, paid.parts)
    await turn(street)
    known = await street.engine.parts.chain.mosaic(int(paid.mosaic, 16))
    assert known is not None
    assert known.supply == paid.cents * CENT
    told = [event.text for event in await street.engine.parts.store.events.page()]
    assert sum("taken from the chain" in one for one in told) >= len(taken)
    named = (await street.engine.verify()).findings
    assert not [one for one in named if "retirement" in one or "payout" in one]


async def test_what_a_wallet_gave_away_is_named_and_left(
    street: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    await approved(street)
    mine = sum((await held(street, "c1")).values())
    chain = street.engine.parts.chain
    known = chain.holdings

    async def less(address: str) -> dict[int, int]:
        return {mosaic: wh // 2 for mosaic, wh in (await known(address)).items()}

    monkeypatch.setattr(chain, "holdings", less)
    await decide(street, "paid", "c1")
    await turn(street)
    monkeypatch.undo()
    [kept] = (await bills(street)).clearings
    assert kept.cleared is not None
    assert kept.left == mine - kept.cleared.amount > 0
    assert sum((await held(street, "c1")).values()) == kept.left
    told = [event.text for event in await street.engine.parts.store.events.page()]
    assert any("were not in the wallet any more" in one for one in told)


async def test_a_locked_engine_retires_and_pays_nothing(
    street: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    await approved(street)
    keys = dict(street.engine.parts.keys)
    street.engine.parts.keys.clear()
    await decide(street, "paid")
    await turn(street)
    assert (await bills(street)).clearings == ()
    assert "locked" in await refusal(street, "")
    street.engine.parts.keys.update(keys)
    await turn(street)
    assert len((await bills(street)).clearings) == 4


async def test_a_refused_retirement_is_made_anew_after_the_proof_of_its_death(
    street: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wallet gave mosaics away between the signing and the block."""
    await approved(street)
    mine = sum((await held(street, "c1")).values())
    chain = street.engine.parts.chain
    known = chain.holdings

    async def earlier(address: str) -> dict[int, int]:
        return {mosaic: wh + 1000 for mosaic, wh in (await known(address)).items()}

    async def later(address: str) -> dict[int, int]:
        return {mosaic: wh - 1 for mosaic, wh in (await known(address)).items()}

    # more than the wallet has was revoked: as if the bill, too, had been for more
    monkeypatch.setattr(chain, "holdings", earlier)

    async def more(parts: Parts, issued: Issued) -> Clearing:
        clearing = await retirement(parts, issued)
        [part] = clearing.cells
        cells = [msgspec.structs.replace(cell, amount=cell.amount + 1) for cell in part]
        return msgspec.structs.replace(clearing, cells=(tuple(cells),))

    monkeypatch.setattr(clearer, "retirement", more)
    await decide(street, "paid", "c1")
    await turn(street)
    monkeypatch.setattr(chain, "holdings", later)
    street.clock.move_to(street.clock.now() + timedelta(hours=3))
    for _ in range(5):
        await street.engine.make_blocks()
        await street.engine.follow()
        await street.engine.settle_due()
    await turn(street)
    [kept] = (await bills(street)).clearings
    community = street.engine.parts.settings.community.id
    legs = await street.engine.parts.store.settlements.named(f"E1R|{community}|{PERIOD}|c1|1")
    assert [leg.state for leg in legs] == [TransactionState.DEAD, TransactionState.FINAL]
    assert kept.cleared is not None
    assert (kept.cleared.amount, kept.left) == (mine - 2, 4)
    told = [event.text for event in await street.engine.parts.store.events.page(limit=1000)]
    why = "an account holds less than it moves (Failure_Core_Insufficient_Balance)"
    assert sum(f"c1|1 is refused by the node: {why}" in text for text in told) == 1
    [dead] = [text for text in told if "c1|1 is dead" in text]
    assert dead.endswith(f"holds no such transaction; the node refused it: {why}")
