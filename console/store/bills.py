"""The approved bills: kept as they were approved, each with its audit record, then paid once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import apsw
import msgspec

from console.errors import StoreDamaged
from console.model.bill import APPROVE, PAY, Approval, Issued
from console.model.keptbill import KeptBill
from console.store.audit import append_link
from console.store.database import Database
from console.store.moment import from_ms, to_ms

SELECT = "SELECT seq, body, digest, approved, approved_by, paid, paid_by FROM bill"
"""The columns that `issued_of` reads."""
_INSERT = """
INSERT INTO bill (period, first, end, house, number, body, digest, approved, approved_by)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING seq, body, digest, approved, approved_by, paid, paid_by
"""
_KEPT = """
SELECT period, first, end, house, number, body, digest, approved, approved_by, paid, paid_by
FROM bill WHERE period = ? ORDER BY house, number
"""
_approval = msgspec.json.Decoder(Approval)


class StoredBills:
    """The approved bills of a store."""

    def __init__(self, database: Database) -> None:
        """Take the open database."""
        self._database = database

    async def approve(
        self, approvals: Sequence[Approval], actor: str, time: datetime
    ) -> list[Issued]:
        """Keep bills as they are approved, each with its audit record, in one transaction.

        Raises:
            StoreError: one of these numbers is taken.
        """

        def work(connection: apsw.Connection) -> list[Issued]:
            return [_put(connection, approval, actor, time) for approval in approvals]

        return await self._database.write(work)

    async def pay(self, issued: Sequence[Issued], actor: str, time: datetime) -> None:
        """Mark bills as paid, each with its audit record, in one transaction.

        Raises:
            StoreError: one of them is paid already.
        """

        def work(connection: apsw.Connection) -> None:
            query = "UPDATE bill SET paid = ?, paid_by = ? WHERE seq = ?"
            for one in issued:
                connection.execute(query, (to_ms(time), actor, one.seq))
                append_link(connection, time, actor, PAY, record_of(one.approval, one.digest))

        await self._database.write(work)

    async def of(self, period: str) -> list[Issued]:
        """Return the approved bills of a period by its name, by house and number."""
        return await self._list(f"{SELECT} WHERE period = ? ORDER BY house, number", period)

    async def overlapping(self, first: date, end: date) -> list[Issued]:
        """Return the approved bills of all periods that share a day with `[first, end)`."""
        query = f"{SELECT} WHERE first < ? AND end > ? ORDER BY first, house, number"
        return await self._list(query, end.isoformat(), first.isoformat())

    async def periods(self) -> list[str]:
        """Return the names of the periods of which bills are approved, by their first day."""

        def work(connection: apsw.Connection) -> list[str]:
            query = "SELECT period FROM bill GROUP BY period ORDER BY min(first), period"
            return [str(period) for (period,) in connection.execute(query)]

        return await self._database.read(work)

    async def kept(self, period: str) -> list[KeptBill]:
        """Return the approved bills of a period as they lie, by house and number."""

        def work(connection: apsw.Connection) -> list[KeptBill]:
            return [_kept(row) for row in connection.execute(_KEPT, (period,))]

        return await self._database.read(work)

    async def _list(self, query: str, *values: int | str) -> list[Issued]:
        def work(connection: apsw.Connection) -> list[Issued]:
            return [issued_of(row) for row in connection.execute(query, values)]

        return await self._database.read(work)


def record_of(approval: Approval, digest: bytes) -> str:
    """Return what the audit log keeps of a bill's approval or payment, JSON."""
    bill = approval.bill
    return msgspec.json.encode(
        {
            "period": approval.period.name,
            "house": bill.house,
            "number": bill.number,
            "net_cents": bill.net_cents,
            "sha256": digest.hex(),
        }
    ).decode()


def _put(connection: apsw.Connection, approval: Approval, actor: str, time: datetime) -> Issued:
    body = msgspec.json.encode(approval)
    digest = hashlib.sha256(body).digest()
    period, bill = approval.period, approval.bill
    row: Any = connection.execute(
        _INSERT,
        (
            period.name, period.first.isoformat(), period.end.isoformat(), bill.house,
            bill.number, body, digest, to_ms(time), actor,
        ),
    ).fetchone()  # fmt: skip
    append_link(connection, time, actor, APPROVE, record_of(approval, digest))
    return issued_of(row)


def issued_of(row: tuple[Any, ...]) -> Issued:
    """Return a bill of its row."""
    seq, body, digest, approved, approved_by, paid, paid_by = row
    try:
        approval = _approval.decode(body)
    except msgspec.DecodeError as error:
        raise StoreDamaged(
            f"Approved bill {seq} of the store is not readable: {error}.",
            advice="Somebody changed store.db by hand: mosaic verify names the bill; restore a "
            "backup with mosaic restore.",
        ) from error
    return Issued(
        seq=seq,
        approval=approval,
        digest=digest,
        approved=from_ms(approved),
        approved_by=approved_by,
        paid=None if paid is None else from_ms(paid),
        paid_by=paid_by,
    )


def _kept(row: tuple[Any, ...]) -> KeptBill:
    period, first, end, house, number, body, digest, approved, approved_by, paid, paid_by = row
    return KeptBill(
        period=period,
        first=first,
        end=end,
        house=house,
        number=number,
        body=body,
        digest=digest.hex(),
        approved_ms=approved,
        approved_by=approved_by,
        paid_ms=paid,
        paid_by=paid_by,
    )
