"""Screen 3 beside itself: the parts of a halted interval, a revision and the one before."""

from __future__ import annotations

import msgspec
import pytest

from console.model.difference import Difference, Revision
from console.model.snapshot import Delta
from console.model.view import DaySettlements, Preview
from tests.tui.chain_data import SEALED
from tests.tui.chain_engine import ChainEngine
from tests.tui.lindenhof import quarter
from tests.tui.piloting import chosen, opened, press, settled, text
from tests.tui.widgets.settlement.test_sealing import TWO_ROOTS


def halted_engine() -> ChainEngine:
    class Halted(ChainEngine):
        async def settlements(self, day: object = None) -> DaySettlements:
            found = await super().settlements()
            every = list(found.settlements)
            every[SEALED] = TWO_ROOTS.settlement
            return msgspec.structs.replace(found, settlements=tuple(every))

    engine = Halted()
    engine.sealed = TWO_ROOTS
    why = "at 13:00: two parts with different roots"
    head = msgspec.structs.replace(engine.snapshot.head, halted=why)
    engine.snapshot = msgspec.structs.replace(engine.snapshot, head=head)
    return engine


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_enter_compares_the_parts_of_a_halted_interval(size: tuple[int, int]) -> None:
    engine = halted_engine()
    async with opened(engine, "3", size) as pilot:
        assert "13:00   ■ halted" in chosen(pilot)
        assert "enter compare" in text(pilot)
        assert "enter compares its parts" in await press(pilot, "s")
        shown = await press(pilot, "enter")
        assert "11111111…11111111 !" in shown
        assert "66666666…66666666 !" in shown
        assert f"mosaic settle --accept-partial {quarter(SEALED).name}" in shown
        assert f"sealing {quarter(SEALED).name}" in engine.asked
        await press(pilot, "y")
        assert "66666666…66666666" in pilot.app.clipboard
        assert "13:00   ■ halted" in await press(pilot, "escape")


async def test_the_comparison_goes_when_the_halt_is_over() -> None:
    engine = halted_engine()
    async with opened(engine, "3") as pilot:
        await press(pilot, "enter")
        head = msgspec.structs.replace(engine.snapshot.head, halted="", ledger_version=9)
        engine.lines.put_nowait(Delta(head=head))
        await settled(pilot)
        assert "inputs root" not in text(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_a_revision_stands_beside_the_one_before(size: tuple[int, int]) -> None:
    class Revised(ChainEngine):
        async def preview(self, interval: str, *, provisional: bool = False) -> Preview:
            found = await super().preview(interval, provisional=provisional)
            at = msgspec.structs.replace(found.settlement, revision=1, plan_known=False)
            return Preview(settlement=at, plan=None, differences=CHANGES, revisions=REVISIONS)

    async with opened(Revised(), "3", size) as pilot:
        await press(pilot, "down")
        shown = text(pilot)
        assert "revision 1 beside revision 0" in shown
        told = "revision 1 changed 2 houses" if size[0] > 80 else "2 houses changed"
        assert told in shown
        assert "+0.120" in shown
        assert "-0.020" in shown
        assert "revision 1: 2 rows, +0.100 kWh, +0.0100 EUR, block 1270" in shown


CHANGES = (
    Difference(house="test9", sold_before_wh=649, sold_wh=769, bought_before_wh=0, bought_wh=0),
    Difference(house="test3", sold_before_wh=0, sold_wh=0, bought_before_wh=158, bought_wh=138),
)
REVISIONS = (
    Revision(number=0, rows=32, wh=1084, amount_nano=108_400_000, height=1262),
    Revision(number=1, rows=2, wh=100, amount_nano=10_000_000, height=1270),
)
