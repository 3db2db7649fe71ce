"""What a house took and gave in an interval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from console.model.balance import Balance, IntervalBalances
from console.model.interval import Interval
from console.model.reading import Quality, Reading
from console.settlement.balance import GapEnergy, balance, gap_energy

Line = Callable[..., list[Reading]]

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FIRST = Interval(START, 15)
CLOSE = timedelta(seconds=120)


def _close(_: str) -> timedelta:
    return CLOSE


def _minute(_: str) -> timedelta:
    return timedelta(minutes=1)


def of(
    readings: list[Reading], interval: Interval = FIRST, limit_w: int = 17_250
) -> IntervalBalances:
    return balance(interval, ["H1"], {"H1": readings}, _close, {"H1": limit_w})


def reason(found: IntervalBalances) -> str:
    assert found.balances == ()
    return found.missing[0].reason


def test_the_difference_of_the_registers_at_the_edges(line: Line) -> None:
    found = of(line((0, 1000, 500), (450, 1100, 500), (900, 1250, 520)))
    assert found == IntervalBalances(
        interval=FIRST,
        balances=(
            Balance(
                house="H1",
                import_start_wh=1000,
                import_end_wh=1250,
                export_start_wh=500,
                export_end_wh=520,
            ),
        ),
    )


def test_the_worse_edge_gives_the_quality(line: Line) -> None:
    found = of(line((0, 0, 0), (900, 1, 0), qualities={0: Quality.SUBSTITUTED}))
    assert found.balances[0].quality is Quality.SUBSTITUTED


def test_a_gap_inside_an_interval_harms_nothing_and_over_an_edge_all(line: Line) -> None:
    readings = line((0, 0, 0), (900, 40, 0), (1700, 60, 0), (2400, 90, 0))
    assert of(readings).balances[0].imported_wh == 40
    assert reason(of(readings, FIRST.next)) == "no reading from 10:28Z to 10:40Z"


def test_houses_without_readings_and_with_old_ones_are_named_in_order(line: Line) -> None:
    found = balance(FIRST, ["H2", "H1"], {"H1": line((0, 0, 0), (60, 1, 0))}, _close, {})
    assert [(one.house, one.reason) for one in found.missing] == [
        ("H1", "no reading since 10:01Z"),
        ("H2", "no reading yet"),
    ]


def test_a_leap_holds_the_intervals_that_it_touches_and_no_other(line: Line) -> None:
    readings = line((0, 0, 0), (600, 9, 0), (660, 9609, 0), (900, 9610, 0), (1800, 9630, 0))
    assert reason(of(readings)) == "stepped 9.600 kWh in 60 s; its fuse allows 0.287"
    assert of(readings, FIRST.next).balances[0].imported_wh == 20


def test_a_leap_that_ends_at_an_edge_leaves_the_next_interval_alone(line: Line) -> None:
    readings = line((0, 0, 0), (840, 9, 0), (900, 9609, 0), (1800, 9630, 0))
    assert of(readings, FIRST.next).balances[0].imported_wh == 21


def test_energy_before_a_missing_mark_is_not_known(line: Line) -> None:
    readings = line((0, 0, 0), (900, 5, 0), (1800, 5, 0), qualities={900: Quality.MISSING})
    assert reason(of(readings)) == "its energy from 10:00Z to 10:15Z is not known"
    assert of(readings, FIRST.next).balances[0].imported_wh == 0


def test_a_lower_value_that_stays_is_missing_with_both_values(line: Line) -> None:
    readings = line((0, 5000, 0), (60, 12, 0), (840, 30, 0), (900, 32, 0), (960, 33, 0))
    assert reason(of(readings)) == "import fell from 5000 to 12 Wh at 10:01Z"


def test_a_dip_inside_an_interval_is_ignored(line: Line) -> None:
    assert of(line((0, 5000, 0), (60, 0, 0), (900, 5003, 0))).balances[0].imported_wh == 3
    assert of(line((0, 5000, 0), (60, 4999, 0), (900, 5002, 0))).balances[0].imported_wh == 2


@given(
    st.lists(
        st.tuples(st.integers(1, 60_000), st.integers(0, 90), st.integers(0, 90)),
        min_size=20,
        max_size=120,
    )
)
def test_the_intervals_and_the_gap_add_up_to_the_registers(
    steps: list[tuple[int, int, int]],
) -> None:
    time, import_wh, export_wh = START, 70, 30
    readings = [Reading(house="H1", time=time, import_wh=import_wh, export_wh=export_wh)]
    for ms, imported, exported in steps:
        time += timedelta(milliseconds=ms * 2)
        import_wh, export_wh = import_wh + imported, export_wh + exported
        readings.append(Reading(house="H1", time=time, import_wh=import_wh, export_wh=export_wh))
    intervals = [FIRST]
    while intervals[-1].end < time:
        intervals.append(intervals[-1].next)
    known = [balance(one, ["H1"], {"H1": readings}, _minute, {}) for one in intervals]
    balances = [one for each in known for one in each.balances]
    gap = gap_energy({"H1": readings}, known, {})["H1"]
    assert gap.import_wh >= 0
    assert gap.export_wh >= 0
    assert sum(one.imported_wh for one in balances) + gap.import_wh == import_wh - 70
    assert sum(one.exported_wh for one in balances) + gap.export_wh == export_wh - 30
    for one, after in pairwise(known):
        if one.balances and after.balances:
            assert one.balances[0].import_end_wh == after.balances[0].import_start_wh


def test_gap_energy_is_what_no_known_interval_holds(line: Line) -> None:
    readings = line((0, 0, 0), (900, 100, 10), (5400, 700, 90), (6300, 750, 91))
    intervals = [FIRST]
    for _ in range(6):
        intervals.append(intervals[-1].next)
    known = [of(readings, one) for one in intervals]
    assert [len(one.balances) for one in known] == [1, 0, 0, 0, 0, 0, 1]
    assert gap_energy({"H1": readings}, known, {}) == {"H1": GapEnergy(600, 80)}


def test_each_house_has_its_own_closeness(line: Line) -> None:
    """One that speaks every five minutes is measured where one that is asked every ten s is not."""
    seldom = line((-200, 100, 0), (100, 400, 0), (800, 1100, 0), (1100, 1400, 0))
    own = {"H1": timedelta(seconds=20), "H2": timedelta(seconds=620)}
    found = balance(FIRST, ["H1", "H2"], {"H1": seldom, "H2": seldom}, own.__getitem__, {})
    assert [one.house for one in found.balances] == ["H2"]
    assert [one.house for one in found.missing] == ["H1"]
