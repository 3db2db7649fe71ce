"""The store: the six protocols over one open file."""

from __future__ import annotations

from pathlib import Path

from console.store.audit import StoredAudit
from console.store.bills import StoredBills
from console.store.clearings import StoredClearings
from console.store.database import Database
from console.store.entries import StoredEntries
from console.store.events import StoredEvents
from console.store.outbox import StoredSettlements
from console.store.protocols import Audit, Bills, Clearings, Entries, Events, Readings, Settlements
from console.store.readings import StoredReadings


class Store:
    """All that the engine remembers."""

    readings: Readings
    """What the meters said."""
    settlements: Settlements
    """The intervals, their plans, the carry and the outbox."""
    entries: Entries
    """The ledger's rows."""
    bills: Bills
    """The approved bills."""
    clearings: Clearings
    """What is retired and paid out."""
    events: Events
    """The log and the alarms."""
    audit: Audit
    """Who did what, and the facts."""

    def __init__(self, database: Database, readings: Readings) -> None:
        """Take the open database; use `open`."""
        self._database = database
        self.readings = readings
        self.settlements = StoredSettlements(database)
        self.entries = StoredEntries(database)
        self.bills = StoredBills(database)
        self.clearings = StoredClearings(database)
        self.events = StoredEvents(database)
        self.audit = StoredAudit(database)

    @classmethod
    async def open(cls, path: Path, *, read_only: bool = False, stepped: bool = False) -> Store:
        """Open a store's file; the one engine that writes it holds its lock already.

        Args:
            path: the file, made where it is not there.
            read_only: write nothing; for the file's owner while no engine runs.
            stepped: for runs whose store is thrown away: on the caller's thread and without
                waiting for the disk.

        Raises:
            StoreError: it cannot be opened; StoreDamaged, StoreBroken and DiskFull say why.
        """
        database = await Database.open(path, read_only=read_only, stepped=stepped)
        try:
            return cls(database, await StoredReadings.load(database))
        except BaseException:
            await database.close()
            raise

    async def close(self) -> None:
        """Put everything into the one file and let go of it."""
        await self._database.close()
