"""The store lost, or another's: the ledger comes back from the chain, and nothing twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.errors import DiskFull, Refused, WrongNetwork
from console.model.settlement import Settlement, State
from console.store.settlements import StoredIntervals
from tests.engine.halves import RIPE, TWO_PARTS, another_second_part, half_sealed
from tests.engine.neighbours import (
    Neighbourhood,
    lose,
    move_in,
    neighbourhood,
    quarter_hour,
    settings_of,
)


async def settle_quarters(here: Neighbourhood, count: int) -> list[str]:
    """Live until so many quarter hours are final; the second of them is idle."""
    for quarter in range(count):
        here.meters.dark = quarter == 1
        await here.live(15, until_final=True)
    await here.live(5, until_final=True)
    return await here.rows()


async def test_the_ledger_comes_back_byte_for_byte(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, most_inner=TWO_PARTS) as here:
        rows = await settle_quarters(here, 4)
        was = {number: await here.get(number) for number in (0, 2, 3)}
    lose(tmp_path, "store.db")
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        assert await again.rows() == rows
        for number, before in was.items():
            adopted = await again.get(number)
            assert (adopted.state, adopted.plan_known) == (State.FINAL, False)
            assert adopted.inputs_root == before.inputs_root
            for name in ("shared_wh", "amount_nano", "rows", "parts", "height"):
                assert getattr(adopted, name) == getattr(before, name), name
        assert await again.engine.parts.store.settlements.get(quarter_hour(1)) is None
        verification = await again.engine.verify()
        assert (verification.intervals, verification.differences) == (0, 0)


async def test_nothing_is_settled_again_when_the_readings_come_again(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        rows = await settle_quarters(here, 3)
        known = await here.hashes()
    lose(tmp_path, "store.db")
    async with neighbourhood(tmp_path) as again:
        await again.live(3 * 15 + 5, until_final=True)
        assert await again.rows() == rows
        assert await again.hashes() == known
        adopted = await again.engine.settler.settle(quarter_hour(0), actor="uid 1")
        assert adopted.state is State.FINAL
        await again.live(15, until_final=True)
        fresh = await again.get(3)
        assert (fresh.state, fresh.plan_known) == (State.FINAL, True)
        assert (await again.engine.verify()).differences == 0


async def test_an_interval_above_the_final_height_is_adopted_before_it_is_final(
    tmp_path: Path,
) -> None:
    async with neighbourhood(tmp_path, most_inner=TWO_PARTS) as here:
        await here.live(RIPE)
        [_, second] = await here.legs(0)
        waiting = here.node.pool.waiting[second.hash]
        here.node.pool.drop(waiting)
        here.node.make_block()
        here.node.pool.add(waiting)
        here.node.make_block()
    lose(tmp_path, "store.db")
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        assert (await again.get(0)).state is State.SEALED
        await again.beat()
        assert again.engine.follower.tip.final_height == 2
    async with neighbourhood(tmp_path, at=here.clock.now()) as later:
        assert (await later.get(0)).state is State.SEALED
        await later.beat(until_final=True)
        final = await later.get(0)
        assert (final.state, final.rows) == (State.FINAL, len(await later.rows()))
        assert later.engine.settler.halted == ""
        taken = [text for text in await later.texts() if "taken from the chain" in text]
        assert len(taken) == 2


async def test_a_rebuilding_that_is_cut_off_is_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with neighbourhood(tmp_path) as here:
        rows = await settle_quarters(here, 4)
    lose(tmp_path, "store.db")
    for done in range(2):
        with monkeypatch.context() as patched:
            patched.setattr(StoredIntervals, "put", full_after(done))
            with pytest.raises(DiskFull):
                await move_in(settings_of(tmp_path), at=here.clock.now())
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        assert await again.rows() == rows
        states = [(await again.get(number)).state for number in (0, 2, 3)]
        assert states == [State.FINAL] * 3


def full_after(done: int) -> Any:
    """Return a `put` that finds no space after so many."""
    put = StoredIntervals.put
    left = done

    async def failing(self: StoredIntervals, settlement: Settlement) -> None:
        nonlocal left
        if left == 0:
            raise DiskFull("a test leaves no space")
        left -= 1
        await put(self, settlement)

    return failing


async def test_a_partly_sealed_interval_with_a_lost_plan_halts(tmp_path: Path) -> None:
    async with half_sealed(tmp_path) as here:
        known = await here.hashes()
    lose(tmp_path, "store.db")
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        halted = await again.get(0)
        reason = "1 of 2 parts are sealed and their plan is lost"
        assert (halted.state, halted.reason) == (State.HALTED, reason)
        assert reason in again.engine.settler.halted
        assert [alarm.title for alarm in again.engine.parts.log.alarms] == [
            "HALTED, nothing more is signed"
        ]
        await again.live(45)
        await again.beat(until_final=True)
        assert await again.hashes() == known
        with pytest.raises(Refused, match="their plan is lost"):
            await again.engine.settler.settle(quarter_hour(2), actor="uid 1")
    async with neighbourhood(tmp_path, at=again.clock.now()) as later:
        assert reason in later.engine.settler.halted


async def test_a_partly_sealed_interval_is_finished_with_its_plan(tmp_path: Path) -> None:
    async with half_sealed(tmp_path) as here:
        plan = await here.engine.parts.store.settlements.plan(quarter_hour(0))
    async with neighbourhood(tmp_path, at=here.clock.now(), most_inner=TWO_PARTS) as again:
        await again.beat(until_final=True)
        await again.beat(until_final=True)
        assert (await again.get(0)).state is State.FINAL
        assert await again.engine.parts.store.settlements.plan(quarter_hour(0)) == plan
        assert len(await again.seals()) == 2
        assert (await again.engine.verify()).differences == 0


async def test_parts_with_different_roots_halt(tmp_path: Path) -> None:
    async with half_sealed(tmp_path) as here:
        parts = here.engine.parts
        plan = await parts.store.settlements.plan(quarter_hour(0))
        assert plan is not None
        here.node.announce(another_second_part(here, plan, (await here.get(0)).audit_head))
        here.node.settle_all()
        await here.engine.follow()
        assert (await here.get(0)).state is State.HALTED
        assert "another inputs root" in here.engine.settler.halted
    lose(tmp_path, "store.db")
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        halted = await again.get(0)
        assert (halted.state, halted.plan_known) == (State.HALTED, False)
        assert halted.reason == "its parts have different roots"


async def test_the_account_of_another_community_is_refused(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await settle_quarters(here, 1)
    lose(tmp_path, "store.db")
    settings = settings_of(tmp_path)
    other = msgspec.structs.replace(settings.community, id="elsewhere")
    with pytest.raises(WrongNetwork, match="serves the community 'recording', not 'elsewhere'"):
        await move_in(msgspec.structs.replace(settings, community=other), at=here.clock.now())


async def test_a_store_of_another_chain_is_refused(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        rows = await settle_quarters(here, 1)
        here.node.settle_all()
    chain = (tmp_path / "chain.db").rename(tmp_path / "kept")
    with pytest.raises(WrongNetwork, match="generation hash"):
        await move_in(settings_of(tmp_path), at=here.clock.now())
    lose(tmp_path, "chain.db")
    chain.rename(tmp_path / "chain.db")
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        assert await again.rows() == rows
