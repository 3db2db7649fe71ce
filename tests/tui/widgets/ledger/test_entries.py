from __future__ import annotations

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment

from console.model.entry import Entry
from console.model.ledger_order import LedgerOrder
from console.model.snapshot import Access
from console.model.view import LedgerPage, LedgerTotals
from console.tui.cells import text_of
from console.tui.look import Look
from console.tui.widgets.ledger.book import opened
from console.tui.widgets.ledger.entries import Ledger, body_rows, draw_ledger, empty_sentence
from console.tui.widgets.ledger.proof import draw_proof, draw_proof_short
from console.tui.widgets.ledger.rowsorting import RowSorting
from tests.tui.chain_data import SEALED, entries, proof

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR", final_height=1282)
ROWS = tuple(row for number in range(SEALED, 45, -1) for row in entries(number))
CHOSEN = next(row for row in ROWS if (row.producer, row.consumer) == ("test1", "test3"))
BOOK = opened(
    LedgerPage(
        entries=ROWS, next="", rows=832, wh=32608, amount_nano=3_260_800_000, all_rows=832, before=0
    )
)
SHOWN = Ledger(book=BOOK, cursor=2, proof=proof(CHOSEN), today=date(2026, 6, 21))
TEST1 = opened(
    LedgerPage(
        entries=tuple(row for row in entries(SEALED) if row.producer == "test1"),
        next="", rows=8, wh=748, amount_nano=74_800_000, all_rows=832,
    )
)  # fmt: skip


def texts(lines: list[list[Segment]]) -> list[str]:
    return [text_of(line) for line in lines]


def test_the_wide_picture(picture: Callable[[str, str], list[str]]) -> None:
    drawn = texts(draw_ledger(SHOWN, 120, 29, LOOK))
    assert drawn == picture("120x36", "4 Ledger")[:-1]


def test_the_narrow_picture_but_for_the_seals_sign(
    picture: Callable[[str, str], list[str]],
) -> None:
    shown = msgspec.structs.replace(
        SHOWN, book=TEST1, filter="producer:test1 13:00", group_rows={CHOSEN.interval.name: 24}
    )
    drawn = texts(draw_ledger(shown, 80, 15, LOOK))
    # the picture has ✓ for the seal; above the final height no view may show it
    wanted = [line.replace("seal ✓", "seal ◐") for line in picture("80x24", "4 Ledger   8 of")]
    assert drawn == wanted[:-1]


def test_a_later_group_has_its_line_on_top_while_it_is_read() -> None:
    lines = texts(draw_ledger(msgspec.structs.replace(SHOWN, top=30, cursor=33), 120, 29, LOOK))
    assert lines[2].startswith(" 12:45–13:00   ✓ final, block 1280")
    assert "rows 30–54" in lines[0]


def test_another_day_is_named() -> None:
    shown = msgspec.structs.replace(SHOWN, today=date(2026, 6, 22))
    assert texts(draw_ledger(shown, 80, 20, LOOK))[2].startswith(" 21 Jun 13:00  ◐ sealed")


def test_empty_ledgers_say_why() -> None:
    empty = opened(LedgerPage(entries=(), next="", rows=0, wh=0, amount_nano=0, all_rows=0))
    shown = Ledger(book=empty, empty=empty_sentence("13:35", True, Access.OPERATE, ""))
    assert texts(draw_ledger(shown, 80, 20, LOOK))[:2] == [
        " 4 Ledger   0 rows   0.000 kWh",
        "   Empty until the first interval is settled, at 13:35.",
    ]
    assert "esc" in empty_sentence("13:35", True, Access.OPERATE, "test1")
    by_hand = empty_sentence("13:35", False, Access.OPERATE, "")
    assert by_hand.endswith("settled: 3, then s.")
    watched = empty_sentence("13:35", False, Access.WATCH, "")
    assert watched.endswith("by the operator, not by itself.")


def test_before_the_first_answer_it_is_asking() -> None:
    assert texts(draw_ledger(Ledger(book=None), 80, 20, LOOK))[1] == "   Asking the engine."


def test_taken_back_rows_are_negative_and_name_their_revision() -> None:
    back = msgspec.structs.replace(CHOSEN, wh=-158, revision=1)
    page = LedgerPage(entries=(back,), next="", rows=1, wh=-158, amount_nano=0, all_rows=1)
    text = "\n".join(texts(draw_ledger(Ledger(book=opened(page)), 80, 20, LOOK)))
    assert "-0.158   0.10  -0.0158 r1" in text


def test_an_interval_in_parts_counts_them() -> None:
    second = msgspec.structs.replace(CHOSEN, part=2, transaction=bytes(32), consumer="test4")
    page = LedgerPage(entries=(CHOSEN, second), next="", rows=2, wh=0, amount_nano=0, all_rows=2)
    assert texts(draw_ledger(Ledger(book=opened(page)), 80, 20, LOOK))[2].endswith("2 parts")


def test_a_final_proof() -> None:
    look = msgspec.structs.replace(LOOK, final_height=1283)
    final = msgspec.structs.replace(
        proof(CHOSEN), entry=next(row for row in entries(51) if row.consumer == "test3")
    )
    assert "✓ final" in "\n".join(texts(draw_proof(final, 60, look)))
    assert "seal ✓" in "\n".join(texts(draw_proof_short(final, 80, look)))


def test_a_missing_seal_is_an_alarm() -> None:
    bare = msgspec.structs.replace(proof(CHOSEN), inputs_root=b"")
    line = next(line for line in draw_proof(bare, 60, LOOK) if "missing" in text_of(line))
    assert line[-1].style == LOOK.ink.alarm
    assert "seal missing" in "\n".join(texts(draw_proof_short(bare, 80, LOOK)))


def test_many_mosaics_are_folded() -> None:
    many = msgspec.structs.replace(
        proof(CHOSEN), mosaics=tuple((f"house{n}", n) for n in range(40))
    )
    wide, narrow = draw_proof(many, 60, LOOK), draw_proof_short(many, 80, LOOK)
    assert "32 more" in "\n".join(texts(wide))
    assert len(wide) < 30
    assert all(Segment.get_line_length(line) <= 80 for line in narrow)
    assert "0.780 kWh" in texts(narrow)[2]


def test_long_names_widen_the_columns() -> None:
    long = msgspec.structs.replace(CHOSEN, producer="p" * 32, consumer="c" * 12)
    page = LedgerPage(entries=(long,), next="", rows=1, wh=1, amount_nano=1, all_rows=1)
    lines = texts(draw_ledger(Ledger(book=opened(page)), 120, 20, LOOK))
    assert "cccccccccccc" in lines[3]


@given(st.integers(0, 170), st.integers(8, 60), st.sampled_from([80, 120, 200]))
def test_it_never_outgrows_its_space(top: int, height: int, room: int) -> None:
    shown = msgspec.structs.replace(SHOWN, top=top, cursor=top + 1)
    lines = draw_ledger(shown, room, height, LOOK)
    assert len(lines) <= max(height, 7)
    assert all(Segment.get_line_length(line) <= room for line in lines)
    assert body_rows(True, room, height) >= 1


def flat(rows: tuple[Entry, ...], **more: object) -> Ledger:
    """Rows by energy, as the screen shows them."""
    page = LedgerPage(
        entries=rows, next="", rows=len(rows), wh=1, amount_nano=1, all_rows=832, before=0
    )
    made = Ledger(
        book=opened(page, flat=True),
        cursor=0,
        sorting=RowSorting(LedgerOrder.ENERGY),
        today=date(2026, 6, 21),
    )
    return msgspec.structs.replace(made, **more)


def test_in_another_order_each_row_has_its_interval_its_state_and_its_block() -> None:
    lines = texts(draw_ledger(flat(ROWS), 80, 20, LOOK))
    assert lines[0].endswith("energy ▾  rows 1–14")
    assert lines[1] == "   interval             block  producer  consumer   kWh▾ price      EUR"
    assert lines[2] == " ▸ 13:00–13:15 ◐ sealed  1283  test1     test10   0.152   0.10   0.0152"


def test_what_was_taken_back_stands_out() -> None:
    back = msgspec.structs.replace(CHOSEN, wh=-158, revision=1)
    for shown in (flat((back,)), Ledger(book=opened(LedgerPage(
        entries=(back,), next="", rows=1, wh=-158, amount_nano=0, all_rows=1)))):  # fmt: skip
        drawn = draw_ledger(shown, 80, 20, LOOK)
        inks = {s.text: s.style for line in drawn for s in line}
        assert inks["-0.158"] == inks["-0.0158"] == LOOK.ink.warn


def test_a_year_is_named_where_it_is_another() -> None:
    lines = texts(draw_ledger(flat(ROWS, today=date(2027, 1, 1)), 80, 20, LOOK))
    assert lines[2].startswith(" ▸ 2026-06-21 13:00 ◐ sealed  1283  test1")
    shown = msgspec.structs.replace(SHOWN, today=date(2027, 1, 1), proof=None)
    assert texts(draw_ledger(shown, 80, 20, LOOK))[2].startswith(" 2026-06-21 13:00 ◐ sealed")


def test_a_great_interval_that_is_coming_says_so() -> None:
    many = tuple(msgspec.structs.replace(CHOSEN, consumer=f"c{n}") for n in range(200))
    page = LedgerPage(
        entries=many, next="more", rows=9000, wh=9, amount_nano=9, all_rows=9000, before=0
    )
    shown = Ledger(book=opened(page), top=190, cursor=195, loading=True, today=date(2026, 6, 21))
    lines = texts(draw_ledger(shown, 80, 24, LOOK))
    assert lines[0].endswith("loading")
    assert "200+ rows      -- kWh       -- EUR" in lines[2]
    assert lines[13] == "   More rows are coming."
    known = msgspec.structs.replace(
        shown, totals={CHOSEN.interval.name: LedgerTotals(8000, 8_000, 0)}
    )
    assert "8,000 rows  8.000 kWh" in texts(draw_ledger(known, 80, 24, LOOK))[2]


@given(
    st.sampled_from([80, 120, 200]), st.integers(8, 60), st.integers(1, 32), st.booleans(),
    st.sampled_from([date(2026, 6, 21), date(2030, 1, 1)]),
)  # fmt: skip
def test_no_row_outgrows_its_line_in_another_order(
    room: int, height: int, length: int, detail: bool, today: date
) -> None:
    rows = tuple(msgspec.structs.replace(row, producer="p" * length, height=10**8) for row in ROWS)
    shown = flat(rows, detail=detail, today=today, proof=proof(CHOSEN))
    for line in draw_ledger(shown, room, height, LOOK):
        assert Segment.get_line_length(line) <= room
