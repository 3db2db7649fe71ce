"""What many readings show as a whole, without one of them leaving the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from console.model.reading import Quality, Reading
from console.model.stretch import Stretch
from console.store.store import Store

CALM = Stretch(falls=False, most_w=0, missing=False)


async def test_a_stretch_tells_of_falls_of_steep_steps_and_of_unknown_energy(
    store: Store, reading: Callable[..., Reading], noon: datetime
) -> None:
    def line(house: str, *registers: tuple[int, int, Quality]) -> list[Reading]:
        return [
            msgspec.structs.replace(
                reading(house, 10 * n), import_wh=taken, export_wh=given, quality=quality
            )
            for n, (taken, given, quality) in enumerate(registers)
        ]

    good, missing = Quality.MEASURED, Quality.MISSING
    await store.readings.add(
        [
            *line("calm", (5, 9, good), (5, 9, good), (6, 10, good)),
            *line("fell", (5, 9, good), (5, 8, good), (5, 9, good)),
            *line("steep", (5, 9, good), (56, 9, good), (57, 30, good)),
            *line("unknown", (5, 9, good), (5, 9, missing)),
            *line("alone", (5, 9, good)),
            *line("huge", (0, 0, good), (2**62, 0, good)),
        ]
    )
    found = await store.readings.stretches(noon, noon + timedelta(seconds=20))
    assert found.pop("huge").most_w > 2**60
    assert found == {
        "calm": CALM,
        "fell": Stretch(falls=True, most_w=0, missing=False),
        "steep": Stretch(falls=False, most_w=18_000, missing=False),
        "unknown": Stretch(falls=False, most_w=0, missing=True),
        "alone": CALM,
    }
    assert (await store.readings.stretches(noon, noon))["fell"] == CALM


async def test_beside_an_instant_stand_a_last_and_a_first_reading_within_reach(
    store: Store, reading: Callable[..., Reading], noon: datetime
) -> None:
    mine = [reading(seconds=seconds, import_wh=100 + seconds) for seconds in (0, 4, 5, 9, 40)]
    far = reading("H02", seconds=40)
    await store.readings.add([*mine, far])

    async def beside(
        instant: float, first: float, last: float
    ) -> tuple[dict[str, Reading], dict[str, Reading]]:
        at, begin, end = (noon + timedelta(seconds=one) for one in (instant, first, last))
        return await store.readings.beside(at, begin, end)

    assert await beside(7, 0, 39) == ({"H01": mine[2]}, {"H01": mine[3]})
    assert await beside(5, 0, 39) == ({"H01": mine[2]}, {"H01": mine[2]})
    assert await beside(10, 0, 40) == ({"H01": mine[3]}, {"H01": mine[4], "H02": far})
    assert await beside(10, 9.5, 39) == ({}, {})
