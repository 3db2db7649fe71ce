"""The recorder: writes what is polled into files that can be replayed, while that is wanted.

It never gets in the way: files are written in a thread, readings wait in bounds for a disk that
takes none, and nothing is written into the last space of a disk, which is the store's.
"""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from console.engine.alarms import kinds as alarms
from console.engine.alarms.diskwatch import free_bytes
from console.engine.parts import Parts
from console.errors import UsageError
from console.meters.tapes import FOLDER, Tapes
from console.model.event import EventKind
from console.model.reading import Reading
from console.model.record import Keep, Record, Recorded, Taping
from console.settings import LEAST_FREE

Done = TypeVar("Done")

WRITE_SECONDS = 1.0
"""The time between two writes, loop time."""

MOST_WAITING = 20_000
"""Readings that may wait for a disk that takes none; beyond it the oldest are lost."""

FACT = "record"
"""The persistent fact that says whether to record, and how much is kept."""


class Recorder:
    """Takes each reading from the intake and writes it to the end of the day's file."""

    def __init__(self, parts: Parts, free: Callable[[Path], int] = free_bytes) -> None:
        """Record nothing until it is wanted.

        Args:
            parts: the engine's parts; the files lie in their data folder.
            free: returns the free space of a folder's disk, bytes.
        """
        self._parts = parts
        self._free = free
        self._folder = parts.settings.engine.data / FOLDER
        self._tapes = Tapes(self._folder, parts.zone)
        # one thread alone: whatever is cancelled here, a file is closed after it is written
        self._hand = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recorder")
        self._writing = asyncio.Lock()
        self._waiting: list[Reading] = []
        self._wanted = Record(on=False, keep=Keep())
        self._trouble = ""
        self._rows = 0
        self._lost = 0

    @property
    def state(self) -> Taping:
        """Whether it records."""
        if not self._wanted.on:
            return Taping.OFF
        return Taping.PAUSED if self._trouble else Taping.ON

    async def load(self) -> None:
        """Go on as before the engine ended."""
        fact = await self._parts.store.audit.fact(FACT)
        if fact is None:
            return
        try:
            self._wanted = msgspec.json.decode(fact, type=Record)
        except msgspec.MsgspecError:
            # changed by hand: no reason for an engine not to start
            text = "whether to record does not read in the store: it is off"
            await self._parts.log.say(EventKind.ENGINE, text)

    def take(self, reading: Reading) -> None:
        """Take a reading, where it records."""
        if self._wanted.on:
            self._waiting.append(reading)

    async def switch(self, command: Record, actor: str) -> Recorded:
        """Begin or end recording; it stays so over restarts.

        Raises:
            UsageError: bounds are named where it is to end.
        """
        if command.keep is not None and not command.on:
            raise UsageError("how much is kept is said when recording begins.")
        wanted = Record(on=command.on, keep=command.keep or self._wanted.keep)
        body = msgspec.json.encode(wanted).decode()
        verb = f"record {'on' if wanted.on else 'off'}"
        now = self._parts.clock.now()
        await self._parts.store.audit.append(now, actor, verb, body, {FACT: body})
        await self.write()
        self._wanted = wanted
        if not wanted.on:
            await self.close()
            self._trouble = ""
            await self._parts.log.clear_alarm(alarms.RECORDING, "recording ended", actor)
        words = f"recording into {self._folder}" if wanted.on else "recording ended"
        await self._parts.log.say(EventKind.OPERATOR, words, actor=actor)
        return await self.status()

    async def status(self) -> Recorded:
        """Return how it stands."""
        trouble = self._trouble
        try:
            tapes = await self._done(self._tapes.listed)
        except OSError as error:
            tapes, trouble = [], trouble or self._told(error)
        return Recorded(
            state=self.state,
            folder=str(self._folder),
            keep=self._keep,
            tapes=tuple(tapes),
            rows=self._rows,
            lost=self._lost,
            trouble=trouble,
        )

    async def write(self) -> None:
        """Write what waits; it goes on waiting where the disk takes none, and that is told."""
        async with self._writing:
            if not self._waiting:
                return
            batch, self._waiting = self._waiting, []
            try:
                written = await self._done(partial(self._write, batch))
            except OSError as error:
                waiting = batch + self._waiting
                self._lost += max(0, len(waiting) - MOST_WAITING)
                self._waiting = waiting[-MOST_WAITING:]
                await self._pause(error)
                return
            again = bool(self._trouble)
            self._rows += written
            # what waited for the disk may have been written in part before
            self._lost += 0 if again else len(batch) - written
            await self._go_on()

    async def run(self) -> None:
        """Write again and again, until cancelled."""
        while True:
            await self.write()
            await asyncio.sleep(WRITE_SECONDS)

    async def close(self) -> None:
        """Write what waits and let go of the file."""
        await self.write()
        async with self._writing:
            self._lost += len(self._waiting)
            self._waiting.clear()
            try:
                await self._done(self._tapes.close)
            except OSError as error:
                await self._pause(error)

    async def _done(self, work: Callable[[], Done]) -> Done:
        """Do work on the files after all that was begun before."""
        return await asyncio.get_running_loop().run_in_executor(self._hand, work)

    @property
    def _keep(self) -> Keep:
        return self._wanted.keep or Keep()

    def _write(self, batch: list[Reading]) -> int:
        if self._free(self._parts.settings.engine.data) < LEAST_FREE:
            raise OSError(
                errno.ENOSPC, f"less than {LEAST_FREE >> 20} MiB are free, which the store needs"
            )
        return self._tapes.write(batch, self._keep)

    def _told(self, error: OSError) -> str:
        return f"{self._folder}: {error.strerror or error}"

    async def _pause(self, error: OSError) -> None:
        before, self._trouble = self._trouble, self._told(error)
        if not before:
            await self._parts.log.say(EventKind.ENGINE, f"recording is paused: {self._trouble}")
        # a disk without space has an alarm already
        if error.errno != errno.ENOSPC:
            now = self._parts.clock.now()
            await self._parts.log.raise_alarm(alarms.recording_paused(self._trouble, now))

    async def _go_on(self) -> None:
        before, self._trouble = self._trouble, ""
        if before:
            await self._parts.log.say(EventKind.ENGINE, "recording goes on")
        await self._parts.log.clear_alarm(alarms.RECORDING, "recording can be written again")
