"""The check: a chain's blocks made again from its transactions, and compared with what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, zip_longest
from pathlib import Path

import msgspec

from console.chain.node import acceptance
from console.chain.node.block import Block, Candidate, next_block
from console.chain.node.database import Database
from console.chain.node.refusal import Refusal
from console.chain.node.state import State
from console.errors import CodecError

MOST_FINDINGS = 100
"""How many findings are told."""

_KEPT = {
    "accounts": "address, public_key, height, key_height, holdings FROM accounts ORDER BY address",
    "mosaics": "id, owner, supply, height, revision, flags, divisibility, duration"
    " FROM mosaics ORDER BY id",
    "entries": "source, target, key, value FROM entries ORDER BY source, target, key",
    "namespaces": "id, path, name, owner, height, end_height, alias FROM namespaces ORDER BY id",
    "transactions": "* FROM transactions ORDER BY id",
    "parties": "* FROM parties ORDER BY address, id",
}


class BlockCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found."""

    blocks: int
    """Blocks that were made again."""
    transactions: int
    """Transactions in them, inner ones not counted."""
    findings: tuple[str, ...]
    """One sentence a fault, the first hundred; empty where the chain is sound."""


def check_blocks(path: Path, told: Callable[[int, int], None] | None = None) -> BlockCheck:
    """Verify every link, hash and signature of a chain's file, and all that follows from them.

    Args:
        path: the file.
        told: called before each block with how many are done, and with how many there are.

    Raises:
        StoreError: the file cannot be opened or holds something else.
    """
    source = Database.read(path)
    twin = Database.temporary(source.genesis)
    try:
        checker = _Checker(source, twin, told or (lambda done, of: None))
        findings = tuple(islice(checker.findings(), MOST_FINDINGS))
        return BlockCheck(
            blocks=checker.blocks, transactions=checker.transactions, findings=findings
        )
    finally:
        twin.close()
        source.close()


class _Checker:
    """Makes a chain again beside the one that is kept."""

    def __init__(self, source: Database, twin: Database, told: Callable[[int, int], None]) -> None:
        self._told = told
        self._source = source
        self._twin = twin
        self._state = State(twin)
        self.blocks = 0
        self.transactions = 0

    def findings(self) -> Iterator[str]:
        """Yield one sentence a fault, all of one state of the file, also while its node writes."""
        self._source.connection.execute("BEGIN")
        if self._source.connection.execute("SELECT count(*) FROM genesis").get != 1:
            yield "genesis holds more than one row"
        tip = self._source.tip().height
        for height in range(1, tip + 1):
            self._told(height - 1, tip)
            kept = self._source.block(height)
            if kept is None:
                yield f"block {height} is missing"
                return
            if height == 1:
                made = self._twin.tip()
            else:
                candidates: list[Candidate] = []
                yield from self._read(kept, candidates)
                made = next_block(self._twin.tip(), kept.time_ms, candidates)
                self._twin.append(made, candidates, self._state)
                self._state.settle()
            self.blocks += 1
            if made != kept:
                yield f"block {height} is not what its transactions and the block before make it"
                return
        for table, columns in _KEPT.items():
            yield from self._compare(table, columns)

    def _read(self, kept: Block, candidates: list[Candidate]) -> Iterator[str]:
        if kept.time_ms < self._twin.tip().time_ms:
            yield f"block {kept.height} is older than the block before"
        sql = "SELECT hash, payload FROM transactions WHERE height = ? AND aggregate IS NULL"
        bounds = " AND id >= ? AND id < ? ORDER BY id"
        values = (kept.height, kept.first_id, kept.next_id)
        for hash_, payload in self._source.connection.execute(sql + bounds, values):
            self.transactions += 1
            try:
                candidate = acceptance.read(payload, self._source.genesis.generation_hash)
                before = self._twin.tip()
                acceptance.judge(self._twin, self._state, candidate, before, kept.time_ms)
            except (CodecError, Refusal) as error:
                named = f"transaction {_name(hash_)[:16]}"
                yield f"block {kept.height} holds a transaction that is refused ({named}): {error}"
                continue
            if candidate.hash != hash_:
                named = f"{_name(hash_)[:16]} for {_name(candidate.hash)[:16]}"
                yield f"block {kept.height} keeps a transaction under another hash: {named}"
            candidates.append(candidate)

    def _compare(self, table: str, columns: str) -> Iterator[str]:
        kept = self._source.connection.execute(f"SELECT {columns}")
        made = self._twin.connection.execute(f"SELECT {columns}")
        for number, (left, right) in enumerate(zip_longest(kept, made), 1):
            if left != right:
                named = _name((left or right)[0])
                state = "is gone" if left is None else "is not what the blocks make it"
                yield f"{table}: row {number} ({named}) {state}"


def _name(key: object) -> str:
    return key.hex().upper() if isinstance(key, bytes) else str(key)
