"""The node's life: blocks, finality, atomicity, and its file."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from console.chain.codec import Body, SupplyChange, SupplyRevocation, Transfer
from console.chain.node import EmbeddedNode
from console.clock import FrozenClock
from console.errors import DiskFull, StoreError, WrongNetwork
from tests.chain.town import (
    GENERATION_HASH,
    NEIGHBOUR,
    NEIGHBOUR_ADDRESS,
    OPERATOR_ADDRESS,
    START,
    Town,
    define,
    mosaic,
    seal,
    wallet,
)

HELLO = Transfer(NEIGHBOUR_ADDRESS, (), b"\0hello")


def test_an_aggregate_happens_all_or_not_at_all(town: Town) -> None:
    id_ = town.mint(1, 10)
    town.give(NEIGHBOUR_ADDRESS, (id_, 4))
    before = town.held(OPERATOR_ADDRESS), town.held(NEIGHBOUR_ADDRESS), town.supply(id_)
    code = town.refusal(
        seal("a"),
        SupplyRevocation(NEIGHBOUR_ADDRESS, id_, 4),
        SupplyChange(id_, 5, False),
        define(2),
        Transfer(wallet(1), ((id_, 6),), b""),
    )
    assert code == "Core_Insufficient_Balance"
    assert before == (town.held(OPERATOR_ADDRESS), town.held(NEIGHBOUR_ADDRESS), town.supply(id_))
    assert town.node.database.mosaic(mosaic(2)) is None
    assert town.node.database.account(wallet(1)) is None
    town.do(seal("a"))


def test_balances_are_checked_in_the_order_of_the_aggregate(town: Town) -> None:
    town.do(define(1))
    give = Transfer(NEIGHBOUR_ADDRESS, ((mosaic(1), 5),), b"")
    mint = SupplyChange(mosaic(1), 5, True)
    assert town.refusal(give, mint) == "Core_Insufficient_Balance"
    town.do(mint, give)
    assert town.held(NEIGHBOUR_ADDRESS) == {mosaic(1): 5}
    assert town.held(OPERATOR_ADDRESS) == {}


def test_a_refused_transaction_does_not_stop_the_others_of_its_block(town: Town) -> None:
    bodies: list[Body] = [HELLO, SupplyChange(mosaic(9), 1, True), seal("a")]
    signed = [town.signed(body) for body in bodies]
    for each in signed:
        town.node.announce(each.payload)
    assert town.node.make_block() == 2
    assert [town.status(each.hash) for each in signed] == [
        "confirmed", "Failure_Mosaic_Expired", "confirmed",
    ]  # fmt: skip
    assert town.node.database.tip().single == 2


def test_mosaics_are_taken_back_and_passed_on(town: Town) -> None:
    id_ = town.mint(1, 10)
    town.give(NEIGHBOUR_ADDRESS, (id_, 7))
    town.do(Transfer(wallet(1), ((id_, 2),), b"\0thanks"), key=NEIGHBOUR)
    assert town.refusal(SupplyRevocation(NEIGHBOUR_ADDRESS, id_, 6)) == "Core_Insufficient_Balance"
    town.do(SupplyRevocation(NEIGHBOUR_ADDRESS, id_, 5), SupplyRevocation(wallet(1), id_, 2))
    assert town.held(NEIGHBOUR_ADDRESS) == town.held(wallet(1)) == {}
    assert town.held(OPERATOR_ADDRESS) == {id_: 10}


def test_empty_blocks_follow_until_all_is_final(town: Town) -> None:
    node = town.node
    assert node.make_block() is None
    town.do(HELLO)
    assert node.database.tip().height == 2
    assert not node.is_final()
    assert [node.make_block() for _ in range(3)] == [3, 4, None]
    assert node.database.final_height(4) == 2
    assert node.make_block(force=True) == 5


@pytest.mark.parametrize(("blocks", "height"), [(0, 2), (1, 3), (5, 7)])
def test_finality_lags_by_so_many_blocks(tmp_path: Path, blocks: int, height: int) -> None:
    town = Town(tmp_path / "chain.db", finality_blocks=blocks)
    town.node.announce(town.signed(HELLO).payload)
    assert town.node.settle_all() == height
    town.node.close()


def test_blocks_are_linked_and_carry_the_business_time(town: Town) -> None:
    town.do(HELLO)
    town.pass_time(minutes=15)
    town.do(HELLO)
    blocks = [town.node.database.block(height) for height in (1, 2, 3)]
    first, second, third = (block for block in blocks if block is not None)
    assert second.previous == first.hash
    assert third.previous == second.hash
    assert [block.time_ms for block in (first, second, third)] == [0, 0, 900_000]


def test_a_block_takes_a_bounded_number_and_the_rest_waits(town: Town) -> None:
    for _ in range(15):
        town.node.announce(town.signed(*[HELLO] * 99).payload)
    town.node.make_block()
    assert town.node.database.tip().total == 1000
    assert town.node.pending == 5
    town.node.settle_all()
    assert town.node.pending == 0


def test_all_is_there_after_reopening(town: Town) -> None:
    id_ = town.mint(1, 10)
    town.give(NEIGHBOUR_ADDRESS, (id_, 3))
    tip, held = town.node.database.tip(), town.held(NEIGHBOUR_ADDRESS)
    town.node.announce(town.signed(HELLO).payload)
    town.reopen()
    assert town.node.database.tip() == tip
    assert town.held(NEIGHBOUR_ADDRESS) == held
    assert town.node.genesis.generation_hash == GENERATION_HASH
    assert town.node.epoch == START
    assert town.node.pending == 0
    town.give(NEIGHBOUR_ADDRESS, (id_, 1))


def test_only_its_owner_may_read_the_file(town: Town) -> None:
    town.do(HELLO)
    for path in town.path.parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_chain_keeps_its_epoch_and_seed(town: Town) -> None:
    clock = FrozenClock(START)
    with pytest.raises(WrongNetwork):
        EmbeddedNode.open(town.path, clock, generation_hash=bytes(32))
    with pytest.raises(WrongNetwork):
        EmbeddedNode.open(town.path, clock, epoch=START - timedelta(days=1))


def test_two_chains_have_different_seeds(tmp_path: Path) -> None:
    nodes = [EmbeddedNode.open(tmp_path / name, FrozenClock(START)) for name in ("a", "b")]
    assert nodes[0].genesis.generation_hash != nodes[1].genesis.generation_hash
    for node in nodes:
        node.close()


def test_a_reader_sees_new_blocks_and_makes_none(town: Town) -> None:
    town.do(HELLO)
    reader = EmbeddedNode.open(town.path, town.clock, read_only=True)
    town.do(HELLO)
    assert reader.database.tip() == town.node.database.tip()
    with pytest.raises(StoreError):
        reader.make_block()
    reader.close()


def test_another_file_is_no_chain(tmp_path: Path) -> None:
    path = tmp_path / "chain.db"
    connection = apsw.Connection(str(path))
    connection.execute("CREATE TABLE other (x)")
    connection.close()
    for read_only in (False, True):
        with pytest.raises(StoreError, match="no chain"):
            EmbeddedNode.open(path, FrozenClock(START), read_only=read_only)
    (tmp_path / "text").write_text("not a database at all" * 100)
    with pytest.raises(StoreError):
        EmbeddedNode.open(tmp_path / "text", FrozenClock(START))
    with pytest.raises(StoreError):
        EmbeddedNode.open(tmp_path / "absent", FrozenClock(START), read_only=True)


def test_a_genesis_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "chain.db"
    path.touch()
    node = EmbeddedNode.open(path, FrozenClock(START))
    assert node.database.tip().height == 1
    node.close()


def test_without_space_nothing_happens_and_what_waits_goes_on_waiting(town: Town) -> None:
    id_ = town.mint(1, 10)
    connection = town.node.database.connection
    pages = connection.pragma("page_count")
    connection.pragma("max_page_count", pages)
    body = Transfer(wallet(0), ((id_, 1),), bytes(999))
    town.node.announce(town.signed(*[body] * 9).payload)
    with pytest.raises(DiskFull):
        town.node.make_block()
    assert town.node.pending == 1
    assert town.held(OPERATOR_ADDRESS) == {id_: 10}
    connection.pragma("max_page_count", 2**30)
    town.node.make_block()
    assert town.held(wallet(0)) == {id_: 9}


def test_history_is_neither_changed_nor_deleted(town: Town) -> None:
    town.do(HELLO)
    for sql in (
        "DELETE FROM blocks",
        "UPDATE blocks SET time_ms = 1",
        "DELETE FROM transactions",
        "UPDATE transactions SET payload = x'00'",
    ):
        with pytest.raises(apsw.ConstraintError):
            town.node.database.connection.execute(sql)
