"""The succession: the two entries by which one operator's account hands over to another's.

The old account names its successor and the edge from which that one signs; the new account's
first entries name the community and its predecessor, with the same edge. Neither counts
without the other, so nobody can claim an account that did not name him. Each entry counts as it
was first made: who has the old key can change the account's metadata later, never its history.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

import msgspec

from console.chain.chain import Chain
from console.chain.codec import AccountMetadata, note_key
from console.chain.seal import COMMUNITY_KEY
from console.errors import invariant
from console.model.interval import LENGTHS, Interval, instant_name
from console.model.observed import Noted, Sealed
from console.model.operator import MOST_OPERATORS, Line, Operator

_FORM: Final = re.compile(rb"E1K\|([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z)\|([0-9A-F]{64})")


class Claim(msgspec.Struct, frozen=True):
    """What either entry says: `E1K|edge|public key`."""

    edge: datetime
    """The edge from which the new account signs, aware UTC."""
    public_key: bytes
    """The other account's public key (32 bytes)."""


def successor_key(community: str) -> int:
    """Return the metadata key under which an old account names its successor."""
    return note_key(f"E1K|{community}|successor")


def predecessor_key(community: str) -> int:
    """Return the metadata key under which a new account names its predecessor."""
    return note_key(f"E1K|{community}|predecessor")


def claim_entry(account: bytes, key: int, claim: Claim) -> AccountMetadata:
    """Return the entry of a claim.

    Args:
        account: the address of the account that makes it (24 bytes).
        key: the successor's or the predecessor's key.
        claim: the claim.

    Raises:
        InvariantBroken: it cannot be told in an entry.
    """
    text = f"E1K|{instant_name(claim.edge)}|{claim.public_key.hex().upper()}"
    value = text.encode()
    invariant(parse_claim(value) == claim, f"{text} cannot be told in an entry")
    return AccountMetadata(account, key, len(value), value)


def parse_claim(value: bytes) -> Claim | None:
    """Return the claim of an entry's value; None for whatever is not the one form of one."""
    form = _FORM.fullmatch(value)
    if form is None:
        return None
    try:
        # every edge of longer intervals is one of the shortest too
        edge = Interval.parse(form[1].decode(), min(LENGTHS)).start
    except ValueError:
        return None
    return Claim(edge, bytes.fromhex(form[2].decode()))


async def successor_of(chain: Chain, community: str, public_key: bytes) -> Claim | None:
    """Return whom an account named as its successor, first of all; None where nobody.

    Raises:
        ChainError: the chain cannot be read.
    """
    key = successor_key(community)
    async for entry in _entries(chain, public_key):
        if isinstance(entry, Noted) and entry.key == key and (claim := _made(entry)) is not None:
            return claim
    return None


async def predecessor_of(chain: Chain, community: str, public_key: bytes) -> Claim | None:
    """Return whom an account named as its predecessor; None where nobody.

    That counts only beside the community's id, in the transaction of the account's first entry.

    Raises:
        ChainError: the chain cannot be read.
    """
    first: list[Noted | Sealed] = []
    async for entry in _entries(chain, public_key):
        if first and entry.place.transaction != first[0].place.transaction:
            break
        first.append(entry)
    named = {entry.key: entry for entry in first if isinstance(entry, Noted)}
    member, claimed = named.get(COMMUNITY_KEY), named.get(predecessor_key(community))
    if member is None or claimed is None or member.value != community.encode():
        return None
    return _made(claimed)


async def walk(chain: Chain, community: str, public_key: bytes) -> Line:
    """Return a community's operators, read from the chain by one of them.

    Args:
        chain: the chain.
        community: the community's id.
        public_key: the public key of an operator (32 bytes).

    Raises:
        ChainError: the chain cannot be read.
    """
    operators = [Operator(public_key)]
    while len(operators) < MOST_OPERATORS:
        named = await predecessor_of(chain, community, operators[0].public_key)
        if named is None or not _rises(named.edge, operators[1:]):
            break
        agreed = await successor_of(chain, community, named.public_key)
        if agreed != Claim(named.edge, operators[0].public_key):
            break
        operators[0] = Operator(operators[0].public_key, named.edge)
        operators.insert(0, Operator(named.public_key))
    while len(operators) < MOST_OPERATORS:
        last = operators[-1]
        named = await successor_of(chain, community, last.public_key)
        if named is None:
            break
        agreed = await predecessor_of(chain, community, named.public_key)
        backward = last.since is not None and named.edge <= last.since
        if backward or agreed != Claim(named.edge, last.public_key):
            return Line(operators=tuple(operators), ends=named.edge)
        operators.append(Operator(named.public_key, named.edge))
    return Line(operators=tuple(operators))


def _rises(edge: datetime, later: list[Operator]) -> bool:
    return not later or later[0].since is None or edge < later[0].since


def _made(entry: Noted) -> Claim | None:
    """Return the claim of an entry that was made whole, not changed; None where it is none."""
    return parse_claim(entry.value) if entry.delta == len(entry.value) else None


async def _entries(chain: Chain, public_key: bytes) -> AsyncIterator[Noted | Sealed]:
    offset = ""
    while True:
        page = await chain.entries(public_key, offset)
        for record in page.records:
            if isinstance(record, Noted | Sealed):
                yield record
        if not page.offset:
            return
        offset = page.offset
