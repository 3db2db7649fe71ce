"""Dips, leaps and unknown stretches in a house's registers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from console.model.reading import Quality, Reading
from console.settlement.registers import Track, steady

Line = Callable[..., list[Reading]]

FUSE_W = 17_250


def imports(track: Track) -> list[int]:
    return [point.import_wh for point in track.points]


@pytest.mark.parametrize(
    ("values", "believed"),
    [((5000, 0, 5003), [5000, 5003]), ((5000, 4999, 5002), [5000, 5002])],
)
def test_a_dip_is_left_out(line: Line, values: tuple[int, ...], believed: list[int]) -> None:
    track = steady(line(*((60 * i, value, 7) for i, value in enumerate(values))), FUSE_W)
    assert imports(track) == believed
    assert track.points[-1].import_wh - track.points[0].import_wh == believed[1] - believed[0]
    assert not any(point.doubt for point in track.points)


def test_a_dip_of_one_register_holds_both(line: Line) -> None:
    track = steady(line((0, 10, 900), (60, 11, 0), (120, 12, 901)))
    assert [(point.import_wh, point.export_wh) for point in track.points] == [(10, 900), (12, 901)]
    assert list(track.held.values()) == ["export fell from 900 to 0 Wh at 10:01Z"]


def test_a_lower_value_that_stays_is_never_a_new_base(line: Line) -> None:
    track = steady(line((0, 5000, 0), (60, 12, 0), (120, 20, 0), (180, 30, 0)), FUSE_W)
    assert imports(track) == [5000]
    assert list(track.held.values()) == ["import fell from 5000 to 12 Wh at 10:01Z"]


def test_a_leap_that_stays_stands_with_a_doubt(line: Line) -> None:
    track = steady(line((0, 5000, 0), (60, 14600, 0), (120, 14601, 0)), FUSE_W)
    assert imports(track) == [5000, 14600, 14601]
    assert [point.doubt for point in track.points] == [
        "",
        "stepped 9.600 kWh in 60 s; its fuse allows 0.287",
        "",
    ]


def test_a_leap_that_comes_back_is_left_out(line: Line) -> None:
    track = steady(line((0, 5000, 0), (60, 14600, 0), (120, 5004, 0), (180, 5006, 0)), FUSE_W)
    assert imports(track) == [5000, 5004, 5006]
    assert list(track.held.values()) == ["stepped 9.600 kWh in 60 s; its fuse allows 0.287"]
    assert not any(point.doubt for point in track.points)


def test_a_leap_without_a_later_word_stands_with_its_doubt(line: Line) -> None:
    track = steady(line((0, 0, 5000), (60, 0, 14600)), FUSE_W)
    assert track.points[-1].doubt.startswith("stepped 9.600 kWh")


def test_two_leaps_after_each_other_are_both_doubted(line: Line) -> None:
    track = steady(line((0, 0, 0), (60, 9000, 0), (120, 18000, 0), (180, 18001, 0)), FUSE_W)
    assert [bool(point.doubt) for point in track.points] == [False, True, True, False]


def test_a_dip_between_a_leap_and_its_confirmation_changes_nothing(line: Line) -> None:
    track = steady(line((0, 5000, 0), (60, 14600, 0), (120, 0, 0), (180, 14602, 0)), FUSE_W)
    assert imports(track) == [5000, 14600, 14602]


def test_what_the_fuse_allows_is_believed(line: Line) -> None:
    # 17250 W in 60 s are 287.5 Wh; cut to whole Wh the register may show one more.
    assert not steady(line((0, 0, 0), (60, 288, 0)), FUSE_W).points[1].doubt
    assert steady(line((0, 0, 0), (60, 289, 0)), FUSE_W).points[1].doubt
    assert not steady(line((0, 0, 0), (60, 9600, 0))).points[1].doubt


def test_a_missing_mark_outlives_a_dip(line: Line) -> None:
    readings = line(
        (0, 50, 0), (600, 40, 0), (1200, 60, 0), (1800, 61, 0), qualities={600: Quality.MISSING}
    )
    assert [point.doubt for point in steady(readings).points] == [
        "",
        "its energy from 10:00Z to 10:20Z is not known",
        "",
    ]


def test_a_missing_mark_on_a_passing_leap_is_kept(line: Line) -> None:
    readings = line((0, 50, 0), (60, 9999, 0), (120, 52, 0), qualities={60: Quality.MISSING})
    assert [bool(point.doubt) for point in steady(readings, FUSE_W).points] == [False, True]


def test_order_and_repetition_change_nothing(line: Line) -> None:
    readings = line((0, 1, 1), (60, 2, 2), (120, 3, 3))
    assert steady([*reversed(readings), readings[1]]) == steady(readings)


def test_no_readings_are_an_empty_track() -> None:
    assert steady([]) == Track((), {})
