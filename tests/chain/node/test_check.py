"""A chain's file that was tampered with does not pass the check."""

from __future__ import annotations

import apsw
import pytest

from console.chain.codec import SupplyChange, Transfer
from console.chain.node import check_blocks
from tests.chain.town import NEIGHBOUR_ADDRESS, Town, seal, wallet


@pytest.fixture
def settled(town: Town) -> Town:
    id_ = town.mint(1, 10)
    town.do(seal("a"), SupplyChange(id_, 5, True), Transfer(wallet(1), ((id_, 5),), b"\0hello"))
    town.give(NEIGHBOUR_ADDRESS, (id_, 3))
    town.node.settle_all()
    return town


def test_a_sound_chain_passes_while_it_is_in_use(settled: Town) -> None:
    check = check_blocks(settled.path)
    assert (check.blocks, check.transactions, check.findings) == (6, 3, ())


@pytest.mark.parametrize(
    ("sql", "finding"),
    [
        ("UPDATE blocks SET time_ms = 5 WHERE height = 3", "block 3"),
        ("UPDATE blocks SET hash = zeroblob(32) WHERE height = 2", "block 2"),
        ("DELETE FROM blocks WHERE height = 3", "block 3 is missing"),
        ("DELETE FROM transactions WHERE kind = 16705 AND height = 3", "block 3"),
        (
            "UPDATE transactions SET payload = CAST(replace(hex(payload), '68656C', '6A656C')"
            " AS BLOB) WHERE height = 3 AND payload IS NOT NULL",
            "block 3",
        ),
        ("UPDATE transactions SET recipient = signer WHERE recipient NOT NULL", "transactions"),
        ("DELETE FROM parties WHERE id = 1", "parties"),
        ("UPDATE accounts SET holdings = x'' WHERE holdings != x''", "accounts"),
        ("UPDATE mosaics SET supply = supply + 1", "mosaics"),
        ("UPDATE entries SET value = zeroblob(64)", "entries"),
        ("UPDATE genesis SET generation_hash = zeroblob(32)", "block 1"),
    ],
)
def test_every_change_is_found(settled: Town, sql: str, finding: str) -> None:
    settled.node.close()
    connection = apsw.Connection(str(settled.path))
    for trigger in (
        "blocks_are_kept", "blocks_stand", "transactions_are_kept", "transactions_stand",
    ):  # fmt: skip
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute(sql)
    assert connection.changes() > 0
    connection.close()
    findings = check_blocks(settled.path).findings
    assert findings
    assert any(finding in each for each in findings)
