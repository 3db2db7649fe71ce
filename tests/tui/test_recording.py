"""Recording from the console: the key, the badge, and what is told."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from console.model.record import Taping
from console.model.snapshot import Access, Mode
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof
from tests.tui.piloting import opened, palette, press, text


async def test_a_key_begins_and_ends_it_and_the_bar_shows_it(engine: FakeEngine) -> None:
    async with opened(engine, "1") as pilot:
        assert "REC" not in text(pilot)
        told = await press(pilot, "R")
        assert "Recording into /var/lib/mosaic/recordings" in told
        assert "REC" in told.splitlines()[0]
        told = await press(pilot, "R")
        assert "Recorded no more" in told
        assert "REC" not in told.splitlines()[0]
        assert [one for one in engine.asked if one.startswith("record ")] == [
            "record True",
            "record False",
        ]


async def test_the_palette_names_it(engine: FakeEngine) -> None:
    async with opened(engine, "3") as pilot:
        await palette(pilot, "record")
        assert "record True" in engine.asked


async def test_a_watcher_is_told_why_not(engine: FakeEngine) -> None:
    snapshot = lindenhof()
    engine.snapshot = replace(snapshot, place=replace(snapshot.place, access=Access.WATCH))
    async with opened(engine, "1") as pilot:
        assert "Watching only" in await press(pilot, "R")
        assert "record True" not in engine.asked


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_a_paused_one_is_in_sight_beside_the_longest_name(
    engine: FakeEngine, size: tuple[int, int]
) -> None:
    snapshot = lindenhof()
    engine.snapshot = replace(
        snapshot,
        place=replace(snapshot.place, name="A neighbourhood of a long name", mode=Mode.MAINNET),
        head=replace(snapshot.head, recording=Taping.PAUSED, auto=False, speed=1.0),
    )
    async with opened(engine, "1", size) as pilot:
        first = text(pilot).splitlines()[0]
        assert "MANUAL  REC!" in first
        assert "13:22:31" in first
        assert cell_len(first) <= size[0]
