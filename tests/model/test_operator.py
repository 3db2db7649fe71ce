"""A line of operators tells for every instant who signs, and nobody where none may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from console.model.interval import Interval
from console.model.operator import Line, Operator

START = datetime(2026, 6, 21, 10, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
FIRST = b"\x01" * 32


def line_of(edges: list[int]) -> Line:
    later = [Operator(bytes([2 + n]) * 32, START + edge * QUARTER) for n, edge in enumerate(edges)]
    return Line(operators=(Operator(FIRST), *later))


def test_a_community_that_never_exchanged_its_key_has_one_operator_for_all_times() -> None:
    line = Line.of(FIRST)
    assert line.first == line.newest == line.holder == line.at(datetime(1970, 1, 1, tzinfo=UTC))


@given(st.lists(st.integers(0, 40), unique=True).map(sorted), st.integers(-3, 45))
def test_every_interval_has_exactly_one_signer(edges: list[int], quarter: int) -> None:
    line, interval = line_of(edges), Interval(START + quarter * QUARTER, 15)
    signing = [operator for operator in line.operators if line.signs(operator, interval)]
    assert signing == [line.operators[sum(edge <= quarter for edge in edges)]]


def test_an_interval_over_an_edge_is_of_who_signed_at_its_start() -> None:
    line = line_of([1])
    assert line.signs(line.first, Interval(START, 30))


def test_from_the_edge_of_a_successor_that_never_answered_nobody_signs() -> None:
    line = msgspec.structs.replace(Line.of(FIRST), ends=START)
    assert line.at(START - QUARTER) == line.first
    assert line.at(START) is None
    assert not line.signs(line.first, Interval(START, 15))


def test_the_key_file_is_the_former_operators_until_the_entries_are_there_for_good() -> None:
    coming = Line.of(FIRST).followed_by(Operator(bytes(32), START))
    assert (coming.coming, coming.holder.public_key) == (True, FIRST)
    assert coming.newest.public_key == bytes(32)
    assert msgspec.structs.replace(coming, coming=False).holder == coming.newest
    assert msgspec.json.decode(msgspec.json.encode(coming), type=Line) == coming
