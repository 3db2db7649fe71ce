"""The posted: each transaction of the outbox held against its own bytes and the chain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from console.chain.chain import Network
from console.chain.codec import hash_of, parse
from console.chain.seal import seal_text
from console.errors import CodecError
from console.model.finding import Finding, Kind
from console.model.kept import KeptOutgoing
from console.model.transaction import Outgoing, TransactionState


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
    yield from _of_bytes(kept, network)
    if out.interval is not None:
        leg = seal_text(community, out.interval, out.revision, out.part)
        if leg != out.leg:
            yield _of(kept, "leg", leg, out.leg)
    if out.state is TransactionState.FINAL and height != out.height:
        yield _of(kept, "height", str(height or ""), str(out.height))


def _of_bytes(kept: KeptOutgoing, network: Network) -> Iterator[Finding]:
    out = kept.outgoing
    try:
        parsed = parse(out.payload)
    except CodecError as error:
        yield _of(kept, "payload", "a transaction", f"none: {error.message}")
        return
    hash_ = hash_of(out.payload, network.generation_hash)
    if hash_ != out.hash:
        yield _of(kept, "hash", hash_.hex().upper(), out.hash.hex().upper())
    deadline = network.epoch + timedelta(milliseconds=parsed.transaction.deadline)
    if deadline != out.deadline:
        yield _of(kept, "deadline", deadline.isoformat(), out.deadline.isoformat())


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
