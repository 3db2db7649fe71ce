"""The feed: follows, connects again, and refuses an engine of another version."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from msgspec.structs import replace
from textual.message import Message

from console.errors import EngineAbsent
from console.model.snapshot import Beat, Delta, Line, Snapshot
from console.tui import feed
from console.tui.feed import EngineFellSilent, SnapshotArrived, follow
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import NOW, lindenhof


async def heard(engine: FakeEngine, count: int) -> list[Message]:
    """The first messages of a feed."""
    got: asyncio.Queue[Message] = asyncio.Queue()
    task = asyncio.create_task(follow(engine, got.put_nowait))
    messages = [await asyncio.wait_for(got.get(), 5) for _ in range(count)]
    task.cancel()
    return messages


async def test_lines_become_whole_pictures(engine: FakeEngine) -> None:
    snapshot = lindenhof()
    changed = replace(snapshot.houses[0], power_w=-1)
    engine.lines.put_nowait(Delta(head=snapshot.head, houses=(changed,)))
    engine.lines.put_nowait(Beat(now=NOW))
    _, second, third = await heard(engine, 3)
    assert isinstance(second, SnapshotArrived)
    assert second.snapshot.houses[0].power_w == -1
    assert second.snapshot.houses[1:] == snapshot.houses[1:]
    assert isinstance(third, SnapshotArrived)
    assert third.snapshot.head.now == NOW


async def test_it_connects_again_by_itself(engine: FakeEngine) -> None:
    engine.lines.put_nowait(EngineAbsent("gone"))
    _, lost, again = await heard(engine, 3)
    assert isinstance(lost, EngineFellSilent)
    assert isinstance(again, SnapshotArrived)


class NoSnapshot(FakeEngine):
    """Begins with a heartbeat."""

    async def stream(self) -> AsyncIterator[Line]:
        yield Beat(now=NOW)


async def test_a_stream_without_a_snapshot_is_refused() -> None:
    (message,) = await heard(NoSnapshot(), 1)
    assert isinstance(message, EngineFellSilent)


def test_unhandled_pictures_are_replaced() -> None:
    snapshot: Snapshot = lindenhof()
    assert SnapshotArrived(snapshot).can_replace(SnapshotArrived(snapshot))
    assert feed.FIRST_DELAY < feed.LONGEST_DELAY
