from __future__ import annotations

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment

from console.model.event import Event
from console.model.view import EventPage
from console.tui.cells import text_of
from console.tui.look import Look
from console.tui.widgets.events.alarmlist import listed
from console.tui.widgets.events.eventlog import (
    EventLog,
    Events,
    draw_events,
    filtered,
    with_first_page,
    with_next_page,
)
from tests.tui.chain_data import events, flowing

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR", final_height=1282)
LOG = EventLog(events=tuple(events()), loaded=True)
ALARMS = flowing().head.alarms
SHOWN = Events(log=LOG, alarms=ALARMS, items=listed(ALARMS), today=date(2026, 6, 21))
ALL = events(250)


def texts(lines: list[list[Segment]]) -> list[str]:
    return [text_of(line) for line in lines]


def page(before: int | None, count: int = 100, log: list[Event] = ALL) -> EventPage:
    found = [event for event in log if before is None or event.id < before][:count]
    more = bool(found) and found[-1].id > log[-1].id
    return EventPage(events=tuple(found), next=found[-1].id if more else None)


def test_the_picture(picture: Callable[[str, str], list[str]]) -> None:
    drawn = [line for line in texts(draw_events(SHOWN, 80, 20, LOOK)) if line]
    assert drawn == picture("80x24", "6 Events")[:-1]


@pytest.mark.parametrize(
    ("utc", "end"), [(False, "11:15"), (True, "08:15Z"), (None, "Sat 20 Jun 11:15")]
)
def test_an_event_tells_its_interval_in_the_zone_that_is_shown(utc: bool | None, end: str) -> None:
    held = next(event for event in LOG.events if event.subject.endswith("08:15Z"))
    if utc is None:
        held = msgspec.structs.replace(held, subject="2026-06-20T08:15Z")
    look = msgspec.structs.replace(LOOK, utc=bool(utc))
    log = EventLog(events=(held,), loaded=True)
    shown = msgspec.structs.replace(SHOWN, log=log)
    assert texts(draw_events(shown, 120, 20, look))[-1].split("engine")[-1].strip() == end
    assert filtered(log, end, look).events == (held,)


def test_a_wide_screen_adds_actor_and_subject() -> None:
    hashed = msgspec.structs.replace(LOG.events[0], subject="ab" * 32, actor="uid 1000")
    log = msgspec.structs.replace(LOG, events=(hashed,))
    text = texts(draw_events(msgspec.structs.replace(SHOWN, log=log), 120, 20, LOOK))[-1]
    assert "uid 1000" in text
    assert "ABAB…ABAB" in text


@given(st.integers(1, 100))
def test_pages_make_the_whole_log(count: int) -> None:
    log = with_first_page(EventLog(), page(None, count))
    while log.next is not None:
        log = with_next_page(log, page(log.next, count))
    assert log.events == tuple(ALL)


@given(st.integers(1, 249), st.integers(1, 100))
def test_a_fresh_page_joins_what_is_loaded_without_a_gap(known: int, count: int) -> None:
    old = with_first_page(EventLog(), page(None, 50, ALL[-known:]))
    log = with_first_page(old, page(None, count))
    numbers = [event.id for event in log.events]
    assert numbers == list(range(numbers[0], numbers[-1] - 1, -1))
    assert numbers[0] == 250


@pytest.mark.parametrize("chosen", [0, 1, 60, 250])
def test_the_chosen_line_is_in_sight(chosen: int) -> None:
    shown = msgspec.structs.replace(SHOWN, log=EventLog(events=tuple(ALL)), chosen=chosen)
    lines = texts(draw_events(shown, 80, 20, LOOK))
    assert sum(line.startswith("▸") for line in lines) == 1
    assert "stands still" in lines[0]


def test_newer_events_are_counted_while_it_stands_still() -> None:
    shown = msgspec.structs.replace(SHOWN, chosen=3, newer=2)
    assert "stands still, 2 newer: home" in texts(draw_events(shown, 80, 20, LOOK))[0]


def test_a_filter_has_words_and_excludes() -> None:
    assert len(filtered(LOG, "meter", LOOK).events) == 2
    assert len(filtered(LOG, "meter !stale", LOOK).events) == 1
    assert len(filtered(LOG, "13:20:00", LOOK).events) == 1
    found = msgspec.structs.replace(
        SHOWN, log=filtered(LOG, "meter", LOOK), filter="meter", loaded=len(LOG.events)
    )
    assert "/ meter   2 of " in texts(draw_events(found, 80, 20, LOOK))[0]
    empty = msgspec.structs.replace(SHOWN, log=filtered(LOG, "nothing", LOOK), filter="nothing")
    assert "esc lifts it" in texts(draw_events(empty, 80, 20, LOOK))[-1]


def test_an_empty_log() -> None:
    asking = Events(log=EventLog(), today=date(2026, 6, 21))
    assert "Asking the engine." in texts(draw_events(asking, 80, 20, LOOK))[-1]
    nothing = msgspec.structs.replace(asking, log=EventLog(loaded=True))
    assert texts(draw_events(nothing, 80, 20, LOOK))[-1] == " Nothing yet."
