"""All that are due, settled with one question."""

from __future__ import annotations

import asyncio

import msgspec

from console.model.settlement import State
from console.model.view import Receipt, Settle
from console.tui.screens.confirm import ConfirmScreen
from console.tui.widgets.lines import Lines
from tests.tui.chain_data import HELD, SEALED, settlement
from tests.tui.chain_engine import ChainEngine
from tests.tui.lindenhof import quarter
from tests.tui.piloting import chosen, opened, press, settled, text


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
