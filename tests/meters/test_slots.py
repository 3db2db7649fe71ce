from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.meters.slots import Slots, to_instant, to_milliseconds

START = to_milliseconds(datetime(2026, 6, 21, 9, 0, tzinfo=UTC))
HOUR = 3_600_000


def slots_between(slots: Slots, start: int, end: int, *, sparse: bool = False) -> list[int]:
    found = []
    slot = slots.after(start - 1, sparse=sparse)
    while slot < end:
        found.append(slot)
        slot = slots.after(slot, sparse=sparse)
    return found


@given(st.text(min_size=1, max_size=32), st.integers(1, 900), st.integers(0, 10**9))
def test_a_house_keeps_its_phase_whenever_it_starts(house: str, period: int, later: int) -> None:
    slots = Slots(house, timedelta(seconds=period), 15)
    first = slots.after(START, sparse=False)
    assert 0 < first - START <= period * 1000
    assert (slots.after(START + later, sparse=False) - first) % (period * 1000) == 0


def test_a_thousand_houses_spread_over_the_period() -> None:
    phases = [Slots(f"test{number}", timedelta(seconds=10), 15).phase for number in range(1000)]
    seconds = [phase // 1000 for phase in phases]
    assert all(70 <= seconds.count(second) <= 130 for second in range(10))


@given(
    st.text(min_size=1, max_size=9),
    st.integers(1, 1200),
    st.sampled_from((5, 15, 30, 60)),
)
def test_sparse_keeps_just_the_slots_next_to_each_edge(
    house: str, period: int, minutes: int
) -> None:
    slots = Slots(house, timedelta(seconds=period), minutes)
    every = slots_between(slots, START - HOUR, START + 3 * HOUR)
    wanted = set()
    for edge in range(START, START + 2 * HOUR, minutes * 60_000):
        wanted.add(max(slot for slot in every if slot <= edge))
        wanted.add(min(slot for slot in every if slot >= edge))
    inside = [slot for slot in wanted if START <= slot < START + HOUR]
    assert slots_between(slots, START, START + HOUR, sparse=True) == sorted(inside)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)))
def test_instants_are_kept_to_the_millisecond(instant: datetime) -> None:
    cut = instant.replace(microsecond=instant.microsecond // 1000 * 1000, tzinfo=UTC)
    assert to_instant(to_milliseconds(instant.replace(tzinfo=UTC))) == cut
