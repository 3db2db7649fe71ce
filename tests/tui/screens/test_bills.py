"""Screen 5 as screens.md draws it, and what its keys do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot

from console.errors import Refused
from console.model.bill import Bills
from console.model.snapshot import Access
from console.tui.screens.confirm import ConfirmScreen
from console.tui.widgets.lines import Lines
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof
from tests.tui.piloting import opened, press, settled, text

Picture = Callable[[str, str], list[str]]


def body(drawn: str, first: str = " 5 Bills") -> list[str]:
    lines = drawn.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(first))
    return [line for line in lines[start:-1] if line.strip()]


def question(pilot: Pilot[str]) -> str:
    assert isinstance(pilot.app.screen, ConfirmScreen)
    return pilot.app.screen.query_one("#dialog", Lines).text


async def test_the_table_and_the_statement_beside_it(picture: Picture) -> None:
    async with opened(FakeEngine(), "5") as pilot:
        drawn = await press(pilot, "down", "down")
        wanted = [line for line in picture("120x36", "5 Bills") if line.strip()][:-1]
        assert body(drawn)[: len(wanted)] == wanted


async def test_a_statement_tells_what_is_not_yet_in_as_the_screens_tell_times() -> None:
    async with opened(FakeEngine(), "5", (120, 50)) as pilot:
        assert "Not yet in: Sun 21 Jun 11:15 held" in text(pilot)


async def test_the_statement_stands_over_the_table_at_80(picture: Picture) -> None:
    async with opened(FakeEngine(), "5", (80, 24)) as pilot:
        await press(pilot, "down", "down")
        drawn = await press(pilot, "enter")
        wanted = [line for line in picture("80x24", "5 Bills") if line.strip()][:-1]
        assert body(drawn)[: len(wanted)] == wanted
        assert "12 houses" in await press(pilot, "escape")


async def test_arrows_turn_to_another_month_and_not_to_a_later_one() -> None:
    engine = FakeEngine()
    async with opened(engine, "5", (80, 24)) as pilot:
        assert "bills 2026-06" in engine.asked
        assert "‹ 2026-05 ›" in await press(pilot, "left")
        assert "‹ 2026-06 ›" in await press(pilot, "right")
        assert "has not begun" in await press(pilot, "right")
        assert "bills 2026-07" not in engine.asked


async def test_who_watches_is_told_no_bill() -> None:
    snapshot = lindenhof()
    place = msgspec.structs.replace(snapshot.place, access=Access.WATCH)
    engine = FakeEngine(msgspec.structs.replace(snapshot, place=place))
    async with opened(engine, "5", (80, 24)) as pilot:
        assert "Bills are the operator's" in text(pilot)
        assert "Bills are the operator's" in (await press(pilot, "w")).splitlines()[-2]
        assert not any(question.startswith("bills") for question in engine.asked)


async def test_a_refusal_stands_in_the_tables_place() -> None:
    engine = FakeEngine()
    engine.refusal = Refused("the store is being restored")
    async with opened(engine, "5", (80, 24)) as pilot:
        assert "the store is being restored" in text(pilot)


async def test_pages_are_written_into_a_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(FakeEngine(), "5", (80, 24)) as pilot:
        assert "Saved to mosaic-bills-2026-06.html" in await press(pilot, "w")
        assert "is there already" in await press(pilot, "w")
    written = tmp_path / "mosaic-bills-2026-06.html"
    assert written.read_text(encoding="utf-8") == "<!doctype html>"


async def test_the_statement_is_copied_as_text() -> None:
    async with opened(FakeEngine(), "5") as pilot:
        await press(pilot, "down", "down", "y")
        await settled(pilot)
        assert "bought from test9" in pilot.app.clipboard
        assert "1.10 EUR" in pilot.app.clipboard


async def test_a_month_is_approved_after_a_question() -> None:
    engine = FakeEngine()
    engine.billed = msgspec.structs.replace(engine.billed, ended=True, pending=())
    async with opened(engine, "5", (80, 24)) as pilot:
        await press(pilot, "A")
        assert "Approve 12 bills for June 2026?" in question(pilot)
        await press(pilot, "enter")
        assert "approve 2026-06" not in engine.asked
        await press(pilot, "A", "tab", "enter")
        await settled(pilot)
        assert "12 bills approved." in text(pilot)
    assert "approve 2026-06" in engine.asked


async def test_phases_that_were_counted_apart_are_asked_about() -> None:
    engine = FakeEngine()
    engine.billed = msgspec.structs.replace(
        engine.billed, ended=True, pending=(), apart=("test3", "test4", "test5", "test6")
    )
    async with opened(engine, "5", (80, 24)) as pilot:
        marked = [line.split()[0] for line in text(pilot).splitlines() if " φ " in line]
        assert marked == ["test3", "test4", "test5", "test6"]
        await press(pilot, "A")
        assert "test3, test4, test5 and 1 more count each phase by themselves:" in question(pilot)
        assert "their registers may not be those of the utility's meter." in question(pilot)


async def test_what_no_register_counts_is_unknown_and_not_nothing() -> None:
    engine = FakeEngine()
    known = tuple(
        msgspec.structs.replace(bill, exported_wh=0, lines=()) if bill.house == "test3" else bill
        for bill in engine.billed.bills
    )
    engine.billed = msgspec.structs.replace(engine.billed, bills=known, no_export=("test3",))
    async with opened(engine, "5", (80, 24)) as pilot:
        unknown = [line.split()[0] for line in text(pilot).splitlines() if " -- " in line]
        assert unknown == ["test3"]


async def test_one_house_is_approved_alone() -> None:
    engine = FakeEngine()
    engine.billed = msgspec.structs.replace(engine.billed, ended=True, pending=())
    async with opened(engine, "5", (80, 24)) as pilot:
        await press(pilot, "down", "down", "a")
        assert "Approve the bill of test3 for June 2026?" in question(pilot)
        assert "1.10 EUR to pay, 0.00 paid out." in question(pilot)
        await press(pilot, "enter")
        await press(pilot, "a", "tab", "enter")
        await settled(pilot)
        assert [one for one in engine.asked if "approve" in one] == ["approve 2026-06 test3"]
        first, second, third, *rest = engine.billed.bills
        third = msgspec.structs.replace(third, approved=datetime(2026, 7, 2, tzinfo=UTC))
        draft = msgspec.structs.replace(first, number=2)
        first = msgspec.structs.replace(first, approved=third.approved)
        engine.billed = msgspec.structs.replace(
            engine.billed, bills=(first, draft, second, third, *rest)
        )
        await press(pilot, "left", "right")
        await settled(pilot)
        assert "The bill of test3 is approved." in await press(pilot, "a")
        await press(pilot, "up", "up", "a")
        assert "Approve the correction test1 no. 2 for June 2026?" in question(pilot)
        await press(pilot, "escape", "p")
        assert "Is the bill of test1 for June 2026 paid?" in question(pilot)


async def test_what_cannot_be_approved_says_why() -> None:
    async with opened(FakeEngine(), "5", (80, 24)) as pilot:
        assert "No bill can be approved: " in await press(pilot, "A")
        assert "is not approved yet: a approves it, A all" in await press(pilot, "p")
        assert "No bill can be approved: " in await press(pilot, "a")


async def test_bills_show_where_they_stand_and_the_chosen_one_is_paid() -> None:
    engine = FakeEngine()
    approved = datetime(2026, 7, 2, 9, 0, tzinfo=UTC)
    bills = [
        msgspec.structs.replace(bill, approved=approved, final_height=1282, digest="ab" * 32)
        for bill in engine.billed.bills
    ]
    bills[0] = msgspec.structs.replace(bills[0], paid=approved)
    draft = msgspec.structs.replace(engine.billed.bills[0], number=2)
    engine.billed = msgspec.structs.replace(
        engine.billed, ended=True, pending=(), bills=(*bills, draft)
    )
    async with opened(engine, "5", (80, 24)) as pilot:
        drawn = text(pilot)
        assert "1 draft, 11 approved, 1 paid" in drawn
        rows = [line.rstrip() for line in drawn.splitlines() if "test" in line[:9]]
        assert [line[-2:].strip() in ("p", "A") for line in rows[:3]] == [True, False, True]
        assert (rows[0][-1], rows[2][-1]) == ("p", "A")
        assert "is paid already" in await press(pilot, "p")
        assert "June 2026 no. 2, draft" in await press(pilot, "down", "enter")
        await press(pilot, "escape", "down")
        await press(pilot, "p")
        assert "Is the bill of test2 for June 2026 paid?" in question(pilot)
        await press(pilot, "tab", "enter")
        await settled(pilot)
    assert "paid 2026-06 test2" in engine.asked


async def test_a_ledger_that_changes_quickly_does_not_keep_bills_from_coming() -> None:
    engine, free = FakeEngine(), asyncio.Event()

    async def slow(period: str) -> Bills:
        await free.wait()
        return await type(engine).bills(engine, period)

    async with opened(engine, "5") as pilot:
        engine.bills = slow  # type: ignore[method-assign]
        for version in range(2, 6):
            head = msgspec.structs.replace(engine.snapshot.head, ledger_version=version)
            engine.snapshot = msgspec.structs.replace(engine.snapshot, head=head)
            await engine.lines.put(engine.snapshot)
            await pilot.pause()
        engine.billed = msgspec.structs.replace(engine.billed, final_height=4321)
        free.set()
        await settled(pilot)
        assert "up to block 4321" in text(pilot)
        assert engine.asked.count("bills 2026-06") == 2
