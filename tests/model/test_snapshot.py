"""The stream: what a console holds after any deltas is what the engine drew."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from console.model.snapshot import Delta, HouseNow, Line, apply, both, delta_of
from tests.tui.lindenhof import lindenhof

Change = tuple[int, int, bool]
CHANGES = st.lists(
    st.lists(st.tuples(st.integers(0, 11), st.integers(-9000, 9000), st.booleans()), max_size=8),
    max_size=4,
)


def changed(house: HouseNow, watts: int, *, traded: bool) -> HouseNow:
    assert house.time is not None
    time = house.time + timedelta(seconds=1)
    sold = house.sold_wh + traded
    return msgspec.structs.replace(house, time=time, power_w=watts, sold_wh=sold)


@given(CHANGES)
def test_deltas_one_by_one_or_joined_bring_what_was_drawn(
    changes: list[list[tuple[int, int, bool]]],
) -> None:
    start = one_by_one = lindenhof()
    drawn = list(start.houses)
    joined: Delta | None = None
    told = {house.id: house for house in start.houses}
    for changing in changes:
        news = {}
        for number, watts, traded in changing:
            drawn[number] = changed(drawn[number], watts, traded=traded)
            news[drawn[number].id] = drawn[number]
        delta = delta_of(start.head, news.values(), told, None)
        told |= news
        line = msgspec.json.decode(msgspec.json.encode(delta), type=Line)
        assert isinstance(line, Delta)
        one_by_one = apply(one_by_one, line)
        joined = line if joined is None else both(joined, line)
    assert one_by_one.houses == tuple(drawn)
    assert joined is None or apply(start, joined).houses == tuple(drawn)


def test_a_reading_is_told_in_short() -> None:
    snapshot = lindenhof()
    old = snapshot.houses[0]
    new = changed(old, 5, traded=False)
    short = delta_of(snapshot.head, [new], {old.id: old}, None)
    assert (short.houses, [move.id for move in short.moved]) == ((), [old.id])
    assert delta_of(snapshot.head, [new], {}, None).houses == (new,)
