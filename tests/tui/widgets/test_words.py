from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.view import LedgerQuery
from console.tui.widgets.words import FilterWords, matcher, parse_words

HELSINKI = ZoneInfo("Europe/Helsinki")
TODAY = date(2026, 6, 21)


def parse(text: str, today: date = TODAY) -> LedgerQuery:
    return parse_words(text, HELSINKI, 15, today)


def at(hour: int, minute: int = 0, day: int = 21) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


def test_houses() -> None:
    query = parse("producer:test1 consumer:test3 house:x test2")
    assert (query.producer, query.consumer, query.house) == ("test1", "test3", "x")
    assert query.text == "test2"


def test_whatever_a_row_has_can_be_asked_for() -> None:
    query = parse("block:1283 tx:9a9e state:final price:0.125 revision:1 text:es-t")
    assert (query.block, query.transaction, query.state) == (1283, "9a9e", "final")
    assert (query.price_micro, query.revision, query.text) == (125_000, 1, "es-t")


def test_spans_are_half_open_and_narrow_each_other() -> None:
    assert parse("2026-06-20..2026-06-21") == parse("2026-06-20")
    assert parse("from:2026-06-20 to:2026-06-21") == parse("2026-06-20")
    assert parse("10:00Z..11:00Z today").end == at(11)
    assert parse("2026-06-20..").end is None
    assert parse("2026-06-20T10:00Z").start == at(10, 0, 20)


def test_a_mark_takes_out_what_a_word_names() -> None:
    query = parse("producer:test1 !consumer:test3 !13:00 !test2")
    assert query.producer == "test1"
    assert [one.consumer for one in query.without] == ["test3", "", ""]
    assert (query.without[1].start, query.without[1].end) == (at(10), at(10, 15))
    assert query.without[2].text == "test2"


def test_a_local_time_is_the_interval_it_lies_in() -> None:
    query = parse("13:07")
    assert (query.start, query.end) == (at(10), at(10, 15))


def test_utc_is_said_with_a_z() -> None:
    assert parse("10:00Z").start == at(10)


def test_a_day_is_local() -> None:
    query = parse("2026-06-20")
    assert (query.start, query.end) == (at(21, 0, 19), at(21, 0, 20))
    assert parse("yesterday") == query
    assert parse("today").start == at(21, 0, 20)


def test_a_time_of_another_day() -> None:
    assert parse("2026-06-20 10:00Z").start == at(10, 0, 20)


@pytest.mark.parametrize(
    "text",
    [
        "producer:",
        "house:a/b",
        "2026-13-01",
        "25:00",
        "what?",
        "a:b",
        "é",
        "!",
        "!..",
        "block:x",
        "tx:xyz",
        "state:open",
        "price:-1",
        "price:0.1234567",
        "revision:",
        "text:",
        "a b",
        "block:1 block:2",
        "9..",
        " ".join(["!a"] * 17),
    ],
)
def test_other_words_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(FilterWords) as caught:
        parse(text)
    assert len(str(caught.value)) > 10


def test_an_ambiguous_hour_is_refused() -> None:
    with pytest.raises(FilterWords, match="UTC"):
        parse("03:30", date(2026, 10, 25))
    assert parse("01:30Z", date(2026, 10, 25)).start is not None


def test_an_hour_that_never_comes_is_refused() -> None:
    with pytest.raises(FilterWords, match="UTC"):
        parse("03:30", date(2026, 3, 29))


def test_no_words_mean_everything() -> None:
    assert parse("  ") == LedgerQuery()


@given(st.text(max_size=40))
def test_any_text_is_a_query_or_refused(text: str) -> None:
    with suppress(FilterWords):
        assert isinstance(parse(text), LedgerQuery)


def test_a_line_has_all_words_and_none_of_the_others() -> None:
    passes = matcher("meter !stale")
    assert passes("13:00 METER test4 back")
    assert not passes("13:00 meter test4 stale")
    assert matcher("")("anything")
    assert matcher("!")("held !")
