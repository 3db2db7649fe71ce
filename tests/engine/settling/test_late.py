"""Which settled intervals a reading may touch, and that none is forgotten."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from console.engine.settling.late import Late, marked
from console.errors import StoreDamaged
from console.model.interval import Interval
from console.model.reading import Reading
from console.store.store import Store
from tests.engine.neighbours import START, Neighbourhood, neighbourhood, quarter_hour


async def touched(here: Neighbourhood, minute: float, house: str = "p1") -> list[Interval]:
    late = here.engine.intake.late
    time = START + timedelta(minutes=minute)
    await late.take([Reading(house=house, time=time, import_wh=0, export_wh=0)])
    return late.fresh


async def test_a_moved_edge_touches_the_intervals_on_both_sides(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(120, until_final=True)
        assert await touched(here, 30) == [quarter_hour(1), quarter_hour(2)]
        assert await marked(here.engine.parts.store.audit) == [quarter_hour(1), quarter_hour(2)]
        again = Late(here.engine.parts)
        await again.load([])
        assert again.fresh == [quarter_hour(1), quarter_hour(2)]


async def test_what_comes_in_time_touches_nothing_settled(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(120, until_final=True)
        assert here.engine.intake.late.fresh == []
        assert await touched(here, 120) == []
        assert await marked(here.engine.parts.store.audit) == []


@pytest.mark.parametrize(
    "kept", [["2026-06-21T10:07Z", 15], ["soon", 15], ["2026-06-21T10:00Z", 0]]
)
async def test_an_interval_that_is_none_is_a_damaged_store(
    tmp_path: Path, kept: list[object]
) -> None:
    store = await Store.open(tmp_path / "store.db")
    await store.audit.set_fact("late", msgspec.json.encode([kept]).decode())
    with pytest.raises(StoreDamaged, match="'late' says what this program never writes"):
        await marked(store.audit)
    await store.close()
