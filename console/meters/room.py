"""The room: how many requests begin at once, so that a thousand meters are no storm."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

MOST_AT_ONCE = 64
"""The most requests that are answered at once, over all meters."""
SLOW_SECONDS = 0.25
"""After how long an awaited answer takes up no place any more, loop seconds."""


class Room:
    """Places for requests; one that is not answered soon gives its place back.

    So meters that are dark keep nobody waiting, however many they are. All that are awaited are at
    most one a meter, since none is asked while it owes an answer.
    """

    def __init__(self) -> None:
        """Begin with all places free."""
        self._places = asyncio.Semaphore(MOST_AT_ONCE)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a place and hold it, though not for long."""
        await self._places.acquire()
        held = True

        def give_back() -> None:
            nonlocal held
            if held:
                held = False
                self._places.release()

        soon = asyncio.get_running_loop().call_later(SLOW_SECONDS, give_back)
        try:
            yield
        finally:
            soon.cancel()
            give_back()
