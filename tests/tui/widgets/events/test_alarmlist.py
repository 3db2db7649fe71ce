from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.alarm import acknowledge, go, shelve
from console.model.event import Alarm, Priority
from console.tui.cells import text_of
from console.tui.glyphs import ASCII
from console.tui.look import Look
from console.tui.widgets.events.alarmlist import (
    Flood,
    badge,
    counted,
    draw_items,
    listed,
    numbers_of,
)
from tests.tui.lindenhof import NOW, lindenhof

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"))
TODAY = date(2026, 6, 21)
[HELD] = lindenhof().head.alarms
ANNA = "anna (uid 1000)"


def many(count: int, minutes: float = 30) -> tuple[Alarm, ...]:
    return tuple(
        msgspec.structs.replace(
            HELD,
            number=number + 1,
            key=str(number),
            title=f"a{number}",
            since=NOW - timedelta(minutes=minutes * number),
        )
        for number in range(count)
    )


def drawn(
    alarms: tuple[Alarm, ...], room: int = 80, height: int = 8, chosen: int | None = None
) -> list[str]:
    items = listed(alarms)
    return [text_of(line) for line in draw_items(items, chosen, room, height, LOOK, TODAY)]


def test_what_nobody_has_seen_is_first_and_the_most_urgent_of_it() -> None:
    low = msgspec.structs.replace(HELD, key="a", priority=Priority.LOW)
    later = msgspec.structs.replace(HELD, key="b", since=NOW + timedelta(minutes=1))
    seen = acknowledge(msgspec.structs.replace(HELD, key="c"), ANNA, NOW)
    assert [item.key for item in listed((seen, low, later, HELD))] == [HELD.key, "b", "a", "c"]


def test_many_alarms_leave_room_for_the_log() -> None:
    lines = drawn(many(30))
    assert len(lines) == 7
    assert lines[-1] == "   and 28 more alarms"


@given(st.integers(0, 29), st.integers(0, 40))
def test_a_chosen_alarm_is_in_sight(chosen: int, height: int) -> None:
    lines = drawn(many(30), chosen=chosen, height=height)
    assert sum(line.startswith("▸! high") for line in lines) == 1
    assert len(lines) <= max(3, height) + 1


def test_priorities_have_a_word_and_a_shape() -> None:
    lines = [
        drawn((msgspec.structs.replace(HELD, priority=priority),))[0][:9] for priority in Priority
    ]
    assert lines == [" ! high  ", " * medium", " - low   "]


def test_each_state_says_who_and_when() -> None:
    assert drawn((HELD,))[0].endswith("   not acknowledged")
    assert drawn((acknowledge(HELD, ANNA, NOW),))[0].endswith("   seen by anna 13:22")
    assert drawn((go(HELD, NOW),))[0].endswith("   over 13:22, not acknowledged")
    lines = drawn((shelve(HELD, ANNA, "new meter", NOW + timedelta(days=1)),))
    assert lines[0].endswith("   shelved by anna until Mon 22 Jun 13:22")
    assert lines[1].startswith("         new meter; ")
    often = msgspec.structs.replace(HELD, count=4)
    assert ", 4×" in drawn((often,))[0]


def test_a_flood_is_one_line_until_it_is_opened() -> None:
    alarms = (*many(12, 0.1), msgspec.structs.replace(HELD, since=NOW - timedelta(days=1)))
    alone, flood = listed(alarms)
    assert isinstance(flood, Flood)
    assert alone == alarms[-1]
    assert sorted(numbers_of(flood)) == list(range(1, 13))
    lines = drawn(alarms[:-1])
    assert lines[0].startswith(" ! high  12 alarms at once 13:21–13:22")
    assert lines[0].endswith("12 not acknowledged")
    assert lines[2].endswith("do: look for one cause; enter lists all")
    opened = listed(alarms, frozenset({flood.key}))
    assert len(opened) == 14


def test_a_flood_that_was_seen_goes_down() -> None:
    seen = tuple(acknowledge(alarm, ANNA, NOW) for alarm in many(12, 0.1))
    before = msgspec.structs.replace(HELD, since=NOW - timedelta(days=1))
    alone, flood = listed((*seen, before))
    assert alone == before
    assert isinstance(flood, Flood)
    assert "all seen" in drawn(seen)[0]


@pytest.mark.parametrize(
    ("seen", "words"), [(0, "3 alarms"), (2, "3 alarms, 1 not seen"), (3, "3 alarms, all seen")]
)
def test_alarms_are_counted(seen: int, words: str) -> None:
    alarms = many(3)
    assert counted([*(acknowledge(a, ANNA, NOW) for a in alarms[:seen]), *alarms[seen:]]) == words
    assert counted(()) == "0 alarms"
    assert counted((HELD,)) == "1 alarm"


def test_the_top_bar_counts_what_is_off_the_shelf() -> None:
    one, two, three = many(3)
    shelved = shelve(three, ANNA, "why", NOW)
    seen = acknowledge(two, ANNA, NOW)
    [(long, ink)] = badge((one, seen, shelved), LOOK, spelled=True)
    assert (long, ink) == ("! 2 alarms, 1 not seen", LOOK.ink.alarm)
    [(short, _)] = badge((one, seen, shelved), LOOK, spelled=False)
    assert short == "! 1/2"
    assert badge((shelved,), LOOK, spelled=False) == (("! 0", LOOK.ink.dim),)


@given(st.text(max_size=200), st.integers(1, 220))
def test_it_fits_whatever_is_told(text: str, room: int) -> None:
    alarm = msgspec.structs.replace(HELD, title=text, text=text, advice=text)
    look = Look(zone=ZoneInfo("UTC"), glyphs=ASCII)
    for each in (alarm, go(alarm, NOW), shelve(alarm, text, text, NOW)):
        for line in draw_items((each,), 0, max(40, room), 3, look, TODAY):
            assert sum(cell.cell_length for cell in line) <= max(40, room)
