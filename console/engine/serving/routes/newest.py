"""The newest line: what long work shows of itself, never more than its listener takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine

import msgspec

Show = Callable[[msgspec.Struct], None]
"""Shows how far the work is."""


# the loop holds no task by itself, and whoever asked for these may be gone
_lasting: set[asyncio.Task[None]] = set()


async def newest_lines(
    work: Callable[[Show], Coroutine[None, None, None]], *, lasting: bool = False
) -> AsyncGenerator[bytes]:
    """Yield what some work shows as NDJSON, the newest whenever the listener is ready for one.

    Args:
        work: shows itself, and returns when there is nothing more to show.
        lasting: whether it goes on to its end where nobody listens any more; it is cancelled else.
    """
    waiting: list[msgspec.Struct] = []
    came = asyncio.Event()

    def show(step: msgspec.Struct) -> None:
        waiting[:] = [step]
        came.set()

    task = asyncio.create_task(work(show))
    task.add_done_callback(lambda _task: came.set())
    if lasting:
        _lasting.add(task)
        task.add_done_callback(_lasting.discard)
    try:
        while waiting or not task.done():
            if waiting:
                yield msgspec.json.encode(waiting.pop()) + b"\n"
            else:
                await came.wait()
                came.clear()
        task.result()
    finally:
        # who asked is gone, or all is told
        if not lasting:
            task.cancel()
