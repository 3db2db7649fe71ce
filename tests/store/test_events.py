from datetime import datetime, timedelta

import msgspec

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


def alarm(number: int, key: str, since: datetime) -> Alarm:
    return Alarm(
        number=number,
        key=key,
        priority=Priority.HIGH,
        since=since,
        title="held",
        text="no reading since 11:22",
        advice="look at the meter",
    )


async def test_alarms_are_kept_with_their_life(store: Store, noon: datetime) -> None:
    held = alarm(1, "held 12:00", noon)
    older = msgspec.structs.replace(
        alarm(2, "chain", noon - timedelta(hours=1)),
        priority=Priority.LOW,
        count=3,
        ended=noon,
        acknowledged_at=noon + timedelta(minutes=1),
        acknowledged_by="anna (uid 1000)",
        shelved_until=noon + timedelta(hours=1),
        shelved_by="anna (uid 1000)",
        shelved_reason="a new meter comes on Monday",
    )
    await store.events.put_alarms(held, older)
    assert await store.events.alarms() == [older, held]
    again = msgspec.structs.replace(held, count=2)
    await store.events.put_alarms(again)
    assert await store.events.alarms() == [older, again]
    assert await store.events.clear_alarm(held.key)
    assert not await store.events.clear_alarm(held.key)
    assert await store.events.alarms() == [older]


async def test_a_number_is_never_used_again(store: Store, noon: datetime) -> None:
    assert await store.events.highest_alarm() == 0
    await store.events.put_alarms(alarm(7, "chain", noon))
    await store.events.clear_alarm("chain")
    assert await store.events.highest_alarm() == 7
