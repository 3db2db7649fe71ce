from console.ledger.table import table_lines
from console.model.entry import EntryState
from tests.model.rows import entry


def test_the_table_has_the_screens_columns() -> None:
    rows = [entry(), entry(-26, 123_456, state=EntryState.SEALED)]
    assert list(table_lines(rows)) == [
        "interval           producer  consumer     kWh     price      EUR  block",
        "2018-04-20T10:00Z  test1     test5      7.500      0.10   0.7500     12  ✓",
        "2018-04-20T10:00Z  test1     test5     -0.026  0.123456  -0.0032     12  ◐",
    ]
    assert list(table_lines(rows, ascii_only=True))[2].endswith("12  sealed")
    assert "-0.0000" not in "".join(table_lines([entry(-1, 1)]))


def test_the_table_names_each_currency_and_cleans_each_cell() -> None:
    lines = list(table_lines([entry(), entry(currency="CHF", producer="\x1b]52;c;\x07")]))
    assert lines[1].split()[-4:-2] == ["0.7500", "EUR"]
    assert "amount" in lines[0]
    assert "\x1b" not in "".join(lines)
    assert len(list(table_lines([]))) == 1
