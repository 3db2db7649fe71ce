"""The events: the log of what happened, and the alarms that stand."""

from __future__ import annotations

from datetime import datetime
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

    async def put_alarms(self, *alarms: Alarm) -> None:
        """Keep alarms as they are now, in place of what was known of their numbers or keys."""
        query = """INSERT OR REPLACE INTO alarm (number, key, priority, since, title, text, advice,
            count, ended, acknowledged_at, acknowledged_by, shelved_until, shelved_by,
            shelved_reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
        rows = [_row(alarm) for alarm in alarms]
        await self._database.write(lambda c: c.executemany(query, rows))

    async def clear_alarm(self, key: str) -> bool:
        """End an alarm; return False where none of that key stands."""

        def work(connection: apsw.Connection) -> bool:
            connection.execute("DELETE FROM alarm WHERE key = ?", (key,))
            return connection.changes() == 1

        return await self._database.write(work)

    async def alarms(self) -> list[Alarm]:
        """Return the kept alarms, oldest first."""

        def work(connection: apsw.Connection) -> list[Alarm]:
            query = """SELECT number, key, priority, since, title, text, advice, count, ended,
            acknowledged_at, acknowledged_by, shelved_until, shelved_by, shelved_reason
            FROM alarm ORDER BY since, key"""
            return [_alarm(row) for row in connection.execute(query)]

        return await self._database.read(work)

    async def highest_alarm(self) -> int:
        """Return the highest number that an alarm ever had; 0 before the first."""

        def work(connection: apsw.Connection) -> int:
            query = "SELECT seq FROM sqlite_sequence WHERE name = 'alarm'"
            highest: int | None = connection.execute(query).get
            return highest or 0

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


def _row(alarm: Alarm) -> tuple[Any, ...]:
    return (
        alarm.number,
        alarm.key,
        alarm.priority.value,
        to_ms(alarm.since),
        alarm.title,
        alarm.text,
        alarm.advice,
        alarm.count,
        _ms(alarm.ended),
        _ms(alarm.acknowledged_at),
        alarm.acknowledged_by,
        _ms(alarm.shelved_until),
        alarm.shelved_by,
        alarm.shelved_reason,
    )


def _alarm(row: tuple[Any, ...]) -> Alarm:
    number, key, priority, since, title, text, advice, count, ended, seen, seen_by, *shelf = row
    until, shelved_by, reason = shelf
    return Alarm(
        number=number,
        key=key,
        priority=Priority(priority),
        since=from_ms(since),
        title=title,
        text=text,
        advice=advice,
        count=count,
        ended=_instant(ended),
        acknowledged_at=_instant(seen),
        acknowledged_by=seen_by,
        shelved_until=_instant(until),
        shelved_by=shelved_by,
        shelved_reason=reason,
    )


def _ms(instant: datetime | None) -> int | None:
    return None if instant is None else to_ms(instant)


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
