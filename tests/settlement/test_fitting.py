"""A file's energy fits between the readings, or is not taken; no register ever falls by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from console.model.reading import Quality, Reading
from console.settlement.filed import Fitted, Stretch, look_around, neighbours, spread
from console.settlement.fitting import fit
from console.settlement.registers import Point, Track, steady

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = 60_000
QUARTER = 15 * MINUTE
CLOSE = 2 * MINUTE


def track_of(points: Sequence[Point]) -> Track:
    return steady(
        Reading(
            house="h",
            time=EPOCH + timedelta(milliseconds=one.ms),
            import_wh=one.import_wh,
            export_wh=one.export_wh,
            quality=one.quality,
        )
        for one in points
    )


def fitted(
    stretches: Sequence[Stretch],
    readings: Sequence[Point],
    resolution: int = 1,
    limit_w: int | None = None,
) -> Fitted:
    track = track_of(readings)
    around = {
        ms: look_around(track, ms, CLOSE, *neighbours(track, ms))
        for one in stretches
        for ms in (one.start, one.end)
    }
    return fit(stretches, around, resolution, limit_w)


def quarters(*energies: int | None, first: int = 0) -> list[Stretch]:
    """Return stretches of import, one quarter after the other; None is a hole."""
    return [
        Stretch(number + 2, (first + number) * QUARTER, (first + number + 1) * QUARTER, (wh, 0))
        for number, wh in enumerate(energies)
        if wh is not None
    ]


def shown(minute: int, wh: int) -> Point:
    return Point(minute * MINUTE, wh, 0, Quality.MEASURED)


def placed(found: Fitted) -> list[tuple[float, int]]:
    return [(one.ms / MINUTE, one.import_wh) for one in found.points]


def test_the_rest_of_a_rounded_file_is_spread_within_its_resolution() -> None:
    # 97, 104 and 99 Wh, told in steps of 10
    found = fitted(quarters(100, 100, 100), [shown(0, 1000), shown(45, 1300)], 10)
    assert placed(found) == [(15, 1100), (30, 1200)]
    found = fitted(quarters(100, 100, 100), [shown(0, 1000), shown(45, 1285)], 10)
    steps = [b - a for (_, a), (_, b) in pairwise([(0, 1000), *placed(found), (45, 1285)])]
    assert sum(steps) == 285
    assert all(90 <= step <= 100 for step in steps)
    found = fitted(quarters(100, 100, 100), [shown(0, 1000), shown(45, 1400)], 10)
    assert not found.points
    assert "0.300 kWh taken" in found.doubts[0].text


def test_nothing_is_taken_from_an_interval_without_energy() -> None:
    found = fitted(quarters(0, 100, 0, 100), [shown(0, 0), shown(60, 185)], 10)
    assert [wh for _, wh in placed(found)] == [0, 92, 92]


def test_an_edge_between_two_readings_may_be_off_by_what_flowed_between_them() -> None:
    readings = [shown(-1, 0), shown(1, 100), shown(29, 1000), shown(31, 1100)]
    assert fitted(quarters(500, 520), readings).doubts == []
    assert fitted(quarters(500, 900), readings).doubts != []


def test_a_run_beside_one_known_register_goes_on_from_it() -> None:
    assert placed(fitted(quarters(100, 200), [shown(0, 50)])) == [(15, 150), (30, 350)]
    assert placed(fitted(quarters(100, 200), [shown(30, 350)])) == [(0, 50), (15, 150)]


def test_between_two_unknown_stretches_both_are_told_to_be_unknown() -> None:
    found = fitted(quarters(100, first=4), [shown(0, 50), shown(120, 900)])
    assert placed(found) == [(60, 50), (75, 150), (120 - 1 / MINUTE, 900)]
    assert [one.quality for one in found.points] == [
        Quality.MISSING, Quality.MEASURED, Quality.MISSING,
    ]  # fmt: skip


def test_more_than_the_register_after_it_is_not_taken() -> None:
    found = fitted(quarters(1000, first=4), [shown(0, 50), shown(120, 900)])
    assert not found.points
    assert found.doubts[0].text == (
        "it says 1.000 kWh taken in all, the registers around it 0.850 kWh"
    )


def test_before_the_first_reading_no_lifetime_of_a_meter_is_counted_against_a_file() -> None:
    readings = [shown(29, 500_000), shown(30, 500_013), shown(45, 500_100)]
    [doubt] = fitted(quarters(0, 0), readings).doubts
    assert doubt.text == (
        "its energy would put the import register at 500.013 kWh, above the 500.000 of the "
        "readings around"
    )


def test_a_reading_within_a_run_bounds_it() -> None:
    readings = [shown(0, 0), shown(20, 500), shown(60, 600)]
    found = fitted(quarters(100, 100, 100, 300), readings)
    assert not found.points
    assert fitted(quarters(450, 100, 20, 30), readings).doubts == []


def test_energy_that_no_fuse_lets_through_is_not_taken() -> None:
    found = fitted(quarters(100, 6000), [shown(0, 0)], limit_w=17_250)
    assert not found.points
    assert found.doubts[0].text == "line 3 says 6.000 kWh; the main fuse allows 4.312"


def test_what_the_file_calls_estimated_stays_so() -> None:
    one = Stretch(2, 0, QUARTER, (10, 0), Quality.ESTIMATED)
    found = fitted([one], [shown(0, 5)])
    assert [one.quality for one in found.points] == [Quality.ESTIMATED]


@given(st.integers(0, 90), st.integers(1, 90), st.integers(0, 5000), st.integers(0, 5000))
def test_a_spread_stretch_keeps_its_energy_and_its_ends(
    start: int, lasts: int, taken: int, given_wh: int
) -> None:
    one = Stretch(2, start * MINUTE, (start + lasts) * MINUTE, (taken, given_wh))
    parts = [*spread(one, QUARTER)]
    assert (parts[0].start, parts[-1].end) == (one.start, one.end)
    assert all(a.end == b.start and a.end % QUARTER == 0 for a, b in pairwise(parts))
    assert sum(part.energy[0] for part in parts) == taken
    assert sum(part.energy[1] for part in parts) == given_wh
    assert {part.quality for part in parts[:-1]} <= {Quality.ESTIMATED}
    assert parts[-1].quality is Quality.MEASURED


energies = st.lists(st.integers(0, 3000), min_size=1, max_size=24)


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[int], list[Point], int]:
    """Draw what a house took in each minute, what of it was read, and a file's resolution."""
    hours = draw(st.integers(1, 6))
    minutes = draw(st.lists(st.integers(0, 60), min_size=hours * 60, max_size=hours * 60))
    gaps = draw(st.lists(st.tuples(st.integers(0, hours * 60), st.integers(0, 90)), max_size=3))
    readings, register = [], draw(st.integers(0, 10**6))
    for minute, wh in enumerate([0, *minutes]):
        register += wh
        if not any(start <= minute < start + length for start, length in gaps):
            readings.append(shown(minute, register))
    return minutes, readings, draw(st.sampled_from((1, 10, 100)))


@given(lives(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_true_file_is_taken_whole_and_then_known(
    life: tuple[list[int], list[Point], int], data: st.DataObject
) -> None:
    minutes, readings, resolution = life
    true = [sum(minutes[at : at + 15]) for at in range(0, len(minutes), 15)]
    rounded = [wh // resolution * resolution for wh in true]
    left_out = data.draw(st.sets(st.integers(0, len(true) - 1), max_size=3))
    stretches = quarters(*(None if n in left_out else wh for n, wh in enumerate(rounded)))
    if not stretches:
        return
    found = fitted(stretches, readings, resolution)
    assert found.doubts == []
    merged = sorted([*readings, *found.points], key=lambda one: one.ms)
    assert all(a.import_wh <= b.import_wh for a, b in pairwise(merged))
    assert all(a.ms < b.ms for a, b in pairwise(merged))
    again = fitted(stretches, merged, resolution)
    assert (again.points, again.doubts) == ([], [])
    assert again.agreeing == len(stretches)


@given(energies, lives(), st.integers(-8, 24))
@settings(max_examples=60, deadline=None)
def test_no_file_lets_a_register_fall(
    told: list[int], life: tuple[list[int], list[Point], int], first: int
) -> None:
    _, readings, resolution = life
    found = fitted(quarters(*told, first=first + 8), [
        Point(one.ms + 8 * QUARTER, one.import_wh, 0, one.quality) for one in readings
    ], resolution)  # fmt: skip
    merged = sorted(
        [*(Point(one.ms + 8 * QUARTER, one.import_wh, 0, one.quality) for one in readings),
         *found.points],
        key=lambda one: one.ms,
    )  # fmt: skip
    assert all(a.import_wh <= b.import_wh for a, b in pairwise(merged))
    assert len(found.taken) + found.agreeing + sum(one.rows for one in found.doubts) == len(told)
