"""The house: its day, week and month, and the way into its ledger."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from console.errors import EngineAbsent
from console.model.history import DaySum, HouseHistory
from console.model.interval import Interval
from console.model.reading import MeterState
from console.model.settlement import Settlement, State
from console.model.view import HouseDay, HouseInterval
from console.tui.cells import text_of
from console.tui.look import Look
from console.tui.screens.screen import ConsoleScreen
from console.tui.widgets.house.days import Days, draw_days
from console.tui.widgets.house.table import Listing, draw_table
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import NOW
from tests.tui.piloting import opened, press

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"))


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_w_shows_the_week_the_month_and_the_day_again(size: tuple[int, int]) -> None:
    engine = FakeEngine()
    async with opened(engine, "1", size) as pilot:
        assert "[day] week month" in await press(pilot, "right", "right", "enter")
        week = await press(pilot, "w")
        assert "day [week] month" in week
        for words in ("today", "together", "--"):
            assert words in week
        month = await press(pilot, "w")
        assert "day week [month]" in month
        assert "[day] week month" in await press(pilot, "w")
    assert "history test3 None 7" in engine.asked
    assert "history test3 None 31" in engine.asked


async def test_the_arrows_turn_by_what_is_shown() -> None:
    engine = FakeEngine()
    async with opened(engine, "1") as pilot:
        await press(pilot, "enter", "w")
        await press(pilot, "left")
    assert "history test1 2026-06-14 7" in engine.asked


async def test_the_ledger_opens_with_the_houses_rows() -> None:
    engine = FakeEngine()
    async with opened(engine, "1") as pilot:
        await press(pilot, "enter")
        drawn = await press(pilot, "L")
        assert "4 Ledger" in drawn
        assert "house:test1" in drawn


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_m_shows_the_meter_and_goes_back(size: tuple[int, int]) -> None:
    engine = FakeEngine()
    async with opened(engine, "1", size) as pilot:
        await press(pilot, "right", "right", "enter", "w")
        drawn = await press(pilot, "m")
        assert "[meter]" in drawn
        assert "out has not moved while 0.430 kWh flowed" in drawn
        assert "no interval to open" in await press(pilot, "enter")
        assert "[week]" in await press(pilot, "escape")
        assert "[meter]" in await press(pilot, "m")
        assert "[week]" in await press(pilot, "m")
    assert engine.asked.count("meter test3") == 2


async def test_the_meter_is_asked_again_only_when_it_has_said_something() -> None:
    engine = FakeEngine()
    async with opened(engine, "1") as pilot:
        await press(pilot, "right", "right", "enter", "m")
        snapshot = engine.snapshot
        later = msgspec.structs.replace(snapshot.head, now=NOW + timedelta(seconds=5))
        engine.lines.put_nowait(msgspec.structs.replace(snapshot, head=later))
        await press(pilot)
        assert engine.asked.count("meter test3") == 1
        heard = tuple(msgspec.structs.replace(house, time=NOW) for house in snapshot.houses)
        engine.lines.put_nowait(msgspec.structs.replace(snapshot, houses=heard))
        await press(pilot)
        assert engine.asked.count("meter test3") == 2


async def test_a_meter_that_says_nothing_is_asked_for_again_once_its_next_poll_is_over() -> None:
    engine = FakeEngine()
    async with opened(engine, "1") as pilot:
        await press(pilot, "right", "right", "enter", "m")
        for seconds, asked in ((51, 1), (52, 2), (53, 2)):
            later = NOW + timedelta(seconds=seconds)
            head = msgspec.structs.replace(engine.snapshot.head, now=later)
            engine.lines.put_nowait(msgspec.structs.replace(engine.snapshot, head=head))
            await press(pilot)
            assert engine.asked.count("meter test3") == asked


async def test_the_ledger_is_left_for_the_house_as_it_was() -> None:
    engine = FakeEngine()
    async with opened(engine, "4") as pilot:
        await press(pilot, "slash", *"test9", "enter", "1")
        before = await press(pilot, "right", "enter", "w", "left")
        assert "house:test2" in await press(pilot, "L")
        assert await press(pilot, "escape") == before
        assert "test9" in await press(pilot, "4")
        assert "4 Ledger" in await press(pilot, "escape"), "no visit any more: the filter is lifted"


async def test_a_house_over_the_ledger_is_found_again_too() -> None:
    async with opened(FakeEngine(), "4") as pilot:
        pilot.app.open_house("test3")  # type: ignore[attr-defined]
        assert "house:test3" in await press(pilot, "L")
        assert "bought 4.930 kWh" in await press(pilot, "escape")


async def test_a_click_chooses_an_interval_and_opens_it() -> None:
    async with opened(FakeEngine(), "1", (80, 24)) as pilot:
        drawn = (await press(pilot, "right", "right", "enter")).splitlines()
        row = next(number for number, line in enumerate(drawn) if line.startswith(" 12:45"))
        await pilot.click(offset=(8, row))
        assert "▸12:45" in await press(pilot)
        await pilot.click(offset=(8, row))
        assert "3 Settlement" in await press(pilot)


async def test_a_click_on_a_span_shows_it() -> None:
    async with opened(FakeEngine(), "1") as pilot:
        for word in ("week", "month", "meter", "day"):
            drawn = await press(pilot, "right") if word != "week" else await press(pilot, "enter")
            row = next(n for n, line in enumerate(drawn.splitlines()) if "month" in line)
            await pilot.click(offset=(drawn.splitlines()[row].index(word), row))
            assert f"[{word}]" in await press(pilot)


async def test_another_day_has_its_own_name_beside_its_sums() -> None:
    async with opened(FakeEngine(), "1", (80, 24)) as pilot:
        assert " today              7.568" in await press(pilot, "right", "right", "enter")
        assert " Sat 20 Jun         7.568" in await press(pilot, "left")


async def test_a_house_that_left_says_so() -> None:
    engine = FakeEngine()
    async with opened(engine, "1") as pilot:
        await press(pilot, "enter")
        engine.lines.put_nowait(msgspec.structs.replace(engine.snapshot, houses=()))
        assert "test1 is no member of this neighbourhood." in await press(pilot)


async def test_a_day_of_the_month_is_chosen_and_opened() -> None:
    engine = FakeEngine()
    async with opened(engine, "1", (80, 24)) as pilot:
        await press(pilot, "enter", "w", "w")
        drawn = await press(pilot, "down", "down", "down")
        assert "▸Fri 19 Jun" in drawn
        assert "enter day" in drawn
        assert "together     ~210.464" in drawn
        drawn = await press(pilot, "end")
        assert "▸Fri 22 May" in drawn
        assert "\n today" not in drawn
        drawn = await press(pilot, "enter")
        assert "[day]" in drawn
        assert " Fri 22 May         7.568" in drawn
    assert "house test1 2026-05-22" in engine.asked


async def test_a_click_on_a_day_chooses_and_opens_it() -> None:
    async with opened(FakeEngine(), "1") as pilot:
        drawn = (await press(pilot, "enter", "w")).splitlines()
        row = next(number for number, line in enumerate(drawn) if line.startswith(" Thu 18 Jun"))
        await pilot.click(offset=(5, row))
        assert "▸Thu 18 Jun" in await press(pilot)
        await pilot.click(offset=(5, row))
        opened_day = await press(pilot)
        assert "[day]" in opened_day
        assert "Thu 18 Jun" in opened_day


async def test_a_lost_meters_reason_is_told_whole() -> None:
    engine = FakeEngine()
    reason = "192.168.1.20 does not take the connection"
    houses = tuple(
        msgspec.structs.replace(house, state=MeterState.LOST, reason=reason)
        for house in engine.snapshot.houses
    )
    engine.snapshot = msgspec.structs.replace(engine.snapshot, houses=houses)
    async with opened(engine, "1", (80, 24)) as pilot:
        drawn = await press(pilot, "enter")
        assert drawn.count("192.") == drawn.count(reason) == 1


async def test_a_console_closes_quietly_while_its_engine_is_silent() -> None:
    engine = FakeEngine()
    engine.accepts = 1
    async with opened(engine, "1", (80, 24)) as pilot:
        engine.lines.put_nowait(EngineAbsent("no engine answers"))
        assert "SILENT" in await press(pilot, "enter")
        front = pilot.app.screen
        assert isinstance(front, ConsoleScreen)
        await front.query("*").remove()
        front.arrive()


def test_days_before_the_first_known_one_are_no_alarm() -> None:
    def day(number: int, wh: int | None) -> DaySum:
        return DaySum(
            day=date(2026, 6, 14) + timedelta(days=number), imported_wh=wh, exported_wh=wh,
            bought_wh=0, sold_wh=0, owes_nano=0, earned_nano=0,
        )  # fmt: skip

    known = (None, None, 5000, None, 9000)
    history = HouseHistory(house="h", days=tuple(day(n, wh) for n, wh in enumerate(known)))
    days = Days(history=history, today=date(2026, 6, 18), height=20, look=LOOK)
    drawn = [text_of(line) for line in draw_days(days, 80)]
    assert drawn[0].split() == ["imported", *["–" * 7] * 2, "▅" * 7, "!" * 7, "█" * 7]
    assert "~14.000" in drawn[-1]


def test_a_day_of_which_no_file_has_come_was_bought_as_little_known_as_taken() -> None:
    known = DaySum(
        day=NOW.date() - timedelta(days=1), imported_wh=4000, exported_wh=None, bought_wh=0,
        sold_wh=0, owes_nano=0, earned_nano=0,
    )  # fmt: skip
    unknown = msgspec.structs.replace(known, day=NOW.date(), imported_wh=None)
    history = HouseHistory(house="test3", days=(known, unknown))
    days = Days(history=history, today=NOW.date(), height=20, look=LOOK)
    *_, today, yesterday, together = map(text_of, draw_days(days, 120))
    assert today.split() == ["today", "--", "--", "--", "--", "--"]
    assert yesterday.split()[3:] == ["4.000", "0.000", "--", "0.000", "0.000"]
    assert together.split()[1:3] == ["~4.000", "~0.000"]


@pytest.mark.parametrize("state", [State.HELD, State.FINAL])
def test_an_interval_of_which_no_file_has_come_shows_no_zeros(state: State) -> None:
    interval = HouseInterval(
        settlement=Settlement(
            interval=Interval(NOW.replace(minute=0, second=0, microsecond=0), 15),
            state=state, changed=NOW, houses=3,
        ),
        imported_wh=None, exported_wh=None, partners={}, bought_wh=0, sold_wh=0, owes_nano=0,
        earned_nano=0,
    )  # fmt: skip
    day = HouseDay(
        house="test3", day=NOW.date(), intervals=(interval,), import_wh=None, export_wh=None,
        gaps=1, wallet="", holdings={},
    )  # fmt: skip
    listing = Listing(day=day, name="today", selling=False, chosen=None, rows=9, look=LOOK)
    _, row, sums = map(text_of, draw_table(listing, 120))
    assert row.split()[-2:] == ["--", "--"]
    assert sums.split() == ["today", "--", "--"]
