"""The archive: the transactions of the chain, found and read again from their announced bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import msgspec

from console.chain.codec import Aggregate, Body, Inner, Kind, Parsed, Transaction, Transfer, parse
from console.chain.node.block import Block, Candidate, inner_of
from console.chain.node.database import Database
from console.errors import StoreError

MOST_READ = 32
"""How many transactions stay read."""

_FOUND = (
    "SELECT t.id, t.height, b.time_ms, t.aggregate, t.place, t.hash, a.hash FROM transactions t"
    " JOIN blocks b ON b.height = t.height LEFT JOIN transactions a ON a.id = t.aggregate"
)


class Found(msgspec.Struct, frozen=True):
    """A transaction's place on the chain."""

    id: int
    """Its number in the chain's order."""
    height: int
    """Its block."""
    time_ms: int
    """The block's time, ms since the epoch."""
    aggregate: int | None
    """The id of the aggregate that holds it."""
    place: int
    """Its index in the block or in the aggregate."""
    hash: bytes | None
    """Its hash; None for an inner one."""
    aggregate_hash: bytes | None
    """The hash of the aggregate that holds it."""


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What a search asks for; all that is given holds together."""

    address: bytes | None = None
    """An account that a transaction touches; finds no inner ones, as on a public node."""
    signer: bytes | None = None
    """The signer's address."""
    recipient: bytes | None = None
    """A transfer's recipient."""
    kinds: tuple[int, ...] = ()
    """Type numbers, any of them."""
    embedded: bool = False
    """Whether inner transactions are found by themselves."""
    from_height: int | None = None
    """The first block."""
    to_height: int | None = None
    """The last block."""
    mosaic: int | None = None
    """A mosaic that a transfer carries."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of what was found, and in which order."""

    size: int
    """The most rows."""
    skip: int = 0
    """How many rows to leave out."""
    after: int | None = None
    """The id after which to begin, in the order."""
    ascending: bool = True
    """Whether older ones come first."""


class Archive:
    """Finds transactions and reads what they say."""

    def __init__(self, database: Database) -> None:
        """Take the chain."""
        self._database = database
        self._connection = database.connection
        self._read: OrderedDict[int, Parsed] = OrderedDict()

    def remember(self, block: Block, candidates: Sequence[Candidate]) -> None:
        """Keep a new block's transactions read, because they are asked for next."""
        id_ = block.first_id
        for candidate in candidates:
            self._keep(id_, candidate.parsed)
            id_ += candidate.total

    def size(self, id_: int) -> int:
        """Return the bytes of a transaction that is no inner one."""
        sql = "SELECT length(payload) FROM transactions WHERE id = ?"
        row = self._connection.execute(sql, (id_,)).fetchone()
        return int(row[0]) if row else 0

    def parsed(self, id_: int) -> Parsed:
        """Return what a transaction that is no inner one says."""
        known = self._read.get(id_)
        if known is None:
            sql = "SELECT payload FROM transactions WHERE id = ?"
            row = self._connection.execute(sql, (id_,)).fetchone()
            if row is None:
                raise StoreError(f"the chain's file has lost transaction {id_}")
            known = parse(row[0])
            self._keep(id_, known)
        return known

    def transaction(self, found: Found) -> Transaction | Inner:
        """Return what a found transaction says."""
        if found.aggregate is None:
            return self.parsed(found.id).transaction
        return inner_of(self.parsed(found.aggregate))[found.place]

    def by_hash(self, hash_: bytes) -> Found | None:
        """Return a transaction that is no inner one, None where there is none."""
        row = self._connection.execute(f"{_FOUND} WHERE t.hash = ?", (hash_,)).fetchone()
        return Found(*row) if row else None

    def by_id(self, id_: int) -> Found | None:
        """Return a transaction, None where there is none."""
        row = self._connection.execute(f"{_FOUND} WHERE t.id = ?", (id_,)).fetchone()
        return Found(*row) if row else None

    def inner(self, found: Found) -> list[Found]:
        """Return an aggregate's inner transactions in order."""
        count = len(inner_of(self.parsed(found.id)))
        return [
            Found(found.id + 1 + at, found.height, found.time_ms, found.id, at, None, found.hash)
            for at in range(count)
        ]

    def search(self, wanted: Filter, span: Span) -> list[Found]:
        """Return what passes a filter; a mosaic is not looked at."""
        clauses, values = self._clauses(wanted)
        if span.after is not None:
            clauses.append("t.id > ?" if span.ascending else "t.id < ?")
            values.append(span.after)
        where = f" WHERE {' AND '.join(clauses)}" if clauses else ""
        order = "ASC" if span.ascending else "DESC"
        sql = f"{_FOUND}{where} ORDER BY t.id {order} LIMIT ? OFFSET ?"
        rows = self._connection.execute(sql, (*values, span.size, span.skip))
        return [Found(*row) for row in rows]

    def carries(self, found: Found, mosaic: int) -> bool:
        """Whether a found transaction is a transfer of a mosaic."""
        return any(id_ == mosaic for id_, _ in mosaics_of(self.transaction(found).body))

    def _clauses(self, wanted: Filter) -> tuple[list[str], list[int | bytes]]:
        clauses: list[str] = []
        values: list[int | bytes] = []
        if wanted.address is not None:
            clauses.append("t.id IN (SELECT id FROM parties WHERE address = ?)")
            values.append(wanted.address)
        for column, address in (("signer", wanted.signer), ("recipient", wanted.recipient)):
            if address is not None:
                clauses.append(f"t.{column} = ?")
                values.append(address)
        kinds = (Kind.TRANSFER,) if wanted.mosaic is not None and not wanted.kinds else wanted.kinds
        if kinds:
            clauses.append(f"t.kind IN ({', '.join('?' * len(kinds))})")
            values += kinds
        if not wanted.embedded:
            clauses.append("t.aggregate IS NULL")
        if wanted.from_height is not None:
            clauses.append("t.id >= ?")
            values.append(self._first_id(wanted.from_height))
        if wanted.to_height is not None:
            clauses.append("t.id < ?")
            values.append(self._first_id(wanted.to_height + 1))
        return clauses, values

    def _first_id(self, height: int) -> int:
        tip = self._database.tip()
        block = self._database.block(max(1, height)) if height <= tip.height else None
        return tip.next_id if block is None else block.first_id

    def _keep(self, id_: int, parsed: Parsed) -> None:
        self._read[id_] = parsed
        self._read.move_to_end(id_)
        if len(self._read) > MOST_READ:
            self._read.popitem(last=False)


def mosaics_of(body: Body | Aggregate) -> tuple[tuple[int, int], ...]:
    """Return what a transfer carries, nothing for another transaction."""
    return body.mosaics if isinstance(body, Transfer) else ()
