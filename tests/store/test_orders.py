from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.model.entry import Entry
from console.model.ledger_order import LedgerOrder, RowPlace
from console.model.view import LedgerPage, LedgerQuery
from console.store import ordered, pages
from console.store.store import Store
from tests.store.ledger_rows import FINAL, ROWS, drawn_store, passing, queries

ANY = queries(*LedgerOrder)
FLAT = [order for order in LedgerOrder if order is not LedgerOrder.TIME]
Look = Callable[[Store, LedgerQuery, list[Entry]], object]


def looked(rows: list[Entry], asked: list[LedgerQuery], few: int, cut: int, look: Look) -> None:
    """Look at a store of some rows with each query, few of them gathered, small intervals cut."""

    async def work() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ordered, "GATHERED_ROWS", few)
            patch.setattr(pages, "CUT_ROWS", cut)
            async with drawn_store() as store:
                await store.entries.replace_from(1, rows, up_to=FINAL)
                for query in asked:
                    await look(store, query, passing(rows, query))  # type: ignore[misc]

    asyncio.run(work())


async def through(store: Store, query: LedgerQuery) -> list[Entry]:
    """All rows from where a query begins, page after page."""
    found: list[Entry] = []
    while True:
        page = await store.entries.page(query)
        found += page.entries
        assert len(page.entries) == query.limit or not page.next
        if not page.next:
            return found
        query = msgspec.structs.replace(query, after=page.next, at=None, row=None)


SOME = st.lists(ANY, min_size=1, max_size=5)
FEW = st.sampled_from([0, 5, 8000])
CUT = st.sampled_from([2, 200])
rows_and_queries = given(rows=st.lists(ROWS, max_size=60), asked=SOME, few=FEW, cut=CUT)
quick = settings(max_examples=60)


@rows_and_queries
@quick
def test_pages_are_the_sorted_list_both_ways(
    rows: list[Entry], asked: list[LedgerQuery], few: int, cut: int
) -> None:
    async def look(store: Store, query: LedgerQuery, expected: list[Entry]) -> None:
        assert await through(store, query) == expected
        back = msgspec.structs.replace(query, backward=True)
        assert await through(store, back) == expected[::-1]

    looked(rows, asked, few, cut, look)


@rows_and_queries
@quick
def test_a_jump_lands_on_the_row_or_on_its_small_interval(
    rows: list[Entry], asked: list[LedgerQuery], few: int, cut: int
) -> None:
    async def look(store: Store, query: LedgerQuery, expected: list[Entry]) -> None:
        for row in (
            {0, len(expected) // 2, len(expected) - 1, len(expected) + 3} if expected else {}
        ):
            page = await store.entries.page(msgspec.structs.replace(query, row=row, limit=1000))
            begin = page.before
            assert begin is not None
            assert list(page.entries) == expected[begin:]
            last = min(row, len(expected) - 1)
            skipped = expected[begin:last]
            assert all(one.interval == expected[last].interval for one in skipped)
            assert len(skipped) < cut
            assert not skipped or query.order is LedgerOrder.TIME

    looked(rows, asked, few, cut, look)


@rows_and_queries
@quick
def test_a_page_begins_at_a_row_and_goes_on_both_ways(
    rows: list[Entry], asked: list[LedgerQuery], few: int, cut: int
) -> None:
    async def look(store: Store, query: LedgerQuery, expected: list[Entry]) -> None:
        for entry in expected[:: max(1, len(expected) // 3)]:
            page = await store.entries.page(
                msgspec.structs.replace(query, at=RowPlace.of(entry), limit=1000)
            )
            begin = page.before
            assert begin is not None
            assert list(page.entries) == expected[begin:]
            found = expected[begin]
            if query.order is LedgerOrder.TIME:
                assert found.interval == entry.interval
            else:
                assert found.key == entry.key
            await _goes_on_above(store, query, page, expected[:begin])

    looked(rows, asked, few, cut, look)


async def _goes_on_above(
    store: Store, query: LedgerQuery, page: LedgerPage, above: list[Entry]
) -> None:
    if page.first:
        back = msgspec.structs.replace(query, backward=True, after=page.first)
        assert await through(store, back) == above[::-1]
    else:
        assert query.order is LedgerOrder.TIME


@pytest.mark.parametrize("order", FLAT)
async def test_a_row_that_is_gone_still_has_its_place(
    store: Store, entry: Callable[..., Entry], order: LedgerOrder
) -> None:
    rows = [entry(f"p{n}", f"c{n}", quarter=n, wh=n, height=n) for n in range(1, 8)]
    await store.entries.replace_from(1, rows[:3] + rows[4:], up_to=9)
    query = LedgerQuery(order=order, rises=True, at=RowPlace.of(rows[3]))
    page = await store.entries.page(query)
    assert page.entries[0].wh == 5
    assert page.before == 3


@pytest.mark.parametrize("few", [0, 8000], ids=["walked", "gathered"])
@pytest.mark.parametrize("order", LedgerOrder)
def test_rows_alike_in_all_of_their_key_turn_round_with_the_others(
    entry: Callable[..., Entry], order: LedgerOrder, few: int
) -> None:
    rows = [entry("p", "c", wh=5, height=height) for height in (1, 1, 2)]

    async def look(store: Store, query: LedgerQuery, expected: list[Entry]) -> None:
        assert await through(store, query) == expected

    asked = [LedgerQuery(order=order, rises=rises, limit=1) for rises in (True, False)]
    looked(rows, asked, few, 2, look)


async def test_amounts_beyond_sixty_three_bits_stand_at_the_end(
    store: Store, entry: Callable[..., Entry]
) -> None:
    small, huge = entry(wh=3), entry("p2", wh=2**40, price=2**40)
    taken = entry("p3", wh=-(2**40), price=2**40)
    await store.entries.replace_from(1, [small, huge, taken], up_to=0)
    page = await store.entries.page(LedgerQuery(order=LedgerOrder.AMOUNT))
    assert list(page.entries) == [huge, small, taken]
    again = await store.entries.page(LedgerQuery(order=LedgerOrder.AMOUNT, at=RowPlace.of(huge)))
    assert again.before == 0
