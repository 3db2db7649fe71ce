"""The audience: the attached consoles, each told what changed since it last listened.

A message is built when it is sent, from the console's own set of changed houses, so a slow or
stalled console costs nothing and slows nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import msgspec

from console.engine.serving.picture import Picture
from console.model.snapshot import Access, Beat, Head, HouseNow, Line, delta_of

SECONDS_BETWEEN = 0.25
"""The least time between two messages to one console, loop time."""

HEARTBEAT_SECONDS = 1.0
"""The most time between two lines on a quiet stream, loop time."""

MOST_CONSOLES = 64
"""Consoles that may listen at once, each socket's together."""

_NO_TIME = datetime.min.replace(tzinfo=UTC)
_encode = msgspec.json.Encoder().encode


class _Listener:
    """What one console has not been told yet."""

    def __init__(self) -> None:
        self.houses: set[str] = set()
        self.told: dict[str, HouseNow] = {}
        self.day_version = 0
        self.whole = False
        self.news = asyncio.Event()


class Audience:
    """Streams the picture to any number of consoles."""

    def __init__(self, picture: Picture) -> None:
        """Show one picture to all."""
        self._picture = picture
        self._listeners: set[_Listener] = set()
        self._drawn: dict[str, HouseNow] = {}
        self._head: Head | None = None
        self._stopped = asyncio.Event()

    @property
    def full(self) -> bool:
        """Whether no more consoles are let in."""
        return len(self._listeners) >= MOST_CONSOLES

    def tell(self, candidates: set[str]) -> None:
        """Mark what changed for everyone; on a fast clock the time itself is news.

        Args:
            candidates: houses that may have changed; those drawn alike are left out.
        """
        head = self._picture.head()
        timeless = msgspec.structs.replace(head, now=_NO_TIME)
        head_changed = head.speed != 1 or timeless != self._head
        self._head = timeless
        changed = set()
        for house in candidates:
            drawn = self._picture.house(house)
            if self._drawn.get(house) != drawn:
                self._drawn[house] = drawn
                changed.add(house)
        if not changed and not head_changed:
            return
        for listener in self._listeners:
            listener.houses |= changed
            listener.news.set()

    def renew(self) -> None:
        """Let every console have the whole picture anew: houses or place have changed."""
        self._drawn.clear()
        for listener in self._listeners:
            listener.whole = True
            listener.news.set()

    def stop(self) -> None:
        """End every stream."""
        self._stopped.set()
        for listener in self._listeners:
            listener.news.set()

    async def listen(self, access: Access) -> AsyncIterator[bytes]:
        """Yield NDJSON lines for one console until the engine or the console ends."""
        listener = _Listener()
        listener.day_version = self._picture.day_version
        self._listeners.add(listener)
        try:
            whole = self._picture.snapshot(access)
            listener.told = {house.id: house for house in whole.houses}
            yield _line(whole)
            while not self._stopped.is_set():
                line = await self._next(listener, access)
                if line is not None:
                    yield _line(line)
                    await self._pause()
        finally:
            self._listeners.discard(listener)

    async def _next(self, listener: _Listener, access: Access) -> Line | None:
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await listener.news.wait()
        except TimeoutError:
            return Beat(now=self._picture.head().now)
        if self._stopped.is_set():
            return None
        listener.news.clear()
        houses, listener.houses = listener.houses, set()
        picture = self._picture
        day = picture.day if listener.day_version != picture.day_version else None
        listener.day_version = picture.day_version
        if listener.whole:
            listener.whole = False
            whole = picture.snapshot(access)
            listener.told = {house.id: house for house in whole.houses}
            return whole
        drawn = [picture.house(house) for house in sorted(houses)]
        delta = delta_of(picture.head(), drawn, listener.told, day)
        listener.told |= {house.id: house for house in drawn}
        return delta

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(SECONDS_BETWEEN):
                await self._stopped.wait()
        except TimeoutError:
            return


def _line(line: Line) -> bytes:
    return _encode(line) + b"\n"
