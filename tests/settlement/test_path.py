"""A register's path keeps to its bounds, and every step to its room."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from console.settlement.path import Bounds, path


def test_a_bound_moves_the_steps_before_it_and_the_whole_stays_where_it_can() -> None:
    assert path([100] * 4, [10] * 4, [(0, 0), (0, None), (0, 180), (0, None), (0, None)], 0) == [
        0, 90, 180, 290, 400,
    ]  # fmt: skip
    assert path([100] * 2, [10] * 2, [(0, 0), (0, None), (0, 150)], 0) == 2


def test_a_free_start_moves_instead_of_the_steps() -> None:
    assert path([100, 100], [10, 10], [(50, 90), (0, None), (270, 270)], 20) == [70, 170, 270]


steps = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 9), st.integers(0, 60), st.integers(0, 60)),
    min_size=1,
    max_size=8,
)


@given(steps, st.integers(0, 40), st.integers(0, 40))
def test_every_path_keeps_to_bounds_and_rooms(
    drawn: list[tuple[int, int, int, int]], base: int, free: int
) -> None:
    energies, rooms = [one[0] for one in drawn], [one[1] for one in drawn]
    bounds: list[Bounds] = [(base, base + free)]
    wanted = base
    for energy, _, below, above in drawn:
        wanted += energy
        bounds.append((wanted - below, wanted + above))
    found = path(energies, rooms, bounds, base)
    assert not isinstance(found, int)
    for register, (low, high) in zip(found, bounds, strict=True):
        assert low <= register <= (high or 0)
    for (before, after), energy, room in zip(pairwise(found), energies, rooms, strict=True):
        assert after - before >= 0
        assert abs(after - before - energy) <= room
