"""The recordings: what is asked and commanded of what is recorded, stored and replayed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from console.client.connection import Connection
from console.model.play import Play
from console.model.record import Record, Recorded, TapePage
from console.model.tending import Told


class Recordings(Connection):
    """Asks about recordings, and moves one that is replayed."""

    async def recorded(self) -> Recorded:
        """Return how the recording of what is polled stands."""
        return await self.get("/record", Recorded)

    async def play(self, command: Play) -> Told:
        """Move a replayed recording; Refused with the reason."""
        return await self.post("/play", command, Told)

    async def record(self, command: Record) -> Recorded:
        """Begin or end to record what is polled."""
        return await self.post("/record", command, Recorded)

    async def tape(
        self, start: datetime, end: datetime, house: str = ""
    ) -> AsyncIterator[TapePage]:
        """Yield the stored readings of `[start, end)` as a recording, page by page.

        Args:
            start: the first instant, aware.
            end: the first instant that is not in it, aware.
            house: only this house's; empty for all.
        """
        query = {"start": start.isoformat(), "end": end.isoformat(), "house": house}
        page = await self.get("/record/tape", TapePage, **query)
        yield page
        while page.next is not None:
            query["start"], query["begun"] = page.next.isoformat(), "true"
            page = await self.get("/record/tape", TapePage, **query)
            yield page
