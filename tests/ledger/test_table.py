from datetime import UTC, datetime

from console.ledger.table import table_lines
from console.model.entry import Entry, EntryState
from console.model.interval import Interval

START = datetime(2018, 4, 20, 10, tzinfo=UTC)


def entry(
    wh: int = 7500,
    price: int = 100_000,
    producer: str = "test1",
    currency: str = "EUR",
    state: EntryState = EntryState.FINAL,
) -> Entry:
    return Entry(
        producer=producer,
        consumer="test5",
        price_micro_per_kwh=price,
        wh=wh,
        currency=currency,
        interval=Interval(START, 60),
        revision=0,
        part=1,
        height=12,
        transaction=bytes([0x9F]) * 32,
        state=state,
    )


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
