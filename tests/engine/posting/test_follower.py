"""The follower: the chain's word wins, and what left the chain comes back as the same bytes."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from console.chain.node.node import EmbeddedNode
from console.chain.symbol import SymbolChain
from console.engine.posting.follower import standing
from console.errors import ChainError
from console.model.entry import EntryState
from console.model.settlement import State
from console.model.transaction import Outgoing, TransactionState
from tests.engine.neighbours import LIFE, START, Neighbourhood, neighbourhood, quarter_hour

RIPE = 15 + 5
TWO_PARTS = 5


async def row_states(here: Neighbourhood) -> list[EntryState]:
    entries = await here.engine.parts.store.entries.between(START, START + LIFE)
    return [entry.state for entry in entries]


async def leg_states(here: Neighbourhood, quarter: int) -> list[TransactionState]:
    return [leg.state for leg in await here.legs(quarter)]


def keep_copy(here: Neighbourhood, path: Path) -> Path:
    """Copy the chain as it is now."""
    target = apsw.Connection(str(path))
    with target.backup("main", here.node.database.connection, "main") as backup:
        backup.step()
    target.close()
    return path


def roll_back(here: Neighbourhood, copy: Path) -> None:
    """Put a copy of the chain in its place, on which other blocks follow."""
    here.node.close()
    here.engine.node = EmbeddedNode.open(copy, here.clock)
    here.chain.replace(SymbolChain.inside(here.node.app))


async def test_rows_are_final_only_at_the_final_height(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(RIPE)
        for _ in range(2):
            await here.beat()
            assert (await here.get(0)).state is State.SEALED
            assert set(await row_states(here)) == {EntryState.SEALED}
        await here.beat()
        assert (await here.get(0)).state is State.FINAL
        assert set(await row_states(here)) == {EntryState.FINAL}


async def test_a_hidden_block_takes_sealed_back_to_signed_and_no_further(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, most_inner=TWO_PARTS) as here:
        await here.live(RIPE)
        await here.beat()
        sealed = await here.get(0)
        assert (sealed.state, sealed.height) == (State.SEALED, 2)
        rows, payloads = await here.rows(), [leg.payload for leg in await here.legs(0)]
        here.chain.announced.clear()

        here.chain.newest = 1
        await here.engine.follow()
        signed = await here.get(0)
        assert (signed.state, signed.height) == (State.SIGNED, None)
        assert await leg_states(here, 0) == [TransactionState.ANNOUNCED] * 2
        assert await here.rows() == []
        assert here.chain.announced[-2:] == payloads
        assert "10:00 left the chain; announced again" in await here.texts()
        await here.engine.settle_due()
        assert len(await here.legs(0)) == 2

        here.chain.newest = None
        await here.beat()
        assert (await here.get(0)).height == 2
        assert await here.rows() == rows
        await here.beat(until_final=True)
        assert (await here.get(0)).state is State.FINAL
        assert (await here.engine.verify()).differences == 0


async def test_on_another_branch_the_same_bytes_confirm_in_another_block(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data", most_inner=TWO_PARTS) as here:
        await here.live(RIPE)
        await here.beat(until_final=True)
        await here.live(15)
        before = keep_copy(here, tmp_path / "before.db")
        await here.beat()
        was = await here.get(1)
        assert was.state is State.SEALED
        assert was.height is not None
        hashes = {leg.hash for leg in await here.legs(1)}

        roll_back(here, before)
        for _ in range(2):
            here.node.make_block(force=True)
        await here.engine.follow()
        assert (await here.get(1)).state is State.SIGNED
        await here.beat()
        now = await here.get(1)
        assert (now.state, now.height) == (State.SEALED, was.height + 2)
        await here.beat(until_final=True)
        assert {leg.hash for leg in await here.legs(1)} == hashes
        seals = await here.seals()
        assert len(seals) == len(set(seals)) == 4
        verification = await here.engine.verify()
        assert (verification.intervals, verification.differences) == (2, 0)


async def test_a_change_of_block_between_two_looks_is_noticed(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        await here.live(RIPE)
        before = keep_copy(here, tmp_path / "before.db")
        known = await here.engine.parts.store.settlements.outbox(TransactionState.ANNOUNCED)
        await here.beat()
        roll_back(here, before)
        here.node.make_block(force=True)
        for out in known:
            here.node.announce(out.payload)
        await here.beat()
        sealed = await here.get(0)
        assert (sealed.state, sealed.height) == (State.SEALED, 3)
        assert {leg.height for leg in await here.legs(0)} == {3}
        assert all('"height":3,' in row for row in await here.rows())


async def test_where_one_of_two_parts_leaves_the_interval_is_signed_again(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, most_inner=TWO_PARTS) as here:
        await here.live(RIPE)
        [_, second] = await here.legs(0)
        waiting = here.node.pool.waiting[second.hash]
        here.node.pool.drop(waiting)
        here.node.make_block()
        here.node.pool.add(waiting)
        here.node.make_block()
        await here.engine.follow()
        assert (await here.get(0)).state is State.SEALED
        here.chain.newest = 2
        await here.engine.follow()
        states = await leg_states(here, 0)
        assert states == [TransactionState.CONFIRMED, TransactionState.ANNOUNCED]
        assert (await here.get(0)).state is State.SIGNED
        assert len(await here.rows()) > 0
        here.chain.newest = None
        await here.beat(until_final=True)
        assert (await here.get(0)).state is State.FINAL


async def test_a_node_that_stops_in_the_middle_of_a_look_changes_nothing(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(RIPE)
        await here.beat()
        rows, before = await here.rows(), await here.get(0)
        tip = here.engine.follower.tip
        here.node.make_block(force=True)
        for questions in range(1, 4):
            here.chain.questions_left = questions
            with pytest.raises(ChainError):
                await here.engine.follow()
            assert (await here.rows(), await here.get(0)) == (rows, before)
            assert here.engine.follower.tip == tip
        here.chain.questions_left = None
        await here.beat(until_final=True)
        assert (await here.get(0)).state is State.FINAL


@pytest.mark.parametrize(
    ("states", "parts", "expected"),
    [
        (["signed", "final"], 2, State.SIGNED),
        (["announced", "confirmed"], 2, State.SIGNED),
        (["confirmed", "final"], 2, State.SEALED),
        (["final", "final"], 2, State.FINAL),
        (["dead", "final", "final"], 2, State.FINAL),
        (["dead", "final"], 2, State.SIGNED),
        ([], 1, State.SIGNED),
    ],
)
def test_the_standing_of_an_interval(states: list[str], parts: int, expected: State) -> None:
    legs = [
        Outgoing(
            hash=bytes([number]) * 32,
            payload=b"",
            deadline=START,
            generation_hash=bytes(32),
            leg=f"E1|{number}",
            interval=quarter_hour(0),
            state=TransactionState(state),
            height=number if state in {"confirmed", "final"} else None,
        )
        for number, state in enumerate(states)
    ]
    state, height = standing(legs, parts)
    assert state is expected
    assert (height is None) == (expected is State.SIGNED)
