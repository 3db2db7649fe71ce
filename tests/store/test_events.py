from datetime import datetime, timedelta

from console.model.event import Alarm, Event, EventKind, Priority
from console.store.store import Store


async def test_events_page_backwards(store: Store, noon: datetime) -> None:
    events = [
        Event(time=noon, kind=EventKind.METER, text=f"reading {number}", subject="H01")
        for number in range(5)
    ]
    await store.events.add(*events[:3])
    await store.events.add(*events[3:])
    await store.events.add()
    newest = await store.events.page(limit=2)
    assert [(event.id, event.text) for event in newest] == [(5, "reading 4"), (4, "reading 3")]
    older = await store.events.page(before=newest[-1].id)
    assert [event.id for event in older] == [3, 2, 1]
    assert older[0] == Event(
        id=3, time=noon, kind=EventKind.METER, text="reading 2", subject="H01", actor="engine"
    )
    assert await store.events.page(before=1) == []
    assert len(await store.events.page(before=2**200)) == 5


async def test_one_alarm_a_key(store: Store, noon: datetime) -> None:
    alarm = Alarm(
        key="held 12:00",
        priority=Priority.HIGH,
        since=noon,
        title="held",
        text="no reading since 11:22",
        advice="look at the meter",
    )
    older = Alarm(
        key="chain",
        priority=Priority.LOW,
        since=noon - timedelta(hours=1),
        title="silent",
        text="",
        advice="",
    )
    assert await store.events.raise_alarm(alarm)
    assert not await store.events.raise_alarm(alarm)
    assert await store.events.raise_alarm(older)
    assert await store.events.alarms() == [older, alarm]
    assert await store.events.clear_alarm(alarm.key)
    assert not await store.events.clear_alarm(alarm.key)
    assert await store.events.alarms() == [older]
