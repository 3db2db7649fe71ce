"""A street whose month is over, and what follows its bills on the chain."""

from __future__ import annotations

import httpx
import msgspec

from console.engine.serving.api import operate_app
from console.model.bill import Bills, Chosen
from console.model.payout import PayOut, Payout
from console.model.view import Settle
from tests.engine.street import Opened, ask

PERIOD = "2026-06-21..2026-06-22"
_QUARTERS = 14 * 4


async def approved(street: Opened) -> Opened:
    """The street when its day is over and all its bills are approved.

    After the recording no meter said anything: these intervals are settled without anyone.
    """
    await street.to(_QUARTERS)
    for one in (await bills(street)).pending:
        await street.engine.settle(Settle(interval=one.interval.name, provisional=True), "anna")
    assert "4 bills" in await decide(street, "approve")
    return street


async def decide(street: Opened, what: str, house: str = "") -> str:
    """Approve bills or mark them as paid."""
    body = msgspec.json.encode(Chosen(house=house))
    async with ask(operate_app(street.engine, street.engine.audience)) as client:
        answer = await client.post(f"/bills/{PERIOD}/{what}", content=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["text"])


async def turn(street: Opened) -> None:
    """One turn of the engine's loops, until all is final."""
    await street.engine.settle_due()
    await street.engine.make_blocks(until_final=True)
    await street.engine.follow()


async def bills(street: Opened) -> Bills:
    async with ask(operate_app(street.engine, street.engine.audience)) as client:
        return msgspec.json.decode((await client.get(f"/bills/{PERIOD}")).content, type=Bills)


async def asked(street: Opened, token: str | None = None) -> httpx.Response:
    """Look at the payout, or have it made where a token is given."""
    async with ask(operate_app(street.engine, street.engine.audience)) as client:
        if token is None:
            return await client.get(f"/payout/{PERIOD}")
        body = msgspec.json.encode(PayOut(token=token))
        return await client.post(f"/payout/{PERIOD}", content=body)


async def payout(street: Opened, token: str | None = None) -> Payout:
    answer = await asked(street, token)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Payout)


async def refusal(street: Opened, token: str | None = None) -> str:
    answer = await asked(street, token)
    assert answer.status_code == 409
    return str(answer.json()["message"])


async def held(street: Opened, house: str) -> dict[int, int]:
    parts = street.engine.parts
    return await parts.chain.holdings(parts.members.wallets[house])
