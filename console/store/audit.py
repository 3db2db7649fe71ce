"""The audit log: append-only and hash-chained; and the engine's few persistent facts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import apsw
import msgspec

from console.model.event import AuditRecord
from console.store.database import Database
from console.store.moment import from_ms, to_ms

NO_HEAD = bytes(32)
"""The head before the first link."""

_SET_FACT = """INSERT INTO fact (name, value) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value"""


class StoredAudit:
    """The audit log and the facts of a store."""

    def __init__(self, database: Database) -> None:
        """Take the open database."""
        self._database = database

    async def append(
        self,
        time: datetime,
        actor: str,
        verb: str,
        body: str,
        facts: Mapping[str, str] | None = None,
    ) -> AuditRecord:
        """Add a link and return it, its time cut to the millisecond.

        Args:
            time: when it was done, aware.
            actor: who did it.
            verb: what was done.
            body: the particulars, JSON.
            facts: the persistent facts that come with it, in the same transaction.
        """

        def work(connection: apsw.Connection) -> AuditRecord:
            connection.executemany(_SET_FACT, (facts or {}).items())
            return append_link(connection, time, actor, verb, body)

        return await self._database.write(work)

    async def head(self) -> bytes:
        """Return the newest link's head (32 bytes; zeros before the first)."""
        return await self._database.read(read_head)

    async def records(self, after: int = 0, limit: int = 1000) -> list[AuditRecord]:
        """Return links in order, with seq above `after`."""

        def work(connection: apsw.Connection) -> list[AuditRecord]:
            query = """SELECT seq, time, actor, verb, body, head FROM audit
            WHERE seq > ? ORDER BY seq LIMIT ?"""
            return [_record(row) for row in connection.execute(query, (after, limit))]

        return await self._database.read(work)

    async def fact(self, name: str) -> str | None:
        """Return a persistent fact, None where unset."""

        def work(connection: apsw.Connection) -> str | None:
            value: str | None = connection.execute(
                "SELECT value FROM fact WHERE name = ?", (name,)
            ).get
            return value

        return await self._database.read(work)

    async def set_fact(self, name: str, value: str) -> None:
        """Keep a persistent fact."""
        await self._database.write(lambda c: c.execute(_SET_FACT, (name, value)))


def link_head(previous: bytes, record: AuditRecord) -> bytes:
    """Return SHA-256(previous head, then the record's canonical JSON without its head).

    Canonical: keys sorted, no spaces, UTF-8, the time in whole milliseconds since 1970.
    """
    body = {
        "actor": record.actor,
        "body": record.body,
        "seq": record.seq,
        "time": to_ms(record.time),
        "verb": record.verb,
    }
    return hashlib.sha256(previous + msgspec.json.encode(body, order="sorted")).digest()


def broken_links(records: Iterable[AuditRecord], previous: AuditRecord | None = None) -> list[int]:
    """Return the seqs of the links that do not follow from the one before.

    Args:
        records: links in order, without a gap.
        previous: the link before the first of them; None where they begin with the log's first.
    """
    broken = []
    seq, head = (previous.seq, previous.head) if previous else (0, NO_HEAD)
    for record in records:
        if record.seq != seq + 1 or record.head != link_head(head, record):
            broken.append(record.seq)
        seq, head = record.seq, record.head
    return broken


def read_head(connection: apsw.Connection) -> bytes:
    """Return the newest link's head (32 bytes; zeros before the first)."""
    head: bytes | None = connection.execute("SELECT head FROM audit ORDER BY seq DESC LIMIT 1").get
    return head or NO_HEAD


def append_link(
    connection: apsw.Connection, time: datetime, actor: str, verb: str, body: str
) -> AuditRecord:
    """Add a link within a write and return it."""
    previous = next(
        connection.execute("SELECT seq, head FROM audit ORDER BY seq DESC LIMIT 1"), None
    )
    seq, head = previous or (0, NO_HEAD)
    link = AuditRecord(
        seq=seq + 1, time=from_ms(to_ms(time)), actor=actor, verb=verb, body=body, head=b""
    )
    link = msgspec.structs.replace(link, head=link_head(head, link))
    connection.execute(
        "INSERT INTO audit (seq, time, actor, verb, body, head) VALUES (?, ?, ?, ?, ?, ?)",
        (link.seq, to_ms(link.time), actor, verb, body, link.head),
    )
    return link


def _record(row: tuple[Any, ...]) -> AuditRecord:
    seq, time, actor, verb, body, head = row
    return AuditRecord(seq=seq, time=from_ms(time), actor=actor, verb=verb, body=body, head=head)
