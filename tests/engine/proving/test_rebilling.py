"""Approved bills in a verification: added up again, and every change by hand named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import apsw
import msgspec
import pytest

from console.engine.bills.statements import statements
from console.engine.serving.offline import open_reader
from console.engine.settling.books import Books
from console.model.bill import Approval, BillState, Chosen
from console.model.finding import Finding, Kind
from console.model.period import Period
from console.model.verification import Verification
from tests.engine.neighbours import neighbourhood
from tests.engine.settling.test_reviser import tell, with_a_gap
from tests.engine.street import Opened, OpenEngine, tamper

JUNE = Period.parse("2026-06")
LATE = datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
LATEST = 13 * 60 + 30
"""Minutes from the neighbourhood's first hour until its day is over and final."""
Record = Callable[..., Path]
Tamper = Callable[[Path], None]


@pytest.fixture
async def billed(open_engine: OpenEngine, record: Record, tmp_path: Path) -> Opened:
    """The last hour of June, approved, and the bill of c1 paid; its engine has ended."""
    street = await open_engine(tmp_path / "data", record(start=LATE))
    await street.run()
    await street.engine.issuing.approve(JUNE, Chosen(), "anna")
    await street.engine.issuing.paid(JUNE, Chosen(house="c1"), "anna")
    assert (await street.engine.verify()).differences == 0
    await street.close()
    return street


async def verified(street: Opened) -> Verification:
    reader = await open_reader(street.settings)
    found = await reader.verify()
    await reader.close()
    return found


def altered(wh: int, cents: int) -> Tamper:
    """Change the first line of c2's bill and its hash, as one who knows how would."""

    def change(store: Path) -> None:
        connection = apsw.Connection(str(store))
        query = "SELECT body FROM bill WHERE house = 'c2'"
        approval = msgspec.json.decode(connection.execute(query).get, type=Approval)
        connection.close()
        line = approval.bill.lines[0]
        other = msgspec.structs.replace(line, wh=line.wh + wh, cents=line.cents + cents)
        bill = msgspec.structs.replace(approval.bill, lines=(other, *approval.bill.lines[1:]))
        body = msgspec.json.encode(msgspec.structs.replace(approval, bill=bill))
        digest = hashlib.sha256(body).digest()
        tamper(store, "UPDATE bill SET body = ?, digest = ? WHERE house = 'c2'", body, digest)

    return change


def on_row(statement: str) -> Tamper:
    return lambda store: tamper(store, statement)


TAMPERED = [
    pytest.param(altered(0, 5), "approved a net amount of", "c2", id="an amount and the hash"),
    pytest.param(altered(7, 0), "bought p1 Wh come to", "c2", id="an energy and the hash"),
    pytest.param(
        on_row("UPDATE bill SET digest = zeroblob(32) WHERE house = 'c2'"),
        "its bytes have SHA-256",
        "c2",
        id="the hash",
    ),
    pytest.param(
        on_row("UPDATE bill SET paid = 1, paid_by = 'eve' WHERE house = 'c2'"),
        "it stands as paid, and no audit record paid it",
        "c2",
        id="marked as paid",
    ),
    pytest.param(
        on_row("UPDATE bill SET paid = NULL, paid_by = '' WHERE house = 'c1'"),
        "and it stands as paid never",
        "c1",
        id="no longer paid",
    ),
    pytest.param(
        on_row("UPDATE bill SET approved_by = 'eve' WHERE house = 'c2'"),
        "and it stands as approved at",
        "c2",
        id="another approver",
    ),
    pytest.param(
        on_row("DELETE FROM bill WHERE house = 'c2'"),
        "approved it, and it is gone",
        "c2",
        id="deleted",
    ),
    pytest.param(on_row("DELETE FROM bill"), "approved it, and it is gone", "c2", id="all deleted"),
    pytest.param(
        on_row("UPDATE bill SET house = 'c9' WHERE house = 'c2'"),
        "no audit record approved it",
        "c9",
        id="another house's",
    ),
    pytest.param(
        on_row("UPDATE bill SET body = x'7b7d' WHERE house = 'c2'"),
        "its body says nothing of this bill",
        "c2",
        id="no bill at all",
    ),
]


@pytest.mark.parametrize(("change", "said", "house"), TAMPERED)
async def test_a_bill_changed_by_hand_is_named(
    billed: Opened, tmp_path: Path, change: Tamper, said: str, house: str
) -> None:
    change(tmp_path / "data" / "store.db")
    found = await verified(billed)
    assert found.bills == found.differences > 0
    assert any(said in one.text for one in _of(found, house)), found.findings
    assert all("2026-06" in one.text for one in found.named)


def _of(found: Verification, house: str) -> list[Finding]:
    return [one for one in found.named if one.kind is Kind.BILL and one.house == house]


async def test_what_is_changed_beneath_a_bill_is_found_in_it(
    billed: Opened, tmp_path: Path
) -> None:
    """A bill is compared with the chain, not with the ledger's rows in the store."""
    statement = "UPDATE entry SET wh = wh + 9 WHERE consumer = 'c2' AND producer = 'p1'"
    tamper(tmp_path / "data" / "store.db", statement)
    found = await verified(billed)
    assert found.rows > 0
    assert found.bills == 0


async def test_a_correction_is_added_up_from_its_own_height(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await with_a_gap(here, 60)
        await here.live(LATEST, until_final=True)
        engine = here.engine
        period = Period.parse("2026-06-21..2026-06-22")
        await engine.issuing.approve(period, Chosen(), "anna")
        first = await engine.parts.store.bills.of(period.name)
        await tell(here, 700)
        await here.live(15, until_final=True)
        found = await statements(engine.parts, Books(engine.parts), period)
        drafts = found.in_state(BillState.DRAFT)
        assert {one.number for one in drafts} == {2}
        await engine.issuing.approve(period, Chosen(), "anna")
        kept = await engine.parts.store.bills.of(period.name)
        assert [one for one in kept if one.approval.bill.number == 1] == first
        assert len(kept) == len(first) + len(drafts)
        verification = await engine.verify()
        assert verification.differences == 0, verification.findings


async def test_bills_that_were_approved_one_by_one_rest_each_on_its_own_height(
    tmp_path: Path,
) -> None:
    async with neighbourhood(tmp_path) as here:
        await with_a_gap(here, 60)
        await here.live(LATEST + 60, until_final=True)
        engine = here.engine
        period = Period.parse("2026-06-21..2026-06-22")
        await engine.issuing.approve(period, Chosen(house="c1"), "anna")
        await here.live(30, until_final=True)
        await engine.issuing.approve(period, Chosen(house="c2"), "anna")
        await engine.issuing.paid(period, Chosen(house="c2"), "anna")
        await tell(here, 700)
        await here.live(30, until_final=True)
        for house in ("p1", "c1"):
            await engine.issuing.approve(period, Chosen(house=house), "anna")
            await here.live(15, until_final=True)
        kept = await engine.parts.store.bills.of(period.name)
        heights = {one.approval.bill.final_height for one in kept}
        assert [(one.bill.house, one.bill.number) for one in kept] == [
            ("c1", 1), ("c1", 2), ("c2", 1), ("p1", 1),
        ]  # fmt: skip
        assert len(heights) == len(kept)
        verification = await engine.verify()
        assert verification.differences == 0, verification.findings
