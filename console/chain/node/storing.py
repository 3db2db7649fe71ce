"""The storing: how a block and the state after it are written into the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import pack

import apsw

from console.chain.node.block import Block, Candidate, Record, parties_of, records_of
from console.chain.node.state import Account, EntryKey, State


def id_blob(id_: int) -> bytes:
    """Return a 64-bit id as it is kept: 8 bytes, big endian."""
    return id_.to_bytes(8)


def insert_block(connection: apsw.Connection, block: Block) -> None:
    """Write a block's head."""
    connection.execute(
        "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            block.height, block.hash, block.previous, block.time_ms,
            block.transactions_hash, block.single, block.total, block.first_id,
        ),
    )  # fmt: skip


def insert_records(
    connection: apsw.Connection, block: Block, candidates: Sequence[Candidate]
) -> None:
    """Write a block's transactions and who they touch."""
    rows = (_row(record) for record in records_of(block, candidates))
    connection.executemany("INSERT INTO transactions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    id_ = block.first_id
    parties: list[tuple[bytes, int]] = []
    for candidate in candidates:
        parties += [(address, id_) for address in sorted(parties_of(candidate.parsed))]
        id_ += candidate.total
    connection.executemany("INSERT INTO parties VALUES (?, ?)", parties)


def _row(record: Record) -> tuple[apsw.SQLiteValue, ...]:
    return (
        record.id, record.height, record.aggregate, record.place, record.kind,
        record.signer, record.recipient, record.hash, record.payload,
    )  # fmt: skip


def write_state(connection: apsw.Connection, state: State) -> None:
    """Write what a block changed in the state."""
    connection.executemany(
        "INSERT INTO accounts (address, public_key, height, key_height, holdings)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (address) DO UPDATE SET public_key ="
        " excluded.public_key, key_height = excluded.key_height, holdings = excluded.holdings",
        (
            (address, account.public_key, account.height, account.key_height, _packed(account))
            for address, account in state.accounts.changes()
            if account is not None
        ),
    )
    connection.executemany(
        "INSERT INTO mosaics (id, owner, supply, height, revision, flags, divisibility, duration)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET supply = excluded.supply,"
        " height = excluded.height, revision = excluded.revision, flags = excluded.flags,"
        " divisibility = excluded.divisibility, duration = excluded.duration",
        (
            (
                id_blob(id_), mosaic.owner, mosaic.supply, mosaic.height, mosaic.revision,
                mosaic.flags, mosaic.divisibility, mosaic.duration,
            )
            for id_, mosaic in state.mosaics.changes()
            if mosaic is not None
        ),
    )  # fmt: skip
    _write_entries(connection, state.entries.changes())
    connection.executemany(
        "INSERT INTO namespaces (id, path, name, owner, height, end_height, alias)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET owner = excluded.owner,"
        " height = excluded.height, end_height = excluded.end_height, alias = excluded.alias",
        (
            (
                id_blob(id_), b"".join(map(id_blob, space.path)), space.name, space.owner,
                space.height, space.end, None if space.alias is None else id_blob(space.alias),
            )
            for id_, space in state.namespaces.changes()
            if space is not None
        ),
    )  # fmt: skip


def _write_entries(
    connection: apsw.Connection, changes: Iterable[tuple[EntryKey, bytes | None]]
) -> None:
    for (source, target, key), value in changes:
        where = (source, target, id_blob(key))
        if value is None:
            connection.execute(
                "DELETE FROM entries WHERE source = ? AND target = ? AND key = ?", where
            )
        else:
            connection.execute(
                "INSERT INTO entries (source, target, key, value) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (source, target, key) DO UPDATE SET value = excluded.value",
                (*where, value),
            )


def _packed(account: Account) -> bytes:
    values = [value for holding in sorted(account.holdings.items()) for value in holding]
    return pack(f"<{len(values)}Q", *values)
