"""The files: written whole or not at all, and on the disk once the call returns.

Every function raises what the system says; the caller knows what the file is to its reader.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO


def create(path: Path, content: bytes) -> bool:
    """Write a new file that only its owner can read; return whether there was none before.

    Raises:
        OSError: it cannot be written.
    """
    with _draft(path, content) as draft:
        try:
            # a link, unlike a rename, never replaces what lies there
            os.link(draft, path)
        except FileExistsError:
            return False
    flush(path.parent)
    return True


def opened(path: Path) -> BinaryIO:
    """Return a file open to be read; a pipe that nobody fills is empty, where others would wait.

    Raises:
        OSError: it cannot be opened.
    """
    return open(path, "rb", opener=_at_once)  # the caller closes it


@contextmanager
def new_text(path: Path) -> Iterator[TextIO]:
    """Give a text file that only its owner can read, and that is there once all is written.

    Raises:
        FileExistsError: there was one before, or came meanwhile; it is left as it is.
        OSError: it cannot be written.
    """
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fspath(path))
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    flush(path.parent)


def replace(path: Path, content: bytes, *, like: os.stat_result | None = None) -> None:
    """Write a file, in the place of a former one if there is one.

    Args:
        path: where.
        content: all of it.
        like: the status whose mode and, where allowed, owner it takes; without, only its owner can
            read it.

    Raises:
        OSError: it cannot be written.
    """
    with _draft(path, content, like) as draft:
        draft.replace(path)
    flush(path.parent)


def flush(folder: Path) -> None:
    """Have a folder's names on the disk.

    Raises:
        OSError: it cannot be opened.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _at_once(path: str, flags: int) -> int:
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    return descriptor


@contextmanager
def _draft(path: Path, content: bytes, like: os.stat_result | None = None) -> Iterator[Path]:
    """Give a file, on the disk, beside the place where it will lie; gone at the end."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if like is not None:
                os.fchmod(descriptor, like.st_mode & 0o7777)
                with suppress(PermissionError):
                    os.fchown(descriptor, like.st_uid, like.st_gid)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        yield draft
    finally:
        draft.unlink(missing_ok=True)
