from __future__ import annotations

from datetime import timedelta

from console.engine.alarms.kinds import lost
from console.engine.alarms.log import Log
from console.model.event import AlarmState, EventKind
from tests.engine.street import START, Opened


async def test_an_event_is_kept_clean_at_the_business_time(street: Opened) -> None:
    log, events = street.engine.parts.log, street.engine.parts.store.events
    street.clock.move_to(START + timedelta(minutes=7))
    before = log.newest
    await log.say(EventKind.OPERATOR, "a\x1b]52;c;aGk=\x07b " + "x" * 900, "p1", "uid 7\n")
    [event] = await events.page(limit=1)
    assert event.time == START + timedelta(minutes=7)
    assert (event.kind, event.subject) == (EventKind.OPERATOR, "p1")
    assert len(event.text) <= 300
    assert not any(sign in event.text + event.actor for sign in "\x1b\x07\n")
    assert log.newest == before + 1


async def test_an_alarm_stands_once_and_is_told_once(street: Opened) -> None:
    log, events = street.engine.parts.log, street.engine.parts.store.events
    before = await events.page()
    for _ in range(3):
        await log.raise_alarm(lost("p1", "no answer", START))
    assert [alarm.key for alarm in log.alarms] == ["meter p1"]
    [told, *rest] = await events.page()
    assert told.text == "p1 lost: no answer"
    assert (told.kind, rest) == (EventKind.METER, before)

    for _ in range(2):
        await log.clear_alarm("meter p1", "p1 answers again")
    assert [alarm.state for alarm in log.alarms] == [AlarmState.RETURNED]
    texts = [event.text for event in await events.page()]
    assert texts.count("p1 answers again") == 1


async def test_clearing_what_never_stood_is_not_told(street: Opened) -> None:
    before = await street.engine.parts.store.events.page()
    await street.engine.parts.log.clear_alarm("meter p2", "p2 answers again")
    assert await street.engine.parts.store.events.page() == before


async def test_alarms_stand_on_over_a_restart(street: Opened) -> None:
    parts = street.engine.parts
    await parts.log.raise_alarm(lost("p1", "no answer", START))
    later = Log(parts.store.events, street.clock)
    assert later.alarms == ()
    await later.load()
    assert later.alarms == parts.log.alarms
