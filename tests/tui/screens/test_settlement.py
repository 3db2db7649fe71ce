from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest
from textual.pilot import Pilot

from console.errors import Refused
from console.model.difference import Difference, Revision
from console.model.settlement import State
from console.model.snapshot import Access, Delta
from console.model.view import DaySettlements, Preview, Receipt, Settle
from console.tui.screens.confirm import ConfirmScreen
from console.tui.screens.ledger import LedgerScreen
from console.tui.widgets.lines import Lines
from tests.tui.chain_data import HELD, SEALED, settlement
from tests.tui.chain_engine import ChainEngine
from tests.tui.lindenhof import quarter
from tests.tui.piloting import click, opened, press, settled, text
from tests.tui.widgets.test_sealing import TWO_ROOTS


def chosen(pilot: Pilot[str]) -> str:
    return next(line for line in text(pilot).splitlines() if line.startswith(" ▸"))


async def test_the_held_interval_is_chosen_and_its_consequences_shown() -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        assert "11:15   ! held" in chosen(pilot)
        assert "11:15–11:30, if settled provisionally now" in text(pilot)
        assert f"preview {quarter(HELD).name} True" in engine.asked


async def test_moves_choose_and_preview() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        await press(pilot, "down")
        assert "11:00   ✓ final" in chosen(pilot)
        assert "11:00–11:15, as settled" in text(pilot)
        await press(pilot, "home")
        assert "13:15   · open" in chosen(pilot)
        await press(pilot, "end")
        assert "00:00   – idle" in chosen(pilot)


async def test_a_click_chooses() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        await click(pilot, "13:00   ◐")
        assert "13:00   ◐ sealed" in chosen(pilot)


async def test_provisional_asks_with_cancel_in_focus_then_settles() -> None:
    engine = ChainEngine()
    async with opened(engine, "3", (80, 24)) as pilot:
        await press(pilot, "P")
        assert isinstance(pilot.app.screen, ConfirmScreen)
        await press(pilot, "enter")
        assert engine.settled == []
        assert "Nothing was settled." in text(pilot)
        await press(pilot, "P")
        await press(pilot, "tab", "enter")
        assert [command.token for command in engine.settled] == ["t"]
        assert engine.settled[0].provisional
        assert "is signed." in text(pilot)


async def test_a_refusal_is_a_notice() -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        engine.refusal = Refused("the plan has changed")
        assert "Refused: the plan has changed" in await press(pilot, "P")


@pytest.mark.parametrize(
    ("move", "key", "why"),
    [
        ("home", "s", "is open for 7:29 more"),
        ("down", "s", "It is final already."),
        ("", "s", "It is held: P settles it"),
        ("down", "P", "Only a held interval can be settled so."),
        ("down", "W", "Only a held interval can wait."),
        ("home", "enter", "no rows in the ledger yet"),
        ("", "W", "waits on."),
    ],
)
async def test_keys_that_cannot_act_say_why(move: str, key: str, why: str) -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        if move:
            await press(pilot, move)
        assert why in await press(pilot, key)
        assert engine.settled == []


async def test_a_closed_interval_settles() -> None:
    class Closed(ChainEngine):
        async def settlements(self, day: object = None) -> DaySettlements:
            found = await super().settlements()
            last = msgspec.structs.replace(settlement(52), state=State.CLOSED, height=None)
            return msgspec.structs.replace(found, settlements=(*found.settlements[:40], last))

    engine = Closed()
    async with opened(engine, "3") as pilot:
        await press(pilot, "s")
        await press(pilot, "tab", "enter")
        assert [command.interval for command in engine.settled] == [quarter(52).name]


async def test_watching_says_why() -> None:
    engine = ChainEngine()
    place = msgspec.structs.replace(engine.snapshot.place, access=Access.WATCH)
    engine.snapshot = msgspec.structs.replace(engine.snapshot, place=place)
    async with opened(engine, "3") as pilot:
        for key in ("s", "P", "a"):
            assert "Watching only" in await press(pilot, key)
        assert not any(asked.startswith(("settle ", "auto")) for asked in engine.asked)


async def test_auto_is_named_by_what_it_would_do() -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        assert "a auto off" in text(pilot)
        await press(pilot, "a")
        assert "auto False" in engine.asked
        head = msgspec.structs.replace(engine.snapshot.head, auto=False)
        engine.lines.put_nowait(Delta(head=head))
        await settled(pilot)
        assert "a auto on" in text(pilot)


async def test_enter_shows_the_rows_in_the_ledger() -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        await press(pilot, "down", "enter")
        assert isinstance(pilot.app.screen, LedgerScreen)
        assert "/ 2026-06-21 08:00Z" in text(pilot)
        assert "24 of 720 rows" in text(pilot)
        assert engine.queries[-1].start == quarter(44).start


async def test_esc_comes_back_from_the_rows_to_the_interval() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        before = await press(pilot, "down")
        assert "4 Ledger" in await press(pilot, "enter")
        assert await press(pilot, "escape") == before


async def test_other_days() -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        assert "Sat 20 Jun" in await press(pilot, "left")
        assert "settlements 2026-06-20" in engine.asked
        assert "today" in await press(pilot, "right")
        assert "no intervals yet" in await press(pilot, "right")


async def test_states_change_in_place() -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        before = len([asked for asked in engine.asked if asked.startswith("settlements")])
        head = msgspec.structs.replace(engine.snapshot.head, ledger_version=2)
        engine.lines.put_nowait(Delta(head=head))
        await settled(pilot)
        after = len([asked for asked in engine.asked if asked.startswith("settlements")])
        assert after == before + 1
        assert "11:15   ! held" in chosen(pilot)


async def test_an_interval_is_opened_from_elsewhere() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        await press(pilot, "6")
        await press(pilot, "enter")
        assert "11:15   ! held" in chosen(pilot)


async def test_the_chosen_interval_is_copied() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        await press(pilot, "y")
        assert pilot.app.clipboard.startswith("2026-06-21T08:15Z  held")


async def test_a_jump_goes_to_a_day_or_an_interval() -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        await press(pilot, "t", *"yesterday", "enter")
        assert "settlements 2026-06-20" in engine.asked
        await press(pilot, "t", *"2026-06-21", "space", *"13:00", "enter")
        assert "13:00   ◐ sealed" in chosen(pilot)
        assert "no such place" in await press(pilot, "t", *"2026-06-22")
        await press(pilot, "escape")
        assert "13:00   ◐ sealed" in chosen(pilot)


async def test_a_filter_counts_turns_round_and_is_dropped_by_esc() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        shown = await press(pilot, "slash", *"held", "enter")
        assert "1 of 54   / held" in shown
        assert "13:00   ◐" not in shown
        shown = await press(pilot, "slash", "home", "exclamation_mark", "enter")
        assert "53 of 54   / !held" in shown
        assert "11:15   ! held" not in shown
        assert "13:00   ◐ sealed" in chosen(pilot)
        assert "54" not in (await press(pilot, "escape")).splitlines()[3]
        assert pilot.app.screen.__class__.__name__ == "SettlementScreen"


async def test_the_choice_moves_among_what_passes() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        await press(pilot, "slash", *"final", "enter")
        assert "12:45   ✓ final" in chosen(pilot)
        await press(pilot, *["down"] * 6)
        assert "11:00   ✓ final" in chosen(pilot)
        assert "No interval of this day passes" in await press(
            pilot, "slash", "end", "space", *"idle", "enter"
        )
        assert "No interval is chosen." in await press(pilot, "enter")
        await press(pilot, "t", *"11:15", "enter")
        assert "11:15   ! held" in chosen(pilot)


async def test_a_day_that_nobody_knows_says_so() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        assert "No interval is known of Sat 20 Jun" in await press(pilot, "left")
        assert "11:15   ! held" in await press(pilot, "right")


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


class Gated(ChainEngine):
    """An engine of three closed intervals that settles one each time it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = [
            msgspec.structs.replace(settlement(number), state=State.CLOSED, height=None)
            for number in (50, 51, 52)
        ] + [settlement(HELD)]
        self.gate = asyncio.Event()
        self.gate.set()

    async def settle(self, command: Settle) -> Receipt:
        await self.gate.wait()
        return await super().settle(command)


async def test_all_that_are_due_are_asked_for_once_and_settled() -> None:
    engine = Gated()
    async with opened(engine, "3", (80, 24)) as pilot:
        await press(pilot, "S")
        dialog = pilot.app.screen
        assert isinstance(dialog, ConfirmScreen)
        asked = dialog.query_one("#dialog", Lines).text
        assert "Settle 3 intervals, 12:30–13:15?" in asked
        assert "72 rows   6.648 kWh   0.6648 EUR" in asked
        assert "3 transactions, 5,640 bytes" in asked
        assert "Oldest first; fractions of a Wh go on to the next." in asked
        assert "[ Cancel ]" in asked
        assert "Nothing was settled." in await press(pilot, "enter")
        assert engine.settled == []
        await press(pilot, "S")
        assert "3 of 3 intervals are settled." in await press(pilot, "tab", "enter")
        names = [quarter(number).name for number in (50, 51, 52)]
        assert [command.interval for command in engine.settled] == names


async def test_esc_leaves_the_rest_and_takes_nothing_back() -> None:
    engine = Gated()
    async with opened(engine, "3") as pilot:
        await press(pilot, "S")
        engine.gate.clear()
        await pilot.press("tab", "enter")
        await pilot.pause()
        assert "Settling 1 of 3: 12:30.   esc leaves the rest" in text(pilot)
        await pilot.press("escape")
        engine.gate.set()
        await settled(pilot)
        assert "Left after 1 of 3. What was signed stays signed" in text(pilot)
        assert [command.interval for command in engine.settled] == [quarter(50).name]
        assert "11:15   ! held" in chosen(pilot)


async def test_with_nothing_due_it_says_when_something_is() -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        assert "Nothing to settle: 13:15 is open for 7:29 more" in await press(pilot, "S")
        engine.waiting = [settlement(SEALED)]
        engine.waiting[0] = msgspec.structs.replace(engine.waiting[0], state=State.CLOSED)
        await press(pilot, "S")
        asked = pilot.app.screen.query_one("#dialog", Lines).text
        assert "Settle 13:00–13:15?" in asked


async def test_without_houses_both_screens_say_so() -> None:
    engine = ChainEngine()
    head = msgspec.structs.replace(engine.snapshot.head, last=None, alarms=())
    engine.snapshot = msgspec.structs.replace(engine.snapshot, houses=(), day=(), head=head)
    async with opened(engine, "3", (80, 24)) as pilot:
        assert "No houses yet" in text(pilot)
        assert "No houses yet" in await press(pilot, "2")


async def test_a_closed_one_is_previewed_anew_while_readings_come() -> None:
    class Closed(ChainEngine):
        async def settlements(self, day: object = None) -> DaySettlements:
            found = await super().settlements()
            last = msgspec.structs.replace(settlement(52), state=State.CLOSED, height=None)
            return msgspec.structs.replace(found, settlements=(*found.settlements[:40], last))

    engine = Closed()
    async with opened(engine, "3") as pilot:
        assert "--/12" in chosen(pilot)
        name = f"preview {quarter(52).name} False"
        assert engine.asked.count(name) == 1
        for seconds, count in ((5, 1), (60, 2)):
            now = engine.snapshot.head.now + timedelta(seconds=seconds)
            head = msgspec.structs.replace(engine.snapshot.head, now=now)
            engine.lines.put_nowait(Delta(head=head))
            await settled(pilot)
            assert engine.asked.count(name) == count
