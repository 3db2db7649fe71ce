"""The recording's questions: how it stands, and the switch of it."""

from __future__ import annotations

from console.client.connection import Connection
from console.model.record import Record, Recorded


class Recordings(Connection):
    """Asks about what is recorded."""

    async def recorded(self) -> Recorded:
        """Return how the recording of what is polled stands."""
        return await self.get("/record", Recorded)

    async def record(self, command: Record) -> Recorded:
        """Begin or end to record what is polled."""
        return await self.post("/record", command, Recorded)
