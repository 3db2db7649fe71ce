from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.entry import Entry
from console.model.view import LedgerPage, LedgerQuery
from console.tui.widgets.book import (
    LARGEST_PAGE,
    Book,
    first_page,
    indexed,
    opened,
    page_after,
    place_of,
    rows_by_interval,
    turned,
)
from console.tui.widgets.reader import (
    Reader,
    entry_at,
    moved,
    standing,
    wants_more,
    with_first_page,
    with_next_page,
)
from tests.tui.chain_data import entries
from tests.tui.chain_engine import ChainEngine

DAY = [row for number in range(52, 21, -1) if number != 45 for row in entries(number)]
WAYS = ("up", "down", "page_up", "page_down", "home", "end")


def page(rows: Sequence[Entry], start: int = 0, count: int = 100_000) -> LedgerPage:
    end = start + count
    return LedgerPage(
        entries=tuple(rows[start:end]),
        next=str(end) if end < len(rows) else "",
        rows=len(rows),
        wh=sum(row.wh for row in rows),
        amount_nano=0,
        all_rows=len(rows),
    )


def first_lines(reader: Reader) -> Entry | None:
    return entry_at(reader.book, reader.top) or entry_at(reader.book, reader.top + 1)


@given(st.integers(1, 250))
def test_pages_of_any_size_make_the_same_book(size: int) -> None:
    book = opened(page(DAY, 0, size))
    while not book.whole:
        book = turned(book, page(DAY, int(book.next), size))
    assert book.groups == opened(page(DAY)).groups
    assert not book.begun
    assert book.loaded == len(DAY)


@given(st.integers(1, 250))
def test_only_whole_groups_are_shown(size: int) -> None:
    book = opened(page(DAY, 0, size))
    assert all(len(group.entries) == 24 for group in book.groups)
    assert book.loaded + len(book.begun) == min(size, len(DAY))


def test_rows_of_a_group_are_in_natural_order() -> None:
    names = [row.consumer for row in opened(page(entries(52))).groups[0].entries[:8]]
    assert names == ["test2", "test3", "test4", "test5", "test7", "test8", "test10", "test12"]


def test_a_group_larger_than_a_page_is_asked_for_in_great_ones() -> None:
    query = LedgerQuery()
    assert page_after(query, opened(page(DAY, 0, 10))).limit == LARGEST_PAGE
    assert page_after(query, opened(page(DAY, 0, 100))).limit == query.limit
    assert page_after(query, opened(page(DAY, 0, 100))).after == "100"


def test_the_first_page_again_covers_what_is_loaded() -> None:
    assert first_page(LedgerQuery()).limit == 200
    assert first_page(LedgerQuery(), opened(page(DAY))).limit == len(DAY) + 100
    assert first_page(LedgerQuery(after="x")).after == ""


@given(st.lists(st.sampled_from(WAYS), max_size=60), st.integers(3, 50))
def test_the_chosen_row_is_always_a_row_in_sight(ways: list[str], rows: int) -> None:
    reader = Reader(opened(page(DAY)))
    for way in ways:
        reader = moved(reader, way, rows)
        assert reader.chosen is not None
        assert reader.top < reader.cursor < reader.top + rows


def test_home_and_end() -> None:
    reader = moved(Reader(opened(page(DAY))), "end", 20)
    assert reader.chosen is not None
    assert reader.chosen.interval == DAY[-1].interval
    assert moved(reader, "home", 20).at_top
    assert moved(Reader(), "down", 20) == Reader()


@given(st.integers(2, 300), st.integers(0, 40))
def test_who_reads_below_keeps_the_line(cursor: int, top: int) -> None:
    older = DAY[24:]
    reader = standing(Reader(opened(page(older)), top), max(2, cursor), 20)
    if reader.chosen is None:
        reader = moved(reader, "down", 20)
    after, slides = with_first_page(reader, page(DAY), newest_first=True)
    assert slides == 0
    assert after.chosen == reader.chosen
    assert first_lines(after) == first_lines(reader)
    assert after.cursor - reader.cursor == after.top - reader.top or reader.top == 0


def test_a_new_group_slides_in_on_top_of_who_reads_the_newest() -> None:
    reader = Reader(opened(page(DAY[24:])))
    after, slides = with_first_page(reader, page(DAY), newest_first=True)
    assert slides == 25
    assert after.chosen == opened(page(DAY)).groups[0].entries[0]


def test_nothing_slides_into_an_empty_book() -> None:
    after, slides = with_first_page(Reader(), page(DAY), newest_first=True)
    assert (after.at_top, slides) == (True, 0)


def test_states_change_in_place() -> None:
    final = [msgspec.structs.replace(row, height=1) for row in DAY[:24]] + DAY[24:]
    reader = moved(Reader(opened(page(DAY))), "page_down", 20)
    after, _ = with_first_page(reader, page(final), newest_first=True)
    assert after.cursor == reader.cursor
    assert after.chosen is not None
    assert after.chosen.height == 1


def test_what_a_fresh_page_does_not_reach_stays() -> None:
    reader = Reader(opened(page(DAY[24:])), 200, 205)
    after, _ = with_first_page(reader, page(DAY, 0, 100), newest_first=True)
    assert after.book.groups == opened(page(DAY)).groups
    assert after.chosen == reader.chosen


@pytest.mark.parametrize("newest_first", [True, False])
def test_oldest_first_keeps_its_order(newest_first: bool) -> None:
    rows = DAY if newest_first else [row for n in range(22, 53) if n != 45 for row in entries(n)]
    reader = Reader(opened(page(rows)), 200, 205)
    after, _ = with_first_page(reader, page(rows, 0, 100), newest_first=newest_first)
    assert after.book.groups == reader.book.groups


def test_an_emptied_ledger_is_empty() -> None:
    reader = Reader(opened(page(DAY)), 50, 55)
    after, slides = with_first_page(reader, page([]), newest_first=True)
    assert (after.chosen, slides) == (None, 0)


def test_more_is_wanted_before_the_end_is_seen() -> None:
    reader = Reader(opened(page(DAY, 0, 200)))
    assert not wants_more(reader, 20)
    assert wants_more(Reader(reader.book, 160, 165), 20)
    assert not wants_more(Reader(opened(page(DAY)), 700, 701), 20)
    assert with_next_page(reader, page(DAY, 200, 200)).book.loaded > reader.book.loaded


@given(st.integers(0, 740))
def test_lines_count_groups_and_rows(line: int) -> None:
    book = opened(page(DAY))
    index = indexed(book.groups)
    group, row = place_of(index, min(line, index.lines - 1))
    assert index.starts[group] + 1 + row == min(line, index.lines - 1)
    assert index.lines == len(DAY) + len(book.groups)


def test_an_empty_book_has_no_rows() -> None:
    assert entry_at(Book(), 0) is None


async def test_rows_by_interval() -> None:
    rows = await rows_by_interval(ChainEngine(), [DAY[0].interval.start.date()])
    assert rows[DAY[0].interval.name] == 24
