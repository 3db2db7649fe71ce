"""The losses: what an operator is told when a part of the network is gone, and as it comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from console.model.alarm import acknowledge
from console.model.event import Alarm, Priority
from console.model.reading import MeterState, MeterStatus
from tests.engine.neighbours import Neighbourhood, neighbourhood
from tests.engine.street import START, OpenEngine

SHARED = ("p1", "p2", "c1", "c2")
ALONE = "c3"


class Street:
    """Four meters behind one switch and one elsewhere."""

    def __init__(self, here: Neighbourhood) -> None:
        self.here = here
        settings = here.engine.parts.settings
        members = tuple(
            msgspec.structs.replace(
                member,
                meter=msgspec.structs.replace(
                    member.meter,
                    url="http://10.0.0.9" if member.house.id == ALONE else f"http://192.168.1.{n}",
                ),
            )
            for n, member in enumerate(settings.members, 20)
        )
        self.settings = msgspec.structs.replace(settings, members=members)
        here.engine.parts.take(self.settings, here.engine.parts.members)

    async def say(self, state: MeterState, *houses: str, seconds: float = 0) -> None:
        since = START + timedelta(seconds=seconds)
        for house in houses:
            status = MeterStatus(house=house, state=state, since=since, reason="timed out")
            await self.here.engine.intake.emit(status)

    @property
    def standing(self) -> dict[str, Alarm]:
        return {a.key: a for a in self.here.engine.parts.log.alarms if a.ended is None}


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    async with neighbourhood(tmp_path) as here:
        yield Street(here)


async def test_a_part_of_the_network_is_one_alarm_and_returns_singly(
    street: Street,
) -> None:
    await street.say(MeterState.LIVE, *SHARED, ALONE)
    await street.say(MeterState.LOST, "p1", "p2")
    assert set(street.standing) == {"meter p1", "meter p2"}
    await street.say(MeterState.LOST, "c1", seconds=90)
    [alarm] = street.standing.values()
    assert alarm.key == "network 192.168.1.0/24"
    assert (alarm.priority, alarm.since) == (Priority.HIGH, START)
    assert alarm.title == "3 of 4 meters in 192.168.1.0/24 lost"
    assert alarm.text.startswith("p1, p2, c1; ")
    assert "switch" in alarm.advice

    await street.say(MeterState.LOST, "c2", seconds=95)
    assert [a.title for a in street.standing.values()] == ["4 of 4 meters in 192.168.1.0/24 lost"]
    await street.say(MeterState.LIVE, "p1")
    assert "c2" in street.standing[alarm.key].text
    await street.say(MeterState.LIVE, "p2")
    assert set(street.standing) == {"meter c1", "meter c2"}
    await street.say(MeterState.LIVE, "c1", "c2")
    assert street.standing == {}
    texts = await street.here.texts()
    assert "4 of 4" not in "".join(texts)
    assert sum("192.168.1.0/24 lost: p1" in text for text in texts) == 1
    assert [texts.count(f"{house} lost: timed out") for house in SHARED] == [1, 1, 1, 1]
    assert texts.count("c2 lost with others: timed out") == 1


async def test_when_the_rest_goes_too_it_is_all_meters(street: Street) -> None:
    await street.say(MeterState.LIVE, *SHARED, ALONE)
    await street.say(MeterState.LOST, *SHARED)
    assert set(street.standing) == {"network 192.168.1.0/24"}
    await street.say(MeterState.LOST, ALONE)
    assert set(street.standing) == {"meters"}
    await street.say(MeterState.LIVE, ALONE)
    assert set(street.standing) == {"network 192.168.1.0/24"}


async def test_five_at_once_that_share_no_network_are_one_alarm(
    open_engine: OpenEngine, record: Callable[..., Path], tmp_path: Path
) -> None:
    houses = [f"h{number}" for number in range(7)]
    opened = await open_engine(tmp_path / "data", record(dict.fromkeys(houses, [(0, 0)] * 3)))
    log, intake = opened.engine.parts.log, opened.engine.intake
    for house in houses:
        await intake.emit(MeterStatus(house=house, state=MeterState.LIVE, since=START))
    for house in houses[:5]:
        await intake.emit(MeterStatus(house=house, state=MeterState.LOST, since=START))
    [alarm] = log.alarms
    assert (alarm.key, alarm.title) == ("together", "5 meters lost at once")
    assert alarm.text.startswith("h0, h1, h2, h3, h4, within a minute")
    for house in houses:
        await intake.emit(MeterStatus(house=house, state=MeterState.LIVE, since=START))
        lasting = [alarm.key for alarm in log.alarms if alarm.ended is None]
        assert len(lasting) == max(0, 4 - houses.index(house))
        assert "together" not in lasting


async def test_what_is_shelved_stays_on_the_shelf(street: Street) -> None:
    await street.say(MeterState.LOST, "p1")
    number = street.standing["meter p1"].number
    until = START + timedelta(hours=3)
    await street.here.engine.parts.log.standing.shelve([number], "anna", "new meter", until)
    await street.say(MeterState.LOST, "p2", "c1")
    assert set(street.standing) == {"meter p1", "network 192.168.1.0/24"}


async def test_an_alarm_from_before_a_restart_waits_until_the_meters_were_heard_of(
    street: Street,
) -> None:
    await street.say(MeterState.LOST, *SHARED)
    street.here.engine.intake.states.clear()
    await street.say(MeterState.LIVE, ALONE, "p1")
    assert set(street.standing) == {"network 192.168.1.0/24"}
    await street.say(MeterState.LIVE, "p2")
    assert street.standing == {}


async def test_its_life_is_that_of_every_alarm(street: Street) -> None:
    await street.say(MeterState.LOST, *SHARED[:3])
    [alarm] = street.standing.values()
    await street.here.engine.parts.log.standing.acknowledge([alarm.number], "anna")
    await street.say(MeterState.LOST, SHARED[3])
    [later] = street.standing.values()
    seen = acknowledge(alarm, "anna", street.here.clock.now())
    assert (later.number, later.acknowledged_by) == (alarm.number, seen.acknowledged_by)
