"""The dialog: as in the picture, and no way to agree by accident."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from console.tui.app import MosaicApp
from console.tui.cells import text_of
from console.tui.glyphs import ASCII
from console.tui.look import Look
from console.tui.screens.confirm import ConfirmScreen, Dialog, Question, draw_dialog
from console.tui.screens.settling import question
from tests.tui.chain_data import preview
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR")
HELD = 45
ASKED = Question("Settle 11:15?", ("24 rows",), "Settle")


def test_as_in_the_picture(picture: Callable[[str, str], list[str]]) -> None:
    asked = question(preview(HELD), lindenhof(), LOOK, provisional=True)
    drawn = [text_of(line) for line in draw_dialog(Dialog(asked, agreed=False, look=LOOK), 66)]
    assert [f" {line}" for line in drawn] == picture("80x24", "provisionally?")


def test_it_fits_whatever_is_asked() -> None:
    asked = Question("t" * 200, ("漢" * 100, "x" * 200), "Settle")
    for look in (LOOK, Look(zone=ZoneInfo("UTC"), glyphs=ASCII)):
        for line in draw_dialog(Dialog(asked, agreed=True, look=look), 66):
            assert sum(cell.cell_length for cell in line) == 66


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
