"""The acceptance: from announced bytes to a transaction of a block, in a public node's order."""

from __future__ import annotations

from console.chain.codec import hash_of, parse, verify
from console.chain.node import effects, rules
from console.chain.node.block import Block, Candidate
from console.chain.node.database import Database
from console.chain.node.refusal import Refusal, require
from console.chain.node.state import State


def read(payload: bytes, generation_hash: bytes) -> Candidate:
    """Return what announced bytes say, once their form, values and signature are good.

    Args:
        payload: the announced bytes.
        generation_hash: the network's generation hash seed (32 bytes).

    Raises:
        CodecError: their form is wrong; `code` is empty where a node would stay silent.
        Refusal: a rule or the signature does not hold.
    """
    parsed = parse(payload)
    rules.check(parsed.transaction)
    require(verify(payload, generation_hash), "Consumer_Batch_Signature_Not_Verifiable")
    return Candidate(hash_of(payload, generation_hash), payload, parsed)


def judge(
    database: Database, state: State, candidate: Candidate, before: Block, time_ms: int
) -> None:
    """Let a transaction act on the state of the next block, or leave the state as it was.

    Args:
        database: the chain so far.
        state: the state so far.
        candidate: the transaction.
        before: the block before the one that is being made.
        time_ms: the time of the one that is being made, ms since the epoch.

    Raises:
        Refusal: the state does not allow it.
    """
    require(not database.has(candidate.hash), "Hash_Already_Exists")
    try:
        effects.apply(state, candidate.parsed.transaction, before.height + 1, time_ms)
    except Refusal:
        state.undo()
        raise
    state.keep()
