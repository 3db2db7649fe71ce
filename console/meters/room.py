"""The room: how many requests begin at once, so that a thousand meters are no storm."""

from __future__ import annotations

import asyncio

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

    def place(self) -> _Place:
        """Return a place to wait for and hold, though not for long."""
        return _Place(self._places)


class _Place:
    """One request's place."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._held = False
        self._soon: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> None:
        await self._places.acquire()
        self._held = True
        self._soon = asyncio.get_running_loop().call_later(SLOW_SECONDS, self._give_back)

    async def __aexit__(self, *_: object) -> None:
        if self._soon is not None:
            self._soon.cancel()
        self._give_back()

    def _give_back(self) -> None:
        if self._held:
            self._held = False
            self._places.release()
