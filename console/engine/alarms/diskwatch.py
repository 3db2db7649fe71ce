"""The disk's watch: a disk that is full, and one that soon will be."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from console.engine.alarms import kinds as alarms
from console.engine.parts import Parts
from console.errors import DiskFull
from console.settings import LEAST_FREE

LOOK_SECONDS = 60.0
"""The time between two looks at the free space, loop time."""


def free_bytes(folder: Path) -> int:
    """Return the free space of a folder's disk, bytes.

    Raises:
        OSError: it cannot be told.
    """
    return shutil.disk_usage(folder).free


class DiskWatch:
    """Raises and ends the alarm of the data folder's disk."""

    def __init__(self, parts: Parts, free: Callable[[Path], int] = free_bytes) -> None:
        """Watch the disk of the parts' data folder.

        Args:
            parts: whose log is told.
            free: returns the free space of a folder's disk, bytes.
        """
        self._parts = parts
        self._free = free
        self._full = False

    async def full(self, error: DiskFull) -> None:
        """Note that a write found no space."""
        self._full = True
        await self._parts.log.raise_alarm(alarms.disk_full(error, self._parts.clock.now()))

    async def works(self) -> None:
        """Note that what found no space is written."""
        self._full = False
        await self._parts.log.clear_alarm(alarms.DISK, "there is space again: all is stored")

    async def look(self) -> None:
        """Look whether space runs out, before it has."""
        if self._full:
            return
        with suppress(OSError):
            free = self._free(self._parts.settings.engine.data)
            if free < LEAST_FREE:
                await self._parts.log.raise_alarm(alarms.disk_low(free, self._parts.clock.now()))
            else:
                await self._parts.log.clear_alarm(alarms.DISK, "there is space again")

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)
