"""A community's operators are read from the chain alone, and nobody can claim a predecessor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.chain.codec import AccountMetadata, address_of
from console.chain.keyfile import OperatorKey
from console.chain.seal import community_entry
from console.chain.succession import (
    Claim,
    claim_entry,
    parse_claim,
    predecessor_key,
    successor_key,
    walk,
)
from console.chain.symbol import SymbolChain
from console.model.operator import MOST_OPERATORS, Line, Operator
from tests.chain.town import NETWORK, Town

ID = "lindenhof"
EDGE = datetime(2026, 6, 21, 10, 15, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
A, B, C = (OperatorKey(bytes([n]) * 32) for n in (1, 2, 3))


def account(key: OperatorKey) -> bytes:
    return address_of(key.public_key, NETWORK)


class Accounts:
    """Operators' accounts on an embedded node, read through its REST API."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.chain = SymbolChain.inside(town.node.app)

    def enter(self, key: OperatorKey, *entries: AccountMetadata) -> None:
        self.town.do(*entries, key=key)

    def names(self, old: OperatorKey, new: OperatorKey, edge: datetime = EDGE) -> AccountMetadata:
        return claim_entry(account(old), successor_key(ID), Claim(edge, new.public_key))

    def follows(self, new: OperatorKey, old: OperatorKey, edge: datetime = EDGE) -> AccountMetadata:
        return claim_entry(account(new), predecessor_key(ID), Claim(edge, old.public_key))

    def begin(self, new: OperatorKey, old: OperatorKey, edge: datetime = EDGE) -> None:
        self.enter(new, community_entry(account(new), ID), self.follows(new, old, edge))

    def hand_over(self, old: OperatorKey, new: OperatorKey, edge: datetime = EDGE) -> None:
        self.begin(new, old, edge)
        self.enter(old, self.names(old, new, edge))

    async def line(self, key: OperatorKey) -> Line:
        return await walk(self.chain, ID, key.public_key)


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    town = Town(tmp_path / "chain.db")
    here = Accounts(town)
    here.enter(A, community_entry(account(A), ID))
    yield here
    town.node.close()


def line_of(*signing: tuple[OperatorKey, datetime | None]) -> Line:
    return Line(operators=tuple(Operator(key.public_key, since) for key, since in signing))


async def test_an_account_alone_is_the_whole_line(accounts: Accounts) -> None:
    assert await accounts.line(A) == Line.of(A.public_key)
    assert await accounts.line(C) == Line.of(C.public_key)


async def test_every_operator_leads_to_the_same_line(accounts: Accounts) -> None:
    accounts.hand_over(A, B)
    accounts.hand_over(B, C, EDGE + QUARTER)
    whole = line_of((A, None), (B, EDGE), (C, EDGE + QUARTER))
    for key in (A, B, C):
        assert await accounts.line(key) == whole


async def test_nobody_can_claim_a_predecessor(accounts: Accounts) -> None:
    accounts.begin(B, A)
    assert await accounts.line(B) == Line.of(B.public_key)
    assert await accounts.line(A) == Line.of(A.public_key)
    accounts.hand_over(A, C)
    assert await accounts.line(B) == Line.of(B.public_key)
    assert await accounts.line(A) == line_of((A, None), (C, EDGE))


async def test_both_must_name_the_same_edge(accounts: Accounts) -> None:
    accounts.begin(B, A, EDGE + QUARTER)
    accounts.enter(A, accounts.names(A, B))
    assert await accounts.line(B) == Line.of(B.public_key)


async def test_who_named_a_successor_signs_no_more_from_that_edge_on(accounts: Accounts) -> None:
    accounts.enter(A, accounts.names(A, B))
    line = await accounts.line(A)
    assert (line.operators, line.ends) == ((Operator(A.public_key),), EDGE)


async def test_an_entry_that_comes_after_the_accounts_first_is_none(accounts: Accounts) -> None:
    accounts.enter(B, community_entry(account(B), ID))
    accounts.enter(B, accounts.follows(B, A))
    accounts.enter(A, accounts.names(A, B))
    assert await accounts.line(B) == Line.of(B.public_key)


async def test_an_account_of_another_community_is_none(accounts: Accounts) -> None:
    accounts.enter(B, community_entry(account(B), "other"), accounts.follows(B, A))
    accounts.enter(A, accounts.names(A, B))
    assert await accounts.line(B) == Line.of(B.public_key)


async def test_the_first_entry_counts_whatever_the_old_key_says_later(accounts: Accounts) -> None:
    accounts.hand_over(A, B)
    whole = await accounts.line(B)
    entry = accounts.names(A, B)
    accounts.enter(A, AccountMetadata(entry.target, entry.key, -len(entry.value), entry.value))
    assert await accounts.line(B) == whole
    accounts.begin(C, A)
    accounts.enter(A, accounts.names(A, C))
    assert await accounts.line(B) == await accounts.line(A) == whole
    assert await accounts.line(C) == Line.of(C.public_key)


async def test_edges_rise(accounts: Accounts) -> None:
    accounts.hand_over(A, B)
    accounts.hand_over(B, C, EDGE)
    line = await accounts.line(A)
    assert (line.operators[-1].public_key, line.ends) == (B.public_key, EDGE)
    assert await accounts.line(C) == line_of((B, None), (C, EDGE))


async def test_a_ring_of_accounts_ends(accounts: Accounts) -> None:
    accounts.hand_over(A, B)
    accounts.enter(B, accounts.names(B, A, EDGE + QUARTER))
    assert (await accounts.line(B)).operators == line_of((A, None), (B, EDGE)).operators


async def test_the_walk_is_bounded(accounts: Accounts) -> None:
    before = A
    for number in range(MOST_OPERATORS + 1):
        later = OperatorKey(bytes([40 + number]) * 32)
        accounts.hand_over(before, later, EDGE + number * QUARTER)
        before = later
    assert len((await accounts.line(A)).operators) == MOST_OPERATORS
    assert len((await accounts.line(before)).operators) == MOST_OPERATORS


@given(st.binary(min_size=32, max_size=32), st.integers(0, 10**6))
def test_a_claim_is_read_as_it_was_written(key: bytes, fives: int) -> None:
    claim = Claim(datetime(2020, 1, 1, tzinfo=UTC) + fives * timedelta(minutes=5), key)
    entry = claim_entry(account(A), successor_key(ID), claim)
    assert parse_claim(entry.value) == claim
    assert entry.delta == len(entry.value) != 64


@given(st.binary(max_size=100))
def test_other_bytes_are_no_claim(value: bytes) -> None:
    assert parse_claim(value) is None


@pytest.mark.parametrize(
    "text",
    [
        "E1K|2026-06-21T10:15Z|" + "ab" * 32,
        "E1K|2026-06-21T10:17Z|" + "AB" * 32,
        "E1K|2026-02-31T10:15Z|" + "AB" * 32,
        "E1K|2026-06-21T10:15Z|" + "AB" * 31,
        "E1K|2026-06-21T10:15Z|" + "AB" * 32 + "\n",
        "E1|2026-06-21T10:15Z|" + "AB" * 32,
        " E1K|2026-06-21T10:15Z|" + "AB" * 32,
    ],
)
def test_what_is_nearly_a_claim_is_none(text: str) -> None:
    assert parse_claim(text.encode()) is None
