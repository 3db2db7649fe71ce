"""A day approved, paid, retired and paid out, through the real engine and its own chain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console.chain.clearing_posting import compose_payout
from console.chain.codec import address_of, note_key, sign
from console.chain.frame import Frame
from console.chain.seal import seal
from console.model.bill import Kind
from console.model.clearing import CENT
from console.model.observed import PayoutTag
from console.model.payout import PayoutState
from console.model.transaction import TransactionState
from tests.engine.clearing import PERIOD, approved, bills, decide, held, payout, refusal, turn
from tests.engine.street import Opened

ALWAYS = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


async def ledger(street: Opened) -> tuple[int, int]:
    rows = await street.engine.parts.store.entries.between(*ALWAYS)
    return len(rows), sum(row.amount_nano for row in rows)


async def assert_verified(street: Opened, retirements: int, payouts: int) -> None:
    verification = await street.engine.verify()
    assert (verification.differences, verification.findings) == (0, ())
    assert (verification.retirements, verification.payouts) == (retirements, payouts)


async def test_a_wallet_shows_what_is_still_unpaid(street: Opened) -> None:
    await approved(street)
    before = {house: sum((await held(street, house)).values()) for house in ("c1", "c2")}
    found = {bill.house: bill for bill in (await bills(street)).bills}
    assert before == {house: found[house].wh(Kind.BOUGHT) for house in before}
    rows = await ledger(street)
    await decide(street, "paid", "c1")
    await turn(street)
    assert await held(street, "c1") == {}
    assert sum((await held(street, "c2")).values()) == before["c2"]
    [kept] = (await bills(street)).clearings
    assert kept.cleared is not None
    assert (kept.clearing.name.house, kept.cleared.amount, kept.left) == ("c1", before["c1"], 0)
    assert await ledger(street) == rows
    await assert_verified(street, 1, 0)
    told = [event.text for event in await street.engine.parts.store.events.page()]
    assert any("c1 retired, block" in one for one in told)
    assert not any("no message explains" in one for one in told)


async def test_producers_are_paid_once_and_only_after_all_bills(street: Opened) -> None:
    await approved(street)
    assert "before all its bills are paid: not those of c1, c2, p1, p2" in await refusal(street)
    await decide(street, "paid", "c1")
    assert "not those of c2, p1, p2" in await refusal(street)
    await decide(street, "paid")
    await turn(street)
    shown = await payout(street)
    due = {bill.house: bill.net_cents for bill in (await bills(street)).bills if bill.net_cents > 0}
    assert {payee.house: payee.cents for payee in shown.payees} == due != {}
    assert (shown.state, shown.bills, shown.revision) == (PayoutState.READY, 4, 0)
    assert "has changed since it was shown" in await refusal(street, "0" * 16)
    assert (await payout(street, shown.token)).state is PayoutState.ON_ITS_WAY
    assert (await payout(street, "")).state is PayoutState.ON_ITS_WAY
    await turn(street)
    paid = await payout(street)
    assert (paid.state, len(paid.parts), paid.token) == (PayoutState.PAID, 1, "")
    assert await payout(street, "") == paid
    await turn(street)
    mosaic = int(paid.mosaic, 16)
    for house, cents in due.items():
        assert (await held(street, house))[mosaic] == cents * CENT
    known = await street.engine.parts.chain.mosaic(mosaic)
    assert known is not None
    assert known.supply == sum(due.values()) * CENT
    await assert_verified(street, 4, 1)


async def test_the_chain_takes_a_payout_once(street: Opened) -> None:
    """Whoever has the key, and forgot, cannot pay out a second time: the seal is there."""
    await approved(street)
    await decide(street, "paid")
    await payout(street, "")
    await turn(street)
    paid, parts = await payout(street), street.engine.parts
    key, network = parts.key, parts.network
    assert key is not None
    account = address_of(key.public_key, network.identifier)
    [kept] = [one for one in (await bills(street)).clearings if not one.clearing.name.house]
    text = f"E1P|{parts.settings.community.id}|{PERIOD}|0|1"
    [leg] = await parts.store.settlements.named(text)
    assert leg.state is TransactionState.FINAL
    transaction = compose_payout(
        kept.clearing.cells[0],
        int(paid.mosaic, 16),
        seal(account, note_key(text), kept.clearing.root, bytes(32)),
        PayoutTag(period=PERIOD, currency=paid.currency, revision=0, part=1, parts=1),
        Frame(
            operator_key=key.public_key,
            network=network.identifier,
            deadline_ms=(leg.deadline - network.epoch) // timedelta(milliseconds=1) + 1,
            fee_multiplier=0,
        ),
        mint=True,
    )
    again = sign(transaction, network.generation_hash, key.sign)
    await parts.chain.announce(again.payload)
    await turn(street)
    assert await parts.chain.confirmations([again.hash]) == {}
    assert await parts.chain.rejection(again.hash) == "Failure_Metadata_Value_Size_Delta_Mismatch"
