"""A track counts what a register moves up, in its steps, and remembers a fall."""

from __future__ import annotations

from decimal import Decimal

import pytest

from console.meters.probing.track import Fall, Track, granule_of


def moved(*values: str) -> Track:
    track = Track(Decimal(values[0]))
    for text in values[1:]:
        wh = Decimal(text)
        track.take(wh, counts=not track.breaks(wh))
    return track


def test_steps_up_are_counted() -> None:
    track = moved("100", "100", "101.5", "104")
    assert track.counted_wh == 4
    assert track.moves == 2
    assert track.largest_wh == Decimal("2.5")
    assert track.granule_wh == Decimal("0.1")
    assert track.fall is None


def test_a_fall_and_the_return_from_it_are_no_energy() -> None:
    track = moved("100", "101", "0", "2", "102", "103")
    assert track.counted_wh == 2
    assert track.fall == Fall(Decimal(101), Decimal(0), came_back=True)


def test_a_counter_that_began_again_did_not_come_back() -> None:
    track = moved("100", "0", "1", "2")
    assert track.counted_wh == 0
    assert track.fall is not None
    assert not track.fall.came_back


@pytest.mark.parametrize(
    ("value", "granule"),
    [("4812.301", "0.001"), ("4812301.000", "1"), ("4812000", "1000"), ("0", None)],
)
def test_the_finest_place_is_the_last_that_is_told(value: str, granule: str | None) -> None:
    assert granule_of(Decimal(value)) == (None if granule is None else Decimal(granule))
