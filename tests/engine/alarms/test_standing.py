from __future__ import annotations

from datetime import timedelta

import pytest

from console.engine.alarms.kinds import lost
from console.errors import Refused
from console.model.alarm import CHATTER, REST
from console.model.event import AlarmState
from tests.engine.street import START, Opened

HOUR = timedelta(hours=1)


async def texts(street: Opened) -> list[str]:
    return [event.text for event in await street.engine.parts.store.events.page()]


async def test_an_alarm_is_seen_by_somebody_and_then_goes(street: Opened) -> None:
    standing = street.engine.parts.log.standing
    await standing.raise_alarm(lost("p1", "no answer", START))
    [seen] = await standing.acknowledge([1, 1], "anna (uid 1000)")
    assert (seen.acknowledged_by, seen.acknowledged_at) == ("anna (uid 1000)", street.clock.now())
    assert await standing.acknowledge([1], "ben (uid 1001)") == ()
    assert await street.engine.parts.store.events.alarms() == [seen]
    await standing.clear_alarm("meter p1", "p1 answers again")
    assert standing.alarms == ()
    street.clock.move_to(street.clock.now() + REST)
    await standing.pass_time()
    assert await street.engine.parts.store.events.alarms() == []


async def test_numbers_go_on_over_a_restart(street: Opened) -> None:
    parts = street.engine.parts
    await parts.log.raise_alarm(lost("p1", "no answer", START))
    await parts.log.standing.merge_alarm("meter p1", "part of another")
    await parts.log.load()
    await parts.log.raise_alarm(lost("p2", "no answer", START))
    assert [alarm.number for alarm in parts.log.alarms] == [2]


async def test_a_shelved_alarm_comes_back_at_its_end(street: Opened) -> None:
    standing = street.engine.parts.log.standing
    await standing.raise_alarm(lost("p1", "no answer", START))
    await standing.shelve([1], "anna (uid 1000)", "a new meter comes", street.clock.now() + HOUR)
    with pytest.raises(Refused, match="shelved"):
        await standing.acknowledge([1], "anna (uid 1000)")
    [alarm] = standing.alarms
    assert (alarm.state, alarm.shelved_reason) == (AlarmState.SHELVED, "a new meter comes")
    street.clock.move_to(street.clock.now() + HOUR)
    await street.engine.refresh()
    [alarm] = standing.alarms
    assert alarm.state is AlarmState.UNACKNOWLEDGED
    assert (await texts(street))[0] == "p1 lost: back from the shelf"


async def test_what_was_over_on_the_shelf_does_not_come_back(street: Opened) -> None:
    standing = street.engine.parts.log.standing
    for house in ("p1", "p2"):
        await standing.raise_alarm(lost(house, "no answer", START))
        await standing.clear_alarm(f"meter {house}", "answers again")
    await standing.shelve([1, 2], "anna", "why", street.clock.now() + HOUR)
    assert len(await standing.unshelve([1])) == 1
    assert [alarm.number for alarm in standing.alarms] == [2]
    street.clock.move_to(street.clock.now() + HOUR)
    await standing.pass_time()
    assert standing.alarms == ()


async def test_a_chattering_alarm_falls_silent_in_the_log(street: Opened) -> None:
    standing = street.engine.parts.log.standing
    for _ in range(20):
        await standing.raise_alarm(lost("p1", "no answer", START))
        await standing.clear_alarm("meter p1", "p1 answers again")
    [alarm] = standing.alarms
    assert alarm.count == 20
    told = [text for text in await texts(street) if "p1" in text]
    assert len(told) == 2 * CHATTER + 1
    assert "without a word" in told[0]


async def test_a_merged_alarm_is_gone_but_for_a_shelved_one(street: Opened) -> None:
    standing = street.engine.parts.log.standing
    for house in ("p1", "p2"):
        await standing.raise_alarm(lost(house, "no answer", START))
    await standing.shelve([2], "anna", "known", START + HOUR)
    for house in ("p1", "p2"):
        await standing.merge_alarm(f"meter {house}", "part of another")
    assert [alarm.number for alarm in standing.alarms] == [2]


async def test_what_does_not_stand_is_refused_and_nothing_changes(street: Opened) -> None:
    standing = street.engine.parts.log.standing
    await standing.raise_alarm(lost("p1", "no answer", START))
    before = standing.alarms
    with pytest.raises(Refused, match="no alarm 9 stands"):
        await standing.acknowledge([1, 9], "anna")
    with pytest.raises(Refused, match="no alarm 0 stands"):
        await standing.shelve([0], "anna", "why", START)
    with pytest.raises(Refused, match="not shelved"):
        await standing.unshelve([1])
    assert standing.alarms == before
