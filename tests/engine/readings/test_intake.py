from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from console.errors import DiskFull
from console.model.event import Alarm, Priority
from console.model.reading import MeterState, MeterStatus, Reading
from tests.engine.street import START, Opened

HOUSES = ("p1", "p2", "c1", "c2")


def _reading(house: str, minutes: float = 0, import_wh: int = 10) -> Reading:
    time = START + timedelta(minutes=minutes)
    return Reading(house=house, time=time, import_wh=import_wh, export_wh=4, source="test")


def _status(house: str, state: MeterState, reason: str = "") -> MeterStatus:
    return MeterStatus(house=house, state=state, since=START, reason=reason)


def _standing(street: Opened) -> list[Alarm]:
    return [alarm for alarm in street.engine.parts.log.alarms if alarm.ended is None]


async def _texts(street: Opened) -> list[str]:
    return [event.text for event in await street.engine.parts.store.events.page()]


async def test_readings_wait_until_they_are_stored_together(street: Opened) -> None:
    intake, store = street.engine.intake, street.engine.parts.store
    for house in HOUSES:
        await intake.emit(_reading(house))
    assert intake.waiting == 4
    assert await store.readings.latest() == {}
    assert set(intake.latest) == intake.changed == set(HOUSES)
    await intake.flush()
    assert intake.waiting == 0
    assert set(await store.readings.latest()) == set(HOUSES)


async def test_the_newest_reading_is_the_newest_instant_not_the_last_to_come(
    street: Opened,
) -> None:
    intake = street.engine.intake
    for minutes in (2, 9, 5):
        await intake.emit(_reading("p1", minutes))
    assert intake.latest["p1"].time == START + timedelta(minutes=9)


async def test_contradicting_readings_are_told_and_the_first_is_kept(street: Opened) -> None:
    intake, store = street.engine.intake, street.engine.parts.store
    for import_wh in (10, 10, 77):
        await intake.emit(_reading("p1", import_wh=import_wh))
        await intake.flush()
    assert (await store.readings.latest())["p1"].import_wh == 10
    [told] = [text for text in await _texts(street) if "p1" in text]
    assert "two different values" in told
    assert "77 Wh" in told


async def test_a_full_disk_keeps_readings_waiting(
    street: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake, store = street.engine.intake, street.engine.parts.store

    async def full(_readings: object) -> list[Reading]:
        raise DiskFull("no space.")

    await intake.emit(_reading("p1"))
    with monkeypatch.context() as broken:
        broken.setattr(store.readings, "add", full)
        with pytest.raises(DiskFull):
            await intake.flush()
        await intake.emit(_reading("p2"))
        assert intake.waiting == 2
    await intake.flush()
    assert set(await store.readings.latest()) == {"p1", "p2"}


async def test_readings_that_are_being_stored_as_the_engine_stops_are_stored_as_it_closes(
    street: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake, store = street.engine.intake, street.engine.parts.store
    begun = asyncio.Event()

    async def slow(_readings: object) -> list[Reading]:
        begun.set()
        await asyncio.Event().wait()
        return []

    await intake.emit(_reading("p1"))
    with monkeypatch.context() as busy:
        busy.setattr(store.readings, "add", slow)
        storing = asyncio.create_task(intake.flush())
        await begun.wait()
        await intake.emit(_reading("p2"))
        storing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await storing
    await intake.flush()
    assert set(await store.readings.latest()) == {"p1", "p2"}


async def test_a_full_disk_for_long_costs_the_oldest_readings(
    street: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake, store = street.engine.intake, street.engine.parts.store
    monkeypatch.setattr("console.engine.readings.intake.MOST_WAITING", 3)

    async def full(_readings: object) -> list[Reading]:
        raise DiskFull("no space.")

    for minutes in range(5):
        await intake.emit(_reading("p1", minutes))
    with monkeypatch.context() as broken:
        broken.setattr(store.readings, "add", full)
        with pytest.raises(DiskFull):
            await intake.flush()
    await intake.flush()
    span = await store.readings.span()
    assert span == (START + timedelta(minutes=2), START + timedelta(minutes=4))


async def test_the_first_word_of_a_meter_is_no_news(street: Opened) -> None:
    before = await _texts(street)
    for house in HOUSES:
        await street.engine.intake.emit(_status(house, MeterState.LIVE))
    assert await _texts(street) == before


async def test_a_lost_meter_has_its_alarm_until_it_answers(street: Opened) -> None:
    intake = street.engine.intake
    for house in HOUSES:
        await intake.emit(_status(house, MeterState.LIVE))
    await intake.emit(_status("c1", MeterState.STALE, "no answer for 30 s"))
    assert _standing(street) == []
    await intake.emit(_status("c1", MeterState.LOST, "no answer\x1b[2J for 5 min"))
    [alarm] = _standing(street)
    assert (alarm.key, alarm.priority) == ("meter c1", Priority.MEDIUM)
    assert "\x1b" not in alarm.text
    assert alarm.advice
    await intake.emit(_status("c1", MeterState.LIVE))
    assert _standing(street) == []
    assert "c1 answers again" in (await _texts(street))[0]


async def test_all_lost_meters_are_one_alarm(street: Opened) -> None:
    intake = street.engine.intake
    for state in (MeterState.LIVE, MeterState.LOST):
        for house in HOUSES:
            await intake.emit(_status(house, state, "timed out" if state != "live" else ""))
    [alarm] = _standing(street)
    assert (alarm.key, alarm.priority) == ("meters", Priority.HIGH)
    assert alarm.title == "4 of 4 meters lost"


async def test_when_one_answers_again_the_others_have_alarms_of_their_own(street: Opened) -> None:
    intake = street.engine.intake
    for state in (MeterState.LIVE, MeterState.LOST):
        for house in HOUSES:
            await intake.emit(_status(house, state))
    await intake.emit(_status("p1", MeterState.LIVE))
    assert {alarm.key for alarm in _standing(street)} == {"meter p2", "meter c1", "meter c2"}
    for house in HOUSES[1:]:
        await intake.emit(_status(house, MeterState.LIVE))
    assert _standing(street) == []


async def test_a_meter_lost_from_the_start_has_its_alarm(street: Opened) -> None:
    """A restart while a meter is down must not hide that it is down."""
    intake = street.engine.intake
    await intake.emit(_status("p1", MeterState.LIVE))
    await intake.emit(_status("c1", MeterState.LOST, "refused"))
    assert [alarm.key for alarm in _standing(street)] == ["meter c1"]


async def test_an_alarm_from_before_a_restart_ends_when_its_meter_answers(street: Opened) -> None:
    intake = street.engine.intake
    await intake.emit(_status("p1", MeterState.LIVE))
    await intake.emit(_status("c1", MeterState.LIVE))
    await intake.emit(_status("c1", MeterState.LOST))
    intake.states.clear()
    await intake.emit(_status("p1", MeterState.LIVE))
    await intake.emit(_status("c1", MeterState.LIVE))
    assert _standing(street) == []
