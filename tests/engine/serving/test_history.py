"""The history: a house's days from its registers at their edges, and from the ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from console.engine.serving.history import MOST_DAYS
from console.errors import Refused
from console.model.interval import Interval
from console.model.reading import Reading
from tests.engine.street import QUARTER, START, Opened

YESTERDAY = date(2026, 6, 20)
BEGAN = datetime(2026, 6, 19, 20, 3, 11, tzinfo=UTC)
STEP = timedelta(minutes=10)


def polled(steps: list[int]) -> list[Reading]:
    """A house that takes so much between one poll and the next, and gives a third of it."""
    readings, imported = [], 5000
    for number in range(int((START - BEGAN) / STEP)):
        imported += steps[number % len(steps)]
        readings.append(
            Reading(
                house="p1", time=BEGAN + number * STEP, import_wh=imported, export_wh=imported // 3
            )
        )
    return readings


async def test_unknown_days_are_not_nothing_and_trades_add_up(street: Opened) -> None:
    told = await street.engine.answers.history("p1", None, MOST_DAYS)
    assert len(told.days) == MOST_DAYS
    assert told.days[-1].day == street.engine.parts.today()
    assert told.days[0].imported_wh is None
    assert told.days[0].sold_wh == 0
    with pytest.raises(Refused):
        await street.engine.answers.history("nobody", None, 7)


@pytest.mark.parametrize("steps", [[1], [0, 700, 3], [599, 1, 0, 0, 333, 77, 2]])
async def test_a_day_is_what_its_intervals_add_up_to(street: Opened, steps: list[int]) -> None:
    parts, books = street.engine.parts, street.engine.books
    await parts.store.readings.add(polled(steps))
    start, end = parts.day_span(YESTERDAY)
    imported = exported = 0
    interval = Interval.containing(start, 15)
    while interval.start < end:
        balance = (await books.balances(interval, ["p1"])).balances[0]
        imported, exported = imported + balance.imported_wh, exported + balance.exported_wh
        interval = interval.next
    (day,) = (await street.engine.answers.history("p1", YESTERDAY, 1)).days
    assert (day.imported_wh, day.exported_wh) == (imported, exported)


async def test_today_ends_with_the_newest_reading(street: Opened) -> None:
    readings = polled([600])
    await street.engine.parts.store.readings.add(readings)
    before, today = (await street.engine.answers.history("p1", None, 2)).days
    assert before.imported_wh == 600 * 6 * 24
    assert today.imported_wh is not None
    edge = street.engine.parts.day_span(YESTERDAY)[1]
    expected = 600 * ((readings[-1].time - edge) / STEP)
    assert today.imported_wh == pytest.approx(expected, abs=1)


async def test_a_silence_around_midnight_makes_both_days_unknown(street: Opened) -> None:
    edge = street.engine.parts.day_span(YESTERDAY)[1]
    kept = [one for one in polled([600]) if abs(one.time - edge) > timedelta(minutes=20)]
    await street.engine.parts.store.readings.add(kept)
    days = (await street.engine.answers.history("p1", None, 2)).days
    assert [day.imported_wh for day in days] == [None, None]


async def test_a_register_that_dips_at_midnight_is_held(street: Opened) -> None:
    edge = street.engine.parts.day_span(YESTERDAY)[1]
    dipped = [
        Reading(house="p1", time=one.time, import_wh=0, export_wh=0)
        if abs(one.time - edge) <= STEP / 2
        else one
        for one in polled([600])
    ]
    await street.engine.parts.store.readings.add(dipped)
    before, today = (await street.engine.answers.history("p1", None, 2)).days
    assert before.imported_wh == 600 * 6 * 24
    assert today.imported_wh is not None


async def test_another_meters_lower_register_is_unknown_and_never_negative(street: Opened) -> None:
    noon = street.engine.parts.day_span(YESTERDAY)[0] + 48 * QUARTER
    swapped = [
        one if one.time < noon else Reading(house="p1", time=one.time, import_wh=7, export_wh=3)
        for one in polled([600])
    ]
    await street.engine.parts.store.readings.add(swapped)
    before, today = (await street.engine.answers.history("p1", None, 2)).days
    assert (before.imported_wh, before.exported_wh) == (None, None)
    assert today.imported_wh == 0
