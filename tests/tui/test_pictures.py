"""The screens against the design's pictures, right to the character.

Where a picture and a screen differ on purpose:

- Three sparks (test4, test7, test10) are drawn in a scale in which the last hours have no full bar;
  a card knows the last 14 intervals only, so its largest is full.
- The house screen has neither week nor month yet.
- The chosen dot has the sign of the chosen before it, as colour alone is never enough.
- Unknown power keeps its unit where a known one has it.
- `ENGINE SILENT` stands on the second line, so that the badges stay in sight.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from console.errors import EngineAbsent
from console.model.interval import Interval
from console.model.reading import MeterState
from console.model.snapshot import Snapshot
from console.tui.app import MosaicApp
from console.tui.screens.screen import ConsoleScreen
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof
from tests.tui.piloting import settled

Picture = Callable[[str, str], list[str]]

OWN_SCALE = {
    "▃▃▃▃▃▅▅▆▆▅▇▅▅▅": "▄▄▄▄▄▆▆▇▇▆█▆▆▆",
    "▃▄▄▃▄▃▄▅▄▅▅▇▅▆": "▄▅▅▄▅▄▅▆▅▆▆█▆▇",
    "▂▂▂▂▂▃▃▂▄▄▅▅▄▇": "▂▂▂▂▂▄▄▂▅▅▆▆▅█",
}


def rescaled(lines: list[str]) -> list[str]:
    """The picture with those three sparks in their own scale."""
    for theirs, ours in OWN_SCALE.items():
        lines = [line.replace(theirs, ours).replace(theirs[-10:], ours[-10:]) for line in lines]
    return lines


async def shown(engine: FakeEngine, size: tuple[int, int], *keys: str) -> list[str]:
    """What stands on the screen after these keys, without empty rows."""
    app = MosaicApp(engine)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ConsoleScreen)
        return [line for line in screen.plain_text().splitlines() if line]


def with_head(**changes: object) -> Snapshot:
    snapshot = lindenhof()
    return replace(snapshot, head=replace(snapshot.head, **changes))


@pytest.mark.parametrize(("size", "keys"), [("120x36", "1–6 screens"), ("80x24", "1–6  ? help")])
async def test_neighbourhood(engine: FakeEngine, picture: Picture, size: str, keys: str) -> None:
    columns, rows = (int(number) for number in size.split("x"))
    lines = await shown(engine, (columns, rows), "right", "right")
    assert lines == rescaled(picture(size, "1 Neighbourhood   12 houses"))
    assert keys in lines[-1]


async def test_rows(engine: FakeEngine, picture: Picture) -> None:
    lines = await shown(engine, (120, 36), "right", "right", "v")
    for line in picture("120x36", "taking │ giving"):
        assert line in lines


async def test_dots(engine: FakeEngine, picture: Picture) -> None:
    lines = await shown(engine, (120, 36), "right", "right", "v", "v")
    for line in picture("120x36", "· <0.05"):
        assert line.replace("taking  ░ ▓", "taking  ░▸▓") in lines


async def test_one_house(engine: FakeEngine, picture: Picture) -> None:
    lines = await shown(engine, (80, 24), "right", "right", "enter")
    for line in picture("80x24", "[day] week month")[:-1]:
        assert line in lines
    assert lines[-1] == picture("80x24", "w week")[-1]


async def test_no_houses_yet(picture: Picture) -> None:
    lines = await shown(FakeEngine(replace(lindenhof(), houses=())), (80, 24))
    for line in picture("80x24", "0 houses")[:3]:
        assert line in lines


async def test_all_meters_lost(picture: Picture) -> None:
    snapshot = lindenhof()
    then = datetime(2026, 6, 21, 10, 17, 10, tzinfo=UTC)
    houses = tuple(replace(one, state=MeterState.LOST, time=then) for one in snapshot.houses)
    lines = await shown(FakeEngine(replace(snapshot, houses=houses)), (80, 24))
    top, card = picture("80x24", "0 houses")[3:5]
    assert lines[1].startswith(top[:70])
    assert lines[3].replace("▌", " ").split()[:4] == card.split()[:4]
    assert f" {card[26:]}" in lines


async def test_night(picture: Picture) -> None:
    snapshot, now = lindenhof(), datetime(2026, 6, 20, 22, 37, 31, tzinfo=UTC)
    watts = iter((-0, 210, 260, 150, 330, 0, 240, 170, 0, 410, 180, 380))
    houses = tuple(
        replace(one, power_w=next(watts) or 30, state=MeterState.LIVE, time=now)
        for one in snapshot.houses
    )
    houses = (replace(houses[0], power_w=30), *houses[1:-1], replace(houses[-1], power_w=290))
    assert sum(one.power_w or 0 for one in houses) == 2330
    head = replace(
        snapshot.head, now=now, open=Interval.containing(now, 15), height=1195, final_height=1193,
        alarms=(), last=None,
    )  # fmt: skip
    lines = await shown(FakeEngine(replace(snapshot, head=head, houses=houses)), (80, 24))
    bar, sentence = picture("80x24", "Night. 12 houses")[5:7]
    assert lines[1].startswith(bar[:70])
    assert sentence in lines


async def test_engine_silent(picture: Picture) -> None:
    engine = FakeEngine()
    engine.accepts = 1
    engine.lines.put_nowait(EngineAbsent("no engine answers"))
    lines = await shown(engine, (80, 24))
    silent = next(line for line in picture("80x24", "SILENT") if "SILENT" in line)
    assert re.sub(r"for \d+ s", "for 12 s", lines[1]) == silent
    assert "OPERATE" in lines[0]


async def test_locked(picture: Picture) -> None:
    lines = await shown(FakeEngine(with_head(locked=True)), (80, 24))
    states = picture("80x24", "LOCKED")
    at = next(number for number, line in enumerate(states) if "LOCKED" in line)
    assert lines[0] == states[at]
    assert states[at + 1] in lines


async def test_halted(picture: Picture) -> None:
    why = "at 13:00: two parts with different roots"
    lines = await shown(FakeEngine(with_head(halted=why)), (80, 24))
    first, second = picture("80x24", "HALTED")[-2:]
    assert lines[2:4] == [first, second.replace("enter", "3, then enter")]
