"""Screen 5 as screens.md draws it, and what its keys do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from console.errors import Refused
from console.model.snapshot import Access
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof
from tests.tui.piloting import opened, press, settled, text

Picture = Callable[[str, str], list[str]]


def body(drawn: str, first: str = " 5 Bills") -> list[str]:
    lines = drawn.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(first))
    return [line for line in lines[start:-1] if line.strip()]


async def test_the_table_and_the_statement_beside_it(picture: Picture) -> None:
    async with opened(FakeEngine(), "5") as pilot:
        drawn = await press(pilot, "down", "down")
        wanted = [line for line in picture("120x36", "5 Bills") if line.strip()][:-1]
        assert body(drawn)[: len(wanted)] == wanted


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
