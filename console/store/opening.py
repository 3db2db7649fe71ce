"""Open: the store's file made, checked, brought to this version, copied."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import apsw

from console.errors import StoreError
from console.files import flush
from console.store.failures import damaged

APPLICATION = 0x4D4F5341
"""`PRAGMA application_id` of a store: `MOSA`; schema.sql sets it."""

STEPS: tuple[str, ...] = tuple(
    files("console.store").joinpath(f"{name}.sql").read_text("utf-8")
    for name in (
        "schema",
        "ledger_sums",
        "alarms",
        "ledger_orders",
        "bills",
        "clearing",
        "pair_carries",
    )
)
"""The steps from one version to the next as SQL; version n is the first n of them done."""

_WAL_LIMIT = 64 * 2**20


def open_writer(
    path: Path, *, steps: Sequence[str], busy_seconds: float, durable: bool
) -> apsw.Connection:
    """Open the one connection that writes: checked, in WAL mode, at the newest version.

    Args:
        path: the store's file; made with mode 0600 where it is not there.
        steps: the migrations, in order.
        busy_seconds: how long to wait for another program's lock, s.
        durable: whether a commit waits for the disk.

    Raises:
        StoreError: it is no store, newer than this program, or not on a disk of this computer.
        StoreDamaged: quick_check found a fault.
    """
    _make_private(path)
    connection = _connect(path, apsw.SQLITE_OPEN_READWRITE, busy_seconds)
    try:
        check(connection, path)
        if connection.pragma("journal_mode", "wal") != "wal":
            raise StoreError(
                f"{path} is on a disk that cannot hold a store.",
                advice="Keep the data folder on a disk of this computer, not on a network share.",
            )
        connection.pragma("synchronous", "FULL" if durable else "OFF")
        connection.pragma("foreign_keys", True)
        connection.pragma("journal_size_limit", _WAL_LIMIT)
        _migrate(connection, path, steps)
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(path: Path, *, steps: Sequence[str], busy_seconds: float) -> apsw.Connection:
    """Open a connection that cannot write.

    Raises:
        StoreError: there is no store, or not one of this program's version.
    """
    if not path.is_file():
        raise StoreError(f"There is no store at {path}.", advice="Start an engine: mosaic run")
    connection = _connect(path, apsw.SQLITE_OPEN_READONLY, busy_seconds)
    try:
        version = version_of(connection, path, steps)
        if version != len(steps):
            raise StoreError(
                f"{path} is of version {version}; this program reads version {len(steps)}.",
                advice="Start the engine once: it brings the store to its version.",
            )
    except BaseException:
        connection.close()
        raise
    return connection


def copy(source: apsw.Connection, target: Path) -> None:
    """Write a whole, checked copy of an open store, and only then give it its name.

    Args:
        source: any open connection.
        target: the copy's file, replaced where it is there.
    """
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    _make_private(part)
    with closing(apsw.Connection(str(part))) as connection:
        with connection.backup("main", source, "main") as backup:
            backup.step()
        connection.pragma("journal_mode", "delete")
        check(connection, part)
    part.replace(target)
    flush(target.parent)


def _make_private(path: Path) -> None:
    # Never open and close a store that is there: POSIX locks of this process would go with it.
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        path.chmod(0o600)


def _connect(path: Path, flags: int, busy_seconds: float) -> apsw.Connection:
    connection = apsw.Connection(str(path), flags=flags)
    connection.set_busy_timeout(int(busy_seconds * 1000))
    return connection


def check(connection: apsw.Connection, path: Path) -> None:
    """Let SQLite look for faults in a store's file.

    Raises:
        StoreDamaged: it found one.
    """
    fault = connection.execute("PRAGMA quick_check(1)").get
    if fault != "ok":
        raise damaged(path, str(fault).splitlines()[-1])


def version_of(connection: apsw.Connection, path: Path, steps: Sequence[str]) -> int:
    """Return the version of a store's file; 0 where it is empty.

    Raises:
        StoreError: it is another program's file, or newer than this program.
    """
    application = connection.pragma("application_id")
    version = int(connection.pragma("user_version"))
    empty = connection.execute("SELECT count(*) FROM sqlite_schema").get == 0
    if not empty and application != APPLICATION:
        raise StoreError(f"{path} is a database of another program.", advice="Name another folder.")
    if version > len(steps):
        raise StoreError(
            f"{path} is of version {version}, newer than this program knows ({len(steps)}).",
            advice="Use the newer program, or the copy that was kept when it was brought forward.",
        )
    return version


def _migrate(connection: apsw.Connection, path: Path, steps: Sequence[str]) -> None:
    version = version_of(connection, path, steps)
    if 0 < version < len(steps):
        copy(connection, path.with_name(f"{path.name}.version{version}"))
    for number, step in enumerate(steps[version:], start=version + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute(step)
            connection.pragma("user_version", number)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
