"""The inspection: whether a store's file at rest is whole, and what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import msgspec

from console.errors import StoreDamaged
from console.model.event import AuditRecord
from console.store.audit import NO_HEAD, broken_links
from console.store.failures import translated
from console.store.moment import from_ms
from console.store.opening import STEPS, check, copy, version_of

BUSY_MS = 5_000
"""How long another connection's lock is waited for, ms."""


class StoreFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a sound store's file says."""

    version: int
    """The version of its schema."""
    links: int
    """The links of its audit log."""
    head: bytes
    """The newest link's head, 32 bytes; zeros before the first."""
    intervals: int
    """The intervals that it has decided or is to decide."""


def inspect(path: Path) -> StoreFacts:
    """Check a store's file: whole, of this program, not newer, its audit log unbroken.

    Args:
        path: the file; nobody writes it meanwhile.

    Raises:
        StoreDamaged: it is not whole, or a link of its audit log does not follow.
        StoreError: it is no store, or newer than this program.
    """
    with translated(path), closing(_reading(path)) as connection:
        check(connection, path)
        version = version_of(connection, path, STEPS)
        for broken in broken_links(_links(connection)):
            raise StoreDamaged(
                f"{path}: link {broken} of the audit log does not follow from the one before.",
                advice="Keep the file as it is, and look for who changed it.",
            )
        newest = "SELECT head FROM audit ORDER BY seq DESC LIMIT 1"
        return StoreFacts(
            version=version,
            links=int(connection.execute("SELECT count(*) FROM audit").get),
            head=connection.execute(newest).get or NO_HEAD,
            intervals=int(connection.execute("SELECT count(*) FROM settlement").get),
        )


def newest_link(path: Path) -> tuple[int, bytes]:
    """Return the number and the head of the newest link of a file's audit log, unchecked.

    Raises:
        StoreError: it is no store, or cannot be read.
    """
    with translated(path), closing(_reading(path)) as connection:
        row = connection.execute("SELECT seq, head FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
        return (int(row[0]), bytes(row[1])) if row else (0, NO_HEAD)


def copy_file(path: Path, target: Path) -> None:
    """Write a whole, checked copy of a store's file, also while its engine writes it.

    Raises:
        StoreError: it cannot be read, or the copy cannot be written; DiskFull says why.
    """
    with translated(target), closing(_reading(path)) as connection:
        copy(connection, target)


def _reading(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_timeout(BUSY_MS)
    return connection


def _links(connection: apsw.Connection) -> Iterator[AuditRecord]:
    rows = connection.execute("SELECT seq, time, actor, verb, body, head FROM audit ORDER BY seq")
    for seq, time, actor, verb, body, head in rows:
        yield AuditRecord(seq=seq, time=from_ms(time), actor=actor, verb=verb, body=body, head=head)
