"""The dialog: as in the picture, whatever is asked, and whole on the screen."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from console.tui.app import MosaicApp
from console.tui.cells import text_of
from console.tui.glyphs import ASCII
from console.tui.look import Look
from console.tui.screens.confirm import ConfirmScreen
from console.tui.screens.dialog import Dialog, Question, draw_dialog
from console.tui.screens.settling import question
from console.tui.widgets.lines import Lines
from tests.tui.chain_data import preview
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR")
HELD = 45


def test_as_in_the_picture(picture: Callable[[str, str], list[str]]) -> None:
    asked = question(preview(HELD), lindenhof(), LOOK, provisional=True)
    drawn = [text_of(line) for line in draw_dialog(Dialog(asked, agreed=False, look=LOOK), 66)]
    assert [f" {line}" for line in drawn] == picture("80x24", "provisionally?")


def test_it_fits_whatever_is_asked() -> None:
    asked = Question("t" * 200, ("漢" * 100, "x" * 200), "Settle")
    for look in (LOOK, Look(zone=ZoneInfo("UTC"), glyphs=ASCII)):
        for line in draw_dialog(Dialog(asked, agreed=True, look=look), 66):
            assert sum(cell.cell_length for cell in line) == 66


@pytest.mark.parametrize("facts", [0, 1, 5])
async def test_it_is_as_high_as_what_it_asks(engine: FakeEngine, facts: int) -> None:
    app = MosaicApp(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(ConfirmScreen(Question("Settle?", ("24 rows",) * facts, "Settle")))
        await pilot.pause()
        shown = app.screen.query_one("#dialog", Lines)
        assert (shown.size.width, shown.size.height) == (66, facts + 3)
        assert shown.text.splitlines()[-1].strip("╰─╯└┘") == ""
