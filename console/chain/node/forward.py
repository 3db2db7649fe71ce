"""The way forward: a chain's file of an older version copied, then brought to this one's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from importlib import resources
from pathlib import Path

import apsw

from console.errors import StoreDamaged, StoreError
from console.files import flush

APPLICATION_ID = 0x4D6F7331
"""Marks the file as an embedded chain (`Mos1`)."""

STEPS: tuple[str, ...] = (resources.files(__package__).joinpath("schema.sql").read_text("utf-8"),)
"""The steps from one version to the next as SQL; version n is the first n of them done."""

BUSY_MS = 5_000
"""How long a connection waits for another one's lock, ms."""


def version_of(connection: apsw.Connection, path: Path, steps: Sequence[str] = STEPS) -> int:
    """Return the version of a chain's file.

    Args:
        connection: an open connection to it.
        path: the file, to be named.
        steps: the steps that this program knows.

    Raises:
        StoreError: it is another program's file, or newer than this program.
    """
    if connection.pragma("application_id") != APPLICATION_ID:
        raise StoreError(f"{path} holds no chain of this program.", advice="Name another folder.")
    version = int(connection.pragma("user_version"))
    if version > len(steps):
        raise StoreError(
            f"{path} is of version {version}, newer than this program knows ({len(steps)}).",
            advice="Use the newer program, or the copy that was kept when it was brought forward.",
        )
    return version


def bring_forward(connection: apsw.Connection, path: Path, steps: Sequence[str] = STEPS) -> None:
    """Bring a chain's file to this version, after a copy of it as it was.

    Args:
        connection: the one that writes.
        path: its file; the copy lies beside it as `chain.db.version1`.
        steps: all steps, in order.

    Raises:
        StoreError: it is another program's file, or newer than this program.
        StoreDamaged: the copy is not whole; nothing was changed.
    """
    version = version_of(connection, path, steps)
    if version < len(steps):
        copy(connection, path.with_name(f"{path.name}.version{version}"))
    for number, step in enumerate(steps[version:], start=version + 1):
        with connection:
            connection.execute(step)
            connection.pragma("user_version", number)


def copy_file(path: Path, target: Path) -> None:
    """Write a whole, checked copy of a chain's file, also while its engine writes it.

    Raises:
        StoreError: it cannot be read, or the copy cannot be written.
        StoreDamaged: the copy is not whole.
    """
    try:
        with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
            connection.set_busy_timeout(BUSY_MS)
            copy(connection, target)
    except (apsw.Error, OSError) as error:
        raise StoreError(f"{path} cannot be copied to {target.parent}: {error}.") from error


def copy(source: apsw.Connection, target: Path) -> None:
    """Write a whole, checked copy of an open chain, and only then give it its name.

    Args:
        source: any open connection.
        target: the copy's file, replaced where it is there.

    Raises:
        StoreDamaged: the copy is not whole.
    """
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    with closing(apsw.Connection(str(part))) as connection:
        with connection.backup("main", source, "main") as backup:
            backup.step()
        connection.pragma("journal_mode", "delete")
        fault = connection.execute("PRAGMA quick_check(1)").get
        if fault != "ok":
            raise StoreDamaged(f"the copy {part} is damaged: {str(fault).splitlines()[-1]}.")
    part.replace(target)
    flush(target.parent)
