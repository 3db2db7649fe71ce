"""The upkeep: what the store keeps twice for speed, held against what it is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Concatenate, ParamSpec

import apsw

from console.model.figures import MICRO
from console.model.finding import Finding, Kind
from console.store.keeping import told
from console.store.rows import held

MOST_FAULTS = 100
"""How many faults of a span are told."""

Given = ParamSpec("Given")

_LEDGER = "SELECT cursor, rows, wh, amount_nano FROM ledger"
_ROWS = """SELECT start, revision, height, hash, producer, consumer, part, ordinal, price, wh,
    amount, final
FROM entry WHERE start >= ? AND start < ?
ORDER BY start, revision, producer, consumer, part, hash, ordinal"""
_SUMS = """SELECT start, revision, height, hash, price_low, price_high, rows, wh, mega, rest
FROM entry_sum WHERE start >= ? AND start < ?"""
_ALL = "SELECT sum(rows), sum(wh), sum(mega), sum(rest) FROM entry_sum"
_UNLABELLED = """SELECT time, house, source FROM reading
WHERE time >= ? AND time < ? AND (house NOT IN (SELECT id FROM label)
    OR source NOT IN (SELECT id FROM label) OR quality NOT BETWEEN 0 AND 4)"""
_HOURS = "SELECT DISTINCT house, time / 3600000 FROM reading WHERE time >= ? AND time < ?"
_PRESENCE = "SELECT house, hour FROM presence WHERE hour >= ? / 3600000 AND hour < ? / 3600000"
_LONELY = """SELECT start, minutes, revision FROM plan p WHERE NOT EXISTS (
    SELECT 1 FROM settlement s
    WHERE s.start = p.start AND s.minutes = p.minutes AND s.revision = p.revision)"""
_LEFT_OUT = """SELECT start + minutes * 60000, following FROM (
    SELECT start, minutes, instr(CAST(body AS TEXT), '"plan_known":false') AS adopted,
        lead(start) OVER (ORDER BY start, minutes, revision) AS following,
        lead(instr(CAST(body AS TEXT), '"plan_known":false'))
            OVER (ORDER BY start, minutes, revision) AS following_adopted
    FROM settlement)
WHERE following > start + minutes * 60000 AND NOT adopted AND NOT following_adopted"""
_LABEL = "SELECT text FROM label WHERE id = ?"

_Sum = tuple[int, int, int, int, int]


def within(
    faults: Callable[Concatenate[apsw.Connection, Given], Iterator[Finding]],
    *given: Given.args,
    **named: Given.kwargs,
) -> Callable[[apsw.Connection], list[Finding]]:
    """Return the first of some faults, all looked for in one state of the store."""

    def work(connection: apsw.Connection) -> list[Finding]:
        connection.execute("BEGIN")
        try:
            return [*islice(faults(connection, *given, **named), MOST_FAULTS)]
        finally:
            connection.execute("COMMIT")

    return work


def entry_faults(connection: apsw.Connection, start_ms: int, end_ms: int) -> Iterator[Finding]:
    """Yield which rows of a span keep something else than they are made of, and which sums.

    Args:
        connection: the store, within one read.
        start_ms: from this start of an interval on, milliseconds.
        end_ms: up to before this one.
    """
    cursor = connection.execute("SELECT cursor FROM ledger").get or 0
    sums: dict[tuple[int, int, int, bytes], _Sum] = {}
    seen: Counter[tuple[object, ...]] = Counter()
    for row in connection.execute(_ROWS, (start_ms, end_ms)):
        start, revision, height, hash_, producer, consumer, part, ordinal, price, wh = row[:10]
        key = (start, revision, producer, consumer, part, hash_)
        kept = (*row[10:], ordinal)
        due = (held(wh * price), int(height <= cursor), seen[key])
        seen[key] += 1
        if kept != due:
            name = f"{told(start)} {producer} → {consumer}"
            yield _fault("entry", name, f"amount, final, ordinal {due}", str(kept), told(start))
        leg = (start, revision, height, hash_)
        low, high, rows, energy, amount = sums.get(leg, (price, price, 0, 0, 0))
        added = (rows + 1, energy + wh, amount + wh * price)
        sums[leg] = (min(low, price), max(high, price), *added)
    kept_sums = {
        row[:4]: (*row[4:8], row[8] * MICRO + row[9])
        for row in connection.execute(_SUMS, (start_ms, end_ms))
    }
    for leg in sorted(sums.keys() | kept_sums.keys()):
        if sums.get(leg) != kept_sums.get(leg):
            name = f"{told(leg[0])} revision {leg[1]} block {leg[2]}"
            yield _fault("entry_sum", name, _text(sums.get(leg)), _text(kept_sums.get(leg)))


def total_faults(connection: apsw.Connection, final_height: int) -> Iterator[Finding]:
    """Yield where the totals of all rows are not those of their sums.

    Args:
        connection: the store, within one read.
        final_height: the chain's; the ledger cannot have been read further.
    """
    kept = next(connection.execute(_LEDGER), None)
    rows, wh, mega, rest = (value or 0 for value in next(connection.execute(_ALL)))
    due = (rows, wh, str(mega * MICRO + rest))
    if kept is None or kept[1:] != due:
        yield _fault("ledger", "1", str(due), "" if kept is None else str(kept[1:]))
    if kept is not None and kept[0] > final_height:
        yield _fault("ledger", "cursor", f"up to {final_height}", str(kept[0]))


def reading_faults(connection: apsw.Connection, start_ms: int, end_ms: int) -> Iterator[Finding]:
    """Yield which readings of whole hours are nobody's, and which hours are not theirs.

    Args:
        connection: the store, within one read.
        start_ms: from here on, milliseconds, a whole hour.
        end_ms: up to before here, a whole hour.
    """
    span = (start_ms, end_ms)
    for time, house, source in connection.execute(_UNLABELLED, span):
        found = f"house {house}, source {source}"
        yield _fault("reading", told(time), "a known house, source and quality", found)
    hours, kept = set(connection.execute(_HOURS, span)), set(connection.execute(_PRESENCE, span))
    for house, hour in sorted(hours ^ kept):
        name = f"{_house(connection, house)} at {told(hour * 3_600_000)}"
        there, gone = "readings in that hour", "none in that hour"
        known = (house, hour) in hours
        yield _fault("presence", name, there if known else gone, gone if known else there)


def settlement_faults(connection: apsw.Connection) -> Iterator[Finding]:
    """Yield the plans that no settlement is of, and the intervals that were left out.

    Between two intervals of which one was taken from the chain others may be missing: those in
    which nothing was shared left nothing there.
    """
    for start, minutes, revision in connection.execute(_LONELY):
        row = f"{told(start)}, {minutes} min, revision {revision}"
        yield _fault("settlement", row, "one for its plan", "", told(start))
    for end, following in connection.execute(_LEFT_OUT):
        row = f"from {told(end)} to {told(following)}"
        yield _fault("settlement", row, "one for each interval", "", told(end))


def _house(connection: apsw.Connection, number: int) -> str:
    return connection.execute(_LABEL, (number,)).get or f"house {number}"


def _text(values: _Sum | None) -> str:
    return "" if values is None else ", ".join(map(str, values))


def _fault(table: str, row: str, expected: str, found: str, interval: str = "") -> Finding:
    return Finding(
        kind=Kind.STORE,
        interval=interval,
        what=f"{table} {row}",
        expected=expected,
        found=found,
        text=f"{table} {row}: {found or 'no row'}, where there is to be {expected or 'no row'}",
    )
