"""Past days compared as a console asks for it; nothing is written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import httpx
import msgspec
import pytest

from console.engine.serving.api import offline_app, operate_app, watch_app
from console.model.bill import Kind
from console.model.comparison import Case, Comparison, Trials
from console.model.money import NANO_PER_CENT
from tests.engine.bills.test_billing import bills_of, by_house
from tests.engine.settling.test_books import agree_on
from tests.engine.street import Opened, ask, dump

DAY = date(2026, 6, 21)


def trials(*cases: Case, end: date = date(2026, 6, 22)) -> str:
    return msgspec.json.encode(Trials(first=DAY, end=end, cases=cases)).decode()


async def asked(street: Opened, query: str) -> httpx.Response:
    engine = street.engine
    async with ask(operate_app(engine, engine.audience)) as client:
        return await client.get("/comparison", params={"trials": query})


async def compared(street: Opened, *cases: Case) -> Comparison:
    answer = await asked(street, trials(*cases))
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Comparison)


async def test_what_is_in_force_is_what_the_bills_say(street: Opened) -> None:
    agree_on(street, 250_000, 60_000)
    await street.run()
    bills = by_house(await bills_of(street))
    found = await compared(street, Case())
    [now] = found.outcomes
    assert now.case == Case(rule="pro-rata", price="0.10")
    for house in now.houses:
        bill = bills[house.house]
        assert (house.bought_wh, house.sold_wh) == (
            sum(line.wh for line in bill.lines if line.kind == "bought"),
            sum(line.wh for line in bill.lines if line.kind == "sold"),
        )
        assert house.own_wh == bill.wh(Kind.OWN)
        assert house.saved_nano is not None
        assert bill.saved_cents is not None
        rounding = NANO_PER_CENT * (len(bill.lines) + 1) / 2
        assert abs(house.saved_nano - bill.saved_cents * NANO_PER_CENT) <= rounding
    assert now.spread_nano is not None


async def test_rules_and_prices_side_by_side_and_nothing_is_written(
    street: Opened, tmp_path: Path
) -> None:
    agree_on(street, 250_000, 60_000)
    await street.run()
    before = dump(tmp_path / "data" / "store.db"), dump(tmp_path / "data" / "chain.db")
    found = await compared(
        street,
        Case(),
        Case(rule="equal"),
        Case(price="mid-market"),
        Case(price="0.2"),
        Case(rule="static"),
        Case(price="ask"),
    )
    now, equal, middle, dear, static, asking = found.outcomes
    assert equal.case == Case(rule="equal", price="0.10")
    assert dear.case == Case(rule="pro-rata", price="0.20")
    assert now.shared_wh == equal.shared_wh == middle.shared_wh > 0
    assert sum(equal.gains(now.saved).values()) == 0
    assert any(equal.gains(now.saved).values())
    assert dear.paid_nano == 2 * now.paid_nano
    assert middle.paid_nano * 100 == now.paid_nano * 155
    assert "keys sum to 0" in static.refused
    assert asking.refused == "p1, p2 sold energy and asks no price."
    assert before == (dump(tmp_path / "data" / "store.db"), dump(tmp_path / "data" / "chain.db"))


async def test_what_waits_for_a_house_is_played_without_it(street: Opened) -> None:
    street.engine.settler.auto = False
    await street.run()
    found = await compared(street, Case())
    assert found.outcomes[0].shared_wh > 0  # nothing is settled, yet all is measured
    assert found.incomplete == found.intervals - 4  # the grace after the recording has no readings


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (trials(Case(rule="fair")), 'a rule to compare must be "pro-rata"'),
        (trials(Case(price="cheap")), "a price to compare must be a price per kWh such as 0.10"),
        (trials(Case(), end=DAY), "days to compare on are 1 to 400"),
        (trials(), "cases to compare are 1 to 50"),
        ("{}", "does not read"),
    ],
)
async def test_a_question_that_cannot_be_is_refused(street: Opened, query: str, told: str) -> None:
    answer = await asked(street, query)
    assert answer.status_code == 409
    assert told in answer.json()["message"]


async def test_only_who_operates_or_owns_the_store_compares(street: Opened) -> None:
    engine = street.engine
    for application, status in (
        (watch_app(engine, engine.audience), 404),
        (offline_app(engine, engine.parts), 200),
    ):
        async with ask(application) as client:
            answer = await client.get("/comparison", params={"trials": trials(Case())})
        assert answer.status_code == status
