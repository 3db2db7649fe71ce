"""A file's registers stand among the readings, or are told not to fit."""

from __future__ import annotations

import pytest

from console.model.reading import Quality
from console.settlement.filed import Around, Stretch
from console.settlement.joining import join
from console.settlement.registers import Point


def row(import_wh: int, export_wh: int = 0, quality: Quality = Quality.MEASURED) -> Stretch:
    return Stretch(7, 60_000, 60_000, (import_wh, export_wh), quality)


BETWEEN = Around(before=(100, 10), after=Point(120_000, 200, 20, Quality.MEASURED))


@pytest.mark.parametrize("registers", [(100, 10), (150, 15), (200, 20)])
def test_what_lies_between_its_neighbours_is_added(registers: tuple[int, int]) -> None:
    found = join([row(*registers, Quality.MANUAL)], {60_000: BETWEEN})
    assert found.points == [Point(60_000, *registers, Quality.MANUAL)]
    assert (found.agreeing, found.doubts) == (0, [])


@pytest.mark.parametrize(
    ("registers", "text"),
    [
        ((99, 15), "its import register is 0.099 kWh, below the 0.100 of the reading before"),
        ((150, 21), "its export register is 0.021 kWh, above the 0.020 of the reading after it"),
    ],
)
def test_what_does_not_is_told_with_both_values(registers: tuple[int, int], text: str) -> None:
    found = join([row(*registers)], {60_000: BETWEEN})
    assert found.points == []
    assert [(one.line, one.rows, one.text) for one in found.doubts] == [(7, 1, text)]


def test_a_reading_of_that_instant_is_known_or_contradicted() -> None:
    around = {60_000: Around(at=(150, 15))}
    assert join([row(150, 15)], around).agreeing == 1
    [doubt] = join([row(150, 16)], around).doubts
    assert doubt.text == "its export register is 0.016 kWh, that of the reading 0.015"


def test_without_readings_everything_is_added() -> None:
    assert join([row(5, 5)], {60_000: Around()}).points == [Point(60_000, 5, 5, Quality.MEASURED)]
