"""The decisions: what the log says of retirements and payouts, held against store and chain."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from console.ledger.tally import Tally
from console.model.clearing import (
    TAKEN,
    Cell,
    Cleared,
    Clearing,
    ClearingKind,
    ClearingName,
    ClearingRow,
    record_of,
)
from console.model.event import AuditRecord
from console.model.finding import Finding, Kind

_VERBS = frozenset(f"{kind.value}{end}" for kind in ClearingKind for end in ("", f" {TAKEN}"))


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """What was cleared in the chain's final blocks."""

    cleared: Mapping[ClearingName, Cleared]
    """What was retired and paid out."""
    final_height: int
    """The last block that was read."""


class Decisions:
    """Takes the log's records in order, then compares all that was cleared."""

    def __init__(self) -> None:
        """Begin before the first record."""
        self._records: dict[tuple[str, str], int] = {}
        self._seen: set[tuple[str, str]] = set()

    def take(self, records: Iterable[AuditRecord]) -> None:
        """Take the next records."""
        for record in records:
            if record.verb in _VERBS:
                self._records[record.verb, record.body] = record.seq

    def compare(
        self,
        rows: Iterable[ClearingRow],
        chain: Chain,
        digests: Collection[tuple[str, str, int, str]],
        settled: Collection[ClearingName],
        up_to: int,
        tally: Tally,
    ) -> None:
        """Add what differs between the log, the store and the chain.

        Args:
            rows: what the store holds.
            chain: what the chain holds.
            digests: the approved bills: period, house, number, SHA-256 in hexadecimal.
            settled: what the outbox says is final.
            up_to: the last record that was there when the store was read.
            tally: what was found before.
        """
        known: set[ClearingName] = set()
        for row in rows:
            clearing = self._decided(row, tally)
            if clearing is None:
                continue
            known.add(clearing.name)
            for finding in _against_chain(row, clearing, chain, clearing.name in settled):
                tally.find("store", 1, finding)
            for finding in _against_bills(clearing, digests):
                tally.find("store", 1, finding)
        for name, cleared in chain.cleared.items():
            tally.payouts += name.kind is ClearingKind.PAYOUT
            tally.retirements += name.kind is ClearingKind.RETIREMENT
            if name not in known and cleared.whole:
                text = f"{name.told} stands on the chain, and the store does not know it"
                tally.find("store", 1, _finding(name, Kind.STORE, text))
        for key, seq in self._records.items():
            if key not in self._seen and seq <= up_to:
                text = f"the {key[0]} of audit record {seq} is not in the store as it was decided"
                finding = Finding(kind=Kind.STORE, what=f"audit record {seq}", text=text)
                tally.find("store", 1, finding)

    def _decided(self, row: ClearingRow, tally: Tally) -> Clearing | None:
        """Return what a row decided; None where it is not what the log says."""
        what = f"clearing {row.seq}"
        try:
            clearing = msgspec.json.decode(row.body, type=Clearing)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            text = f"{what}: its body does not read"
            tally.find("store", 1, Finding(kind=Kind.STORE, what=what, text=text))
            return None
        name = clearing.name
        record = record_of(clearing)
        verbs = (name.kind.value, f"{name.kind.value} {TAKEN}")
        found = [(verb, record) for verb in verbs if (verb, record) in self._records]
        self._seen.update(found)
        columns = (row.kind, row.period, row.house, row.revision)
        exact = msgspec.json.encode(clearing) == row.body
        if not found or not exact or columns != (*_columns(name),):
            text = f"{what}: {name.told} is not as it was decided"
            tally.find("store", 1, _finding(name, Kind.STORE, text))
        return clearing


def _against_chain(
    row: ClearingRow, clearing: Clearing, chain: Chain, settled: bool
) -> Iterator[Finding]:
    name = clearing.name
    cleared = chain.cleared.get(name)
    if cleared is None and not clearing.cells and clearing.bills:
        cleared = Cleared(name=name, parts=())
    if row.cleared is None:
        if settled and cleared is not None:
            text = f"{name.told} is final on the chain, and the store says that it is not"
            yield _finding(name, Kind.STORE, text)
    elif cleared is None:
        if _height(row.cleared) <= chain.final_height:
            yield _finding(name, Kind.CHAIN, f"{name.told} is not on the chain")
    else:
        if msgspec.json.encode(cleared) != row.cleared:
            yield _finding(name, Kind.STORE, f"{name.told} is another one on the chain")
        if clearing.bills:
            yield from _against_decision(clearing, cleared)


def _against_decision(clearing: Clearing, cleared: Cleared) -> Iterator[Finding]:
    name = clearing.name
    for part in cleared.parts:
        if part.root != clearing.root or part.audit_head != clearing.audit_head:
            text = f"{name.told}: part {part.part} is sealed for other bills"
            yield _finding(name, Kind.SEAL, text)
    moved = _amounts(cell for part in cleared.parts for cell in part.cells)
    due = _amounts(cell for part in clearing.cells for cell in part)
    if name.kind is ClearingKind.PAYOUT and moved != due:
        yield _finding(name, Kind.CHAIN, f"{name.told}: the chain paid otherwise")
    if any(amount > due.get(key, 0) for key, amount in moved.items()):
        yield _finding(name, Kind.CHAIN, f"{name.told}: the chain moved more than was due")


def _height(cleared: bytes) -> int:
    """The block of a stored one; 0 where it does not read."""
    try:
        return msgspec.json.decode(cleared, type=Cleared).height
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return 0


def _against_bills(
    clearing: Clearing, digests: Collection[tuple[str, str, int, str]]
) -> Iterator[Finding]:
    name = clearing.name
    for house, number, digest in clearing.bills:
        if (name.period, house, number, digest) not in digests:
            text = f"{name.told} rests on a bill of {house} that is not among the approved ones"
            yield _finding(name, Kind.STORE, text)


def _amounts(cells: Iterable[Cell]) -> dict[tuple[str, int], int]:
    amounts: dict[tuple[str, int], int] = {}
    for cell in cells:
        key = (cell.wallet, cell.mosaic)
        amounts[key] = amounts.get(key, 0) + cell.amount
    return amounts


def _columns(name: ClearingName) -> tuple[str, str, str, int]:
    return name.kind.value, name.period, name.house, name.revision


def _finding(name: ClearingName, kind: Kind, text: str) -> Finding:
    what = f"{name.kind.value} {name.period}{name.counted}"
    return Finding(kind=kind, house=name.house, what=what, text=text)
