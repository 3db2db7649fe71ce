"""The database: threads that write, read and search, and transactions of one engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import apsw

from console.errors import StoreBroken, StoreDamaged, StoreError
from console.store.failures import legible, translated
from console.store.opening import STEPS, open_reader, open_writer

Result = TypeVar("Result")

BUSY_SECONDS = 2.0
"""How long another program's lock is waited for, s."""


class _Lane:
    """One connection with the thread that it is used on; the caller's own in stepped runs."""

    def __init__(self, connection: apsw.Connection, *, threaded: bool) -> None:
        self.connection = connection
        self._thread = ThreadPoolExecutor(1, "store") if threaded else None

    async def run(self, function: Callable[[], Result]) -> Result:
        if self._thread is None:
            return function()
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    def end(self) -> None:
        if self._thread is not None:
            self._thread.shutdown()


class Database:
    """An open store file.

    A write is one transaction, begun immediately and durable when `write` returns. Each start
    raises the epoch in the file and each write compares it, so that an engine that was thought
    dead cannot write beside its successor.
    """

    def __init__(
        self, path: Path, reader: _Lane, searcher: _Lane, writer: _Lane | None, epoch: int
    ) -> None:
        """Take the open connections; use `open`."""
        self.path = path
        self.epoch = epoch
        self._reader = reader
        self._searcher = searcher
        self._writer = writer
        self._broken: StoreError | None = None
        self._closed = False

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        read_only: bool = False,
        stepped: bool = False,
        steps: Sequence[str] = STEPS,
        busy_seconds: float = BUSY_SECONDS,
    ) -> Database:
        """Open a store's file, making it and bringing it to this version where needed.

        Args:
            path: the file.
            read_only: write nothing; for the file's owner, also after a kill of the engine.
            stepped: for runs whose store is thrown away: on the caller's thread and without
                waiting for the disk.
            steps: the migrations, in order.
            busy_seconds: how long another program's lock is waited for, s.

        Raises:
            StoreError: it cannot be opened; StoreDamaged, StoreBroken and DiskFull say why.
        """

        def connect() -> Database:
            with translated(path):
                return cls._connect(path, read_only, stepped, steps, busy_seconds)

        return connect() if stepped else await asyncio.to_thread(connect)

    @classmethod
    def _connect(
        cls, path: Path, read_only: bool, stepped: bool, steps: Sequence[str], busy_seconds: float
    ) -> Database:
        with ExitStack() as opened:
            writer, epoch = None, 0
            if not read_only:
                connection = open_writer(
                    path, steps=steps, busy_seconds=busy_seconds, durable=not stepped
                )
                opened.callback(connection.close)
                epoch = _raise_epoch(connection)
                writer = _Lane(connection, threaded=not stepped)

            def reading() -> _Lane:
                connection = open_reader(path, steps=steps, busy_seconds=busy_seconds)
                opened.callback(connection.close)
                return _Lane(connection, threaded=not stepped)

            reader, searcher = reading(), reading()
            opened.pop_all()
        return cls(path, reader, searcher, writer, epoch)

    async def write(
        self,
        function: Callable[[apsw.Connection], Result],
        *,
        committed: Callable[[Result], None] | None = None,
    ) -> Result:
        """Do a function's writes in one transaction, kept whole or not at all.

        Args:
            function: what to write; runs on the writer's thread.
            committed: called with its result on that thread once it is durable, also where the
                caller was cancelled meanwhile.

        Raises:
            StoreError: nothing was kept, but for StoreBroken, after which it is not known and
                nothing more is written until the store is opened again.
        """
        writer = self._writer
        if writer is None:
            raise StoreError(f"{self.path} is open for reading only.")

        def work() -> Result:
            if self._broken is not None:
                raise self._broken
            try:
                with translated(self.path):
                    result = self._transact(writer.connection, function)
            except (StoreBroken, StoreDamaged) as error:
                self._broken = error
                raise
            if committed is not None:
                committed(result)
            return result

        return await writer.run(work)

    async def read(self, function: Callable[[apsw.Connection], Result]) -> Result:
        """Do a function's reads on the reader's thread; it sees every write that has returned.

        Raises:
            StoreError: it cannot be read, or a row says nothing.
        """
        return await self._on(self._reader, function)

    async def search(self, function: Callable[[apsw.Connection], Result]) -> Result:
        """Do a function's reads on a thread of their own, so that a long one delays no other.

        Raises:
            StoreError: as `read`.
        """
        return await self._on(self._searcher, function)

    async def _on(self, lane: _Lane, function: Callable[[apsw.Connection], Result]) -> Result:
        def work() -> Result:
            with translated(self.path), legible(self.path):
                return function(lane.connection)

        return await lane.run(work)

    async def close(self) -> None:
        """Put everything into the one file and let go of it; a second call does nothing."""
        if self._closed:
            return
        self._closed = True
        for lane in (self._searcher, self._reader, self._writer):
            if lane is not None:
                await lane.run(lane.connection.close)
                lane.end()

    def _transact(
        self, connection: apsw.Connection, function: Callable[[apsw.Connection], Result]
    ) -> Result:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connection.execute("SELECT epoch FROM engine").get != self.epoch:
                raise StoreError(
                    f"Another engine has taken over {self.path}; this one writes nothing more.",
                    advice="Stop this engine.",
                )
            result = function(connection)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return result


def _raise_epoch(connection: apsw.Connection) -> int:
    return int(connection.execute("UPDATE engine SET epoch = epoch + 1 RETURNING epoch").get)
