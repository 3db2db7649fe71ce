from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.entry import Entry
from console.model.view import LedgerPage, LedgerQuery, LedgerTotals
from console.tui.widgets import reader as reading
from console.tui.widgets.book import (
    Book,
    indexed,
    opened,
    place_of,
    rows_by_interval,
    turned,
    turned_back,
    with_totals,
)
from console.tui.widgets.reader import (
    Reader,
    at_end,
    choosing,
    days_in_sight,
    entry_at,
    landed,
    moved,
    place_in_sight,
    standing,
    wants_above,
    wants_below,
    with_fresh_rows,
    with_fresh_top,
    with_page_above,
    with_page_below,
)
from console.tui.widgets.turning import (
    LARGEST_PAGE,
    first_page,
    last_page,
    page_above,
    page_at,
    page_below,
    page_of_row,
)
from tests.tui.chain_data import entries
from tests.tui.chain_engine import ChainEngine

DAY = [row for number in range(52, 21, -1) if number != 45 for row in entries(number)]
NOTHING = timedelta()
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
        before=start,
    )


def answered(query: LedgerQuery) -> LedgerPage:
    """What a store of the day says to a question."""
    newest = sorted(DAY, key=lambda row: row.interval.start, reverse=query.newest_first)
    begin = int(query.after or 0)
    if query.row is not None:
        place = newest[min(query.row, len(newest) - 1)].interval.start
        begin = next(n for n, row in enumerate(newest) if row.interval.start == place)
    if query.place is not None:
        sign = 1 if query.newest_first else -1
        gone = [row for row in newest if (row.interval.start - query.place) * sign > NOTHING]
        begin = len(gone)
    return page(newest, begin, query.limit)


def first_lines(reader: Reader) -> Entry | None:
    return entry_at(reader.book, reader.top) or entry_at(reader.book, reader.top + 1)


@given(st.integers(1, 250))
def test_pages_of_any_size_make_the_same_book(size: int) -> None:
    book = opened(page(DAY, 0, size))
    while not book.ends:
        book = turned(book, page(DAY, int(book.next), size))
    assert book.groups == opened(page(DAY)).groups
    assert not book.begun
    assert book.loaded == len(DAY)


@given(st.integers(1, 250), st.booleans(), st.integers(0, len(DAY) + 5))
def test_a_book_grows_both_ways_from_any_row(size: int, newest_first: bool, row: int) -> None:
    query = LedgerQuery(limit=size, newest_first=newest_first)
    book = opened(answered(page_of_row(query, row)))
    while not book.ends:
        book = turned(book, answered(page_below(query, book)))
    while not book.begins:
        book = turned_back(book, answered(page_above(query, book)))
    whole = opened(answered(LedgerQuery(limit=10**6, newest_first=newest_first)))
    assert (book.groups, book.before) == (whole.groups, 0)


@given(st.integers(1, 250))
def test_only_whole_groups_are_shown(size: int) -> None:
    book = opened(page(DAY, 0, size))
    assert all(len(group.entries) == 24 for group in book.groups)
    assert book.loaded + len(book.begun) == min(size, len(DAY))


def test_rows_of_a_group_are_in_natural_order() -> None:
    names = [row.consumer for row in opened(page(entries(52))).groups[0].entries[:8]]
    assert names == ["test2", "test3", "test4", "test5", "test7", "test8", "test10", "test12"]


def test_a_group_larger_than_a_page_is_asked_for_in_great_ones() -> None:
    query = LedgerQuery(limit=100)
    assert page_below(query, opened(page(DAY, 0, 10))).limit == LARGEST_PAGE
    assert page_below(query, opened(page(DAY, 0, 100))).limit == query.limit
    assert page_below(query, opened(page(DAY, 0, 100))).after == "100"


def test_a_first_page_is_three_screens_at_least() -> None:
    assert first_page(LedgerQuery(after="x")) == LedgerQuery()
    assert first_page(LedgerQuery(), 100).limit == 300
    assert first_page(LedgerQuery(), 1000).limit == LARGEST_PAGE


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
    last = at_end(answered(last_page(LedgerQuery(limit=100))), 20)
    assert last.chosen == reader.chosen
    assert last.book.before == len(DAY) - last.book.loaded


@given(st.integers(0, len(DAY) - 1))
def test_a_jump_chooses_the_very_row(row: int) -> None:
    reader = landed(answered(page_of_row(LedgerQuery(), row)), row)
    assert reader.chosen == opened(page(DAY)).groups[row // 24].entries[row % 24]
    before = reader.book.before
    assert before is not None
    group, place = place_of(indexed(reader.book.groups), reader.cursor)
    assert before + 24 * group + place == row


def test_a_row_is_chosen_once_its_group_is_whole() -> None:
    query = LedgerQuery(limit=10)
    reader = landed(answered(page_of_row(query, 305)), 305)
    assert reader.chosen is None
    reader = with_page_below(reader, answered(page_below(query, reader.book)))
    assert choosing(reader, 305).chosen == opened(page(DAY)).groups[12].entries[17]


def test_a_jump_beyond_the_last_row_chooses_it() -> None:
    reader = landed(answered(page_of_row(LedgerQuery(), 10**6)), 10**6)
    assert reader.chosen == moved(Reader(opened(page(DAY))), "end", 20).chosen


@given(st.integers(2, 300), st.integers(0, 40))
def test_who_reads_below_keeps_the_line(cursor: int, top: int) -> None:
    older = DAY[24:]
    reader = standing(Reader(opened(page(older)), top), max(2, cursor), 20)
    if reader.chosen is None:
        reader = moved(reader, "down", 20)
    place = place_in_sight(reader)
    assert place is not None
    after = with_fresh_rows(reader, answered(page_at(LedgerQuery(), place)))
    assert after.chosen == reader.chosen
    assert first_lines(after) == first_lines(reader)
    assert after.book.before == next(n for n, r in enumerate(DAY) if r.interval.start == place)


def test_a_new_group_slides_in_on_top_of_who_reads_the_newest() -> None:
    reader = Reader(opened(page(DAY[24:])))
    after, slides = with_fresh_top(reader, page(DAY))
    assert slides == 25
    assert after.chosen == opened(page(DAY)).groups[0].entries[0]


def test_nothing_slides_into_an_empty_book() -> None:
    after, slides = with_fresh_top(Reader(), page(DAY))
    assert (after.at_top, slides) == (True, 0)


def test_states_change_in_place() -> None:
    final = [msgspec.structs.replace(row, height=1) for row in DAY[:24]] + DAY[24:]
    reader = moved(Reader(opened(page(DAY))), "page_down", 20)
    after = with_fresh_rows(reader, page(final))
    assert after.cursor == reader.cursor
    assert after.chosen is not None
    assert after.chosen.height == 1


def test_an_emptied_ledger_is_empty() -> None:
    reader = Reader(opened(page(DAY)), 50, 55)
    assert with_fresh_rows(reader, page([])).chosen is None
    assert place_in_sight(Reader()) is None
    assert days_in_sight(Reader(), 20, UTC) == []


def test_more_is_wanted_before_the_end_is_seen() -> None:
    reader = Reader(opened(page(DAY, 0, 200)))
    assert not wants_below(reader, 20)
    assert not wants_above(reader, 20)
    assert wants_below(Reader(reader.book, 160, 165), 20)
    assert not wants_below(Reader(opened(page(DAY)), 700, 701), 20)
    middle = landed(answered(page_of_row(LedgerQuery(), 300)))
    assert wants_above(middle, 20)


@given(st.lists(st.sampled_from(["below", "above"]), max_size=30), st.integers(25, 200))
def test_a_book_never_grows_beyond_what_it_keeps(ways: list[str], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "KEPT_ROWS", 120)
        query = LedgerQuery(limit=size)
        reader = landed(answered(page_of_row(query, 360)), 360)
        for way in ways:
            # as the screen does: a page is asked for only where its end of the book is in sight
            reader = moved(reader, "end" if way == "below" else "home", 20)
            chosen = reader.chosen
            if way == "below" and not reader.book.ends:
                reader = with_page_below(reader, answered(page_below(query, reader.book)))
            if way == "above" and not reader.book.begins:
                reader = with_page_above(reader, answered(page_above(query, reader.book)))
            assert reader.chosen == chosen
            assert reader.book.loaded < 120 + 120 + 3 * size
            numbers = [group.interval.start for group in reader.book.groups]
            assert numbers == sorted(set(numbers), reverse=True)
            before = [row for row in DAY if row.interval.start > numbers[0]]
            assert reader.book.before == len(before)


def test_totals_come_later() -> None:
    book = with_totals(Book(), LedgerTotals(7, 8, 9))
    assert (book.rows, book.wh, book.amount_nano) == (7, 8, 9)


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
