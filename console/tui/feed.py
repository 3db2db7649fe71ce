"""The feed: follows the engine's stream for ever and posts what arrives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from textual.message import Message

from console.errors import EngineError, MosaicError, OtherVersion
from console.model.snapshot import Snapshot, apply

if TYPE_CHECKING:
    from console.client import Engine

FIRST_DELAY = 0.25
"""Loop seconds before the first new attempt."""
LONGEST_DELAY = 4.0
"""Loop seconds between attempts at most."""


class SnapshotArrived(Message):
    """The picture changed; one that is not handled yet is replaced by the next."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Carry the whole picture."""
        super().__init__()
        self.snapshot = snapshot

    def can_replace(self, message: Message) -> bool:
        """Return whether an unhandled message may be dropped for this one."""
        return isinstance(message, SnapshotArrived)


class EngineFellSilent(Message):
    """The line broke; the feed goes on trying."""

    def __init__(self, error: MosaicError) -> None:
        """Carry the reason."""
        super().__init__()
        self.error = error

    @property
    def strange(self) -> OtherVersion | None:
        """What is different about an engine of another version; None of one that is silent."""
        return self.error if isinstance(self.error, OtherVersion) else None


async def follow(engine: Engine, post: Callable[[Message], object]) -> None:
    """Follow the stream until cancelled, connecting again with a growing delay.

    Args:
        engine: whom to follow.
        post: takes the messages, as a widget's `post_message` does.
    """
    delay = FIRST_DELAY
    while True:
        try:
            async for snapshot in _snapshots(engine):
                delay = FIRST_DELAY
                post(SnapshotArrived(snapshot))
            raise EngineError("the stream ended")
        except MosaicError as error:
            post(EngineFellSilent(error))
        await asyncio.sleep(delay)
        delay = min(delay * 2, LONGEST_DELAY)


async def _snapshots(engine: Engine) -> AsyncIterator[Snapshot]:
    """Yield the whole picture after every line."""
    snapshot: Snapshot | None = None
    async for line in engine.stream():
        if isinstance(line, Snapshot):
            snapshot = line
        elif snapshot is None:
            raise EngineError("the stream does not begin with a snapshot")
        else:
            snapshot = apply(snapshot, line)
        yield snapshot
