from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from console.ledger.revisions import changed_by, pairs, revisions
from console.model.entry import Entry, EntryState
from console.model.interval import Interval

QUARTER = Interval(datetime(2026, 6, 21, 10, 0, tzinfo=UTC), 15)
HOUSES = ("a", "b", "c")
PRICE = 100_000


def row(producer: str, consumer: str, wh: int, revision: int = 0, height: int = 1) -> Entry:
    return Entry(
        producer=producer,
        consumer=consumer,
        price_micro_per_kwh=PRICE,
        wh=wh,
        currency="EUR",
        interval=QUARTER,
        revision=revision,
        part=1,
        height=height,
        transaction=bytes(32),
        state=EntryState.FINAL,
    )


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from(HOUSES),
        st.sampled_from(HOUSES),
        st.integers(-500, 500).filter(bool),
        st.integers(0, 3),
        st.integers(1, 9),
    ),
    max_size=20,
)

TAKEN_BACK = [row("a", "b", 100), row("a", "c", 40), row("a", "b", -30, 1, 7), row("a", "c", 5, 1)]


def test_each_revision_is_its_own_rows() -> None:
    zero, one = revisions(TAKEN_BACK)
    assert (zero.number, zero.rows, zero.wh, zero.height) == (0, 2, 140, 1)
    assert (one.number, one.rows, one.wh, one.height) == (1, 2, -25, 7)
    assert one.amount_nano == -25 * PRICE


def test_a_revision_stands_beside_all_before_it() -> None:
    changes = {change.house: change for change in changed_by(TAKEN_BACK, 1)}
    assert (changes["b"].bought_before_wh, changes["b"].bought_wh) == (100, 70)
    assert (changes["c"].bought_before_wh, changes["c"].bought_wh) == (40, 45)
    assert (changes["a"].sold_before_wh, changes["a"].sold_wh) == (140, 115)
    assert changed_by(TAKEN_BACK, 2) == ()


def test_what_was_taken_back_whole_is_no_pair() -> None:
    gone = [*TAKEN_BACK, row("a", "b", -70, 2)]
    assert [(pair.consumer, pair.wh) for pair in pairs(gone)] == [("c", 45)]


def test_without_rows_there_is_nothing() -> None:
    assert (revisions([]), pairs([]), changed_by([], 1)) == ((), (), ())


@given(ROWS)
def test_the_sums_agree(rows: list[Entry]) -> None:
    total = sum(one.wh for one in rows)
    assert sum(one.wh for one in revisions(rows)) == total
    assert sum(pair.wh for pair in pairs(rows)) == total
    last = max((one.revision for one in rows), default=0)
    moved = sum(one.wh for one in rows if one.revision == last)
    changes = changed_by(rows, last)
    assert sum(change.sold_wh - change.sold_before_wh for change in changes) == moved
    assert sum(change.bought_wh - change.bought_before_wh for change in changes) == moved
