from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from console import __version__
from console.model.balance import IntervalBalances
from console.model.event import Alarm, Priority
from console.model.house import House
from console.model.interval import Interval
from console.model.reading import MeterState, MeterStatus, Reading
from console.model.settlement import State
from console.model.snapshot import API, Access, HouseNow
from console.settings import Settings
from tests.engine.street import START, Opened, OpenEngine, interval


async def _house(street: Opened, house: str) -> HouseNow:
    await street.engine.refresh()
    return street.engine.picture.house(house)


async def test_before_anything_is_known_nothing_is_made_up(street: Opened) -> None:
    house = await _house(street, "p1")
    assert (house.state, house.time, house.power_w) == (MeterState.WAITING, None, None)
    assert (house.exported_wh, house.imported_wh, house.spark_wh) == (0, 0, ())
    head = street.engine.picture.head()
    assert (head.now, head.open, head.last) == (START, interval(0), None)
    assert head.settles == interval(0).end + street.engine.parts.grace


async def test_the_place_names_what_does_not_change(street: Opened) -> None:
    place = street.engine.picture.place(Access.WATCH)
    assert (place.api, place.version, place.access) == (API, __version__, Access.WATCH)
    assert (place.community, place.currency, place.minutes) == ("recording", "EUR", 15)
    assert place.price == "0.10 EUR/kWh"
    assert "private" in place.chain


async def test_a_house_shows_its_day_and_what_the_ledger_says(street: Opened) -> None:
    await street.run()
    giving, taking = await _house(street, "p1"), await _house(street, "c1")
    assert (giving.state, giving.time) == (MeterState.LIVE, START + timedelta(hours=1))
    assert (giving.exported_wh, giving.imported_wh) == (2200, 90)
    assert (taking.exported_wh, taking.imported_wh) == (0, 2500)
    entries = await street.engine.parts.store.entries.between(START, street.recording.end)
    sold = [entry for entry in entries if entry.producer == "p1"]
    bought = [entry for entry in entries if entry.consumer == "c1"]
    assert giving.sold_wh == sum(entry.wh for entry in sold)
    assert giving.earned_nano == sum(entry.amount_nano for entry in sold)
    assert taking.bought_wh == sum(entry.wh for entry in bought)
    assert taking.owes_nano == sum(entry.amount_nano for entry in bought)


async def test_a_spark_begins_where_anything_was_known(street: Opened) -> None:
    await street.to(4)
    spark = (await _house(street, "p1")).spark_wh
    assert spark == (1000, 900, 300 - 40), "the fourth quarter hour is in its grace"
    await street.run()
    spark = (await _house(street, "p1")).spark_wh
    assert (spark[:3], spark[-1]) == ((1000, 900, 300 - 40), None), "nobody spoke in the last"


async def test_an_interval_that_a_house_lacks_is_measured_once_and_again_after_an_import(
    street: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    await street.run()
    spark = (await _house(street, "p1")).spark_wh
    balances, measured = street.engine.books.balances, list[Interval]()

    async def noted(one: Interval) -> IntervalBalances:
        measured.append(one)
        return await balances(one)

    monkeypatch.setattr(street.engine.books, "balances", noted)
    street.engine.settler.version += 1
    assert (await _house(street, "p1")).spark_wh == spark
    assert measured == []
    street.engine.intake.brought += 1
    assert (await _house(street, "p1")).spark_wh == spark
    assert measured == [interval(number) for number in (*range(-9, 0), 4)]


async def test_the_day_has_its_intervals_and_the_open_one_last(street: Opened) -> None:
    await street.to(3)
    await street.engine.refresh()
    first, *_rest, last = street.engine.picture.day
    assert (first.start, first.state, first.shared_wh) == (START, State.FINAL, 1103)
    assert (first.to_grid_wh, first.from_grid_wh) == (1501 - 1103, 0)
    assert (last.start, last.state, last.shared_wh) == (interval(3).start, State.OPEN, None)


async def test_only_a_change_is_looked_at_anew(street: Opened) -> None:
    picture = street.engine.picture
    assert await picture.refresh()
    assert not await picture.refresh()
    version = picture.day_version
    await street.to(1)
    assert await picture.refresh()
    assert picture.day_version > version


async def test_midnight_begins_a_new_day(street: Opened) -> None:
    await street.run()
    await street.engine.refresh()
    midnight = START + timedelta(hours=14)
    for minutes, import_wh in ((0, 9000), (5, 9070)):
        time = midnight + timedelta(minutes=minutes)
        reading = Reading(house="c1", time=time, import_wh=import_wh, export_wh=0)
        await street.engine.intake.emit(reading)
    await street.engine.intake.flush()
    street.clock.move_to(midnight + timedelta(minutes=5))
    house = await _house(street, "c1")
    assert (house.imported_wh, house.bought_wh, house.owes_nano) == (70, 0, 0)


async def test_a_meters_state_and_reason_are_its_own(street: Opened) -> None:
    await street.to(1)
    lost = MeterStatus(
        house="c2", state=MeterState.LOST, since=START, reason="no answer\x1b]0;x\x07 since 10:00"
    )
    await street.engine.intake.emit(lost)
    house = await _house(street, "c2")
    assert house.state is MeterState.LOST
    assert house.imported_wh == 403
    assert "\x1b" not in house.reason


async def test_names_from_outside_are_cleaned(street: Opened) -> None:
    settings = _renamed(street.settings, "Evil\x1b[2J\u202e house")
    street.engine.parts.settings = settings
    picture = type(street.engine.picture)(
        street.engine.parts,
        street.engine.books,
        street.engine.intake,
        street.engine.settler,
        street.engine.follower,
    )
    shown = picture.house("p1").name + picture.place(Access.WATCH).name
    assert not any(sign in shown for sign in "\x1b\u202e")
    assert "Evil" in shown


def _renamed(settings: Settings, name: str) -> Settings:
    members = tuple(
        msgspec.structs.replace(one, house=House(id=one.house.id, name=name))
        for one in settings.members
    )
    community = msgspec.structs.replace(settings.community, name=name)
    return msgspec.structs.replace(settings, members=members, community=community)


async def test_trouble_alarms_and_events_reach_the_head(street: Opened) -> None:
    engine = street.engine
    before = engine.picture.head()
    alarm = Alarm(
        key="held x", priority=Priority.HIGH, since=START, title="t", text="x", advice="y"
    )
    await engine.parts.log.raise_alarm(alarm)
    engine.picture.trouble = "Chain: silent."
    head = engine.picture.head()
    assert head.alarms == (msgspec.structs.replace(alarm, number=1),)
    assert head.chain_reason == "Chain: silent."
    assert head.latest_event > before.latest_event
    await street.to(3)
    assert engine.picture.head().ledger_version > before.ledger_version


async def test_after_a_restart_the_picture_is_the_same(
    street: Opened, open_engine: OpenEngine
) -> None:
    await street.run()
    await street.engine.refresh()
    before = street.engine.picture
    houses = [before.house(house) for house in ("p1", "c1")]
    data = street.settings.engine.data
    await street.close()
    again = await open_engine(data, data.parent / "recording.csv", again=True)
    again.clock.move_to(street.clock.now())
    await again.engine.refresh()
    assert [again.engine.picture.house(house) for house in ("p1", "c1")] == houses
    assert again.engine.picture.day == before.day


async def test_a_meter_that_was_not_asked_yet_waits_and_is_not_lost(street: Opened) -> None:
    engine = street.engine
    houses = engine.picture.snapshot(Access.WATCH).houses
    assert {house.state for house in houses} == {MeterState.WAITING}
    assert {house.power_w for house in houses} == {None}
    status = await engine.status()
    assert (status.live, status.stale, status.lost, status.waiting) == (0, 0, 0, 4)
    assert status.alarms == ()
    lost = MeterStatus(house="c1", state=MeterState.LOST, since=START, reason="no answer")
    await engine.intake.emit(lost)
    assert engine.picture.house("c1").state is MeterState.LOST
