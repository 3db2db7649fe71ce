from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from console.meters.simulated.register import MINUTE, DayRegister

MINUTES = 30
START = 1_000_000_000
END = START + MINUTES * MINUTE

edges = st.lists(st.integers(START - MINUTE, END + MINUTE), min_size=2, max_size=4, unique=True)


@given(
    st.lists(st.integers(-5000, 5000), min_size=MINUTES, max_size=MINUTES),
    edges.map(sorted),
    st.integers(-9000, 9000),
    st.integers(START, END - 1),
)
def test_effects_change_the_power_between_their_edges_and_nowhere_else(
    powers: list[int], span: list[int], effect: int, instant: int
) -> None:
    first, last = span[0], span[-1]

    def power_at(minute: int, inside: int) -> int:
        at = START + minute * MINUTE + inside
        return powers[minute] + (effect if first <= at < last else 0)

    register = DayRegister(START, powers, [first, last], power_at)
    minute, inside = divmod(instant - START, MINUTE)
    assert register.power_at(instant) == power_at(minute, inside)
    plain = DayRegister(START, powers, [], power_at)
    if instant <= first:
        assert register.counts_at(instant) == plain.counts_at(instant)
    counts, full = register.counts_at(instant), register.counts
    expected = plain.counts_at(instant)
    touched = max(0, min(instant, last) - max(START, first)) * effect
    net = counts.imported - counts.exported
    assert net == expected.imported - expected.exported + touched
    assert full.imported >= counts.imported >= 0
    assert full.exported >= counts.exported >= 0


@given(st.lists(st.integers(-5000, 5000), min_size=MINUTES, max_size=MINUTES))
def test_energy_is_power_by_time_and_never_falls(powers: list[int]) -> None:
    register = DayRegister(START, powers, [], lambda minute, _: powers[minute])
    counts = [register.counts_at(START + at) for at in range(0, MINUTES * MINUTE, 7919)]
    assert counts == sorted(counts)
    assert all(a.exported <= b.exported for a, b in itertools.pairwise(counts))
    assert register.counts.imported == sum(power for power in powers if power > 0) * MINUTE
    assert register.counts.exported == -sum(power for power in powers if power < 0) * MINUTE
