"""Readings continued over exchanges of meters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from console.model.reading import Quality, Reading
from console.model.swap import Swap
from console.settlement.registers import steady
from console.settlement.swaps import continued, rolled_over

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def line(*values: tuple[float, int, int]) -> dict[str, list[Reading]]:
    return {
        "H1": [
            Reading(house="H1", time=at(minute), import_wh=imported, export_wh=exported)
            for minute, imported, exported in values
        ]
    }


def swap(minute: float, last: tuple[int, int], first: tuple[int, int]) -> Swap:
    return Swap(
        house="H1",
        time=at(minute),
        last_import_wh=last[0],
        last_export_wh=last[1],
        first_import_wh=first[0],
        first_export_wh=first[1],
    )


def imports(found: dict[str, list[Reading]]) -> list[int]:
    return [one.import_wh for one in found["H1"]]


def test_the_new_meter_goes_on_where_the_old_one_ended() -> None:
    found = continued(line((0, 5000, 7), (2, 20, 0)), [swap(1, (5003, 9), (12, 0))])
    assert imports(found) == [5000, 5003, 5011]
    assert [one.export_wh for one in found["H1"]] == [7, 9, 9]
    assert found["H1"][1].quality is Quality.MANUAL
    assert len(steady(found["H1"]).points) == 3


def test_a_counter_that_began_again_lost_nothing() -> None:
    found = continued(line((0, 2**32 - 5, 0), (1, 7, 0)), [swap(1, (2**32, 0), (0, 0))])
    assert imports(found)[-1] - imports(found)[0] == 12


def test_two_swaps_add_up_in_whatever_order_they_are_told() -> None:
    two = [swap(3, (30, 0), (100, 0)), swap(1, (5000, 0), (10, 0))]
    found = continued(line((0, 4990, 0), (2, 25, 0), (4, 104, 0)), two)
    assert imports(found) == [4990, 5000, 5015, 5020, 5024]


def test_a_window_after_a_swap_is_raised_alike_and_one_before_is_not() -> None:
    done = [swap(1, (5000, 0), (0, 0))]
    assert imports(continued(line((2, 5, 0), (3, 9, 0)), done)) == [5005, 5009]
    assert imports(continued(line((-2, 5, 0), (0, 9, 0)), done)) == [5, 9]
    other = {"H2": line((2, 5, 0))["H1"]}
    assert continued(other, done) == other


@pytest.mark.parametrize(
    ("last", "first", "end"),
    [
        (2**32 - 5, 7, 2**32),
        (99_999_990, 12, 10**8),
        (5003, 12, None),
        (99_999_990, 50_000_000, None),
    ],
)
def test_what_looks_like_a_counter_that_began_again(last: int, first: int, end: int | None) -> None:
    assert rolled_over(last, first) == end
