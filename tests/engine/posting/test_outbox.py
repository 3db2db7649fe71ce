"""The outbox: the same bytes until the chain has them, others only after proof of death."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from console.engine.posting.signing import LIFETIME
from console.errors import ChainError
from console.model.settlement import State
from console.model.transaction import Outgoing, TransactionState
from tests.engine.neighbours import Neighbourhood, neighbourhood, quarter_hour

RIPE = 15 + 5
TWO_PARTS = 5
"""So few inner transactions of an aggregate that an interval needs two parts."""


async def stored(here: Neighbourhood) -> list[Outgoing]:
    return await here.engine.parts.store.settlements.outbox(*TransactionState)


async def check_settled_once(here: Neighbourhood, quarters: int = 1) -> None:
    """Everything is final, sealed once and counted once."""
    for quarter in range(quarters):
        assert (await here.get(quarter)).state is State.FINAL
    seals = await here.seals()
    assert (
        len(seals) == len(set(seals)) == sum([(await here.get(q)).parts for q in range(quarters)])
    )
    verification = await here.engine.verify()
    assert verification.differences == 0, verification.findings
    assert verification.intervals == quarters


async def test_what_is_announced_is_stored_before(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, most_inner=TWO_PARTS) as here:
        await here.live(RIPE)
        known = await stored(here)
        assert here.chain.announced == [out.payload for out in known]
        assert [out.part for out in known if out.interval] == [1, 2]
        assert {out.state for out in known} == {TransactionState.ANNOUNCED}
        await here.beat(until_final=True)
        await check_settled_once(here)


async def test_lost_announcements_are_made_again_with_the_same_bytes(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, most_inner=TWO_PARTS) as here:
        here.chain.loses = True
        await here.live(RIPE)
        first = list(here.chain.announced)
        assert (len(first), here.node.pending) == (3, 0)
        assert (await here.get(0)).state is State.SIGNED
        here.chain.loses = False
        await here.beat()
        assert here.chain.announced == first + first
        await here.beat(until_final=True)
        assert {out.attempt for out in await stored(here)} == {1}
        await check_settled_once(here)


async def test_an_answer_that_fails_after_the_node_took_it_doubles_nothing(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, most_inner=TWO_PARTS) as here:
        here.chain.hangs_up = True
        await here.live(RIPE)
        for _ in range(8):
            here.node.make_block(force=True)
            await here.beat()
        assert set(here.chain.announced) == {out.payload for out in await stored(here)}
        await check_settled_once(here)


async def test_a_silent_node_leaves_the_interval_frozen_until_it_speaks(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        here.chain.silent = True
        await here.live(RIPE)
        frozen = await here.get(0)
        assert (frozen.state, frozen.parts) == (State.FROZEN, 0)
        assert await stored(here) == []
        with pytest.raises(ChainError, match="silent"):
            await here.engine.follow()
        await here.live(5)
        assert (await here.get(0)) == frozen
        here.chain.silent = False
        await here.live(0.1)
        signed = await here.get(0)
        assert (signed.state, signed.inputs_root) == (State.SIGNED, frozen.inputs_root)
        assert signed.audit_head == frozen.audit_head
        await here.beat(until_final=True)
        await check_settled_once(here)


async def test_a_node_that_falls_silent_after_signing_loses_nothing(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(RIPE)
        here.chain.silent = True
        for _ in range(3):
            await here.live(5)
            with pytest.raises(ChainError):
                await here.beat()
        assert (await here.get(0)).state is State.SIGNED
        here.chain.silent = False
        await here.beat(until_final=True)
        assert (await here.get(0)).state is State.FINAL


async def test_only_a_final_block_past_the_deadline_proves_death(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, auto=False) as here:
        await here.live(RIPE)
        await here.engine.settler.settle(quarter_hour(0), actor="uid 1")
        await here.beat(until_final=True)
        await here.live(15)
        here.chain.loses = True
        await here.engine.settler.settle(quarter_hour(1), actor="uid 1")
        [lost] = await here.legs(1)
        here.clock.move_to(lost.deadline)
        for _ in range(5):
            here.node.make_block(force=True)
            await here.engine.follow()
        here.clock.move_to(lost.deadline + timedelta(seconds=1))
        here.node.make_block(force=True)
        here.node.make_block(force=True)
        await here.engine.follow()
        [leg] = await here.legs(1)
        assert (leg.state, leg.payload) == (TransactionState.ANNOUNCED, lost.payload)
        here.node.make_block(force=True)
        await here.engine.follow()
        [dead] = await here.legs(1)
        assert dead.state is TransactionState.DEAD
        assert (await here.get(1)).state is State.SIGNED


async def test_after_proof_of_death_the_same_plan_is_signed_again(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, auto=False, most_inner=TWO_PARTS) as here:
        await here.live(RIPE)
        await here.engine.settler.settle(quarter_hour(0), actor="uid 1")
        await here.beat(until_final=True)
        await here.live(15)
        here.chain.loses = True
        await here.engine.settler.settle(quarter_hour(1), actor="uid 1")
        here.clock.move_to(here.clock.now() + LIFETIME + timedelta(seconds=1))
        for _ in range(3):
            here.node.make_block(force=True)
        here.chain.loses = False
        await here.engine.follow()
        await here.beat(until_final=True)
        legs = await here.legs(1)
        states = [(leg.part, leg.attempt, leg.state) for leg in legs]
        assert states == [
            (1, 1, TransactionState.DEAD),
            (2, 1, TransactionState.DEAD),
            (1, 2, TransactionState.FINAL),
            (2, 2, TransactionState.FINAL),
        ]
        assert [leg.leg for leg in legs[:2]] == [leg.leg for leg in legs[2:]]
        assert not {leg.hash for leg in legs[:2]} & {leg.hash for leg in legs[2:]}
        await here.beat()
        await check_settled_once(here, quarters=2)


async def test_only_the_dead_part_is_signed_again(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, most_inner=TWO_PARTS) as here:
        await here.live(RIPE)
        [_, second] = await here.legs(0)
        here.chain.drops = {second.payload}
        here.node.pool.drop(here.node.pool.waiting[second.hash])
        await here.beat()
        assert (await here.get(0)).state is State.SIGNED
        here.clock.move_to(second.deadline + timedelta(seconds=1))
        for _ in range(3):
            here.node.make_block(force=True)
        await here.engine.follow()
        here.engine.settler.auto = False
        await here.beat(until_final=True)
        states = [(leg.part, leg.attempt, leg.state) for leg in await here.legs(0)]
        assert states == [
            (1, 1, TransactionState.FINAL),
            (2, 1, TransactionState.DEAD),
            (2, 2, TransactionState.FINAL),
        ]
        await check_settled_once(here)


async def test_an_engine_back_after_the_deadline_goes_on_by_itself(tmp_path: Path) -> None:
    """Even the mosaics were not defined in time; nothing else makes a block meanwhile."""
    async with neighbourhood(tmp_path) as here:
        here.chain.loses = True
        await here.live(RIPE)
    later = here.clock.now() + LIFETIME + timedelta(hours=1)
    async with neighbourhood(tmp_path, auto=False, at=later) as again:
        for _ in range(12):
            await again.beat()
        attempts = [(out.attempt, out.state) for out in await stored(again)]
        assert attempts == [(1, TransactionState.DEAD)] * 2 + [(2, TransactionState.FINAL)] * 2
        await check_settled_once(again)
        height = again.node.database.tip().height
        await again.beat()
        assert again.node.database.tip().height == height


async def test_a_locked_engine_announces_what_was_signed(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        here.chain.loses = True
        await here.live(RIPE)
    async with neighbourhood(tmp_path, at=here.clock.now()) as locked:
        locked.engine.parts.keys = {}
        await locked.beat(until_final=True)
        await locked.beat(until_final=True)
        assert (await locked.get(0)).state is State.FINAL
