"""The private file: read and written so that nobody else can have read or changed it."""

from __future__ import annotations

import errno
import os
import pwd
import stat
from pathlib import Path
from typing import Final

from console import files
from console.errors import KeyFileError

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_WRITERS: Final = stat.S_IWGRP | stat.S_IWOTH


def read(path: Path, most: int) -> bytes:
    """Return a file's first bytes, judged by the very file that is read; never wait for a pipe.

    Args:
        path: the file.
        most: the most bytes that are read.

    Raises:
        KeyFileError: it is missing, no file, a link, another's, or open to others.
    """
    try:
        _check_folder(path.parent)
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
        descriptor = os.open(path, flags)
        try:
            _check(path, os.fstat(descriptor))
            return os.read(descriptor, most)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise KeyFileError(
            f"there is no key file {path}", advice="Make one with: mosaic init"
        ) from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise KeyFileError(
                f"{path} is a symbolic link",
                advice="Name the file itself under [chain] keystore.",
            ) from None
        raise KeyFileError(f"{path} cannot be read: {error.strerror}") from None


def create(path: Path, content: bytes) -> bool:
    """Write a new file, whole or not at all; return whether there was none before.

    Raises:
        KeyFileError: it cannot be written, or others can write in its folder.
    """
    try:
        _check_folder(path.parent)
        return files.create(path, content)
    except OSError as error:
        raise _unwritten(path, error) from None


def replace(path: Path, content: bytes) -> None:
    """Write a file in the place of a former one, whole or not at all.

    Raises:
        KeyFileError: it cannot be written, or others can write in its folder.
    """
    try:
        _check_folder(path.parent)
        files.replace(path, content)
    except OSError as error:
        raise _unwritten(path, error) from None


def _unwritten(path: Path, error: OSError) -> KeyFileError:
    return KeyFileError(f"{path} cannot be written: {error.strerror}")


def _check_folder(folder: Path) -> None:
    """Refuse a folder in which another could put a file in the place of ours."""
    status = folder.stat()
    if status.st_uid not in (os.geteuid(), 0):
        raise KeyFileError(
            f"the folder {folder} belongs to user {status.st_uid}",
            advice=_as_its_user(
                status.st_uid, "Keep the key in a folder of the engine's own user."
            ),
        )
    if status.st_mode & _WRITERS:
        raise KeyFileError(
            f"others can write in the folder {folder} (mode {stat.S_IMODE(status.st_mode):04o})",
            advice=f"Close it with: chmod go-w {folder}",
        )


def _check(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeyFileError(f"{path} is no file")
    if status.st_uid != os.geteuid():
        raise KeyFileError(
            f"{path} belongs to user {status.st_uid}, the engine runs as {os.geteuid()}",
            advice=_as_its_user(status.st_uid, "Let the engine's user own its key."),
        )
    if status.st_mode & _OTHERS:
        raise KeyFileError(
            f"{path} is open to others (mode {stat.S_IMODE(status.st_mode):04o})",
            advice=f"Close it with: chmod 600 {path}",
        )


def _as_its_user(uid: int, otherwise: str) -> str:
    """Return what to do about a file of another user; root need but ask as that one."""
    if os.geteuid() != 0:
        return otherwise
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        return otherwise
    return f"Ask as its user, and not as root: su {name}"
