"""Whatever somebody changes by hand in the two files is found and named, table by table."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

import pytest

from console.errors import MosaicError
from console.model.finding import Kind
from console.model.verification import Verification
from tests.engine.tampering import Hand, Lived, Table, hands, lay, renew, tables, verify_at_rest

HARMLESS = {
    "engine": "which engine may write: no evidence; the next start counts it up",
    "event": "a log for people; what rests on it is in the audit log",
    "alarm": "what stands now; it is raised again where it lasts",
    "reading.power_w": "for the picture; energy is the registers' difference",
    "reading.source": "which profile read it; the registers are what counts",
    "ledger.version": "tells open pages that the ledger has changed",
    "outgoing.attempt": "how often it was signed; only the last one stands on the chain",
    "outgoing.block_hash": "compared until the block is final, never afterwards",
    "outgoing.seq": "the order of signing; the hashes say what was signed",
    "outgoing swap": "as outgoing.seq",
    "reading add": "one that moves no edge settles nothing; one that does is tested below",
    "bill.seq": "the order of approval; the audit log has it",
    "bill swap": "as bill.seq",
    "clearing.seq": "the order of deciding; the audit log has it",
    "clearing swap": "as clearing.seq",
    "plan.seq": "the order of freezing where it stays the same",
    "fact": "what the next intervals are settled by and whose wallets are whose: a plan keeps "
    "what it used, and rows without their houses are found as rows",
    "accounts.seq": "the order in which a node pages them",
    "accounts swap": "as accounts.seq",
    "mosaics.seq": "as accounts.seq",
    "mosaics swap": "as accounts.seq",
    "entries.seq": "as accounts.seq",
    "entries swap": "as accounts.seq",
    "label add": "a name that no reading has",
    "label.text at 1": "a source's name: which profile read it",
    "settlement delete at 4": "the newest interval, nothing of it decided: it is closed again",
    **dict.fromkeys(
        [
            f"outgoing{what} at {at}"
            for at in (0, 4)
            for what in (".minutes", ".revision", ".part", ".parts", ".state", " delete")
        ],
        "a registration and a payout, of no interval: the chain has what they did",
    ),
    "genesis.finality_blocks": "how far finality lags; a chain of one writer is never taken back",
}
"""Where a change proves nothing, and why: a table, a column or a way to change it, in what row."""

KINDS = {
    "reading": {Kind.READING, Kind.STORE},
    "label": {Kind.READING, Kind.STORE},
    "plan": {Kind.PLAN},
    "audit": {Kind.AUDIT, Kind.PLAN, Kind.STORE},  # the last one is missed by what it decided
    "blocks": {Kind.CHAIN, Kind.STORE},  # the last one is missed by who read further
    "entry": {Kind.LEDGER, Kind.STORE},
    "bill": {Kind.BILL},
}
"""What a finding is about where it is no row of the store, or of the chain's file."""

QUARTERS = {"slice": (0, 2), "full": (0, 1, 2, 3, 4)}[os.environ.get("SOAK", "full")]
TABLES = [*tables()]


Verified = Callable[[Hand], Verification | MosaicError | None]


@pytest.fixture(scope="module")
def verified(lived: Lived) -> Verified:
    """Change the files by hand and verify; None where nothing could be changed."""
    settings, untouched = lived
    data = settings.engine.data

    def changed(hand: Hand) -> Verification | MosaicError | None:
        renew(data, untouched)
        if not lay(hand, data):
            return None
        try:
            return asyncio.run(verify_at_rest(settings))
        except MosaicError as error:
            return error

    return changed


def expect(hand: Hand, found: Verification | MosaicError | None) -> str:
    """Return what is wrong with a finding; empty where it is as it must be."""
    name = hand.table.name
    ways = {name, f"{name}.{hand.column}", f"{name} {hand.act}"}
    excused = (ways | {f"{way} at {hand.at}" for way in ways}) & HARMLESS.keys()
    if found is None or excused:
        return ""
    if isinstance(found, MosaicError):
        named = name in found.message or hand.table.file in found.message
        return "" if named or "holds no chain" in found.message else f"{hand}: {found.message}"
    if found.differences == 0:
        return f"{hand}: not found"
    usual = {Kind.CHAIN} if hand.table.file == "chain.db" else {Kind.STORE}
    kinds = {finding.kind for finding in found.named}
    return "" if kinds & KINDS.get(name, usual) else f"{hand}: {found.findings}"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.file} {table.name}")
def test_a_change_by_hand_is_found(table: Table, verified: Verified) -> None:
    wrong = [expect(hand, verified(hand)) for hand in hands(table, (2,))]
    assert [*filter(None, wrong)] == []


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.file} {table.name}")
def test_a_change_by_hand_is_found_anywhere(table: Table, verified: Verified) -> None:
    wrong = [expect(hand, verified(hand)) for hand in hands(table, QUARTERS)]
    assert [*filter(None, wrong)] == []
