"""The database: the chain and its state in one SQLite file (chain.db)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from struct import iter_unpack
from typing import Any

import apsw

from console.chain.node.block import Block, Candidate, Genesis, first_block
from console.chain.node.forward import (
    APPLICATION_ID,
    BUSY_MS,
    STEPS,
    bring_forward,
    version_of,
)
from console.chain.node.state import Account, EntryKey, Mosaic, Namespace, State
from console.chain.node.storing import id_blob, insert_block, insert_records, write_state
from console.errors import DiskFull, StoreError

_BLOCK = "SELECT height, hash, previous, time_ms, transactions_hash, single, total, first_id"
_MOSAIC = "SELECT owner, supply, height, revision, flags, divisibility, duration"


class Database:
    """One connection to a chain's file; what it reads is the last block's state."""

    def __init__(self, connection: apsw.Connection) -> None:
        """Take an open connection to a file that holds a chain."""
        self.connection = connection
        row = self._row("SELECT generation_hash, epoch_s, finality_blocks FROM genesis")
        if row is None:
            raise StoreError("the file holds no chain")
        self.genesis = Genesis(*row)

    @classmethod
    def open(cls, path: Path, genesis: Genesis) -> Database:
        """Open a chain's file for its one writer, making it where it is not there.

        Args:
            path: the file.
            genesis: what a new chain is made with.

        Raises:
            StoreError: it cannot be opened or holds something else.
        """
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
            connection = apsw.Connection(str(path))
            connection.set_busy_timeout(BUSY_MS)
            connection.pragma("journal_mode", "wal")
            connection.pragma("synchronous", "full")
            if _is_empty(connection):
                _begin(connection, genesis)
            return cls(_known(connection, path, write=True))
        except (apsw.Error, OSError) as error:
            raise StoreError(f"{path} cannot be opened as a chain: {error}") from error

    @classmethod
    def read(cls, path: Path) -> Database:
        """Open a chain's file for reading only.

        Raises:
            StoreError: it cannot be opened or holds something else.
        """
        try:
            connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
            connection.set_busy_timeout(BUSY_MS)
            return cls(_known(connection, path))
        except apsw.Error as error:
            raise StoreError(f"{path} cannot be read as a chain: {error}") from error

    @classmethod
    def temporary(cls, genesis: Genesis) -> Database:
        """Make a chain in a file that is gone when it is closed."""
        connection = apsw.Connection("")
        connection.pragma("journal_mode", "memory")
        _begin(connection, genesis)
        return cls(connection)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def tip(self) -> Block:
        """Return the newest block."""
        row = self._row(f"{_BLOCK} FROM blocks ORDER BY height DESC LIMIT 1")
        if row is None:
            raise StoreError("the chain has no first block")
        return Block(*row)

    def last_height(self) -> int:
        """Return the height of the newest block that holds a transaction, 0 without any."""
        row = self._row("SELECT height FROM blocks WHERE single > 0 ORDER BY height DESC LIMIT 1")
        return row[0] if row else 0

    def final_height(self, height: int) -> int:
        """Return the final height of a chain of some height."""
        return max(1, height - self.genesis.finality_blocks)

    def block(self, height: int) -> Block | None:
        """Return a block, None where there is none."""
        row = self._row(f"{_BLOCK} FROM blocks WHERE height = ?", height)
        return Block(*row) if row else None

    def has(self, hash_: bytes) -> bool:
        """Whether a block holds a transaction."""
        return self._row("SELECT 1 FROM transactions WHERE hash = ?", hash_) is not None

    def account(self, address: bytes) -> Account | None:
        """Return an account, None where never seen."""
        sql = "SELECT public_key, height, key_height, holdings FROM accounts WHERE address = ?"
        row = self._row(sql, address)
        return Account(row[0], row[1], row[2], dict(iter_unpack("<QQ", row[3]))) if row else None

    def mosaic(self, mosaic: int) -> Mosaic | None:
        """Return a mosaic, None where never defined."""
        row = self._row(f"{_MOSAIC} FROM mosaics WHERE id = ?", id_blob(mosaic))
        return Mosaic(*row) if row else None

    def entry(self, key: EntryKey) -> bytes | None:
        """Return a metadata value, None where there is none."""
        sql = "SELECT value FROM entries WHERE source = ? AND target = ? AND key = ?"
        row = self._row(sql, key[0], key[1], id_blob(key[2]))
        return row[0] if row else None

    def namespace(self, namespace: int) -> Namespace | None:
        """Return a namespace, None where never registered."""
        sql = "SELECT path, name, owner, height, end_height, alias FROM namespaces WHERE id = ?"
        row = self._row(sql, id_blob(namespace))
        if row is None:
            return None
        path = tuple(id_ for (id_,) in iter_unpack(">Q", row[0]))
        alias = None if row[5] is None else int.from_bytes(row[5])
        return Namespace(path, row[1], row[2], row[3], row[4], alias)

    def append(self, block: Block, candidates: Sequence[Candidate], state: State) -> None:
        """Write a block, its transactions and the state after it, all or nothing, durably.

        Raises:
            DiskFull: there is no space.
            StoreError: the file cannot be written.
        """
        try:
            self._write(block, candidates, state)
        except apsw.FullError as error:
            raise DiskFull(f"block {block.height} found no space") from error
        except apsw.Error as error:
            raise StoreError(f"block {block.height} cannot be written: {error}") from error

    def _write(self, block: Block, candidates: Sequence[Candidate], state: State) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            insert_block(self.connection, block)
            if candidates:
                insert_records(self.connection, block, candidates)
                write_state(self.connection, state)
            self.connection.execute("COMMIT")
        finally:
            # a full disk has rolled back already
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    def _row(self, sql: str, *values: apsw.SQLiteValue) -> tuple[Any, ...] | None:
        found: tuple[Any, ...] | None = self.connection.execute(sql, values).fetchone()
        return found


def _is_empty(connection: apsw.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_schema").fetchone() is None


def _begin(connection: apsw.Connection, genesis: Genesis) -> None:
    with connection:
        for step in STEPS:
            connection.execute(step)
        connection.pragma("application_id", APPLICATION_ID)
        connection.pragma("user_version", len(STEPS))
        facts = (genesis.generation_hash, genesis.epoch_s, genesis.finality_blocks)
        connection.execute("INSERT INTO genesis VALUES (?, ?, ?)", facts)
        insert_block(connection, first_block(genesis))


def _known(connection: apsw.Connection, path: Path, *, write: bool = False) -> apsw.Connection:
    try:
        if write:
            bring_forward(connection, path)
        elif (version := version_of(connection, path)) != len(STEPS):
            raise StoreError(
                f"{path} is of version {version}; this program reads version {len(STEPS)}.",
                advice="Start the engine once: it brings the chain's file to its version.",
            )
    except BaseException:
        connection.close()
        raise
    return connection
