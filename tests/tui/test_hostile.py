"""Names from outside in every view of the neighbourhood: nothing a terminal could obey."""

from __future__ import annotations

import unicodedata

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from console.model.snapshot import HouseNow
from console.tui.app import MosaicApp
from console.tui.screens.screen import ConsoleScreen
from console.tui.widgets.lines import Lines
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof

NAMES = (
    "[@click=app.quit]win[/]",
    "[/nope]",
    "\x1b]52;c;cm0gLXJm\x07",
    "\x1b[2J\x9b31m",
    "a‮evil⁦x",
    "漢字の家はとても長い名前です",
    "Z̸̡̢̛̗̘͕̜̞̟̠̝͖",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "line\nbreak\r\tand\0more",
    "\ud800\ue000",
    "x" * 500,
    "ﷺ‏ עברית",
)
UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def renamed(one: HouseNow, name: str) -> HouseNow:
    return replace(one, name=name, meter=name, reason=name)


async def checked(pilot: Pilot[str], width: int) -> None:
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, ConsoleScreen)
    for widget in screen.query(Lines):
        for row in range(widget.size.height if widget.display else 0):
            strip = widget.render_line(row)
            assert strip.cell_length == widget.size.width
            assert not any(unicodedata.category(one) in UNSAFE for one in strip.text)
    assert width == screen.size.width


@pytest.mark.parametrize("width", [80, 120])
async def test_no_view_obeys_a_name(width: int) -> None:
    snapshot = lindenhof()
    houses = tuple(map(renamed, snapshot.houses, NAMES))
    place = replace(snapshot.place, name=NAMES[2] + NAMES[0], currency=NAMES[3])
    head = replace(snapshot.head, sentence=NAMES[2], halted=NAMES[0])
    engine = FakeEngine(replace(snapshot, houses=houses, place=place, head=head))
    app = MosaicApp(engine)
    async with app.run_test(size=(width, 36)) as pilot:
        await checked(pilot, width)
        for _ in range(12):
            await pilot.press("right")
            await checked(pilot, width)
        await pilot.press("v")
        await checked(pilot, width)
        await pilot.press("v")
        await checked(pilot, width)
        await pilot.press("enter")
        await checked(pilot, width)
        await pilot.press("escape", "colon")
        await pilot.pause(0.2)
        await pilot.press(*"house")
        await pilot.pause(0.3)
        await pilot.press("escape")
        await checked(pilot, width)
        assert app.is_running
