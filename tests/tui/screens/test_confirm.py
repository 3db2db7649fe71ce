"""The confirmation: no way to agree by accident."""

from __future__ import annotations

import pytest

from console.tui.app import MosaicApp
from console.tui.screens.confirm import ConfirmScreen
from console.tui.screens.dialog import Question
from tests.tui.engine import FakeEngine

ASKED = Question("Settle 11:15?", ("24 rows",), "Settle")


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (("enter",), False),
        (("escape",), False),
        (("tab", "escape"), False),
        (("tab", "tab", "enter"), False),
        (("tab", "enter"), True),
        (("right", "enter"), True),
    ],
)
async def test_only_after_moving_there(
    engine: FakeEngine, keys: tuple[str, ...], answer: bool
) -> None:
    answers: list[bool | None] = []
    app = MosaicApp(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(ConfirmScreen(ASKED), answers.append)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
    assert answers == [answer]
