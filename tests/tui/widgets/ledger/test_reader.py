from __future__ import annotations

from datetime import UTC

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.ledger_order import CUT_ROWS
from console.model.view import LedgerQuery, LedgerTotals
from console.tui.widgets.ledger import reader as readers
from console.tui.widgets.ledger.book import (
    Book,
    indexed,
    opened,
    opened_at_end,
    place_of,
    rows_above,
    turned,
    with_totals,
)
from console.tui.widgets.ledger.reader import (
    Reader,
    at_end,
    choosing_row,
    days_in_sight,
    entry_at,
    landed,
    moved,
    row_in_sight,
    standing,
    wants_above,
    wants_below,
    with_fresh_rows,
    with_fresh_top,
    with_page_above,
    with_page_below,
)
from console.tui.widgets.ledger.turning import (
    LARGEST_PAGE,
    first_page,
    last_page,
    page_above,
    page_at_row,
    page_below,
    page_of_row,
)
from tests.tui.chain_data import entries
from tests.tui.widgets.ledger.reader_data import (
    DAY,
    ORDERS,
    WAYS,
    answered,
    first_lines,
    grown,
    opened_by,
    page,
    reading_of,
    rows_of,
    stood,
    street,
)


@given(st.integers(20, 250), ORDERS, st.integers(0, len(DAY) + 5))
def test_a_book_grows_both_ways_from_any_row(size: int, query: LedgerQuery, row: int) -> None:
    query = msgspec.structs.replace(query, limit=size)
    book = grown(query, opened_by(page_of_row(query, row)), DAY)
    whole = opened_by(msgspec.structs.replace(query, limit=10**6))
    assert (rows_of(book), book.before) == (rows_of(whole), 0)
    assert not book.begun
    if not book.flat:
        assert all(group.whole for group in book.groups)


@given(st.integers(200, 300), ORDERS, st.integers(0, 750), st.sampled_from([199, 200, 201, 700]))
def test_a_great_interval_is_shown_as_it_comes(
    size: int, query: LedgerQuery, row: int, buyers: int
) -> None:
    rows = street(buyers)
    query = msgspec.structs.replace(query, limit=size)
    first = opened_by(page_of_row(query, row), rows)
    assert first.groups
    book = grown(query, first, rows)
    stand, _ = stood(rows, query)
    assert sorted(row.key for row in rows_of(book)) == sorted(row.key for row in stand)
    great = [row for row in rows_of(book) if row.producer.startswith("p")]
    if buyers >= CUT_ROWS or book.flat:
        assert great == [row for row in stand if row.producer.startswith("p")]
    assert sum(indexed(book).heads) == (0 if book.flat else 3)
    assert book.before == 0


@given(st.integers(1, 199))
def test_small_groups_are_shown_whole(size: int) -> None:
    book = opened_by(LedgerQuery(limit=size))
    assert all(len(group.entries) == 24 for group in book.groups)
    assert book.loaded + len(book.begun) == min(size, len(DAY))


def test_what_is_not_of_the_same_interval_begins_its_own() -> None:
    query = LedgerQuery(limit=200, rises=True)
    rows = street(700)
    book = opened_by(page_of_row(query, 100), rows)
    gone = [row for row in rows if not row.producer.startswith("p")]
    asked = page_below(query, book)
    cursor = asked.after
    page_ = answered(msgspec.structs.replace(asked, after="", place=gone[-1].interval.start), gone)
    book = turned(book, msgspec.structs.replace(page_, first=cursor))
    assert book.groups[-1].whole


def test_rows_of_a_group_are_in_natural_order() -> None:
    names = [row.consumer for row in opened(page(entries(52))).groups[0].entries[:8]]
    assert names == ["test2", "test3", "test4", "test5", "test7", "test8", "test10", "test12"]


def test_a_cut_group_goes_on_from_its_ends() -> None:
    query, rows = LedgerQuery(limit=200), street(700)
    book = opened_by(page_of_row(query, 300), rows)
    below, above = page_below(query, book), page_above(query, book)
    assert (below.after, above.after) == (book.groups[0].below, book.groups[0].above)
    assert (below.backward, above.backward) == (False, True)


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
    last = at_end(opened_at_end(answered(last_page(LedgerQuery(limit=100)))), 20)
    assert last.chosen == reader.chosen
    assert last.book.before == len(DAY) - last.book.loaded


@given(st.integers(0, len(DAY) - 1))
def test_a_jump_chooses_the_very_row(row: int) -> None:
    reader = landed(opened_by(page_of_row(LedgerQuery(), row)), row)
    assert reader.chosen == opened(page(DAY)).groups[row // 24].entries[row % 24]
    before = reader.book.before
    assert before is not None
    group, place = place_of(indexed(reader.book), reader.cursor)
    assert before + 24 * group + place == row


@given(st.integers(0, 740), ORDERS)
def test_a_jump_in_a_great_street_chooses_the_row(row: int, query: LedgerQuery) -> None:
    rows = street(700)
    reader = landed(opened_by(page_of_row(query, row), rows), row)
    stand, _ = stood(rows, query)
    if stand[row].producer.startswith("p"):
        assert reader.chosen == stand[row]
    index = indexed(reader.book)
    assert reader.book.before is not None
    assert reader.book.before + rows_above(index, reader.cursor) == row


@given(st.integers(0, 740), ORDERS, ORDERS)
def test_the_chosen_row_is_kept_in_another_order(
    row: int, before: LedgerQuery, query: LedgerQuery
) -> None:
    rows = street(700)
    entry = stood(rows, before)[0][row]
    assert choosing_row(reading_of(page_at_row(query, entry), rows), entry).chosen == entry


def test_a_row_that_is_gone_is_chosen_no_more() -> None:
    gone = msgspec.structs.replace(DAY[0], consumer="nobody")
    reader = choosing_row(reading_of(LedgerQuery()), gone)
    assert reader == reading_of(LedgerQuery())


def test_a_jump_beyond_the_last_row_chooses_it() -> None:
    reader = landed(opened_by(page_of_row(LedgerQuery(), 10**6)), 10**6)
    assert reader.chosen == moved(Reader(opened(page(DAY))), "end", 20).chosen


@given(st.integers(2, 300), st.integers(0, 40))
def test_who_reads_below_keeps_the_line(cursor: int, top: int) -> None:
    older = DAY[24:]
    reader = standing(Reader(opened(page(older)), top), max(2, cursor), 20)
    if reader.chosen is None:
        reader = moved(reader, "down", 20)
    seen = row_in_sight(reader)
    assert seen is not None
    after = with_fresh_rows(reader, answered(page_at_row(LedgerQuery(), seen)))
    assert after.chosen == reader.chosen
    assert first_lines(after) == first_lines(reader)
    start = seen.interval.start
    assert after.book.before == next(n for n, r in enumerate(DAY) if r.interval.start == start)


@given(st.integers(0, 740), st.integers(0, 18), ORDERS)
def test_new_rows_never_move_what_is_read(row: int, below: int, query: LedgerQuery) -> None:
    rows = street(700)
    reader = landed(opened_by(page_of_row(query, row), rows), row)
    for _ in range(below):
        reader = moved(reader, "down", 20)
    seen = row_in_sight(reader)
    assert seen is not None
    more = rows + [msgspec.structs.replace(one, wh=one.wh + 7) for one in entries(49)]
    after = with_fresh_rows(reader, answered(page_at_row(query, seen, 20), more))
    assert after.chosen == reader.chosen
    assert after.cursor - after.top == reader.cursor - reader.top


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
    assert row_in_sight(Reader()) is None
    assert days_in_sight(Reader(), 20, UTC) == []


def test_more_is_wanted_before_the_end_is_seen() -> None:
    reader = Reader(opened(page(DAY, 0, 200)))
    assert not wants_below(reader, 20)
    assert not wants_above(reader, 20)
    assert wants_below(Reader(reader.book, 160, 165), 20)
    assert not wants_below(Reader(opened(page(DAY)), 700, 701), 20)
    middle = landed(opened_by(page_of_row(LedgerQuery(), 300)))
    assert wants_above(middle, 20)


@given(st.lists(st.sampled_from(["below", "above"]), max_size=30), st.integers(25, 200))
def test_a_book_never_grows_beyond_what_it_keeps(ways: list[str], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(readers, "KEPT_ROWS", 120)
        query = LedgerQuery(limit=size)
        reader = landed(opened_by(page_of_row(query, 360)), 360)
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
    index = indexed(book)
    group, row = place_of(index, min(line, index.lines - 1))
    assert index.starts[group] + 1 + row == min(line, index.lines - 1)
    assert index.lines == len(DAY) + len(book.groups)


def test_an_empty_book_has_no_rows() -> None:
    assert entry_at(Book(), 0) is None
