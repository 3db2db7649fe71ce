"""The annotation: one link added to the audit log of a store's file at rest."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import apsw

from console.store.audit import append_link
from console.store.failures import translated


def annotate(path: Path, time: datetime, actor: str, verb: str, body: str) -> None:
    """Add a link; it has reached the disk, in the one file, when this returns.

    Args:
        path: the file, which no engine has open.
        time: when, aware.
        actor: who.
        verb: what.
        body: the details, canonical JSON.

    Raises:
        StoreError: it cannot be written.
    """
    with translated(path), closing(apsw.Connection(str(path))) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        with connection:
            append_link(connection, time, actor, verb, body)
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
