"""A store put back to an older copy: what the chain has besides is taken over, nothing doubled."""

from __future__ import annotations

from pathlib import Path

from console.model.settlement import State
from console.model.transaction import TransactionState
from console.store.inspection import copy_file as copy_store
from tests.engine.neighbours import lose, neighbourhood, quarter_hour

RIPE = 15 + 5
TWO_PARTS = 5


async def test_an_older_store_settles_nothing_again(tmp_path: Path) -> None:
    """The store is put back to each step of the second settlement; the chain has all of it."""
    copies: list[Path] = []
    kept: list[str] = []
    data = tmp_path / "data"
    async with neighbourhood(data, auto=False, most_inner=TWO_PARTS) as here:

        async def keep() -> None:
            copies.append(tmp_path / f"{len(copies)}.db")
            copy_store(data / "store.db", copies[-1])
            kept.append((await here.get(1)).state.value)

        await here.live(RIPE)
        await here.engine.settler.settle(quarter_hour(0), actor="uid 1")
        await here.beat(until_final=True)
        await here.live(15)
        await keep()
        here.chain.silent = True
        await here.engine.settler.settle(quarter_hour(1), actor="uid 1")
        await keep()
        here.chain.silent, here.chain.loses = False, True
        await here.engine.settler.work()
        await keep()
        here.chain.loses = False
        for _ in range(4):
            await here.beat()
            await keep()
        assert kept == ["closed", "frozen", "signed", "signed", "sealed", "sealed", "final"]
        rows, known = await here.rows(), await here.hashes()
    plans_known = []
    for copy in copies:
        lose(data, "store.db")
        copy.rename(data / "store.db")
        async with neighbourhood(data, at=here.clock.now(), most_inner=TWO_PARTS) as again:
            assert again.engine.settler.halted == ""
            await again.live(5, until_final=True)
            settled = await again.get(1)
            assert settled.state is State.FINAL
            assert await again.rows() == rows
            assert await again.hashes() == known
            plans_known.append(settled.plan_known)
    assert plans_known == [False, False] + [True] * 5


async def test_an_older_store_whose_transaction_died_takes_its_successor(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "old.db"
    async with neighbourhood(data) as here:
        here.chain.loses = True
        await here.live(RIPE)
        copy_store(data / "store.db", copy)
        [first] = await here.legs(0)
        here.engine.settler.auto = here.chain.loses = False
        here.clock.move_to(first.deadline)
        await here.live(1)
        for _ in range(10):
            await here.beat()
        rows, known = await here.rows(), await here.hashes()
        assert [leg.attempt for leg in await here.legs(0)] == [1, 2]
    lose(data, "store.db")
    copy.rename(data / "store.db")
    async with neighbourhood(data, at=here.clock.now(), auto=False) as again:
        for _ in range(6):
            await again.beat()
        taken = await again.get(0)
        assert (taken.state, taken.plan_known) == (State.FINAL, False)
        assert await again.rows() == rows
        assert await again.hashes() == known
        living = [state for state in TransactionState if state is not TransactionState.DEAD]
        assert await again.engine.parts.store.settlements.outbox(*living) == []
