"""The event log: screen 6's picture, the alarms on top, the log below them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice

import msgspec

from console.model.event import Alarm, Event
from console.model.interval import instant_of
from console.model.view import EventPage
from console.tui import format as written
from console.tui.cells import Line, Row, cut
from console.tui.look import Look
from console.tui.widgets.events.alarmlist import Item, counted, draw_items
from console.tui.widgets.words import matcher

WIDE = 120
_TEXT = 21
_ACTOR = 14
_SUBJECT = 20
_LIST_FIFTHS = 2


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
    """The alarms that are not shelved."""
    items: tuple[Item, ...] = ()
    """What the list on top holds: alarms and floods, or the shelved ones."""
    shelved: int = 0
    """How many are shelved."""
    on_shelf: bool = False
    """Whether the shelved ones are listed instead."""
    chosen: int | None = None
    """The chosen line: the list's items first, then events; None while the newest is followed."""
    loaded: int = 0
    """How many events were looked through for the filter."""
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
            f"{event.actor} {event.subject} {_subject(event, look)}"
        )
    )
    return msgspec.structs.replace(log, events=kept)


def draw_events(events: Events, room: int, height: int, look: Look) -> list[Line]:
    """Draw screen 6 into a space.

    Args:
        events: what it shows.
        room: the cells of a line.
        height: the lines there are.
        look: glyphs and styles.
    """
    lines = [_title(events, room, look), []]
    most = max(1, height * _LIST_FIFTHS // 5)
    lines += draw_items(events.items, events.chosen, room, most, look, events.today)
    if events.on_shelf and not events.items:
        words = "Nothing is shelved; v shows the alarms that stand."
        lines.append(Row().to(1).add(words, look.ink.dim).segments)
    if events.items or events.on_shelf:
        lines.append([])
    if not events.log.events:
        text = "No line passes this filter; esc lifts it." if events.filter else "Nothing yet."
        text = text if events.log.loaded else "Asking the engine."
        return [*lines, Row().to(1).add(text, look.ink.dim).segments]
    chosen = None if events.chosen is None else events.chosen - len(events.items)
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
    waiting = any(alarm.waits for alarm in events.alarms)
    row = Row().to(1).add("6 Events", look.ink.strong)
    row.add("   ").add(counted(events.alarms), look.ink.alarm if waiting else None)
    row.add(f"   {events.shelved:,} shelved", look.ink.accent if events.on_shelf else None)
    if events.filter:
        found = f"   {len(events.log.events):,} of {events.loaded:,} lines"
        words = cut(f"/ {events.filter}", max(4, room - row.length - 40), look.glyphs.more)
        row.add(f"   {words}", look.ink.accent).add(found)
    state = "follows the newest" if events.chosen is None else "stands still"
    if events.newer and events.chosen is not None:
        state = f"stands still, {events.newer:,} newer: home"
    return row.add(" ").end(cut(state, max(0, room - row.length - 3)), room - 3).segments


def _event(event: Event, chosen: bool, room: int, look: Look) -> Line:
    row = Row().add(look.glyphs.chosen if chosen else " ", look.ink.accent)
    row.add(look.seconds(event.time), look.ink.accent if chosen else look.ink.dim)
    row.add(" ").to(11).add(event.kind.value).add(" ").to(_TEXT)
    end = room - _ACTOR - _SUBJECT if room >= WIDE else room
    row.add(cut(event.text, end - _TEXT - (room >= WIDE), look.glyphs.more))
    if room < WIDE:
        return row.segments
    row.to(end).add(cut(written.person(event.actor), _ACTOR - 1, look.glyphs.more), look.ink.dim)
    subject = cut(_subject(event, look), _SUBJECT - 1, look.glyphs.more)
    return row.to(end + _ACTOR).add(subject, look.ink.dim).segments


def _subject(event: Event, look: Look) -> str:
    """Return what an event is about: an interval by its time, a transaction by its ends."""
    if len(event.subject) == 64:
        return written.address(event.subject.upper(), look.glyphs.more)
    try:
        start = instant_of(event.subject)
    except ValueError:
        return event.subject
    day = look.day(start)
    dated = "" if day == look.day(event.time) else f"{written.day(day)} "
    return f"{dated}{look.clock(start)}"
