"""The clearings: retirements and payouts, each decided once and then kept as the chain has it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import apsw
import msgspec

from console.errors import StoreError
from console.model.bill import Issued
from console.model.clearing import (
    TAKEN,
    Cleared,
    Clearing,
    ClearingName,
    ClearingRow,
    KeptClearing,
    record_of,
)
from console.store.audit import append_link, read_head
from console.store.bills import SELECT as BILLS
from console.store.bills import issued_of
from console.store.database import Database

_SELECT = "SELECT body, cleared FROM clearing"
_WHERE = "WHERE kind = ? AND period = ? AND house = ? AND revision = ?"
_NOT_RETIRED = """paid IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM clearing c
    WHERE c.kind = 'retirement' AND c.period = bill.period AND c.house = bill.house
    AND c.revision = bill.number - 1
)"""
_FINISH = """UPDATE clearing SET cleared = ?
WHERE kind = ? AND period = ? AND house = ? AND revision = ?"""
_clearing = msgspec.json.Decoder(Clearing)
_cleared = msgspec.json.Decoder(Cleared)


class StoredClearings:
    """The retirements and payouts of a store."""

    def __init__(self, database: Database) -> None:
        """Take the open database."""
        self._database = database

    async def decide(self, clearing: Clearing, actor: str, time: datetime) -> Clearing:
        """Keep what is to be cleared with its audit record, in one transaction.

        Returns:
            It as stored, with `audit_head` set to the head before this record.

        Raises:
            StoreError: it was decided before.
        """

        def work(connection: apsw.Connection) -> Clearing:
            decided = msgspec.structs.replace(clearing, audit_head=read_head(connection))
            _insert(connection, decided, None)
            append_link(connection, time, actor, decided.name.kind.value, record_of(decided))
            return decided

        return await self._database.write(work)

    async def finish(self, cleared: Cleared, time: datetime) -> bool:
        """Keep how the chain has it, once; what was not known is taken from there, and audited.

        Returns:
            Whether it was not known before.

        Raises:
            StoreError: it was finished before.
        """

        def work(connection: apsw.Connection) -> bool:
            body = msgspec.json.encode(cleared)
            connection.execute(_FINISH, (body, *_key(cleared.name)))
            if connection.changes():
                return False
            unknown = Clearing(name=cleared.name, currency=cleared.currency)
            _insert(connection, unknown, body)
            verb = f"{cleared.name.kind.value} {TAKEN}"
            append_link(connection, time, "engine", verb, record_of(unknown))
            return True

        return await self._database.write(work)

    async def periods(self) -> list[str]:
        """Return the names of the periods of which anything is cleared, in their order."""

        def work(connection: apsw.Connection) -> list[str]:
            query = "SELECT DISTINCT period FROM clearing ORDER BY period"
            return [str(period) for (period,) in connection.execute(query)]

        return await self._database.read(work)

    async def of(self, period: str) -> list[KeptClearing]:
        """Return all of a period, by house and revision."""
        return await self._list(
            f"{_SELECT} WHERE period = ? ORDER BY kind, house, revision", period
        )

    async def named(self, name: ClearingName) -> KeptClearing | None:
        """Return one; None where it was never decided."""
        found = await self._list(f"{_SELECT} {_WHERE}", *_key(name))
        return found[0] if found else None

    async def unfinished(self) -> list[Clearing]:
        """Return what was decided and is not final, in the order of deciding."""
        query = f"{_SELECT} WHERE cleared IS NULL ORDER BY seq"
        return [kept.clearing for kept in await self._list(query)]

    async def rows(self) -> list[ClearingRow]:
        """Return all as they lie, in the order of deciding."""

        def work(connection: apsw.Connection) -> list[ClearingRow]:
            query = """SELECT seq, kind, period, house, revision, body, cleared FROM clearing
            ORDER BY seq"""
            return [ClearingRow(*row) for row in connection.execute(query)]

        return await self._database.read(work)

    async def unretired(self, limit: int) -> list[Issued]:
        """Return the first paid bills, corrections too, whose mosaics are not retired."""
        query = f"{BILLS} WHERE {_NOT_RETIRED} ORDER BY seq LIMIT ?"

        def work(connection: apsw.Connection) -> list[Issued]:
            return [issued_of(row) for row in connection.execute(query, (limit,))]

        return await self._database.read(work)

    async def _list(self, query: str, *values: str | int) -> list[KeptClearing]:
        def work(connection: apsw.Connection) -> list[KeptClearing]:
            return [_kept(row) for row in connection.execute(query, values)]

        return await self._database.read(work)


def _insert(connection: apsw.Connection, clearing: Clearing, cleared: bytes | None) -> None:
    query = """INSERT INTO clearing (kind, period, house, revision, body, cleared)
    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (kind, period, house, revision) DO NOTHING"""
    body = msgspec.json.encode(clearing)
    connection.execute(query, (*_key(clearing.name), body, cleared))
    if connection.changes() == 0:
        told = clearing.name.told
        raise StoreError(f"{told[0].upper()}{told[1:]} was decided before; it is made once.")


def _key(name: ClearingName) -> tuple[str, str, str, int]:
    return name.kind.value, name.period, name.house, name.revision


def _kept(row: tuple[Any, ...]) -> KeptClearing:
    body, cleared = row
    return KeptClearing(
        clearing=_clearing.decode(body),
        cleared=None if cleared is None else _cleared.decode(cleared),
    )
