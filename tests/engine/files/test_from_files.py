"""A house whose readings come from files alone: shown as such, waited for, and no alarm."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from console.engine.readings.metering import Metering
from console.engine.recall import recall
from console.engine.serving.overview import overview
from console.model.awaited import Awaited
from console.model.balance import IntervalBalances
from console.model.event import Alarm, Priority
from console.model.interval import Interval
from console.model.reading import MeterState, MeterStatus
from console.model.settlement import State
from console.model.snapshot import Access
from console.settings import FILE, MeterSettings
from tests.engine.importer import energy_file, take
from tests.engine.neighbours import (
    QUARTER,
    RATES,
    START,
    Neighbourhood,
    neighbourhood,
    quarter_hour,
)

HOUSE = "p1"


def file_for(here: Neighbourhood, *houses: str) -> None:
    """Let nobody poll these houses any more."""
    parts = here.engine.parts
    meter = MeterSettings(profile=FILE)
    members = tuple(
        msgspec.structs.replace(one, meter=meter) if one.house.id in houses else one
        for one in parts.settings.members
    )
    parts.take(msgspec.structs.replace(parts.settings, members=members), parts.members)
    here.meters.silent.update(houses)


def standing(here: Neighbourhood) -> dict[str, Alarm]:
    return {one.key: one for one in here.engine.parts.log.alarms if one.ended is None}


async def say(here: Neighbourhood, state: MeterState, *houses: str) -> None:
    for house in houses:
        status = MeterStatus(house=house, state=state, since=START, reason="timed out")
        await here.engine.intake.emit(status)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Neighbourhood]:
    async with neighbourhood(tmp_path / "data") as here:
        yield here


async def test_its_intervals_wait_without_an_alarm_and_settle_with_its_file(
    here: Neighbourhood, tmp_path: Path
) -> None:
    file_for(here, HOUSE)
    await here.live(70, until_final=True)
    assert {(await here.get(quarter)).state for quarter in range(3)} == {State.HELD}
    assert standing(here) == {}
    rows = [(quarter_hour(number).start, HOUSE, 0, 900) for number in range(4)]
    await take(here.engine, energy_file(tmp_path / "p1.csv", rows))
    await here.live(10, until_final=True)
    settled = [await here.get(quarter) for quarter in range(4)]
    assert {one.state for one in settled} == {State.FINAL}
    assert [one.exported_wh - 270 - 9 for one in settled] == [900] * 4
    assert standing(here) == {}
    assert (await here.engine.verify()).differences == 0


async def test_a_polled_house_that_is_missing_beside_it_is_still_told(here: Neighbourhood) -> None:
    file_for(here, HOUSE)
    here.meters.silent.add("c1")
    await here.live(40, until_final=True)
    assert any("c1" in alarm.text for alarm in standing(here).values())


async def test_a_restart_makes_no_alarm_of_what_waits_for_a_file(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        file_for(here, HOUSE)
        await here.live(70, until_final=True)
        engine = here.engine
        await recall(engine.parts, engine.settler)
        assert standing(here) == {}


async def test_what_is_waited_for_is_told_and_an_alarm_once_half_of_the_time_is_over(
    here: Neighbourhood, tmp_path: Path
) -> None:
    file_for(here, HOUSE)
    parts = here.engine.parts
    few = msgspec.structs.replace(parts.settings.settlement, deadline_days=1)
    parts.take(msgspec.structs.replace(parts.settings, settlement=few), parts.members)
    await here.live(70, until_final=True)
    status = await overview(parts, here.engine.picture.snapshot(Access.OPERATE))
    until = quarter_hour(0).end + timedelta(days=1)
    first = Awaited(house=HOUSE, since=START, until=until, intervals=4)
    assert status.awaited == (first,)
    assert standing(here) == {}

    await here.live(12 * 60, until_final=True)
    [alarm] = standing(here).values()
    assert alarm.title == f"the file of {HOUSE} is waited for"
    assert alarm.priority is Priority.LOW
    assert until.astimezone(parts.zone).strftime("%Y-%m-%d %H:%M") in alarm.text

    ended = (here.clock.now() - START) // QUARTER
    rows = [(quarter_hour(number).start, HOUSE, 0, 900) for number in range(ended)]
    await take(here.engine, energy_file(tmp_path / "p1.csv", rows))
    await here.live(20, until_final=True)
    assert standing(here) == {}
    assert (await here.get(0)).state is State.FINAL


async def test_an_interval_without_its_file_is_not_measured_again_and_again(
    here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_for(here, HOUSE)
    await here.live(70, until_final=True)
    measured: list[Interval] = []
    balances = here.engine.books.balances

    async def counting(interval: Interval) -> IntervalBalances:
        measured.append(interval)
        return await balances(interval)

    monkeypatch.setattr(here.engine.books, "balances", counting)
    held = [quarter_hour(number) for number in range(4)]
    await here.live(60, until_final=True)
    assert not {*held} & {*measured}


async def test_it_is_shown_as_what_it_is_whatever_its_meter_said_before(
    here: Neighbourhood,
) -> None:
    await here.live(10, until_final=True)
    await say(here, MeterState.LOST, HOUSE)
    file_for(here, HOUSE)
    await here.live(5, until_final=True)
    await here.engine.intake.flush()
    house = here.engine.picture.house(HOUSE)
    assert (house.state, house.power_w, house.reason) == (MeterState.FILES, None, "")
    assert house.time is not None
    engine = here.engine
    found = Metering(engine.parts, engine.intake).meter(HOUSE)
    assert (found.state, found.power_w, found.reason) == (MeterState.FILES, None, "")
    status = await overview(engine.parts, engine.picture.snapshot(Access.OPERATE))
    assert (status.from_files, status.lost) == (1, 0)


async def test_the_alarm_of_a_meter_that_is_polled_no_more_ends(here: Neighbourhood) -> None:
    await here.live(10, until_final=True)
    await say(here, MeterState.LOST, HOUSE)
    assert f"meter {HOUSE}" in standing(here)
    file_for(here, HOUSE)
    await here.engine.intake.flush()
    assert standing(here) == {}
    await say(here, MeterState.LOST, HOUSE)
    assert standing(here) == {}, "an answer that was awaited since before"


async def test_all_that_are_polled_are_all(here: Neighbourhood) -> None:
    file_for(here, HOUSE)
    await here.engine.intake.flush()
    polled = [house for house in RATES if house != HOUSE]
    await say(here, MeterState.LOST, *polled)
    [alarm] = standing(here).values()
    assert alarm.title == "4 of 4 meters lost"
    file_for(here, *RATES)
    await here.engine.intake.flush()
    assert standing(here) == {}


async def test_its_day_on_the_screens_is_what_its_file_says(
    here: Neighbourhood, tmp_path: Path
) -> None:
    file_for(here, HOUSE)
    await here.live(70, until_final=True)
    await here.engine.refresh()
    assert here.engine.picture.house(HOUSE).exported_wh == 0
    rows = [(quarter_hour(number).start, HOUSE, 5, 900) for number in range(4)]
    await take(here.engine, energy_file(tmp_path / "p1.csv", rows))
    await here.engine.refresh()
    house = here.engine.picture.house(HOUSE)
    assert (house.exported_wh, house.imported_wh) == (3600, 20)
