"""A file's rows in order, said once; what contradicts itself is refused by its line."""

from __future__ import annotations

import pytest

from console.errors import RecordingError
from console.meters.files import table as tables
from console.meters.files.table import Table, together
from console.model.importing import Row


def table_of(*rows: tuple[str, Row], registers: bool = False) -> Table:
    table = Table("f.csv", registers=registers)
    for house, row in rows:
        table.add(house, row)
    table.finish()
    return table


def test_rows_come_by_house_and_time_whatever_the_order() -> None:
    table = table_of(
        ("b", Row(2, 10, 20, 1, 2)), ("a", Row(3, 20, 30, 5, 6)), ("a", Row(4, 10, 20, 3, 4, 1)),
    )  # fmt: skip
    assert table.houses == ["b", "a"]
    assert [row.line for row in table.rows(1)] == [4, 3]
    assert [row.quality for row in table.rows(1)] == [1, 0]
    assert (table.count(0), table.count(1), table.longest) == (1, 2, 10)


def test_what_is_said_twice_alike_counts_once() -> None:
    table = table_of(("a", Row(2, 10, 20, 1, 2)), ("a", Row(3, 10, 20, 1, 2)))
    assert len(table) == 1


@pytest.mark.parametrize(
    ("second", "text"),
    [
        (Row(3, 10, 20, 1, 3), r"^f\.csv:3: a has other values at the same time in line 2\."),
        (Row(3, 15, 25, 1, 2), r"^f\.csv:3: a has a row of overlapping time in line 2\."),
    ],
)
def test_contradictions_are_refused(second: Row, text: str) -> None:
    with pytest.raises(RecordingError, match=text):
        table_of(("a", Row(2, 10, 20, 1, 2)), ("a", second))


def test_files_that_belong_together_are_one_table() -> None:
    one, other = (Table(f"{name}.csv", registers=False, resolution_wh=wh) for name, wh in
                  (("a", 1), ("b", 10)))  # fmt: skip
    one.add("h", Row(2, 10, 20, 1, 2))
    other.add("h", Row(2, 20, 30, 3, 4))
    other.blank = 3
    for table in (one, other):
        table.finish()
    whole = together([one, other])
    assert [(row.start, whole.place(row.line)) for row in whole.rows(0)] == [
        (10, "a.csv:2"), (20, "b.csv:2"),
    ]  # fmt: skip
    assert (whole.file, whole.resolution_wh, whole.blank) == ("a.csv, b.csv", 10, 3)
    assert together([one]) is one
    third = Table("c.csv", registers=False)
    third.add("h", Row(7, 10, 20, 9, 9))
    third.finish()
    with pytest.raises(RecordingError, match=r"^c\.csv:7: h has other values.* in a\.csv:2\."):
        together([one, third])
    registers = table_of(("h", Row(2, 5, 5, 1, 2)), registers=True)
    with pytest.raises(RecordingError, match=r"^f\.csv: registers and energy"):
        together([one, registers])


def test_nothing_and_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RecordingError, match="no row of any house"):
        table_of()
    monkeypatch.setattr(tables, "MOST_A_HOUSE", 1)
    with pytest.raises(RecordingError, match="a has more than 1 rows"):
        table_of(("a", Row(2, 10, 20, 1, 2)), ("a", Row(3, 20, 30, 1, 2)))
    monkeypatch.setattr(tables, "MOST_ROWS", 1)
    with pytest.raises(RecordingError, match=r"f\.csv:3: more than 1 rows"):
        table_of(("a", Row(2, 10, 20, 1, 2)), ("a", Row(3, 20, 30, 1, 2)))


def test_halves_of_two_files_are_one_row_and_contradict_nobody_but_themselves() -> None:
    taken = table_of(("a", Row(2, 10, 20, 1, -1)), ("a", Row(3, 20, 30, 2, -1, 1)))
    given = table_of(("a", Row(2, 10, 20, -1, 5, 2)), ("a", Row(3, 30, 40, -1, 6)))
    whole = together([taken, given, taken])
    assert [*whole.rows(0)] == [Row(2, 10, 20, 1, 5, 2)]
    assert whole.blank == 2
    other = table_of(("a", Row(9, 10, 20, 3, -1)))
    with pytest.raises(RecordingError, match="has other values at the same time"):
        together([taken, given, other])
