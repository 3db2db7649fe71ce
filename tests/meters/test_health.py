from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from console.meters.health import Health
from console.model.reading import MeterState

NOW = datetime(2026, 6, 21, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_two_missed_polls_make_it_stale_and_one_answer_live_again() -> None:
    health = Health("test1", MINUTE)
    live = health.answer(NOW)
    assert live is not None
    assert live.state is MeterState.LIVE
    assert health.answer(NOW) is None
    assert health.fail(NOW, "no connection") is None
    stale = health.fail(NOW + MINUTE, "no connection")
    assert stale is not None
    assert stale.state is MeterState.STALE
    assert stale.since == NOW + MINUTE
    assert stale.reason == "2 polls without a reading: no connection"
    again = health.answer(NOW)
    assert again is not None
    assert (again.state, again.reason) == (MeterState.LIVE, "")


@pytest.mark.parametrize(("seconds", "polls"), [(60, 10), (10, 30), (300, 10), (1, 300)])
def test_it_is_lost_after_ten_polls_and_five_minutes(seconds: int, polls: int) -> None:
    health = Health("test1", timedelta(seconds=seconds))
    states = [health.miss(NOW, "nothing") for _ in range(polls + 5)]
    changes = [(number, state.state) for number, state in enumerate(states, 1) if state]
    assert changes == [(2, MeterState.STALE), (polls, MeterState.LOST)]


def rests_after(health: Health, failures: int, busy_seconds: float = 0.0) -> list[int]:
    rests = []
    for _ in range(failures):
        health.fail(NOW, "nothing", busy_seconds)
        rest = 0
        while health.rests():
            rest += 1
        rests.append(rest)
    return rests


def test_it_rests_twice_as_long_after_each_failure_up_to_a_ceiling_of_its_own() -> None:
    rests = rests_after(Health("test1", timedelta(seconds=1)), 20)
    assert rests[:6] == [0, 1, 3, 7, 15, 31]
    assert all(59 <= rest <= 299 for rest in rests[9:])
    assert len(set(rests[9:])) > 5
    assert rests == rests_after(Health("test1", timedelta(seconds=1)), 20)
    assert rests != rests_after(Health("test2", timedelta(seconds=1)), 20)


def test_a_busy_meter_is_left_alone_for_as_long_as_it_asked() -> None:
    assert rests_after(Health("test1", timedelta(seconds=10)), 1, 120) == [11]


def test_an_answer_ends_the_rest() -> None:
    health = Health("test1", timedelta(seconds=1))
    rests_after(health, 8)
    health.fail(NOW, "nothing")
    health.answer(NOW)
    assert not health.rests()


def test_a_stopped_meter_is_lost_at_once() -> None:
    stopped = Health("test1", MINUTE).stop(NOW, "refused")
    assert stopped is not None
    assert (stopped.state, stopped.reason) == (MeterState.LOST, "refused")


def test_an_answer_in_doubt_is_stale_until_it_is_not() -> None:
    health = Health("test1", MINUTE)
    health.answer(NOW)
    doubted = health.answer(NOW + MINUTE, "its import register stands")
    assert doubted is not None
    assert (doubted.state, doubted.reason) == (MeterState.STALE, "its import register stands")
    assert health.answer(NOW + 2 * MINUTE, "its import register stands") is None
    sound = health.answer(NOW + 3 * MINUTE)
    assert sound is not None
    assert (sound.state, sound.reason) == (MeterState.LIVE, "")


def test_the_reason_of_a_stale_meter_is_the_newest() -> None:
    health = Health("test1", MINUTE)
    health.answer(NOW)
    health.miss(NOW, "no connection")
    stale = health.miss(NOW, "no connection")
    assert stale is not None
    doubted = health.answer(NOW, "its import register stands")
    assert doubted is not None
    assert (doubted.state, doubted.reason) == (MeterState.STALE, "its import register stands")
