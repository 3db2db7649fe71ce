"""The embedded node: a Symbol network of one node, in one file, on the business clock."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.applications import Starlette

from console.chain.codec import hash_of
from console.chain.node import acceptance
from console.chain.node.archive import Archive
from console.chain.node.block import Candidate, Genesis, next_block
from console.chain.node.database import Database
from console.chain.node.limits import MOST_A_BLOCK
from console.chain.node.pool import Pool
from console.chain.node.refusal import Refusal
from console.chain.node.routes import application
from console.chain.node.state import State
from console.clock import Clock
from console.errors import CodecError, StoreError, WrongNetwork

FINALITY_BLOCKS = 2
"""By how many blocks finality lags where nothing else is asked for."""


class EmbeddedNode:
    """One authority that takes transactions, makes blocks and answers like a public node."""

    def __init__(self, database: Database, clock: Clock, *, read_only: bool = False) -> None:
        """Take an open chain.

        Args:
            database: the chain.
            clock: the business clock.
            read_only: whether announcements and blocks are refused.
        """
        self.database = database
        self.clock = clock
        self.read_only = read_only
        self.genesis = database.genesis
        self.epoch = datetime.fromtimestamp(self.genesis.epoch_s, UTC)
        self.pool = Pool()
        self.archive = Archive(database)
        self.app: Starlette = application(self)
        self._state = State(database)

    @classmethod
    def open(
        cls,
        path: Path,
        clock: Clock,
        *,
        epoch: datetime | None = None,
        finality_blocks: int = FINALITY_BLOCKS,
        generation_hash: bytes | None = None,
        read_only: bool = False,
    ) -> EmbeddedNode:
        """Open a chain, making it where there is none.

        Args:
            path: its file.
            clock: the business clock.
            epoch: the instant from which a new chain's times count, aware UTC, cut to the second;
                the clock's present one where None.
            finality_blocks: by how many blocks a new chain's finality lags.
            generation_hash: a new chain's generation hash seed (32 bytes); random where None.
            read_only: whether only to read one that is there.

        Raises:
            StoreError: the file cannot be opened or holds something else.
            WrongNetwork: it holds a chain of another epoch or generation hash than asked for.
        """
        if read_only:
            return cls(Database.read(path), clock, read_only=True)
        seconds = int((clock.now() if epoch is None else epoch).timestamp())
        seed = secrets.token_bytes(32) if generation_hash is None else generation_hash
        node = cls(Database.open(path, Genesis(seed, seconds, finality_blocks)), clock)
        found = node.genesis
        if generation_hash not in (None, found.generation_hash) or (
            epoch is not None and seconds != found.epoch_s
        ):
            node.close()
            raise WrongNetwork(f"{path} holds a chain of another generation hash or epoch")
        return node

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    @property
    def pending(self) -> int:
        """How many announced transactions wait for a block."""
        return len(self.pool.waiting)

    def now_ms(self) -> int:
        """Return the clock's instant, ms since the epoch, never below 0."""
        return max(0, (self.clock.now() - self.epoch) // timedelta(milliseconds=1))

    def announce(self, payload: bytes) -> None:
        """Take announced bytes as a public node does: nothing is answered, a status may appear."""
        try:
            candidate = acceptance.read(payload, self.genesis.generation_hash)
        except (CodecError, Refusal) as error:
            if error.code:
                hash_ = hash_of(payload, self.genesis.generation_hash)
                self.pool.refuse(hash_, error.code, int.from_bytes(payload[120:128], "little"))
            return
        if self.pool.has_room(candidate):
            self.pool.add(candidate)
        else:
            self._refuse(candidate, "Failure_Chain_Unconfirmed_Cache_Too_Full")

    def make_block(self, force: bool = False) -> int | None:
        """Make a block where something waits, or an empty one while not all is final.

        Args:
            force: whether to make an empty one in any case.

        Returns:
            Its height; None where none was made.

        Raises:
            DiskFull: there is no space; what waits goes on waiting.
            StoreError: the file cannot be written.
        """
        if self.read_only:
            raise StoreError("the chain is open for reading only")
        before = self.database.tip()
        time_ms = max(before.time_ms, self.now_ms())
        taken = self._take(time_ms)
        if not taken and not force and self.is_final():
            return None
        block = next_block(before, time_ms, taken)
        try:
            self.database.append(block, taken, self._state)
        except StoreError:
            self._state.forget()
            raise
        self._state.settle()
        self.archive.remember(block, taken)
        for candidate in taken:
            self.pool.drop(candidate)
        return block.height

    def settle_all(self) -> int:
        """Make blocks until nothing waits and all is final; return the height."""
        while self.make_block() is not None or self.pending:
            pass
        return self.database.tip().height

    def is_final(self) -> bool:
        """Whether every block with a transaction is final."""
        height = self.database.tip().height
        return self.database.last_height() <= self.database.final_height(height)

    def _take(self, time_ms: int) -> list[Candidate]:
        before = self.database.tip()
        taken: list[Candidate] = []
        total = 0
        for candidate in list(self.pool.waiting.values()):
            total += candidate.total
            if total > MOST_A_BLOCK:
                break
            try:
                acceptance.judge(self.database, self._state, candidate, before, time_ms)
            except Refusal as error:
                self.pool.drop(candidate)
                self._refuse(candidate, error.code)
            else:
                taken.append(candidate)
        return taken

    def _refuse(self, candidate: Candidate, code: str) -> None:
        self.pool.refuse(candidate.hash, code, candidate.parsed.transaction.deadline)
