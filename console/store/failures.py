"""The one place where SQLite's failures become the store's errors."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import msgspec

from console.errors import DiskFull, StoreBroken, StoreDamaged, StoreError

_OWNER = "Check that the folder is there and belongs to the user who runs the engine."


def damaged(path: Path, fault: str) -> StoreDamaged:
    """Return the error of a store whose file is not whole.

    Args:
        path: the store's file.
        fault: what was found, one clause.
    """
    return StoreDamaged(
        f"{path} is damaged: {fault}.",
        advice=(
            f"Move {path.name} away and start again: the ledger is rebuilt from the chain. "
            "Readings and drafts that are only in it are lost, so keep the file, or restore a "
            "backup."
        ),
    )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into the store's errors, naming the file.

    Raises:
        DiskFull: there was no space; nothing of the transaction was kept.
        StoreDamaged: the file is not whole.
        StoreBroken: the disk failed; what reached it is not known until the file is reopened.
        StoreError: it is locked, may not be written, or a rule of the schema refused.
    """
    try:
        yield
    except apsw.FullError as error:
        raise DiskFull(f"There is no space left to write {path}.") from error
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise damaged(path, str(error)) from error
    except apsw.IOError as error:
        raise StoreBroken(f"The disk failed under {path}: {error}.") from error
    except (apsw.BusyError, apsw.LockedError) as error:
        raise StoreError(
            f"{path} is locked by another program.",
            advice="Close whatever else has it open, such as a database browser or a backup.",
        ) from error
    except (apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError) as error:
        raise StoreError(f"{path} cannot be opened or written: {error}.", advice=_OWNER) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(f"There is no space left to write {path}.") from error
        raise StoreError(
            f"{path} cannot be opened or written: {error.strerror}.", advice=_OWNER
        ) from error
    except apsw.ConstraintError as error:
        raise StoreError(f"The store's rules refused a write: {error}.") from error
    except apsw.Error as error:
        raise StoreError(f"{path} cannot be used: {error}.") from error


@contextmanager
def legible(path: Path) -> Iterator[None]:
    """Turn what a row raises that says nothing into the store's error, naming the file.

    Raises:
        StoreDamaged: a row says what no version of this program writes.
    """
    try:
        yield
    except (msgspec.DecodeError, ValueError, OverflowError) as error:
        raise damaged(path, f"a row says what this program never writes: {error}") from error
