"""Late data for settled intervals: the next revision on the chain, the difference only."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from console.chain.codec import Body, SupplyChange, SupplyRevocation, address_bytes, sign
from console.chain.posting import aggregate
from console.engine.engine import Engine
from console.engine.posting.records import read_records
from console.engine.posting.signing import LIFETIME
from console.engine.serving.api import operate_app
from console.errors import Refused
from console.model.bill import Bills, Kind
from console.model.entry import Entry
from console.model.observed import Delivered, Revoked
from console.model.reading import Reading
from console.model.settlement import Plan, State
from console.model.transaction import TransactionState
from console.model.view import Settle
from tests.engine.neighbours import POLL, START, Neighbourhood, lose, neighbourhood, quarter_hour
from tests.engine.street import ask

EDGE = START + timedelta(minutes=15)
DAY = 24 * 60


async def with_a_gap(here: Neighbourhood, minutes: int) -> None:
    """Live for a while in which p1 said nothing at the first edge, though close around it."""
    await here.live(10, until_final=True)
    here.meters.silent.add("p1")
    await here.live(5, until_final=True)
    here.meters.silent.clear()
    await here.live(minutes - 15, until_final=True)


async def tell(here: Neighbourhood, exported_wh: int, house: str = "p1") -> None:
    """Deliver what a meter showed at the first edge, long after it."""
    imported_wh = 450 if house == "c1" else 0
    reading = Reading(house=house, time=EDGE, import_wh=imported_wh, export_wh=exported_wh)
    await here.engine.intake.emit(reading)


async def entries(here: Neighbourhood, quarter: int) -> list[Entry]:
    interval = quarter_hour(quarter)
    return await here.engine.parts.store.entries.between(interval.start, interval.end)


async def plan_of(here: Neighbourhood, quarter: int, revision: int) -> Plan:
    plan = await here.engine.parts.store.settlements.plan(quarter_hour(quarter), revision)
    assert plan is not None
    return plan


def pairs(plan: Plan) -> Counter[tuple[str, str]]:
    return Counter({(trade.producer, trade.consumer): trade.wh for trade in plan.trades})


def added(rows: list[Entry]) -> Counter[tuple[str, str]]:
    wh: Counter[tuple[str, str]] = Counter()
    for row in rows:
        wh[row.producer, row.consumer] += row.wh
    return wh


async def test_late_data_of_a_day_ago_posts_the_difference(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await with_a_gap(here, DAY)
        before = [await here.get(quarter) for quarter in range(3)]
        assert {(one.state, one.revision) for one in before} == {(State.FINAL, 0)}
        told = len(await read_records(here.engine.parts, 1))
        await tell(here, 700)
        await here.live(5, until_final=True)
        last = await plan_of(here, DAY // 15 - 1, 0)
        assert await here.engine.parts.store.settlements.carry() == last.carry_out
        first, second, third = [await here.get(quarter) for quarter in range(3)]
        assert (first.state, first.revision) == (State.FINAL, 1)
        assert (second.state, second.revision) == (State.FINAL, 1)
        assert third.revision == 0
        new = (await read_records(here.engine.parts, 1))[told:]
        assert any(isinstance(one, Revoked) for one in new)
        assert any(isinstance(one, Delivered) and one.mosaics for one in new)
        for quarter in (0, 1):
            rows = await entries(here, quarter)
            zero, one = await plan_of(here, quarter, 0), await plan_of(here, quarter, 1)
            assert added([row for row in rows if row.revision == 0]) == pairs(zero)
            difference = pairs(one)
            difference.subtract(pairs(zero))
            posted = added([row for row in rows if row.revision == 1])
            assert posted == {pair: wh for pair, wh in difference.items() if wh}
            assert {row.interval for row in rows} == {quarter_hour(quarter)}
        found = await here.engine.verify()
        assert found.differences == 0, found


async def test_without_auto_a_revision_is_found_and_waits_for_the_operator(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await with_a_gap(here, 60)
        here.engine.settler.auto = False
        await tell(here, 700)
        await here.live(5, until_final=True)
        found = await here.get(0)
        assert (found.revision, found.late) == (0, "later readings of p1")
        due = await here.engine.answers.due()
        assert [one.interval for one in due][:2] == [quarter_hour(0), quarter_hour(1)]
        preview = await here.engine.answers.preview(quarter_hour(0).name)
        assert preview.plan is not None
        assert preview.plan.revision == 1
        assert {one.house for one in preview.differences} >= {"p1"}
        posting = preview.posting
        assert posting is not None
        assert (preview.rows, posting.left) == (len(posting.cells), ())
        assert posting.more_wh > 0 < posting.less_wh
        command = Settle(interval=quarter_hour(0).name, token=preview.token)
        await here.engine.settle(command, "operator")
        await here.beat(until_final=True)
        settled = await here.get(0)
        assert (settled.state, settled.revision, settled.late) == (State.FINAL, 1, "")
        assert (await here.get(1)).revision == 0
        posted = added([row for row in await entries(here, 0) if row.revision == 1])
        assert posted == {(cell.producer, cell.consumer): cell.wh for cell in posting.cells}
        here.engine.settler.auto = True
        await here.live(15, until_final=True)
        assert (await here.get(1)).revision == 1
        assert (await here.engine.verify()).differences == 0


async def test_what_left_the_wallet_is_an_open_item_until_it_is_there_again(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await with_a_gap(here, 30)
        await retire(here)
        await tell(here, 610)
        await here.engine.intake.flush()
        await here.beat(until_final=True)
        owing = await here.get(0)
        assert (owing.state, owing.revision) == (State.FINAL, 1)
        assert owing.open_items
        assert (await here.engine.verify()).differences == 0
        await here.live(60, until_final=True)
        settled = await here.get(0)
        assert settled.revision > 1
        assert settled.open_items == ()
        assert (await here.engine.verify()).differences == 0
        newest = await plan_of(here, 0, settled.revision)
        assert +added(await entries(here, 0)) == pairs(newest)


async def test_what_would_be_left_is_told_before_it_is_posted(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await with_a_gap(here, 30)
        here.engine.settler.auto = False
        await retire(here)
        await tell(here, 610)
        await here.live(5, until_final=True)
        preview = await here.engine.answers.preview(quarter_hour(0).name)
        posting = preview.posting
        assert posting is not None
        command = Settle(interval=quarter_hour(0).name, token=preview.token)
        await here.engine.settle(command, "operator")
        await here.beat(until_final=True)
        owing = await here.get(0)
        assert owing.open_items == posting.left != ()
        posted = added([row for row in await entries(here, 0) if row.revision == 1])
        assert posted == {(cell.producer, cell.consumer): cell.wh for cell in posting.cells}
        assert f"{posting.left_wh} Wh cannot be taken back" in preview.note


async def retire(here: Neighbourhood) -> None:
    """Take all of p1's mosaics out of the wallets, as a paid bill does."""
    parts = here.engine.parts
    assert parts.key is not None
    signer = parts.signer(quarter_hour(0)).public_key
    mosaic = parts.members.mosaics[signer]["p1"]
    back = [
        SupplyRevocation(address_bytes(wallet), mosaic, held)
        for wallet in sorted(parts.members.wallets.values())
        if (held := (await parts.chain.holdings(wallet)).get(mosaic))
    ]
    bodies: list[Body] = [*back, SupplyChange(mosaic, sum(one.amount for one in back), False)]
    whole = aggregate(bodies, parts.frame(signer, here.node.now_ms() + 3_600_000))
    here.node.announce(sign(whole, parts.network.generation_hash, parts.key.sign).payload)
    here.node.settle_all()


async def test_data_that_says_the_same_revises_nothing(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await with_a_gap(here, 60)
        before = await here.rows()
        await tell(here, 900)
        await here.live(5, until_final=True)
        assert [(await here.get(quarter)).revision for quarter in range(3)] == [0, 0, 0]
        assert (await here.rows())[: len(before)] == before


async def test_a_crash_between_the_steps_is_gone_on_from(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await with_a_gap(here, 60)
        await tell(here, 700)
        await here.engine.intake.flush()
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        await again.engine.settle_due()
        frozen = await again.get(0)
        assert (frozen.revision, frozen.state) == (1, State.SIGNED)
    async with neighbourhood(tmp_path, at=here.clock.now() + POLL) as third:
        await third.beat(until_final=True)
        await third.beat(until_final=True)
        assert [(await third.get(quarter)).revision for quarter in range(3)] == [1, 1, 0]
        assert {(await third.get(quarter)).state for quarter in range(2)} == {State.FINAL}
        found = await third.engine.verify()
        assert found.differences == 0, msgspec.json.encode(found)


async def test_a_provisional_interval_is_revised_once_its_house_speaks(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        here.meters.silent.add("p2")
        await here.live(35, until_final=True)
        command = Settle(interval=quarter_hour(0).name, provisional=True)
        await here.engine.settle(command, "operator")
        await here.beat(until_final=True)
        assert (await here.get(0)).provisional
        await here.meters.speak_up(here.engine.intake.emit)
        await here.live(15, until_final=True)
        settled = await here.get(0)
        assert (settled.state, settled.revision) == (State.FINAL, 1)
        assert not settled.provisional
        assert settled.shared_wh == (await plan_of(here, 0, 1)).shared_wh
        assert (await here.engine.verify()).differences == 0


async def test_a_wallet_emptied_before_the_block_is_signed_for_anew(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await with_a_gap(here, 30)
        await tell(here, 610)
        await here.engine.intake.flush()
        await here.engine.settle_due()
        store = here.engine.parts.store.settlements
        [first] = await store.legs(quarter_hour(0), 1)
        here.node.pool.drop(here.node.pool.waiting[first.hash])
        here.chain.drops = {first.payload}
        await retire(here)
        assert (await here.get(0)).open_items == ()
        await here.live(LIFETIME.total_seconds() / 60 + 30, until_final=True)
        legs = await store.legs(quarter_hour(0), 1)
        assert [leg.state for leg in legs] == [TransactionState.DEAD, TransactionState.FINAL]
        await here.live(60, until_final=True)
        settled = await here.get(0)
        assert (settled.state, settled.open_items) == (State.FINAL, ())
        assert (await here.engine.verify()).differences == 0


async def test_a_lost_store_takes_the_revision_from_the_chain(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await with_a_gap(here, 60)
        await tell(here, 700)
        await here.live(15, until_final=True)
        before, rows = await here.get(0), await here.rows()
    lose(tmp_path, "store.db")
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        after = await again.get(0)
        assert (after.revision, after.plan_known) == (1, False)
        assert (after.inputs_root, after.shared_wh) == (before.inputs_root, before.shared_wh)
        assert await again.rows() == rows
        assert (await again.engine.verify()).differences == 0


async def test_a_gap_is_filled_after_the_deadline(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, deadline_days=1) as here:
        here.meters.silent.add("c1")
        await here.live(DAY + 60, until_final=True)
        closed = [await here.get(quarter) for quarter in range(4)]
        assert all(one.provisional and one.state is State.FINAL for one in closed)
        await here.meters.speak_up(here.engine.intake.emit)
        await here.live(30, until_final=True)
        for quarter in range(4):
            settled = await here.get(quarter)
            assert (settled.state, settled.revision) == (State.FINAL, 1)
            assert not settled.provisional
        assert (await here.get(10)).revision == 0
        assert (await here.engine.verify()).differences == 0


async def test_all_is_taken_back_where_nothing_was_to_share(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        here.meters.dark = True
        await with_a_gap(here, 15)
        here.meters.dark = False
        await here.live(30, until_final=True)
        before = await here.get(0)
        assert before.shared_wh > 0
        await tell(here, 0)
        await here.engine.intake.flush()
        await here.beat(until_final=True)
        await here.beat(until_final=True)
        after = await here.get(0)
        assert (after.state, after.revision, after.shared_wh) == (State.FINAL, 1, 0)
        assert +added(await entries(here, 0)) == Counter()
        assert (await here.engine.verify()).differences == 0


async def test_a_limit_holds_for_a_revision_too(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, max_wh_per_interval=950) as here:
        here.meters.silent.add("p2")
        await here.live(35, until_final=True)
        command = Settle(interval=quarter_hour(0).name, provisional=True)
        await here.engine.settle(command, "operator")
        await here.beat(until_final=True)
        await here.meters.speak_up(here.engine.intake.emit)
        await here.live(15, until_final=True)
        waiting = await here.get(0)
        assert (waiting.state, waiting.revision) == (State.FINAL, 0)
        assert "over max_wh_per_interval = 950" in waiting.late
        with pytest.raises(Refused, match="over max_wh_per_interval"):
            await here.engine.settle(Settle(interval=quarter_hour(0).name), "operator")


async def test_a_locked_engine_finds_and_posts_nothing(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await with_a_gap(here, 60)
        parts = here.engine.parts
        keys, parts.keys = parts.keys, {}
        await tell(here, 700)
        await here.engine.intake.flush()
        await here.beat(until_final=True)
        waiting = await here.get(0)
        assert (waiting.revision, waiting.late) == (0, "later readings of p1")
        parts.keys = keys
        here.engine.settler.hurry()
        await here.beat(until_final=True)
        assert (await here.get(0)).revision == 1
        assert (await here.engine.verify()).differences == 0


async def test_a_bill_follows_the_newest_revision(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await with_a_gap(here, 60)
        here.engine.settler.auto = False
        before = await traded(here)
        await tell(here, 700)
        await here.live(5, until_final=True)
        for one in [
            settlement for settlement in await here.engine.answers.due() if settlement.late
        ]:
            await here.engine.settle(Settle(interval=one.interval.name), "operator")
        await here.beat(until_final=True)
        changed = [(await plan_of(here, q, 1)).shared_wh for q in (0, 1)]
        planned = [(await plan_of(here, q, 0)).shared_wh for q in (0, 1)]
        after = await traded(here)
        assert sum(changed) != sum(planned)
        assert after - before == sum(changed) - sum(planned)


async def traded(here: Neighbourhood) -> int:
    """Return what all houses bought, from their bills or as own use, Wh."""
    bills = await bills_of(here.engine)
    return sum(bill.wh(kind) for bill in bills.bills for kind in (Kind.BOUGHT, Kind.OWN))


async def bills_of(engine: Engine) -> Bills:
    async with ask(operate_app(engine, engine.audience)) as client:
        answer = await client.get("/bills/2026-06")
    return msgspec.json.decode(answer.content, type=Bills)
