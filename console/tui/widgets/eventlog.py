"""The event log: screen 6's picture, the alarms on top, the log below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

import msgspec

from console.model.event import Alarm, Event, Priority
from console.model.view import EventPage
from console.tui import format as written
from console.tui.cells import Line, Row, cut
from console.tui.look import Look
from console.tui.widgets.words import matcher

WIDE = 120
_TEXT = 21
_ACTOR = 14
_SUBJECT = 20
_PRIORITIES = tuple(Priority)


class EventLog(msgspec.Struct, frozen=True, kw_only=True):
    """The events that are loaded, newest first, and where the next page begins."""

    events: tuple[Event, ...] = ()
    """The events."""
    next: int | None = None
    """The id before which the next page begins; None after the last."""
    loaded: bool = False
    """Whether the engine has answered at all."""


class Events(msgspec.Struct, frozen=True, kw_only=True):
    """What screen 6 shows."""

    log: EventLog
    """The loaded events that pass the filter."""
    alarms: tuple[Alarm, ...] = ()
    """The alarms that are not shelved, the most urgent first."""
    seen: frozenset[str] = frozenset()
    """The keys of the acknowledged ones."""
    shelved: int = 0
    """How many are shelved."""
    chosen: int | None = None
    """The chosen line: alarms first, then events; None while the newest is followed."""
    newer: int = 0
    """How many events have come since the log stands still."""
    filter: str = ""
    """The filter's words."""
    today: date
    """The day of now in the zone that is shown."""


def with_first_page(log: EventLog, page: EventPage) -> EventLog:
    """Return a log with a fresh first page on top of what it joins."""
    oldest = page.events[-1].id if page.events else 0
    older = tuple(event for event in log.events if event.id < oldest)
    joins = bool(page.events) and page.next is not None and bool(older)
    gap = joins and page.events[-1].id > max(event.id for event in older) + 1
    if not joins or gap:
        return EventLog(events=page.events, next=page.next, loaded=True)
    return EventLog(events=(*page.events, *older), next=log.next, loaded=True)


def with_next_page(log: EventLog, page: EventPage) -> EventLog:
    """Return a log with the page that begins at `log.next` below it."""
    return EventLog(events=(*log.events, *page.events), next=page.next, loaded=True)


def filtered(log: EventLog, words: str, look: Look) -> EventLog:
    """Return the log's events that have all of a filter's words.

    Args:
        log: the loaded events.
        words: the filter; `!word` turns one round.
        look: for the times, which may be words too.
    """
    if not words:
        return log
    passes = matcher(words)
    kept = tuple(
        event
        for event in log.events
        if passes(
            f"{look.seconds(event.time)} {event.kind.value} {event.text} "
            f"{event.actor} {event.subject}"
        )
    )
    return msgspec.structs.replace(log, events=kept)


def urgent(alarms: Sequence[Alarm]) -> tuple[Alarm, ...]:
    """Return alarms with the most urgent first, older ones before newer ones."""
    return tuple(sorted(alarms, key=lambda a: (_PRIORITIES.index(a.priority), a.since)))


def draw_events(events: Events, room: int, height: int, look: Look) -> list[Line]:
    """Draw screen 6 into a space.

    Args:
        events: what it shows.
        room: the cells of a line.
        height: the lines there are.
        look: glyphs and styles.
    """
    lines = [_title(events, room, look), []]
    most = max(1, height // 8)
    chosen = events.chosen if events.chosen in range(len(events.alarms)) else 0
    start = max(0, (chosen or 0) - most + 1)
    alarms = events.alarms[start : start + most]
    for number, alarm in enumerate(alarms, start):
        lines += _alarm(alarm, alarm.key in events.seen, events.chosen == number, room, look)
    if rest := len(events.alarms) - len(alarms):
        lines.append(Row().to(3).add(f"and {rest:,} more alarms", look.ink.alarm).segments)
    if events.alarms:
        lines.append([])
    if not events.log.events:
        text = "No line passes this filter; esc lifts it." if events.filter else "Nothing yet."
        text = text if events.log.loaded else "Asking the engine."
        return [*lines, Row().to(1).add(text, look.ink.dim).segments]
    chosen = None if events.chosen is None else events.chosen - len(events.alarms)
    rows = max(0, height - len(lines))
    first = _first(events, chosen, rows, look)
    for item in islice(_items(events, look), first, first + rows):
        if isinstance(item, date):
            lines.append(Row().to(1).add(written.day(item), look.ink.dim).segments)
        else:
            lines.append(_event(events.log.events[item], item == chosen, room, look))
    return lines


def _first(events: Events, chosen: int | None, rows: int, look: Look) -> int:
    """The first item in sight, so that the chosen event is in the middle."""
    if chosen is None or chosen < 0:
        return 0
    for place, item in enumerate(_items(events, look)):
        if item == chosen:
            return max(0, place - rows // 2)
    return 0


def _items(events: Events, look: Look) -> Iterator[int | date]:
    """The events' numbers, and before each day but today the day itself."""
    last = events.today
    for number, event in enumerate(events.log.events):
        day = look.day(event.time)
        if day != last:
            last = day
            yield day
        yield number


def _title(events: Events, room: int, look: Look) -> Line:
    count = len(events.alarms)
    row = Row().to(1).add("6 Events", look.ink.strong)
    row.add(f"   {count:,} alarm{'' if count == 1 else 's'}", look.ink.alarm if count else None)
    row.add(f"   {events.shelved:,} shelved")
    if events.filter:
        words = cut(f"/ {events.filter}", max(0, room - row.length - 30), look.glyphs.more)
        row.add(f"   {words}", look.ink.accent)
    state = "follows the newest" if events.chosen is None else "stands still"
    if events.newer and events.chosen is not None:
        state = f"stands still, {events.newer:,} newer: home"
    return row.add(" ").end(cut(state, max(0, room - row.length - 3)), room - 3).segments


def _alarm(alarm: Alarm, seen: bool, chosen: bool, room: int, look: Look) -> list[Line]:
    ink = look.ink.alarm
    row = Row().add(look.glyphs.chosen if chosen else " ", look.ink.accent)
    row.add(f"! {alarm.priority.value}", ink).add(" ").to(9)
    told = "acknowledged" if seen else "not acknowledged"
    since = f" since {look.seconds(alarm.since)}"
    title = cut(alarm.title, max(8, room - 9 - len(since) - len(told) - 3), look.glyphs.more)
    row.add(title, ink).add(since).add(" ").end(told, room - 1, look.ink.dim if seen else ink)
    lines = [row.segments, Row().to(9).add(cut(alarm.text, room - 10, look.glyphs.more)).segments]
    if alarm.advice:
        advice = cut(f"do: {alarm.advice}", room - 10, look.glyphs.more)
        lines.append(Row().to(9).add(advice).segments)
    return lines


def _event(event: Event, chosen: bool, room: int, look: Look) -> Line:
    row = Row().add(look.glyphs.chosen if chosen else " ", look.ink.accent)
    row.add(look.seconds(event.time), look.ink.accent if chosen else look.ink.dim)
    row.add(" ").to(11).add(event.kind.value).add(" ").to(_TEXT)
    end = room - _ACTOR - _SUBJECT if room >= WIDE else room
    row.add(cut(event.text, end - _TEXT - (room >= WIDE), look.glyphs.more))
    if room < WIDE:
        return row.segments
    row.to(end).add(cut(event.actor, _ACTOR - 1, look.glyphs.more), look.ink.dim)
    subject = event.subject
    if len(subject) == 64:
        subject = written.address(subject.upper(), look.glyphs.more)
    return row.to(end + _ACTOR).add(cut(subject, _SUBJECT - 1, look.glyphs.more),
                                    look.ink.dim).segments  # fmt: skip
