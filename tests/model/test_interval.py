import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.interval import LENGTHS, Interval, intervals_between

instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(instants, st.sampled_from(LENGTHS))
def test_every_instant_lies_in_exactly_one(instant: datetime, minutes: int) -> None:
    interval = Interval.containing(instant, minutes)
    assert interval.start <= instant < interval.end
    assert interval.next.previous == interval
    assert Interval.parse(interval.name, minutes) == interval


@pytest.mark.parametrize(
    "name", ["2026-11-23T10:07Z", "2026-11-23", "2026-11-23T10:15", "2026-11-23T10:15+01:00", ""]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        Interval.parse(name, 15)


@given(instants, st.integers(0, 600), st.sampled_from(LENGTHS))
def test_the_whole_intervals_of_a_span(start: datetime, length: int, minutes: int) -> None:
    end = start + timedelta(minutes=length)
    found = list(intervals_between(start, end, minutes))
    assert all(start <= one.start and one.end <= end for one in found)
    assert all(one.next == other for one, other in itertools.pairwise(found))
    covered = timedelta(minutes=minutes) * len(found)
    assert timedelta(minutes=length) - covered < timedelta(minutes=2 * minutes)
