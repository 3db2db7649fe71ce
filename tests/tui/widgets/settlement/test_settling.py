from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style

from console.model.interval import LENGTHS, intervals_between
from console.model.settlement import Settlement, State
from console.model.trade import Trade
from console.tui.cells import text_of
from console.tui.look import Look
from console.tui.widgets.settlement.intervals import Listing, note_of, whole_words, window
from console.tui.widgets.settlement.picking import picked
from console.tui.widgets.settlement.settling import Settling, draw_settling, listed_at
from console.tui.widgets.timeline import Timeline, draw_timeline, tally
from console.tui.widgets.words import midnight
from tests.tui.chain_data import HELD, OPEN, SEALED, preview, settlement
from tests.tui.lindenhof import NOW, quarter

HELSINKI = ZoneInfo("Europe/Helsinki")
LOOK = Look(zone=HELSINKI, currency="EUR", final_height=1282)
LISTING = Listing(
    settlements=tuple(settlement(number) for number in range(OPEN, -1, -1)),
    chosen=quarter(HELD).name,
    now=NOW,
    grace=timedelta(minutes=5),
    auto=True,
)
SHOWN = Settling(
    day=date(2026, 6, 21),
    minutes=15,
    everyone=LISTING.settlements,
    listing=LISTING,
    preview=preview(HELD),
)


def texts(lines: list[list[Segment]]) -> list[str]:
    return [text_of(line) for line in lines]


@pytest.mark.parametrize(("size", "room", "height"), [("120x36", 120, 32), ("80x24", 80, 20)])
def test_the_picture(
    picture: Callable[[str, str], list[str]], size: str, room: int, height: int
) -> None:
    drawn = texts(draw_settling(SHOWN, room, height, LOOK))
    wanted = picture(size, "3 Settlement")[:-1]
    if room == 80:
        from_the_top = msgspec.structs.replace(LISTING, chosen=quarter(50).name)
        shown = msgspec.structs.replace(SHOWN, listing=from_the_top)
        drawn += texts(draw_settling(shown, room, height, LOOK))
    missing = [line for line in wanted if line not in drawn]
    assert missing == []


def test_a_chosen_interval_is_in_sight_and_can_be_clicked() -> None:
    lines = texts(draw_settling(SHOWN, 80, 20, LOOK))
    row = next(number for number, line in enumerate(lines) if line.startswith(" ▸"))
    assert listed_at(SHOWN, row, 80, 20, LOOK) == quarter(HELD).name
    assert listed_at(SHOWN, row + 1, 80, 20, LOOK) == quarter(HELD - 1).name
    assert listed_at(SHOWN, 0, 80, 20, LOOK) == ""


@given(st.integers(0, 95), st.integers(1, 40))
def test_the_window_holds_the_chosen_one(chosen: int, rows: int) -> None:
    names = [quarter(number).name for number in range(96)]
    shown = names[window(names, names[chosen], rows)]
    assert names[chosen] in shown
    assert len(shown) == min(rows, 96)


@given(
    st.sampled_from([date(2026, 6, 21), date(2026, 3, 29), date(2026, 10, 25)]),
    st.sampled_from(LENGTHS),
    st.sampled_from([80, 120, 200]),
)
def test_every_interval_of_any_day_has_its_glyph(day: date, minutes: int, room: int) -> None:
    start, end = midnight(day, HELSINKI), midnight(day + timedelta(days=1), HELSINKI)
    settlements = tuple(
        Settlement(interval=interval, state=State.IDLE, changed=interval.end)
        for interval in intervals_between(start, end, minutes)
    )
    line = Timeline(day=day, minutes=minutes, settlements=settlements, now=end)
    lines = texts(draw_timeline(line, room, LOOK))
    hours = round((end - start) / timedelta(hours=1))
    assert sum(text.count("–") for text in lines) == len(settlements) == hours * 60 // minutes
    assert sum(len(text.split()) for text in lines if "–" not in text) == hours
    assert all(len(text) <= room for text in lines)


def test_288_glyphs_leave_room_for_the_list_at_80() -> None:
    start = midnight(date(2026, 6, 21), HELSINKI)
    settlements = tuple(
        Settlement(interval=interval, state=State.IDLE, changed=interval.end)
        for interval in intervals_between(start, start + timedelta(days=1), 5)
    )
    line = Timeline(day=date(2026, 6, 21), minutes=5, settlements=settlements, now=NOW)
    lines = texts(draw_timeline(line, 80, LOOK))
    assert len(lines) == 8
    assert [text.split()[0] for text in lines[::2]] == ["00", "06", "12", "18"]
    assert {text.count("–") for text in lines[1::2]} == {72}


@pytest.mark.parametrize(
    ("day", "labels"),
    [
        (date(2026, 3, 29), ["00", "01", "02", "04", "05"]),
        (date(2026, 10, 25), ["00", "01", "02", "03", "03", "04"]),
    ],
)
def test_the_hours_of_a_changing_clock(day: date, labels: list[str]) -> None:
    line = Timeline(day=day, minutes=15, settlements=(), now=NOW)
    hours, *_ = texts(draw_timeline(line, 120, LOOK))
    assert hours.split()[: len(labels)] == labels
    utc, *_ = texts(draw_timeline(line, 120, msgspec.structs.replace(LOOK, utc=True)))
    assert utc.split()[:2] in (["22", "23"], ["21", "22"])


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    first = datetime(2026, 10, 25, 0, 15, tzinfo=UTC)
    assert LOOK.clock(first) == "03:15A"
    assert LOOK.clock(first + timedelta(hours=1)) == "03:15B"
    assert LOOK.clock(first + timedelta(hours=2)) == "04:15"
    assert msgspec.structs.replace(LOOK, utc=True).clock(first) == "00:15Z"


def test_a_glyph_stands_under_its_hour() -> None:
    line = Timeline(day=date(2026, 6, 21), minutes=60, settlements=(settlement(SEALED),), now=NOW)
    hours, glyphs, *_ = texts(draw_timeline(line, 120, LOOK))
    assert glyphs.index("◐") == hours.index("13")


def test_late_in_the_day_the_time_stands_left_of_its_mark() -> None:
    now = datetime(2026, 6, 21, 20, 50, tzinfo=UTC)
    line = Timeline(day=date(2026, 6, 21), minutes=15, settlements=(), now=now)
    assert texts(draw_timeline(line, 120, LOOK))[-1].lstrip() == "▴ 23:50"
    packed = texts(draw_timeline(msgspec.structs.replace(line, minutes=5), 120, LOOK))
    assert all(len(text) <= 120 for text in packed)


@pytest.mark.parametrize(
    ("changes", "auto", "note"),
    [
        ({"state": State.OPEN}, True, "closes in 7:29, settled at 13:35"),
        ({"state": State.OPEN}, False, "closes in 7:29"),
        ({"state": State.CLOSED}, True, "settled at 13:35"),
        ({"state": State.CLOSED}, False, "waits for you: s"),
        ({"state": State.FROZEN}, True, "being signed"),
        ({"state": State.SIGNED}, True, "announced"),
        ({"state": State.SEALED, "height": 1285}, True, "final in 3 blocks"),
        ({"state": State.FINAL, "height": 1282}, True, ""),
        ({"state": State.FINAL, "height": 1283}, True, "final in 1 block"),
        ({"state": State.FINAL, "height": 9, "provisional": True}, True, "provisional"),
        ({"state": State.FINAL, "height": 9, "revision": 2}, True, "revision 2"),
        ({"state": State.FINAL, "height": 9, "plan_known": False}, True, "taken from the chain"),
        ({"state": State.HELD, "reason": "why"}, True, "why"),
    ],
)
def test_notes(changes: dict[str, object], auto: bool, note: str) -> None:
    listing = msgspec.structs.replace(LISTING, auto=auto)
    changed = msgspec.structs.replace(settlement(OPEN), **changes)
    assert note_of(changed, listing, LOOK) == note


def test_a_locked_engine_waits_for_its_key() -> None:
    listing = msgspec.structs.replace(LISTING, locked=True)
    frozen = msgspec.structs.replace(settlement(OPEN), state=State.FROZEN)
    assert note_of(frozen, listing, LOOK) == "waits for the key"


def test_a_revision_waits_for_whom_it_needs() -> None:
    late = msgspec.structs.replace(
        settlement(SEALED), state=State.FINAL, height=1200, late="later readings of test3"
    )
    replace = msgspec.structs.replace
    manual = replace(LISTING, auto=False)
    assert note_of(late, manual, LOOK) == "to be revised: s"
    assert note_of(late, replace(LISTING, auto=True), LOOK) == "to be revised"
    locked = replace(manual, locked=True)
    assert note_of(late, locked, LOOK) == "to be revised: waits for the key"
    item = Trade(producer="test9", consumer="test3", wh=12, price_micro_per_kwh=100_000)
    owing = replace(late, late="", revision=1, open_items=(item,))
    assert note_of(owing, manual, LOOK) == "revision 1, 0.012 kWh open"


def test_notes_are_cut_between_words() -> None:
    assert whole_words("test9 stepped 9.600 kWh at 11:22", 24) == "test9 stepped 9.600 kWh"
    assert whole_words("short", 24) == "short"
    assert whole_words("x" * 30, 24) == "x" * 30


def test_the_tally_leaves_out_the_open_one() -> None:
    counts = {word: count for count, _, word in tally(LISTING.settlements, LOOK)}
    assert counts == {"final": 29, "idle": 22, "sealed": 1, "held": 1}


@pytest.mark.parametrize(
    ("day", "answered", "why"),
    [
        (date(2026, 6, 21), False, "Asking the engine."),
        (date(2026, 6, 1), True, "No interval is known of Mon 1 Jun: no engine ran here then."),
        (date(2026, 6, 22), True, "That day is still to come."),
    ],
)
def test_a_day_without_intervals_says_why(day: date, answered: bool, why: str) -> None:
    empty = msgspec.structs.replace(
        SHOWN,
        day=day,
        everyone=(),
        listing=msgspec.structs.replace(LISTING, settlements=(), chosen=""),
        preview=None,
        answered=answered,
    )
    assert texts(draw_settling(empty, 80, 20, LOOK))[1] == f"   {why}"


def filtered(words: str) -> Settling:
    """Lindenhof's day under a filter."""
    passing = picked(LISTING, words, LOOK)
    chosen = passing[0].interval.name if passing else ""
    listing = msgspec.structs.replace(LISTING, settlements=passing, chosen=chosen)
    return msgspec.structs.replace(SHOWN, listing=listing, preview=None, filter=words)


@pytest.mark.parametrize("room", [80, 120, 200])
def test_the_title_counts_what_passes(room: int) -> None:
    lines = texts(draw_settling(filtered("held"), room, 32, LOOK))
    assert "1 of 54   / held" in lines[0]
    assert all(len(line) <= room for line in lines)
    assert sum("! held" in line for line in lines[1:]) == 1
    none = texts(draw_settling(filtered("halted"), room, 32, LOOK))
    assert "0 of 54   / halted" in none[0]
    assert any("No interval of this day passes the filter" in line for line in none)


def test_the_timeline_dims_what_the_filter_leaves_out() -> None:
    styles: dict[str, set[Style | None]] = {}
    for line in draw_settling(filtered("final"), 120, 32, LOOK)[2:4]:
        for segment in line:
            for glyph in segment.text.strip():
                styles.setdefault(glyph, set()).add(segment.style)
    assert styles["◐"] == styles["!"] == styles["–"] == {LOOK.ink.dim}
    assert LOOK.ink.dim not in styles["✓"]


@given(st.integers(60, 200), st.integers(10, 60))
def test_it_never_outgrows_its_space(room: int, height: int) -> None:
    lines = draw_settling(SHOWN, room, height, LOOK)
    assert all(Segment.get_line_length(line) <= max(room, 104) for line in lines)


def test_a_held_interval_says_who_lets_it_wait() -> None:
    waits = msgspec.structs.replace(
        settlement(HELD), waits_by="anna (uid 1000)", waits_since=NOW, reason="test9 is missing"
    )
    assert note_of(waits, LISTING, LOOK) == "anna waits since 13:22: test9 is missing"


def test_a_note_that_is_too_wide_is_said_shorter() -> None:
    early = msgspec.structs.replace(LISTING, now=NOW.replace(minute=15, second=1))
    shown = msgspec.structs.replace(SHOWN, listing=early)
    line = next(text for text in texts(draw_settling(shown, 120, 60, LOOK)) if "· open" in text)
    assert line.endswith("settled at 13:35")
    assert "closes in" not in line
