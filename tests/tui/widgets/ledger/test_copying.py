from __future__ import annotations

import msgspec

from console.model.row import CSV_HEADER, csv_line
from console.tui.widgets.ledger.copying import MOST_CHARACTERS, Copier, copied, shapes
from tests.tui.chain_data import entries, proof

ROWS = entries(52)
ROW = ROWS[1]


def test_the_shapes_follow_one_another_and_begin_anew_with_another_row() -> None:
    copier = Copier()
    said = []
    for _ in range(7):
        said.append(copier.take(ROW, proof(ROW), ROWS)[1])
        copier.turn()
    assert said[0] == "Copied as a line, where the terminal allows it; y again: its transaction."
    assert [one.partition(",")[0] for one in said] == [
        "Copied as a line", "Copied as its transaction", "Copied as JSON", "Copied as CSV",
        "Copied as its proof", "Copied as CSV", "Copied as a line",
    ]  # fmt: skip
    assert copier.take(ROWS[2], None, ())[1].startswith("Copied as a line")
    assert copier.take(None, None, ())[0] == ""


def test_an_interval_is_copied_as_csv() -> None:
    text, what = copied(ROW, shapes(None, ROWS)[-1], None, ROWS)
    assert text.splitlines() == [CSV_HEADER, *map(csv_line, ROWS)]
    assert what == "CSV, 24 rows of 2026-06-21T10:00Z"


def test_a_great_interval_is_copied_as_far_as_a_terminal_takes_it() -> None:
    many = [msgspec.structs.replace(ROW, consumer=f"c{n}") for n in range(5000)]
    text, what = copied(ROW, shapes(None, many)[-1], None, many)
    lines = text.splitlines()
    assert MOST_CHARACTERS - 200 < len(text) <= MOST_CHARACTERS
    assert what == f"CSV, the first {len(lines) - 1:,} rows of 2026-06-21T10:00Z (w writes all)"
    assert lines[-1] == csv_line(many[len(lines) - 2])


def test_a_proof_is_copied_whole_and_clean() -> None:
    evil = msgspec.structs.replace(proof(ROW), message="\x1b]52;c;aGFjaw==\x07" + "x" * 100_000)
    text, what = copied(ROW, "its proof", evil)
    assert what == "its proof"
    assert len(text) <= MOST_CHARACTERS
    assert ROW.transaction.hex().upper() in text
    assert evil.wallet in text
    assert "\x1b" not in text
    assert "\x07" not in text
