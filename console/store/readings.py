"""The readings: what the meters said, as it came, and each house's newest in memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import apsw

from console.model.finding import Finding
from console.model.reading import Reading
from console.model.stretch import Stretch
from console.store import lines
from console.store.database import Database
from console.store.moment import from_ms, span_ms, to_ms
from console.store.reading_rows import CODES, reading_of
from console.store.upkeep import reading_faults, within

_HOUR_MS = 3_600_000
_JUST_UNDER_A_MS = timedelta(microseconds=999)
_Row = tuple[int, int, int, int, int | None, int, int]
_COLUMNS = """
SELECT h.text, r.time, r.import_wh, r.export_wh, r.power_w, s.text, r.quality
FROM reading r JOIN label h ON h.id = r.house JOIN label s ON s.id = r.source
"""
_INSERT = """
INSERT INTO reading (time, house, import_wh, export_wh, power_w, source, quality)
VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""


class _Added(NamedTuple):
    """What a transaction found, remembered only once it is durable."""

    conflicts: list[Reading]
    labels: dict[str, int]
    present: dict[int, int]


class StoredReadings:
    """The readings of a store."""

    def __init__(self, database: Database, newest: dict[str, Reading]) -> None:
        """Take the newest readings as they are stored; use `load`."""
        self._database = database
        self._newest = newest
        self._labels: dict[str, int] = {}
        self._present: dict[int, int] = {}

    @classmethod
    async def load(cls, database: Database) -> StoredReadings:
        """Return the readings with each house's newest fetched into memory."""
        return cls(database, await database.read(_read_newest))

    async def add(self, readings: Sequence[Reading]) -> list[Reading]:
        """Keep readings in one transaction; return those that contradict a stored one.

        Readings of one house and one millisecond contradict each other where their registers
        differ; the first stays.
        """
        if not readings:
            return []

        def work(connection: apsw.Connection) -> _Added:
            labels, present = dict(self._labels), dict(self._present)
            rows = [_row(connection, labels, reading) for reading in readings]
            _mark_presence(connection, present, rows)
            before = connection.total_changes()
            connection.executemany(_INSERT, rows)
            conflicts = []
            if connection.total_changes() - before != len(rows):
                conflicts = [
                    reading
                    for reading, row in zip(readings, rows, strict=True)
                    if _stored_registers(connection, row) != row[2:4]
                ]
            return _Added(conflicts, labels, present)

        def remember(added: _Added) -> None:
            self._labels, self._present = added.labels, added.present
            newest = dict(self._newest)
            for reading in readings:
                known = newest.get(reading.house)
                if known is None or to_ms(reading.time) > to_ms(known.time):
                    newest[reading.house] = reading
            self._newest = newest

        return (await self._database.write(work, committed=remember)).conflicts

    async def around(self, house: str, instant: datetime) -> tuple[Reading | None, Reading | None]:
        """Return the last reading at or before an instant and the first at or after it."""
        newest = self._newest.get(house)
        if newest is None or newest.time <= instant:
            return newest, newest if newest and newest.time == instant else None
        before, after = to_ms(instant), to_ms(instant + _JUST_UNDER_A_MS)

        def work(connection: apsw.Connection) -> tuple[Reading | None, Reading | None]:
            number = connection.execute("SELECT id FROM label WHERE text = ?", (house,)).get
            return _last(connection, number, before), _first(connection, number, after)

        return await self._database.read(work)

    async def near(
        self, house: str, instants: Sequence[datetime], reach: timedelta
    ) -> list[list[Reading]]:
        """Return a house's readings within `reach` of each of some instants, in order of time."""
        query = f"{_COLUMNS} WHERE r.time BETWEEN ? AND ? AND r.house = ? ORDER BY r.time"

        def work(connection: apsw.Connection) -> list[list[Reading]]:
            number = connection.execute("SELECT id FROM label WHERE text = ?", (house,)).get
            spans = [(to_ms(one - reach), to_ms(one + reach), number) for one in instants]
            return [[*map(reading_of, connection.execute(query, span))] for span in spans]

        return await self._database.read(work)

    async def between(
        self, start: datetime, end: datetime, houses: Sequence[str] | None = None
    ) -> dict[str, list[Reading]]:
        """Return all readings in `[start, end]` by house, each list in order of time.

        Args:
            start: the first instant, aware.
            end: the last one.
            houses: only these houses'; all where left out.
        """
        of_those = "AND r.house IN (SELECT label.id FROM label JOIN json_each(?) ON text = value)"
        condition, named = ("", []) if houses is None else (of_those, [json.dumps(houses)])
        query = f"{_COLUMNS} WHERE r.time BETWEEN ? AND ? {condition} ORDER BY r.time"

        def work(connection: apsw.Connection) -> dict[str, list[Reading]]:
            found: dict[str, list[Reading]] = {}
            for row in connection.execute(query, (to_ms(start), to_ms(end), *named)):
                found.setdefault(row[0], []).append(reading_of(row))
            return found

        return await self._database.read(work)

    async def beside(
        self, instant: datetime, first: datetime, last: datetime
    ) -> tuple[dict[str, Reading], dict[str, Reading]]:
        """Return each house's last reading at or before an instant and its first at or after it.

        Args:
            instant: the instant, aware.
            first: when they may be at the earliest, aware.
            last: when they may be at the latest, aware.
        """
        return await self._database.search(lines.beside(to_ms(instant), to_ms(first), to_ms(last)))

    async def stretches(self, start: datetime, end: datetime) -> dict[str, Stretch]:
        """Return what each house's readings in `[start, end]` show as a whole."""
        return await self._database.search(lines.stretches(to_ms(start), to_ms(end)))

    async def page(
        self, start: datetime, end: datetime, limit: int, house: str = ""
    ) -> tuple[list[Reading], datetime | None]:
        """Return the readings of `[start, end)` in order of time, and where the next page begins.

        Args:
            start: the first instant, aware.
            end: the first instant that is not in it, aware.
            limit: the most readings; those of one instant stay together.
            house: only this house's; empty for all.
        """
        condition = "AND h.text = ?" if house else ""
        query = f"""{_COLUMNS} WHERE r.time >= ? AND r.time < ? {condition}
        ORDER BY r.time, r.house LIMIT ?"""
        span = (to_ms(start + _JUST_UNDER_A_MS), to_ms(end + _JUST_UNDER_A_MS))
        values = (*span, *([house] if house else []), limit + 1)

        def work(connection: apsw.Connection) -> list[Reading]:
            return [*map(reading_of, connection.execute(query, values))]

        found = await self._database.read(work)
        if len(found) <= limit or found[0].time == found[-1].time:
            return found, None
        following = found[-1].time
        return [one for one in found if one.time < following], following

    async def latest(self) -> dict[str, Reading]:
        """Return each house's newest reading."""
        return dict(self._newest)

    async def span(self) -> tuple[datetime, datetime] | None:
        """Return the first and the last instant of all readings, None without any."""

        def work(connection: apsw.Connection) -> tuple[datetime, datetime] | None:
            first = connection.execute("SELECT min(time) FROM reading").get
            last = connection.execute("SELECT max(time) FROM reading").get
            return None if first is None else (from_ms(first), from_ms(last))

        return await self._database.read(work)

    async def faults(self, start: datetime | None, end: datetime | None) -> list[Finding]:
        """Return what is wrong with the readings of `[start, end)` as rows.

        Args:
            start: a whole hour, aware; None for all before.
            end: a whole hour, aware; None for all after.
        """
        return await self._database.read(within(reading_faults, *span_ms(start, end)))


def _label(connection: apsw.Connection, labels: dict[str, int], text: str) -> int:
    number = labels.get(text)
    if number is None:
        connection.execute("INSERT INTO label (text) VALUES (?) ON CONFLICT DO NOTHING", (text,))
        number = int(connection.execute("SELECT id FROM label WHERE text = ?", (text,)).get)
        labels[text] = number
    return number


def _row(connection: apsw.Connection, labels: dict[str, int], reading: Reading) -> _Row:
    return (
        to_ms(reading.time),
        _label(connection, labels, reading.house),
        reading.import_wh,
        reading.export_wh,
        reading.power_w,
        _label(connection, labels, reading.source),
        CODES[reading.quality],
    )


def _mark_presence(
    connection: apsw.Connection, present: dict[int, int], rows: Sequence[_Row]
) -> None:
    for row in rows:
        house, hour = row[1], row[0] // _HOUR_MS
        if present.get(house) != hour:
            connection.execute(
                "INSERT INTO presence (house, hour) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (house, hour),
            )
            present[house] = hour


def _stored_registers(connection: apsw.Connection, row: _Row) -> tuple[int, int]:
    query = "SELECT import_wh, export_wh FROM reading WHERE time = ? AND house = ?"
    found: tuple[int, int] = next(connection.execute(query, row[:2]))
    return found


def _one(
    connection: apsw.Connection, house: int, first_ms: int, last_ms: int, order: str
) -> Reading | None:
    query = f"""{_COLUMNS} WHERE r.time BETWEEN ? AND ? AND r.house = ?
    ORDER BY r.time {order} LIMIT 1"""
    row = next(connection.execute(query, (first_ms, last_ms, house)), None)
    return None if row is None else reading_of(row)


def _last(connection: apsw.Connection, house: int, instant_ms: int) -> Reading | None:
    begin = instant_ms // _HOUR_MS * _HOUR_MS
    found = _one(connection, house, begin, instant_ms, "DESC")
    if found is None:
        query = "SELECT max(hour) FROM presence WHERE house = ? AND hour < ?"
        hour = connection.execute(query, (house, begin // _HOUR_MS)).get
        if hour is not None:
            found = _one(connection, house, hour * _HOUR_MS, begin - 1, "DESC")
    return found


def _first(connection: apsw.Connection, house: int, instant_ms: int) -> Reading | None:
    end = (instant_ms // _HOUR_MS + 1) * _HOUR_MS
    found = _one(connection, house, instant_ms, end - 1, "ASC")
    if found is None:
        query = "SELECT min(hour) FROM presence WHERE house = ? AND hour >= ?"
        hour = connection.execute(query, (house, end // _HOUR_MS)).get
        if hour is not None:
            found = _one(connection, house, end, (hour + 1) * _HOUR_MS - 1, "ASC")
    return found


def _read_newest(connection: apsw.Connection) -> dict[str, Reading]:
    newest = {}
    query = "SELECT id, (SELECT max(hour) FROM presence WHERE house = label.id) FROM label"
    rows: list[Any] = list(connection.execute(query))
    for house, hour in rows:
        if hour is not None:
            found = _one(connection, house, hour * _HOUR_MS, (hour + 1) * _HOUR_MS - 1, "DESC")
            if found is not None:
                newest[found.house] = found
    return newest
