"""The outbox: what was signed, whose bytes never change, and how far each has come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw

from console.errors import StoreError
from console.model.interval import Interval
from console.model.kept import KeptOutgoing
from console.model.settlement import Settlement
from console.model.transaction import Outgoing, TransactionState
from console.store.moment import from_ms, to_ms
from console.store.settlements import StoredIntervals, put_settlement

_SELECT = """
SELECT hash, leg, attempt, start, minutes, revision, part, parts, payload, deadline,
    generation_hash, state, height, block_hash
FROM outgoing
"""
_INSERT = """
INSERT INTO outgoing (hash, leg, attempt, start, minutes, revision, part, parts, payload, deadline,
    generation_hash, state, height, block_hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class StoredSettlements(StoredIntervals):
    """The settlements of a store with the outbox."""

    async def sign(self, settlement: Settlement | None, outgoing: Sequence[Outgoing]) -> None:
        """Keep all parts and the interval's signed state in one durable transaction.

        Raises:
            StoreError: a leg has a live transaction already; nothing was kept.
        """

        def work(connection: apsw.Connection) -> None:
            for transaction in outgoing:
                _insert(connection, transaction)
            if settlement is not None:
                put_settlement(connection, settlement)

        await self._database.write(work)

    async def outbox(self, *states: TransactionState) -> list[Outgoing]:
        """Return the transactions in these states, in the order of signing."""
        marks = ", ".join("?" * len(states))
        query = f"{_SELECT} WHERE state IN ({marks}) ORDER BY seq"
        return await self._transactions(query, *(state.value for state in states))

    async def legs(self, interval: Interval, revision: int) -> list[Outgoing]:
        """Return an interval's transactions, dead ones too, in the order of signing."""
        query = f"{_SELECT} WHERE start = ? AND minutes = ? AND revision = ? ORDER BY seq"
        return await self._transactions(query, to_ms(interval.start), interval.minutes, revision)

    async def kept_outgoing(self, after: int, limit: int) -> list[KeptOutgoing]:
        """Return transactions as they lie, in the order of signing, with seq above `after`."""
        query = _SELECT.replace("hash", "seq, hash", 1) + " WHERE seq > ? ORDER BY seq LIMIT ?"

        def work(connection: apsw.Connection) -> list[KeptOutgoing]:
            rows = connection.execute(query, (after, limit))
            return [KeptOutgoing(seq=row[0], outgoing=_outgoing(row[1:])) for row in rows]

        return await self._database.read(work)

    async def named(self, leg: str) -> list[Outgoing]:
        """Return the transactions of a leg, dead ones too, in the order of signing."""
        return await self._transactions(f"{_SELECT} WHERE leg = ? ORDER BY seq", leg)

    async def advance(
        self,
        hash_: bytes,
        state: TransactionState,
        *,
        height: int | None = None,
        block_hash: bytes = b"",
        proof: str = "",
    ) -> None:
        """Move a transaction on.

        A final one keeps the block in which it was confirmed; back to announced forgets it.

        Args:
            hash_: the transaction's hash.
            state: where it stands now.
            height: its block, for confirmed.
            block_hash: its block's hash, for confirmed.
            proof: of a dead one, why it can never confirm.

        Raises:
            StoreError: the step is not legal, or there is no such transaction.
        """
        final = state is TransactionState.FINAL

        def work(connection: apsw.Connection) -> None:
            query = """UPDATE outgoing SET state = ?, proof = ?,
                height = CASE WHEN ? THEN coalesce(?, height) ELSE ? END,
                block_hash = CASE WHEN ? AND ? = x'' THEN block_hash ELSE ? END
            WHERE hash = ?"""
            connection.execute(
                query,
                (state.value, proof, final, height, height, final, block_hash, block_hash, hash_),
            )
            if connection.changes() == 0:
                raise StoreError(f"The outbox holds no transaction {hash_.hex().upper()}.")

        await self._database.write(work)

    async def _transactions(self, query: str, *bindings: int | str) -> list[Outgoing]:
        def work(connection: apsw.Connection) -> list[Outgoing]:
            return [_outgoing(row) for row in connection.execute(query, bindings)]

        return await self._database.read(work)


def _insert(connection: apsw.Connection, transaction: Outgoing) -> None:
    live = "SELECT attempt FROM outgoing WHERE leg = ? AND state != 'dead'"
    attempt = connection.execute(live, (transaction.leg,)).get
    if attempt is not None:
        raise StoreError(
            f"{transaction.leg} has a live transaction already (attempt {attempt}); "
            "it is never signed again before the proof of its death."
        )
    interval = transaction.interval
    connection.execute(
        _INSERT,
        (
            transaction.hash,
            transaction.leg,
            transaction.attempt,
            to_ms(interval.start) if interval else None,
            interval.minutes if interval else None,
            transaction.revision,
            transaction.part,
            transaction.parts,
            transaction.payload,
            to_ms(transaction.deadline),
            transaction.generation_hash,
            transaction.state.value,
            transaction.height,
            transaction.block_hash,
        ),
    )


def _outgoing(row: tuple[Any, ...]) -> Outgoing:
    (hash_, leg, attempt, start, minutes, revision, part, parts, payload, deadline) = row[:10]
    generation_hash, state, height, block_hash = row[10:]
    return Outgoing(
        hash=hash_,
        payload=payload,
        deadline=from_ms(deadline),
        generation_hash=generation_hash,
        leg=leg,
        interval=None if start is None else Interval(from_ms(start), minutes),
        revision=revision,
        part=part,
        parts=parts,
        attempt=attempt,
        state=TransactionState(state),
        height=height,
        block_hash=block_hash,
    )
