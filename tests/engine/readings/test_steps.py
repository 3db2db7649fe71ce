"""What is told of registers that fall, leap and come back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from console.engine.readings.falls import Falls
from console.engine.readings.steps import Steps
from console.model.reading import Reading
from console.model.swap import Swap
from tests.engine.street import START, Opened


def reading(seconds: int, import_wh: int, export_wh: int = 0) -> Reading:
    return Reading(
        house="c1",
        time=START + timedelta(seconds=seconds),
        import_wh=import_wh,
        export_wh=export_wh,
    )


async def told(street: Opened, *values: tuple[int, int], fuse_a: int | None = 25) -> list[str]:
    houses = street.engine.parts.members.houses
    houses["c1"] = replace(houses["c1"], fuse_a=fuse_a)
    steps = Steps(street.engine.parts)
    for seconds, import_wh in values:
        await steps.look(reading(seconds, import_wh))
    events = await street.engine.parts.store.events.page()
    return [one.text.removeprefix("c1: ") for one in reversed(events) if one.subject == "c1"]


BACK = "the register is back, nothing is lost"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([(0, 5000), (60, 5001), (120, 5002)], []),
        (
            [(0, 5000), (60, 0), (120, 5003)],
            ["import fell from 5000 to 0 Wh at 10:01Z; held until it is back", BACK],
        ),
        (
            [(0, 5000), (60, 12), (120, 13), (180, 14)],  # told once, however long it stays
            ["import fell from 5000 to 12 Wh at 10:01Z; held until it is back"],
        ),
        ([(60, 5000), (0, 4000), (120, 5001)], []),  # a late reading is no fall
        (
            [(0, 5000), (60, 14600), (120, 14601), (180, 14602)],
            [
                "stepped 9.600 kWh in 60 s; its fuse allows 0.287; not believed yet",
                "it stays where it stepped to; that step is the grid's",
            ],
        ),
        (
            [(0, 5000), (60, 14600), (120, 5004)],
            [
                "stepped 9.600 kWh in 60 s; its fuse allows 0.287; not believed yet",
                "the register is back, that step does not count",
            ],
        ),
        (
            [(0, 5000), (60, 14600), (120, 0), (180, 14602)],
            [
                "stepped 9.600 kWh in 60 s; its fuse allows 0.287; not believed yet",
                "import fell from 5000 to 0 Wh at 10:02Z; held until it is back",
                "it stays where it stepped to; that step is the grid's",
            ],
        ),
    ],
)
async def test_each_oddity_and_its_end_is_one_event(
    street: Opened, values: list[tuple[int, int]], expected: list[str]
) -> None:
    assert await told(street, *values) == expected


async def test_without_a_fuse_no_step_is_too_large(street: Opened) -> None:
    assert await told(street, (0, 5000), (60, 14600), fuse_a=None) == []


async def test_another_meter_that_was_told_of_is_no_fall(street: Opened) -> None:
    swap = Swap(
        house="c1",
        time=START + timedelta(seconds=60),
        last_import_wh=5003,
        last_export_wh=0,
        first_import_wh=12,
        first_export_wh=0,
    )
    await street.engine.parts.swaps.add(street.engine.parts.store.audit, swap)
    assert await told(street, (0, 5000), (60, 12), (120, 13)) == []


async def test_a_fall_outlives_a_restart_and_a_short_one_is_forgotten(street: Opened) -> None:
    parts = street.engine.parts
    assert len(await told(street, (0, 5000), (60, 12))) == 1
    await parts.falls.save(parts.store.audit)
    parts.falls = await Falls.load(parts.store.audit)
    assert parts.falls.standing("c1") == reading(0, 5000)
    again = Steps(parts)
    await again.look(reading(120, 13))
    assert parts.falls.standing("c1") is not None
    window = {"c1": [reading(7200, 14)]}
    assert parts.falls.before(window, START + timedelta(hours=2))["c1"][0] == reading(0, 5000)
    await again.look(reading(180, 5001))
    assert parts.falls.known == ()  # an interval sees it by itself
