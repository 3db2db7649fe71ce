import asyncio
import base64
from collections import Counter
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.errors import UsageError
from console.model.entry import Entry, EntryState
from console.model.ledger_filter import LedgerFilter
from console.model.view import LedgerQuery, LedgerTotals
from console.store import entries as stored
from console.store import pages, sums
from console.store.store import Store
from tests.store.ledger_rows import FINAL, NOON, QUERIES, ROWS, drawn_store, instant, passing

Make = Callable[..., Entry]


@given(rows=st.lists(ROWS, max_size=60), queries=st.lists(QUERIES, min_size=1, max_size=6))
@settings(max_examples=150)
def test_pages_are_the_filtered_sorted_list(rows: list[Entry], queries: list[LedgerQuery]) -> None:
    async def look() -> None:
        async with drawn_store() as store:
            await store.entries.replace_from(1, rows, up_to=FINAL)
            for query in queries:
                expected = passing(rows, query)
                totals = LedgerTotals(
                    len(expected),
                    sum(row.wh for row in expected),
                    sum(row.amount_nano for row in expected),
                )
                assert await store.entries.totals(query) == totals
                found: list[Entry] = []
                while True:
                    page = await store.entries.page(query)
                    found += page.entries
                    assert len(page.entries) == query.limit or not page.next
                    assert (page.rows, page.wh, page.amount_nano) == msgspec.structs.astuple(totals)
                    assert page.all_rows == len(rows)
                    if not page.next:
                        break
                    query = msgspec.structs.replace(query, after=page.next)
                assert found == expected

    asyncio.run(look())


@given(
    rows=st.lists(ROWS, max_size=60), first=st.integers(-1, 5), last=st.integers(-1, 8),
    up_to=st.integers(0, FINAL + 3),
)  # fmt: skip
@settings(max_examples=100)
def test_what_a_house_received_is_the_sum_of_its_final_rows(
    rows: list[Entry], first: int, last: int, up_to: int
) -> None:
    async def look() -> None:
        async with drawn_store() as store:
            await store.entries.replace_from(1, rows, up_to=FINAL)
            start, end = instant(first), instant(last)
            for house in {row.consumer for row in rows} | {"nobody"}:
                expected: Counter[str] = Counter()
                for row in rows:
                    inside = start <= row.interval.start < end
                    if row.consumer == house and inside and row.height <= min(up_to, FINAL):
                        expected[row.producer] += row.wh
                found = await store.entries.received(house, start, end, up_to)
                assert found == expected

    asyncio.run(look())


@given(
    rows=st.lists(ROWS, max_size=60), queries=st.lists(QUERIES, min_size=1, max_size=6),
    places=st.lists(st.integers(-1, 40), min_size=1, max_size=4),
)  # fmt: skip
@settings(max_examples=100)
def test_a_jump_lands_where_the_sorted_list_has_the_place(
    rows: list[Entry], queries: list[LedgerQuery], places: list[int]
) -> None:
    async def look() -> None:
        async with drawn_store() as store:
            await store.entries.replace_from(1, rows, up_to=FINAL)
            for query in queries:
                expected = passing(rows, query)
                starts = [row.interval.start for row in expected]
                for number in places:
                    place = instant(number % 7 - 1)
                    asked = msgspec.structs.replace(query, place=place, limit=1000)
                    page = await store.entries.page(asked)
                    beyond = [
                        row
                        for row in expected
                        if (row.interval.start <= place) is not query.rises
                        or row.interval.start == place
                    ]
                    assert list(page.entries) == beyond
                    assert page.before == len(expected) - len(beyond)
                    row = max(0, number)
                    asked = msgspec.structs.replace(query, row=row, limit=1000)
                    page = await store.entries.page(asked)
                    if not expected:
                        assert page.entries == ()
                        continue
                    first = starts.index(starts[min(row, len(expected) - 1)])
                    assert list(page.entries) == expected[first:]
                    assert page.before == first

    asyncio.run(look())


@given(rows=st.lists(ROWS, max_size=60), query=QUERIES)
@settings(max_examples=60)
def test_a_great_ledger_is_counted_in_slices(rows: list[Entry], query: LedgerQuery) -> None:
    async def look() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pages, "SLICE_ROWS", 7)
            patch.setattr(pages, "DAY_MS", 15 * 60 * 1000)
            patch.setattr(sums, "_SELECT_DAYS", sums._SELECT_DAYS.replace("86400000", "900000"))
            async with drawn_store() as store:
                await store.entries.replace_from(1, rows, up_to=FINAL)
                expected = passing(rows, query)
                page = await store.entries.page(query)
                assert page.rows in (None, len(expected))
                found = await store.entries.totals(query)
                assert (found.rows, found.wh) == (len(expected), sum(row.wh for row in expected))
                assert (await store.entries.page(query)).rows == len(expected)

    asyncio.run(look())


async def test_a_count_begins_again_when_the_ledger_changes(
    store: Store, entry: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "SLICE_ROWS", 1)
    await store.entries.replace_from(1, [entry(), entry(quarter=96)], up_to=0)
    counted: list[object] = []
    slice_of = stored._slice_of

    def slower(query: LedgerQuery, version: int, first: int, end: int) -> object:
        counted.append(version)
        return slice_of(query, 0 if len(counted) == 1 else version, first, end)

    monkeypatch.setattr(stored, "_slice_of", slower)
    assert (await store.entries.totals(LedgerQuery(producer="p1"))).rows == 2
    assert len(counted) > 2


@given(
    steps=st.lists(
        st.tuples(st.integers(1, 6), st.integers(0, 5), st.lists(ROWS, max_size=8)), max_size=6
    )
)
@settings(max_examples=40)
def test_replacing_is_what_a_plain_list_does(steps: list[tuple[int, int, list[Entry]]]) -> None:
    async def look() -> None:
        async with drawn_store() as store:
            kept: list[Entry] = []
            for height, up_to, news in steps:
                rows = [
                    msgspec.structs.replace(row, height=row.height + height - 1) for row in news
                ]
                # the same rows twice in one block are told apart by their order alone
                rows = [row for row in rows if row.key not in {old.key for old in kept}]
                kept = [row for row in kept if row.height < height] + rows
                await store.entries.replace_from(height, rows, up_to)
                assert await store.entries.cursor() == up_to
                page = await store.entries.page(LedgerQuery(limit=1000))
                assert (page.rows, page.all_rows) == (len(kept), len(kept))
                assert page.wh == sum(row.wh for row in kept)
                assert page.amount_nano == sum(row.amount_nano for row in kept)
                every = LedgerQuery(without=(LedgerFilter(block=0),))
                assert (await store.entries.totals(every)).rows == len(kept)
                for row in page.entries:
                    assert (row.state is EntryState.FINAL) == (row.height <= up_to)

    asyncio.run(look())


async def test_rows_become_final_with_the_height(store: Store, entry: Make) -> None:
    low, high = entry(height=2), entry(quarter=1, height=3)
    await store.entries.replace_from(1, [low, high], up_to=2)
    final = msgspec.structs.replace(low, state=EntryState.FINAL)
    assert await store.entries.between(NOON, instant(9)) == [final, high]
    assert await store.entries.between(instant(1), instant(2)) == [high]
    await store.entries.replace_from(3, [high], up_to=3)
    states = {row.state for row in await store.entries.between(NOON, instant(9))}
    assert states == {EntryState.FINAL}


async def test_a_reorganised_block_takes_its_rows_along(store: Store, entry: Make) -> None:
    await store.entries.replace_from(1, [entry(height=2), entry(quarter=1, height=3)], up_to=2)
    moved = entry(quarter=1, height=4)
    await store.entries.replace_from(3, [moved], up_to=2)
    assert (await store.entries.between(instant(1), instant(2))) == [moved]
    page = await store.entries.page(LedgerQuery(producer="p1"))
    assert (page.rows, page.wh) == (2, 20)


async def test_totals_follow_a_change_of_the_ledger(store: Store, entry: Make) -> None:
    query = LedgerQuery(producer="p1")
    await store.entries.replace_from(1, [entry(), entry("p2")], up_to=0)
    assert (await store.entries.page(query)).rows == 1
    await store.entries.replace_from(3, [entry(quarter=1, height=3, wh=-4)], up_to=0)
    page = await store.entries.page(query)
    assert (page.rows, page.wh, page.amount_nano) == (2, 6, 600_000)


async def test_amounts_pass_sixty_three_bits(store: Store, entry: Make) -> None:
    rows = [entry(quarter=n, wh=10**9, price=9 * 10**9) for n in range(30)]
    await store.entries.replace_from(1, rows, up_to=0)
    for query in (LedgerQuery(), LedgerQuery(producer="p1")):
        assert (await store.entries.page(query)).amount_nano == 30 * 9 * 10**18
    await store.entries.replace_from(1, [], up_to=0)
    assert (await store.entries.page(LedgerQuery())).amount_nano == 0


async def test_limits_are_kept_within_bounds(store: Store, entry: Make) -> None:
    await store.entries.replace_from(1, [entry(quarter=n) for n in range(1100)], up_to=0)
    assert len((await store.entries.page(LedgerQuery(limit=10**9))).entries) == 1000
    assert len((await store.entries.page(LedgerQuery(limit=-5))).entries) == 1


@pytest.mark.parametrize(
    "after",
    [
        "nonsense",
        "é",
        "A" * 10_000,
        base64.urlsafe_b64encode(msgspec.msgpack.encode([1, 2, 3])).decode(),
        base64.urlsafe_b64encode(msgspec.msgpack.encode([2**63, 0, "a", "b", 1, b"", 0])).decode(),
    ],
)
async def test_a_foreign_cursor_is_refused(store: Store, entry: Make, after: str) -> None:
    await store.entries.replace_from(1, [entry()], up_to=0)
    with pytest.raises(UsageError, match="page"):
        await store.entries.page(LedgerQuery(after=after))
