"""The house: its day, week and month, and the way into its ledger."""

from __future__ import annotations

import pytest

from tests.tui.engine import FakeEngine
from tests.tui.piloting import opened, press


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_w_shows_the_week_the_month_and_the_day_again(size: tuple[int, int]) -> None:
    engine = FakeEngine()
    async with opened(engine, "1", size) as pilot:
        assert "[day] week month" in await press(pilot, "right", "right", "enter")
        week = await press(pilot, "w")
        assert "day [week] month" in week
        for words in ("today", "together", "--"):
            assert words in week
        month = await press(pilot, "w")
        assert "day week [month]" in month
        assert "[day] week month" in await press(pilot, "w")
    assert "history test3 None 7" in engine.asked
    assert "history test3 None 31" in engine.asked


async def test_the_arrows_turn_by_what_is_shown() -> None:
    engine = FakeEngine()
    async with opened(engine, "1") as pilot:
        await press(pilot, "enter", "w")
        await press(pilot, "left")
    assert "history test1 2026-06-14 7" in engine.asked


async def test_the_ledger_opens_with_the_houses_rows() -> None:
    engine = FakeEngine()
    async with opened(engine, "1") as pilot:
        await press(pilot, "enter")
        drawn = await press(pilot, "L")
        assert "4 Ledger" in drawn
        assert "house:test1" in drawn
