"""Intervals of which the chain holds one half, or two halves that do not belong together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from console.chain.codec import sign
from console.model.settlement import Plan
from tests.engine.neighbours import Neighbourhood, lose, neighbourhood, quarter_hour

RIPE = 15 + 5
"""Minutes after which the first quarter hour is settled."""
TWO_PARTS = 5
"""So many inner transactions that an interval needs two aggregates."""


@asynccontextmanager
async def half_sealed(data: Path) -> AsyncIterator[Neighbourhood]:
    """A neighbourhood of whose first interval only one of two parts reached the chain."""
    async with neighbourhood(data, most_inner=TWO_PARTS) as here:
        await here.live(RIPE)
        [_, second] = await here.legs(0)
        here.node.pool.drop(here.node.pool.waiting[second.hash])
        here.chain.drops = {second.payload}
        await here.beat(until_final=True)
        assert len(await here.seals()) == 1
        yield here


@asynccontextmanager
async def two_roots(data: Path) -> AsyncIterator[Neighbourhood]:
    """A neighbourhood whose store is lost and whose chain has two parts with different roots."""
    async with half_sealed(data) as here:
        plan = await here.engine.parts.store.settlements.plan(quarter_hour(0))
        assert plan is not None
        here.node.announce(another_second_part(here, plan, (await here.get(0)).audit_head))
        here.node.settle_all()
    lose(data, "store.db")
    async with neighbourhood(data, at=here.clock.now()) as again:
        yield again


def another_second_part(here: Neighbourhood, plan: Plan, audit_head: bytes) -> bytes:
    """Sign the second part of a plan under another root, as a second host might."""
    parts = here.engine.parts
    assert parts.key is not None
    other = msgspec.structs.replace(plan, inputs_root=b"\x66" * 32)
    deadline_ms = here.node.now_ms() + 3_600_000
    [_, second] = here.engine.books.transactions(other, audit_head, deadline_ms)
    return sign(second, parts.network.generation_hash, parts.key.sign).payload
