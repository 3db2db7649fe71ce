"""The posted: each transaction of the outbox held against its own bytes and the chain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from console.chain.chain import Network
from console.chain.codec import (
    AccountMetadata,
    Aggregate,
    Body,
    MosaicDefinition,
    Transaction,
    address_of,
    address_text,
    hash_of,
    house_nonce,
    note_key,
    parse,
)
from console.chain.seal import seal_text
from console.errors import CodecError
from console.model.finding import Finding, Kind
from console.model.kept import KeptOutgoing
from console.model.transaction import Outgoing, TransactionState

_ROTATION, _CLEARINGS = "E1K|", ("E1R|", "E1P|")
"""How the legs begin of a change of keys, and of retirements and payouts."""
_COMMUNITY = "*"
"""What a registration's leg calls the community's own entry."""


def altered_outgoing(
    kept: KeptOutgoing, network: Network, community: str, height: int | None
) -> Iterator[Finding]:
    """Yield where a row of the outbox is not what its bytes and the chain make it.

    Args:
        kept: the row.
        network: the chain's network.
        community: the community's id.
        height: the block that holds it; None where none does.
    """
    out = kept.outgoing
    if out.generation_hash != network.generation_hash:
        hashes = network.generation_hash.hex(), out.generation_hash.hex()
        yield _of(kept, "generation_hash", *hashes)
    yield from _of_bytes(kept, network, community)
    if out.interval is not None:
        leg = seal_text(community, out.interval, out.revision, out.part)
        if leg != out.leg:
            yield _of(kept, "leg", leg, out.leg)
    if out.state is TransactionState.FINAL and height != out.height:
        yield _of(kept, "height", str(height or ""), str(out.height))


def _of_bytes(kept: KeptOutgoing, network: Network, community: str) -> Iterator[Finding]:
    out = kept.outgoing
    try:
        parsed = parse(out.payload)
    except CodecError as error:
        yield _of(kept, "payload", "a transaction", f"none: {error.message}")
        return
    if out.interval is None and (text := _due_leg(out.leg, parsed.transaction, community)):
        yield _of(kept, "leg", text, out.leg)
    hash_ = hash_of(out.payload, network.generation_hash)
    if hash_ != out.hash:
        yield _of(kept, "hash", hash_.hex().upper(), out.hash.hex().upper())
    deadline = network.epoch + timedelta(milliseconds=parsed.transaction.deadline)
    if deadline != out.deadline:
        yield _of(kept, "deadline", deadline.isoformat(), out.deadline.isoformat())


def _due_leg(leg: str, transaction: Transaction, community: str) -> str:
    """Return what a leg without an interval is to name; empty where it names what is done."""
    if leg.startswith(_ROTATION):
        return ""
    if leg.startswith(_CLEARINGS):
        return "" if note_key(leg) in _entries(transaction) else "what its seal is of"
    return _registration(leg, transaction, community)


def _registration(leg: str, transaction: Transaction, community: str) -> str:
    begin = f"E1|{community}|setup|"
    names, _, mark = leg.removeprefix(begin).partition("|")
    owner = address_text(address_of(transaction.signer, transaction.network))
    bodies = _bodies(transaction)
    nonces = {body.nonce for body in bodies if isinstance(body, MosaicDefinition)}
    houses = [name for name in names.split("+") if name != _COMMUNITY]
    named = {house_nonce(community, house) for house in houses}
    registers = bool(_entries(transaction))
    known = leg.startswith(begin) and mark in ("", owner)
    if known and nonces == named and registers is (_COMMUNITY in names.split("+")):
        return ""
    entry = ", and the community" if registers else ""
    return f"{begin} with the houses of {len(nonces)} mosaics{entry}"


def _entries(transaction: Transaction) -> set[int]:
    """Return the keys of all entries that a transaction makes."""
    return {body.key for body in _bodies(transaction) if isinstance(body, AccountMetadata)}


def _bodies(transaction: Transaction) -> list[Body]:
    body = transaction.body
    return [one.body for one in body.inner] if isinstance(body, Aggregate) else [body]


def _of(kept: KeptOutgoing, field: str, expected: str, found: str) -> Finding:
    out: Outgoing = kept.outgoing
    return Finding(
        kind=Kind.STORE,
        interval=out.interval.name if out.interval else "",
        what=f"outgoing {kept.seq} {field}",
        expected=expected,
        found=found,
        text=f"outgoing {kept.seq} ({out.leg}): its {field} is {found}, where there is to be "
        f"{expected or 'no such transaction on the chain'}",
    )
