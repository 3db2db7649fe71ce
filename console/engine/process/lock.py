"""The lock: one engine a data folder, held by flock for as long as the process lives."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from console.errors import EngineBusy, StoreError

FOLDER_MODE = 0o710

LOOKS = 20
"""How often the holder's name is looked for."""

LOOK_SECONDS = 0.025
"""The time between two looks, s."""


class EngineLock:
    """An exclusive flock on `engine.lock` in the data folder; the file names its holder."""

    def __init__(self, descriptor: int) -> None:
        """Hold an open, locked descriptor."""
        self._descriptor = descriptor

    @classmethod
    def take(cls, data: Path) -> EngineLock:
        """Take the lock of a data folder, which is made where it is missing.

        Raises:
            EngineBusy: another engine holds it.
            StoreError: the folder cannot be made or written.
        """
        try:
            data.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            descriptor = os.open(data / "engine.lock", flags, 0o600)
        except OSError as error:
            raise StoreError(
                f"the data folder {data} cannot be used: {error.strerror}.",
                advice="Name another under [engine] data, or mend its permissions.",
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = _holder(descriptor)
            os.close(descriptor)
            raise EngineBusy(
                f"{holder} holds the store in {data}.",
                advice="Attach to it with: mosaic run. End it with: mosaic stop.",
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        return cls(descriptor)

    def release(self) -> None:
        """Let go; another engine may start."""
        os.close(self._descriptor)


def _holder(descriptor: int) -> str:
    """Return who holds the lock; one that has only just taken it may not have said so yet."""
    for _ in range(LOOKS):
        said = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
        if said.isdecimal() and _lives(int(said)):
            return f"process {said}"
        time.sleep(LOOK_SECONDS)
    return "another process"


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
