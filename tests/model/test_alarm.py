from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from console.model.alarm import (
    REST,
    acknowledge,
    after,
    changes_at,
    come,
    floods,
    go,
    shelve,
    unshelve,
    urgent,
)
from console.model.event import Alarm, AlarmState, Priority

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)


def alarm(number: int = 1, minutes: float = 0, priority: Priority = Priority.MEDIUM) -> Alarm:
    return Alarm(
        number=number,
        key=f"meter h{number}",
        priority=priority,
        since=NOON + timedelta(minutes=minutes),
        title=f"h{number} lost",
        text="no answer",
        advice="look at the meter",
    )


def test_a_life_from_coming_to_being_forgotten() -> None:
    new = alarm()
    assert new.state is AlarmState.UNACKNOWLEDGED
    seen = acknowledge(new, "anna", NOON)
    assert (seen.state, seen.acknowledged_by) == (AlarmState.ACKNOWLEDGED, "anna")
    gone = go(seen, NOON)
    assert gone.state is AlarmState.RESTING
    assert after(gone, NOON + REST - timedelta(seconds=1)) == gone
    assert after(gone, NOON + REST) is None


def test_what_is_over_and_unseen_stands_until_it_is_seen() -> None:
    returned = go(alarm(), NOON)
    assert returned.state is AlarmState.RETURNED
    assert after(returned, NOON + timedelta(days=900)) == returned
    seen = acknowledge(returned, "anna", NOON + REST)
    assert after(seen, NOON + REST) is None


def test_the_first_who_saw_it_is_kept() -> None:
    seen = acknowledge(acknowledge(alarm(), "anna", NOON), "ben", NOON + REST)
    assert (seen.acknowledged_by, seen.acknowledged_at) == ("anna", NOON)


def test_a_chattering_alarm_is_one_that_is_counted() -> None:
    standing = acknowledge(alarm(), "anna", NOON)
    for _ in range(4):
        standing = come(go(standing, NOON), alarm())
    assert (standing.count, standing.state) == (5, AlarmState.ACKNOWLEDGED)


def test_a_worse_alarm_is_to_be_seen_anew() -> None:
    seen = acknowledge(alarm(), "anna", NOON)
    worse = come(seen, alarm(priority=Priority.HIGH))
    assert (worse.state, worse.acknowledged_by) == (AlarmState.UNACKNOWLEDGED, "")
    assert come(worse, alarm(priority=Priority.LOW)).priority is Priority.LOW


def test_a_shelved_alarm_comes_back_by_itself_to_be_seen_anew() -> None:
    until = NOON + timedelta(hours=1)
    shelved = shelve(acknowledge(alarm(), "anna", NOON), "anna", "new meter on Monday", until)
    assert changes_at(shelved) == until
    assert after(shelved, until - timedelta(seconds=1)) == shelved
    assert after(shelved, until) == alarm()
    assert after(go(shelved, NOON), until) is None


def test_what_waits_comes_before_what_was_seen() -> None:
    seen = acknowledge(alarm(1, priority=Priority.HIGH), "anna", NOON)
    low, late, early = alarm(2, priority=Priority.LOW), alarm(3, 5), alarm(4, 1)
    assert [each.number for each in urgent([seen, low, late, early])] == [4, 3, 2, 1]


@pytest.mark.parametrize(
    ("minutes", "found"),
    [
        ([0.5 * n for n in range(11)], [11]),
        ([0.5 * n for n in range(10)], []),
        ([1.1 * n for n in range(30)], []),
        ([0.0] * 11 + [60.0] * 12 + [300.0], [11, 12]),
        ([0.9 * n for n in range(40)], [40]),
    ],
)
def test_more_than_ten_in_ten_minutes_are_a_flood(minutes: list[float], found: list[int]) -> None:
    alarms = [alarm(number, start) for number, start in enumerate(minutes)]
    assert [len(flood) for flood in floods(alarms)] == found


@given(st.lists(st.integers(0, 90), max_size=60))
def test_floods_share_no_alarm_and_take_all_that_came_too_fast(minutes: list[int]) -> None:
    alarms = [alarm(number, start) for number, start in enumerate(minutes)]
    grouped = [one.number for flood in floods(alarms) for one in flood]
    assert len(grouped) == len(set(grouped))
    for number, start in enumerate(minutes):
        crowd = max(
            sum(first <= other <= first + 10 for other in minutes)
            for first in range(start - 10, start + 1)
        )
        assert (number in grouped) == (crowd > 10)


class Life(RuleBasedStateMachine):
    """Any order of what can happen to one alarm."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.alarm: Alarm | None = None

    @rule(priority=st.sampled_from(Priority))
    def comes(self, priority: Priority) -> None:
        told = msgspec.structs.replace(alarm(priority=priority), since=self.now)
        self.alarm = told if self.alarm is None else come(self.alarm, told)
        assert self.alarm.ended is None

    @precondition(lambda self: self.alarm)
    @rule()
    def goes(self) -> None:
        assert self.alarm is not None
        before, self.alarm = self.alarm, go(self.alarm, self.now)
        assert self.alarm.waits == before.waits

    @precondition(lambda self: self.alarm)
    @rule(who=st.sampled_from(["anna", "ben"]))
    def is_seen(self, who: str) -> None:
        assert self.alarm is not None
        before, self.alarm = self.alarm, acknowledge(self.alarm, who, self.now)
        assert not self.alarm.waits
        assert (self.alarm == before) is not before.waits

    @precondition(lambda self: self.alarm)
    @rule(minutes=st.integers(1, 90))
    def is_shelved(self, minutes: int) -> None:
        assert self.alarm is not None
        self.alarm = shelve(self.alarm, "anna", "why", self.now + timedelta(minutes=minutes))
        assert self.alarm.state is AlarmState.SHELVED

    @precondition(lambda self: self.alarm and self.alarm.state is AlarmState.SHELVED)
    @rule()
    def is_unshelved(self) -> None:
        assert self.alarm is not None
        lasts, self.alarm = self.alarm.ended is None, unshelve(self.alarm)
        assert (self.alarm is not None) == lasts
        assert self.alarm is None or self.alarm.state is AlarmState.UNACKNOWLEDGED

    @precondition(lambda self: self.alarm)
    @rule(minutes=st.integers(0, 60))
    def time_passes(self, minutes: int) -> None:
        assert self.alarm is not None
        self.now += timedelta(minutes=minutes)
        waited = self.alarm.waits
        self.alarm = after(self.alarm, self.now)
        assert not (waited and self.alarm is None), "what nobody has seen is never forgotten"

    @invariant()
    def nothing_is_hidden_for_ever(self) -> None:
        if self.alarm is None or self.alarm.waits:
            return
        hidden = self.alarm.state in (AlarmState.SHELVED, AlarmState.RESTING)
        assert (changes_at(self.alarm) is not None) == hidden
        assert self.alarm.acknowledged_by or self.alarm.shelved_by


TestLife = Life.TestCase
