"""The events: the log of what happened, and the alarms that stand."""

from __future__ import annotations

from typing import Any

import apsw

from console.model.event import Alarm, Event, EventKind, Priority
from console.store.database import Database
from console.store.moment import from_ms, to_ms

_LAST_ID = 2**62


class StoredEvents:
    """The log and the alarms of a store."""

    def __init__(self, database: Database) -> None:
        """Take the open database."""
        self._database = database

    async def add(self, *events: Event) -> None:
        """Keep events; the store gives them their ids, counted up."""
        rows = [
            (to_ms(event.time), event.kind.value, event.text, event.subject, event.actor)
            for event in events
        ]
        query = "INSERT INTO event (time, kind, text, subject, actor) VALUES (?, ?, ?, ?, ?)"
        await self._database.write(lambda c: c.executemany(query, rows))

    async def page(self, before: int | None = None, limit: int = 100) -> list[Event]:
        """Return events, newest first, with ids below `before`."""

        def work(connection: apsw.Connection) -> list[Event]:
            query = """SELECT id, time, kind, text, subject, actor FROM event
            WHERE id < ? ORDER BY id DESC LIMIT ?"""
            last = _LAST_ID if before is None else min(before, _LAST_ID)
            return [_event(row) for row in connection.execute(query, (last, limit))]

        return await self._database.read(work)

    async def raise_alarm(self, alarm: Alarm) -> bool:
        """Keep an alarm; return False where one of that key already stands."""
        row = (
            alarm.key,
            alarm.priority.value,
            to_ms(alarm.since),
            alarm.title,
            alarm.text,
            alarm.advice,
        )

        def work(connection: apsw.Connection) -> bool:
            query = """INSERT INTO alarm (key, priority, since, title, text, advice)
            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
            connection.execute(query, row)
            return connection.changes() == 1

        return await self._database.write(work)

    async def clear_alarm(self, key: str) -> bool:
        """End an alarm; return False where none of that key stands."""

        def work(connection: apsw.Connection) -> bool:
            connection.execute("DELETE FROM alarm WHERE key = ?", (key,))
            return connection.changes() == 1

        return await self._database.write(work)

    async def alarms(self) -> list[Alarm]:
        """Return the standing alarms, oldest first."""

        def work(connection: apsw.Connection) -> list[Alarm]:
            query = """SELECT key, priority, since, title, text, advice FROM alarm
            ORDER BY since, key"""
            return [_alarm(row) for row in connection.execute(query)]

        return await self._database.read(work)


def _event(row: tuple[Any, ...]) -> Event:
    number, time, kind, text, subject, actor = row
    return Event(
        id=number,
        time=from_ms(time),
        kind=EventKind(kind),
        text=text,
        subject=subject,
        actor=actor,
    )


def _alarm(row: tuple[Any, ...]) -> Alarm:
    key, priority, since, title, text, advice = row
    return Alarm(
        key=key,
        priority=Priority(priority),
        since=from_ms(since),
        title=title,
        text=text,
        advice=advice,
    )
