from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from console.clock import FrozenClock
from console.engine.playing.stepper import Stepper
from console.meters.line import PolledMeter
from console.meters.source import Emit, Playground
from console.model.meter import Counted
from console.model.reading import Reading
from console.model.settlement import State
from tests.engine.street import QUARTER, START, Opened, OpenEngine, interval


class _Ticking:
    """A source that reads one house every `period`, so many times."""

    def __init__(self, clock: FrozenClock, period: timedelta, times: int) -> None:
        self.period = period
        self.sparse = False
        self.playground: Playground | None = None
        self.asked: list[datetime] = []
        self._clock = clock
        self._times = times

    def overheard(self, house: str) -> PolledMeter | None:
        return None

    def counted(self, house: str) -> Counted | None:
        return None

    async def run(self, emit: Emit) -> None:
        while await self.step(emit) is not None:
            await self._clock.wait_until(self._clock.now() + self.period)

    async def step(self, emit: Emit) -> datetime | None:
        now = self._clock.now()
        self.asked.append(now)
        await emit(Reading(house="p1", time=now, import_wh=len(self.asked), export_wh=0))
        return now + self.period if len(self.asked) < self._times else None


def _ticking(street: Opened, period: timedelta, times: int) -> tuple[_Ticking, Stepper]:
    source = _Ticking(street.clock, period, times)
    street.engine.source = source
    return source, Stepper(street.engine, street.clock)


async def test_the_clock_stands_at_every_due_instant(street: Opened) -> None:
    source, stepper = _ticking(street, timedelta(minutes=4), 100)
    until = START + timedelta(minutes=19)
    await stepper.to(until)
    assert source.asked == [START + timedelta(minutes=minutes) for minutes in range(0, 20, 4)]
    assert street.clock.now() == until


async def test_steps_add_up_however_the_way_is_cut(street: Opened) -> None:
    source, stepper = _ticking(street, timedelta(minutes=4), 100)
    for minutes in (1, 3, 4, 4, 11, 19):
        await stepper.to(START + timedelta(minutes=minutes))
    assert source.asked == [START + timedelta(minutes=minutes) for minutes in range(0, 20, 4)]


async def test_an_earlier_instant_changes_nothing(street: Opened) -> None:
    source, stepper = _ticking(street, timedelta(minutes=4), 100)
    await stepper.to(START + timedelta(minutes=10))
    asked = list(source.asked)
    await stepper.to(START + timedelta(minutes=2))
    assert source.asked == asked
    assert street.clock.now() == START + timedelta(minutes=10)


async def test_after_the_sources_end_intervals_still_close(street: Opened) -> None:
    source, stepper = _ticking(street, timedelta(minutes=1), 3)
    await stepper.to(START + 3 * QUARTER)
    assert len(source.asked) == 3
    settlements = street.engine.parts.store.settlements
    known = await settlements.between(START, START + 3 * QUARTER)
    assert [one.interval for one in known] == [interval(quarter) for quarter in range(3)]


async def test_a_changed_plan_is_asked_for_at_once(street: Opened) -> None:
    source, stepper = _ticking(street, timedelta(hours=1), 100)
    await stepper.to(START + timedelta(minutes=7))
    stepper.look_again()
    await stepper.to(START + timedelta(minutes=8))
    assert source.asked == [START, START + timedelta(minutes=7)]


async def test_readings_are_stored_before_they_grow_many(
    street: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.engine.playing.stepper.GATHERED", 5)
    _source, stepper = _ticking(street, timedelta(seconds=1), 12)
    await stepper.to(START + timedelta(seconds=10))
    assert street.engine.intake.waiting < 5


async def test_only_when_asked_all_becomes_final_on_the_way(
    open_engine: OpenEngine, record: Callable[..., Path], tmp_path: Path
) -> None:
    finals = {}
    for until_final in (True, False):
        street = await open_engine(tmp_path / str(until_final), record())
        end = street.recording.end + street.engine.parts.grace
        await street.stepper.to(end, until_final=until_final)
        known = await street.engine.parts.store.settlements.between(START, street.recording.end)
        finals[until_final] = [one.state for one in known]
    assert finals[True] == [State.FINAL, State.FINAL, State.FINAL, State.IDLE]
    assert finals[False] == [State.SIGNED, State.SIGNED, State.SIGNED, State.IDLE]
