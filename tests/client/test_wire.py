"""Several lines folded into one say what they said together."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.client.wire import newest
from console.model.reading import MeterState
from console.model.snapshot import Beat, Delta, HouseNow, Line, Snapshot, apply

_CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("beat"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("delta"), st.integers(0, 9), st.integers(1, 3)),
        st.tuples(st.just("snapshot"), st.integers(0, 9), st.integers(1, 3)),
    ),
    min_size=1,
    max_size=6,
)


def line_of(base: Snapshot, kind: str, seconds: int, power: int) -> Line:
    now = base.head.now + timedelta(seconds=seconds)
    head = msgspec.structs.replace(base.head, now=now)
    houses = tuple(
        HouseNow(id=f"h{n}", name="", meter="simulated", state=MeterState.LIVE, power_w=power)
        for n in range(power)
    )
    if kind == "beat":
        return Beat(now=now)
    if kind == "delta":
        return Delta(head=head, houses=houses)
    return Snapshot(place=base.place, head=head, houses=houses, day=())


@given(_CHANGES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_fold_changes_the_picture_as_its_lines_do(
    snapshot: Snapshot, changes: list[tuple[str, int, int]]
) -> None:
    lines = [line_of(snapshot, *change) for change in changes]
    one_by_one = snapshot
    for line in lines:
        one_by_one = apply(one_by_one, line)
    assert apply(snapshot, newest(lines)) == one_by_one
