import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.errors import DiskFull
from console.model.reading import Quality, Reading
from console.store.database import Database
from console.store.readings import StoredReadings
from console.store.store import Store
from tests.store.ledger_rows import drawn_store

START = datetime(2026, 6, 21, 12, tzinfo=UTC)


async def test_readings_come_back_as_they_were(
    store: Store, reading: Callable[..., Reading], noon: datetime
) -> None:
    odd = Reading(
        house="H02",
        time=noon + timedelta(milliseconds=1234),
        import_wh=0,
        export_wh=2**40,
        quality=Quality.MISSING,
    )
    readings = [reading(), reading(seconds=10), odd]
    assert await store.readings.add(readings) == []
    assert await store.readings.between(noon, noon + timedelta(hours=1)) == {
        "H01": readings[:2],
        "H02": [odd],
    }
    assert await store.readings.between(noon, noon) == {"H01": [readings[0]]}
    assert await store.readings.span() == (noon, noon + timedelta(seconds=10))


async def test_the_first_of_two_contradicting_readings_stays(
    store: Store, reading: Callable[..., Reading], noon: datetime
) -> None:
    first, equal, other = reading(), reading(), reading(import_wh=101)
    assert await store.readings.add([first]) == []
    assert await store.readings.add([equal]) == []
    assert await store.readings.add([other, reading(seconds=10)]) == [other]
    assert await store.readings.between(noon, noon) == {"H01": [first]}
    assert (await store.readings.latest())["H01"] == reading(seconds=10)


async def test_a_batch_may_contradict_itself(store: Store, reading: Callable[..., Reading]) -> None:
    assert await store.readings.add([reading(), reading(), reading(import_wh=9)]) == [
        reading(import_wh=9)
    ]


async def test_near_gives_one_houses_readings_around_each_instant(
    store: Store, reading: Callable[..., Reading], noon: datetime
) -> None:
    mine = [reading(seconds=seconds) for seconds in (0, 59, 60, 300, 900)]
    await store.readings.add([*mine, reading(house="H02", seconds=30)])
    instants = [noon, noon + timedelta(seconds=300), noon - timedelta(days=1)]
    found = await store.readings.near("H01", instants, timedelta(seconds=60))
    assert found == [mine[:3], [mine[3]], []]
    assert await store.readings.near("nobody", instants, timedelta(days=9)) == [[], [], []]


async def test_another_source_is_no_contradiction(
    store: Store, reading: Callable[..., Reading]
) -> None:
    await store.readings.add([reading()])
    imported = msgspec.structs.replace(reading(), source="recording", power_w=None)
    assert await store.readings.add([imported]) == []


async def test_the_newest_survives_a_restart(path: Path, reading: Callable[..., Reading]) -> None:
    store = await Store.open(path)
    await store.readings.add([reading(seconds=4000), reading(), reading("H02", seconds=-90_000)])
    newest = {"H01": reading(seconds=4000), "H02": reading("H02", seconds=-90_000)}
    assert await store.readings.latest() == newest
    await store.close()
    store = await Store.open(path)
    assert await store.readings.latest() == newest
    await store.close()


async def test_an_empty_store_knows_nothing(store: Store, noon: datetime) -> None:
    assert await store.readings.add([]) == []
    assert await store.readings.latest() == {}
    assert await store.readings.span() is None
    assert await store.readings.around("H01", noon) == (None, None)


async def test_a_failed_add_leaves_no_trace_in_memory(
    path: Path, reading: Callable[..., Reading], noon: datetime
) -> None:
    database = await Database.open(path)
    readings = await StoredReadings.load(database)
    pages = await database.write(lambda c: c.pragma("page_count"))
    await database.write(lambda c: c.pragma("max_page_count", pages))
    sweep = [reading(f"H{house:04}", seconds=house) for house in range(2000)]
    with pytest.raises(DiskFull):
        await readings.add(sweep)
    assert await readings.latest() == {}
    await database.write(lambda c: c.pragma("max_page_count", pages + 1000))
    assert await readings.add(sweep) == []
    assert len(await readings.latest()) == 2000
    assert await readings.around("H0007", noon) == (None, sweep[7])
    await database.close()


@given(
    times=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 400)), max_size=30),
    asked=st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-10, 410)), max_size=20),
    step=st.sampled_from([60, 1800, 86_400]),
)
@settings(max_examples=40)
def test_around_finds_the_neighbours_over_any_gap(
    times: list[tuple[str, int]], asked: list[tuple[str, int]], step: int
) -> None:
    def instant(number: int) -> datetime:
        return START + timedelta(seconds=step * number)

    known = {
        (house, number): Reading(house=house, time=instant(number), import_wh=number, export_wh=0)
        for house, number in times
    }

    async def look() -> None:
        async with drawn_store() as store:
            await store.readings.add(list(known.values()))
            for house, number in asked:
                before = [n for h, n in known if h == house and n <= number]
                after = [n for h, n in known if h == house and n >= number]
                assert await store.readings.around(house, instant(number)) == (
                    known[house, max(before)] if before else None,
                    known[house, min(after)] if after else None,
                )

    asyncio.run(look())


async def test_pages_go_through_all_readings_and_split_no_instant(
    store: Store, reading: Callable[..., Reading], noon: datetime
) -> None:
    every = [
        reading(house=house, seconds=10 * number, import_wh=number)
        for number in range(7)
        for house in ("H01", "H02", "H03")
    ]
    await store.readings.add(every)
    end = noon + timedelta(seconds=60)
    pages, start, seen = 0, noon, list[Reading]()
    while True:
        found, following = await store.readings.page(start, end, 7)
        assert len(found) <= 7
        assert len({one.time for one in found}) * 3 == len(found)
        pages, seen = pages + 1, seen + found
        if following is None:
            break
        start = following
    assert (pages, seen) == (3, [one for one in every if one.time < end])
    alone, following = await store.readings.page(noon, end, 7, "H02")
    assert following is None
    assert {one.house for one in alone} == {"H02"}
    assert len(alone) == 6
    assert await store.readings.page(noon, end, 7, "H09") == ([], None)
